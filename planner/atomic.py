"""A directory that is written whole or not at all: filled under a temporary name beside its place, then renamed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import InputError

MARKER = "manifest.json"  # every run leaves one: only a directory that has it is ever replaced


def check_place(place: Path, *, force: bool = False) -> None:
    """Raises InputError if a run could not be written at `place`; leaves nothing behind. For before any computing."""
    if place.is_symlink() or place.exists():
        if not place.is_dir() or place.is_symlink():
            raise InputError("the output is not a directory", key="--out", value=place, expected="a new directory")
        if any(place.iterdir()):
            if not force:
                expected = "a new directory, or --force to replace this run"
                raise InputError("the output directory exists", key="--out", value=place, expected=expected)
            if not (place / MARKER).is_file():
                expected = f"a directory with {MARKER}, as a run leaves it, or a new one"
                raise InputError(
                    "the output directory is no run; it is not replaced", key="--out", value=place, expected=expected
                )
    above = next(folder for folder in place.absolute().parents if folder.exists())
    try:
        with tempfile.TemporaryDirectory(dir=above, prefix=".planner-"):
            pass
    except OSError as error:
        message = f"the output directory cannot be written: {error.strerror}"
        raise InputError(message, key="--out", value=place, expected="a place that can be written") from None


@contextmanager
def whole_directory(place: Path, *, force: bool = False) -> Iterator[Path]:
    """A temporary sibling to write into: renamed to `place` at the end of the block, removed if the block fails."""
    check_place(place, force=force)
    place = place.absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as aside:
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
        shutil.rmtree(old, ignore_errors=True)
