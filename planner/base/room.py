"""Memory that a process may still take: what the machine has, its control groups from its own upward, and its own limits (`ulimit`)."""

from __future__ import annotations

import atexit
import ctypes
import errno
import gc
import resource
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from planner.base.errors import PlannerError

GB = 1e9
GROUPS = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")
_FILES = {  # of the control groups, versions 2 and 1: limit, use, and what of the use can be given back
    "": ("memory.max", "memory.current", "memory.stat"),
    "memory": ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat"),
}
ADDRESSES = 1.2e9
"""Bytes of addresses beyond what is used: stacks and heaps of threads (measured: a plan of 0.55 GB takes 2.9 GB of addresses)."""
LEAST_ADDRESSES = 2.7e9
"""Bytes of addresses without which not even the libraries start."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of glibc's mallopt


@dataclass(frozen=True)
class Room:
    """Bytes that may still be taken, and what sets that limit, in words."""

    free: float
    held_by: str


def narrowest() -> Room:
    """The limit that really holds."""
    return min(_rooms(), key=lambda room: room.free)


def _rooms() -> Iterator[Room]:
    yield Room(float(psutil.virtual_memory().available), "the machine")
    for group, files in _groups():
        try:
            most = float((group / files[0]).read_text())  # "max" is no number: no limit
            cached = dict(line.split() for line in (group / files[2]).read_text().splitlines()).get("inactive_file", 0)
            left = most - float((group / files[1]).read_text()) + float(cached)
        except (OSError, ValueError):
            continue
        yield Room(max(left, 0.0), f"the control group {group}")
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        left = soft - float(psutil.Process().memory_info().vms) - ADDRESSES
        yield Room(max(left, 0.0), f"ulimit -v ({soft / GB:,.1f} GB of addresses)")


def _groups() -> Iterator[tuple[Path, tuple[str, str, str]]]:
    """The control groups that limit this process's memory, from its own to the root, with the names of their files."""
    paths = {"": "/", "memory": "/"}
    try:
        lines = MEMBERSHIP.read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        paths |= {version: path for version in paths if version == controllers or version in controllers.split(",")}
    for version, path in paths.items():
        own = Path(path)
        for group in (own, *own.parents):
            yield GROUPS / version / str(group).lstrip("/"), _FILES[version]


def check_addresses() -> None:
    """Raises PlannerError where `ulimit -v` leaves too little for the libraries: they do not say so themselves."""
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft < LEAST_ADDRESSES:
        allowed = f"ulimit -v allows {soft / GB:,.1f} GB of addresses"
        raise PlannerError(
            f"there is not enough memory to begin: {allowed}, planning takes {LEAST_ADDRESSES / GB:g} GB or more"
        )


def ran_out(error: BaseException) -> bool:
    """Does an error come from a lack of memory, also where a library calls it something else?"""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError) or (isinstance(seen, OSError) and seen.errno == errno.ENOMEM):
            return True
        seen = seen.__cause__ or seen.__context__
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return soft != resource.RLIM_INFINITY and _peak_addresses() > 0.9 * soft


def _peak_addresses() -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmPeak:"))
    except (OSError, StopIteration):
        return 0.0


def collect_seldom() -> None:
    """Let Python look for garbage once in a million new objects instead of 700: most of what a command makes stays until it ends.

    And not once more at its end, when all of it would be looked through (0.8 s of a plan).
    """
    gc.set_threshold(1_000_000, 10, 10)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def keep_freed() -> None:
    """Let the C library keep what is freed for the next arrays, up to a quarter of a GB, until it is to `give_back`.

    Else a year's dispatch asks the machine for five megabytes, page by page, and hands them back: a quarter of its processor time.
    """
    with suppress(AttributeError, OSError, TypeError):
        for parameter, size in ((M_MMAP_THRESHOLD, 32 << 20), (M_TRIM_THRESHOLD, 256 << 20)):
            ctypes.CDLL(None).mallopt(parameter, size)


def give_back() -> None:
    """Hand back to the machine what is free in this process: arrays of an hourly series are so small that the C library keeps them else.

    Only glibc can (Linux); elsewhere nothing happens.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
