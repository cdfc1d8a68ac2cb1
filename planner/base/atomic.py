"""A directory that is written whole or not at all: filled under a temporary name beside its place, which then takes the place's name.

Old or new stands at the place at every instant: the two exchange their names where the system can do that in one step (Linux: renameat2),
else the old one stands aside for a moment, and whoever comes next finds it there after a crash. While a run is planned and written its
place is reserved, by a lock that ends with its process, so that a second run refuses at once instead of replacing the first.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from planner.base.disk import cause
from planner.base.errors import InputError, PlannerError
from planner.base.interrupt import deferred
from planner.base.lock import Taken, dead, locked, owner

MARKER = "manifest.json"  # every run leaves one: only a directory that has it is ever replaced
EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h
HERE = -100  # AT_FDCWD: paths as they are


def check_place(place: Path, *, force: bool = False) -> None:
    """Raises InputError if a run could not be written at `place`; leaves nothing behind. For before any computing."""
    _rescue(place.absolute())
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        raise _refuse("the output is not a directory", place, "a new directory")
    if place.exists() and any(place.iterdir()):
        if not force:
            raise _refuse("the output directory exists", place, "a new directory, or --force to replace this run")
        if not _replaceable(place):
            raise _refuse("the output directory is no run; it is not replaced", place, f"a run, which holds {MARKER}")
    above = next(folder for folder in place.absolute().parents if folder.exists())
    try:
        with tempfile.TemporaryDirectory(dir=above, prefix=".planner-"):
            pass
    except OSError as error:
        raise _cannot_write(place, error) from None


@contextmanager
def reserved(place: Path, *, force: bool = False) -> Iterator[None]:
    """Within the block no other run takes `place`. Raises InputError as `check_place` does, or when another run has it."""
    check_place(place, force=force)
    absolute = place.absolute()
    made = [folder for folder in absolute.parents if not folder.exists()]
    with ExitStack() as stack:
        try:
            absolute.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(absolute.parent / f".{place.name}.lock", made))
        except Taken as taken:
            raise _refuse(f"another run is being made for this place: {taken}", place, "another, or to wait") from None
        except OSError as error:
            raise _cannot_write(place, error) from error
        check_place(place, force=force)
        yield


@contextmanager
def whole_directory(place: Path, *, force: bool = False) -> Iterator[Path]:
    """An empty temporary sibling to write into: it takes the name `place` when the block ends, and is removed if that fails.

    Ctrl-C waits for its end, the second does not. Raises InputError, also for a disk that is full and for files that may not grow.
    """
    with reserved(place, force=force), deferred():
        place = place.absolute()
        _sweep(place)
        with _aside(place) as fresh:
            try:
                yield fresh
                _put(fresh, place)
            except Exception as error:
                if not isinstance(error, PlannerError) and (why := cause(error, fresh.parent)) is not None:
                    raise _cannot_write(place, why) from error
                raise


@contextmanager
def new_place(place: Path) -> Iterator[Path]:
    """A path of the same name to write a file or a folder to: it stands at `place` when the block ends, and is removed if that fails.

    What stands there is never overwritten, also if it came meanwhile. Raises InputError.
    """
    taken = InputError("this exists; it is not overwritten", key="--out", value=place, expected="a new name")
    with _aside(place.absolute()) as aside:
        try:
            yield aside / place.name
            if (aside / place.name).is_dir():
                (aside / place.name).rename(place)  # onto an empty folder at most
            else:
                place.touch(exist_ok=False)
                (aside / place.name).replace(place)
        except Exception as error:
            if isinstance(error, OSError) and error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
                raise taken from error
            if not isinstance(error, PlannerError) and (why := cause(error, aside)) is not None:
                raise _cannot_write(place, why) from error
            raise


@contextmanager
def _aside(place: Path) -> Iterator[Path]:
    """A new directory in a temporary one, whose name tells who made it."""
    try:
        aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=f".{place.name}.{owner()}."))
        (aside / "new").mkdir()
    except OSError as error:
        raise _cannot_write(place, error) from error
    try:
        yield aside / "new"
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _put(fresh: Path, place: Path) -> None:
    """Give a finished directory its name; what stood there goes where the finished one was. Never replaces what is no run."""
    old = fresh.with_name("old")
    if not place.exists():
        fresh.rename(place)
    elif _replaceable(place) and _exchange(fresh, place):
        if not _replaceable(fresh):  # made in the very last moment: it goes back
            _exchange(fresh, place)
    elif _replaceable(place):
        place.rename(old)
        try:
            fresh.rename(place)
        except OSError:
            old.rename(place)
            raise
    if fresh.exists() and not _replaceable(place):
        kept = next(k for n in range(1, 1000) if not (k := place.with_name(f"{place.name}-{n}")).exists())
        fresh.rename(kept)
        raise _refuse("something that is no run has been put at the output's place", place, f"the run is now {kept}")


def _exchange(one: Path, other: Path) -> bool:
    """Two directories exchange their names in one step; false where the system or the disk cannot do that."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    failed: int = rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE)
    return not failed


def _replaceable(place: Path) -> bool:
    """Is it a run, or empty?"""
    return (place / MARKER).is_file() or not any(place.iterdir())


def _asides(place: Path) -> list[Path]:
    """What runs that died left beside their place."""
    if not place.parent.is_dir():
        return []
    prefix = f".{place.name}."
    left = [item for item in place.parent.iterdir() if item.name.startswith(prefix)]
    return [item for item in left if item.is_dir() and dead(item.name.removeprefix(prefix))]


def _rescue(place: Path) -> None:
    """Puts an old run back that stood aside when its successor died."""
    for aside in _asides(place):
        if (aside / "old").is_dir() and not place.exists():
            (aside / "old").rename(place)


def _sweep(place: Path) -> None:
    """Removes what runs of this name that died left behind."""
    for aside in _asides(place):
        shutil.rmtree(aside, ignore_errors=True)


def _cannot_write(place: Path, error: OSError) -> InputError:
    what = os.strerror(error.errno) if error.errno else str(error)
    return _refuse(f"the output cannot be written: {what}", place, "a place that can be written, with room on the disk")


def _refuse(message: str, place: Path, expected: str) -> InputError:
    return InputError(message, key="--out", value=place, expected=expected)
