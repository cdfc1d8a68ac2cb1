"""A bundle that somebody sent, unpacked with nothing taken on trust: names, sizes and kinds are looked at before a byte is written."""

from __future__ import annotations

import json
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from planner.base.errors import InputError
from planner.bundle.label import FORMAT, LABEL

MOST_FILES = 5000
MOST_BYTES = 4 << 30
MOST_RATIO = 1000  # times that a file of text may shrink
SMALL = 1 << 20  # bytes below which the ratio says nothing
UNREADABLE = (OSError, EOFError, ValueError, zlib.error, zipfile.BadZipFile, NotImplementedError)
"""What reading a damaged or foreign archive ends in; the last is `zipfile`'s word for a compression or encryption that it does not know."""
EXPECTED = "a bundle that `planner bundle` made"


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """The run of a bundle as a temporary folder. Raises InputError for whatever is no bundle of ours."""
    with opened(path) as archive, tempfile.TemporaryDirectory(prefix="planner-bundle-") as temporary:
        entries = archive.infolist()
        check_entries(path, entries)
        read_label(path, archive)
        folder = Path(temporary)
        check_room(path, folder, entries)
        for entry in entries:
            if entry.filename != LABEL:
                write(path, archive, entry, folder)
        check_scenario(path, folder / "scenario.yaml")
        yield folder


def label_of(path: Path) -> dict[str, Any]:
    """What a bundle says of itself: format, name, digest, objective_musd, versions. Raises InputError."""
    with opened(path) as archive:
        check_entries(path, archive.infolist())
        return read_label(path, archive)


def opened(path: Path) -> zipfile.ZipFile:
    """The archive, its list read. Raises InputError."""
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise InputError("there is no such file", file=path, expected=EXPECTED) from None
    except UNREADABLE as error:
        raise InputError("the bundle cannot be read", file=path, value=str(error), expected=EXPECTED) from None


def check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raises InputError for names that climb, links, files twice, secrets, and more than a run holds."""
    seen: set[str] = set()
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        size = sum(entry.file_size for entry in entries)
        expected = f"at most {MOST_FILES:,} files and {MOST_BYTES >> 30} GB"
        raise InputError(
            "the bundle unpacks to too much",
            file=path,
            value=f"{len(entries):,} files, {size:,} bytes",
            expected=expected,
        )
    for entry in entries:
        name = PurePosixPath(entry.filename)
        plain = name.as_posix() == entry.filename and not name.is_absolute() and ".." not in name.parts
        if (
            not plain
            or "\\" in entry.filename
            or ":" in entry.filename
            or entry.is_dir()
            or not entry.filename.isprintable()
        ):
            raise InputError(
                "the bundle holds a name that leads elsewhere", file=path, value=entry.filename, expected=EXPECTED
            )
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise InputError("the bundle holds a link or a device", file=path, value=entry.filename, expected=EXPECTED)
        if entry.flag_bits & 0x1:
            raise InputError(
                "the bundle holds a file under a password", file=path, value=entry.filename, expected=EXPECTED
            )
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
            raise InputError(
                "the bundle holds a file that explodes", file=path, value=entry.filename, expected=EXPECTED
            )
        if entry.filename.casefold() in seen:
            raise InputError("the bundle holds a file twice", file=path, value=entry.filename, expected=EXPECTED)
        seen.add(entry.filename.casefold())


def read_label(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the bundle says of itself. Raises InputError for another version of bundles."""
    try:
        entry = archive.getinfo(LABEL)
        label = json.loads(archive.read(entry)) if entry.file_size < SMALL else None
    except (KeyError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, RecursionError):
        label = None
    if not isinstance(label, dict) or not {"format", "objective_musd"} <= label.keys():
        raise InputError(f"the file is no bundle: it lacks a {LABEL} that can be read", file=path, expected=EXPECTED)
    if label["format"] != FORMAT:
        message = "the bundle is of another version"
        raise InputError(message, file=path, key="format", value=label["format"], expected=f"{FORMAT}, by this planner")
    return label


def check_room(path: Path, folder: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Raises InputError where the disk has too little room."""
    needed, free = sum(entry.file_size for entry in entries), shutil.disk_usage(folder).free
    if needed > free:
        expected = f"{needed / 1e6:,.0f} MB in the folder for temporary files"
        raise InputError(
            "there is no room to unpack the bundle", file=path, value=f"{free / 1e6:,.0f} MB free", expected=expected
        )


def write(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """One file, and no more bytes of it than the archive's list says."""
    target = folder / entry.filename
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as packed, target.open("wb") as file:
            left = entry.file_size
            while block := packed.read(min(SMALL, left + 1)):
                left -= len(block)
                if left < 0:
                    raise zipfile.BadZipFile("more than its list says")
                file.write(block)
    except UNREADABLE as error:
        message = f"the bundle is broken: {entry.filename}"
        raise InputError(message, file=path, value=str(error), expected=EXPECTED) from None


def check_scenario(path: Path, scenario: Path) -> None:
    """Raises InputError for a scenario that names files outside the bundle: a plan of somebody else's reads nothing of this machine."""
    if not scenario.is_file():
        return
    try:
        content = yaml.safe_load(scenario.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            "the bundle's scenario cannot be read", file=path, value=str(error)[:100], expected=EXPECTED
        ) from None
    for name in named(content, set()):
        plain = PurePosixPath(name)
        if plain.parts[:1] != ("inputs",) or ".." in plain.parts:
            expected = "names below inputs/"
            raise InputError(
                "the bundle's scenario reads a file outside the bundle", file=path, value=name, expected=expected
            )


def named(node: Any, seen: set[int]) -> Iterator[str]:
    """Every file and folder that a scenario's data names: series, sites, tariffs, folders of inputs, what it extends."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("file", "extends", "data", "models") and isinstance(value, str):
                yield value
            elif key == "tariffs" and isinstance(value, dict):
                yield from (str(card) for card in value.values() if str(card).endswith((".yaml", ".yml")))
            else:
                yield from named(value, seen)
    elif isinstance(node, list):
        for item in node:
            yield from named(item, seen)
