"""A directory that is written whole or not at all: filled under a temporary name beside its place, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from planner.base.errors import InputError

MARKER = "manifest.json"  # every run leaves one: only a directory that has it is ever replaced
FULL_OR_CLOSED = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES}


def check_place(place: Path, *, force: bool = False) -> None:
    """Raises InputError if a run could not be written at `place`; leaves nothing behind. For before any computing."""
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise _refuse("the output is not a directory", place, "a new directory")
    if place.exists() and any(place.iterdir()):
        if not force:
            raise _refuse("the output directory exists", place, "a new directory, or --force to replace this run")
        if not (place / MARKER).is_file():
            raise _refuse("the output directory is no run; it is not replaced", place, f"a run, which holds {MARKER}")
    above = next(folder for folder in place.absolute().parents if folder.exists())
    try:
        with tempfile.TemporaryDirectory(dir=above, prefix=".planner-"):
            pass
    except OSError as error:
        raise _cannot_write(place, error) from None


@contextmanager
def whole_directory(place: Path, *, force: bool = False) -> Iterator[Path]:
    """An empty temporary sibling to write into: renamed to `place` when the block ends, removed if it fails."""
    check_place(place, force=force)
    place = place.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _sweep(place)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}.{os.getpid()}.") as aside:
            fresh, old = Path(aside) / "new", Path(aside) / "old"
            fresh.mkdir()
            yield fresh
            if place.exists():
                place.rename(old)
            try:
                fresh.rename(place)
            except OSError:
                if old.exists():
                    old.rename(place)
                raise
    except OSError as error:
        if error.errno in FULL_OR_CLOSED:
            raise _cannot_write(place, error) from error
        raise


def _sweep(place: Path) -> None:
    """Removes what killed runs of this name left behind."""
    prefix = f".{place.name}."
    for left in place.parent.iterdir():
        owner = left.name.removeprefix(prefix).split(".")[0]
        if left.name.startswith(prefix) and owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _cannot_write(place: Path, error: OSError) -> InputError:
    return _refuse(f"the output directory cannot be written: {error.strerror}", place, "a place that can be written")


def _refuse(message: str, place: Path, expected: str) -> InputError:
    return InputError(message, key="--out", value=place, expected=expected)
