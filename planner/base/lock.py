"""Who holds a place, and whether a process that left something behind is still alive: across hosts and containers of a shared disk."""

from __future__ import annotations

import fcntl
import os
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from planner.base.interrupt import tidied

_held: set[Path] = set()


class Taken(Exception):
    """Somebody else holds the lock; says who."""


def owner(number: int | None = None) -> str:
    """This process, or that of a number, in a file's name: host and namespace of processes, number, and its first hundredth of a second."""
    number = os.getpid() if number is None else number
    return f"{_host()}.{number}.{_began(number)}"


def dead(name: str) -> bool:
    """Does a name that begins with an `owner` tell of a process of this host that lives no more? Of other hosts nobody here knows."""
    found = re.match(r"(.+?)\.(\d+)\.(\d+)\.", name + ".")
    if found is None or found[1] != _host():
        return False
    return _began(int(found[2])) != int(found[3])


@contextmanager
def locked(path: Path, made: Sequence[Path] = ()) -> Iterator[None]:
    """Hold the lock that the file `path` stands for; it ends with the block or with the process. Raises Taken.

    The same process may hold it several times. made : folders to remove with it if they are empty, innermost first.
    """
    if path in _held:
        yield
        return
    with _open(path) as lock:

        def tidy() -> None:
            path.unlink(missing_ok=True)
            with suppress(OSError):
                for folder in made:
                    folder.rmdir()

        os.truncate(lock, 0)
        os.write(lock, owner().encode())
        _held.add(path)
        try:
            with tidied(tidy):
                yield
        finally:
            _held.discard(path)


@contextmanager
def _open(path: Path) -> Iterator[int]:
    """The lock file, open and locked."""
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                host, number, _ = (os.read(lock, 300).decode(errors="replace") + "..").split(".", 2)
                raise Taken(f"process {number or '?'} on {host.partition('@')[0] or '?'}") from None
            if not path.exists() or path.stat().st_ino != os.fstat(lock).st_ino:
                continue  # who held it before has just removed it
            yield lock
            return
        finally:
            os.close(lock)


def _host() -> str:
    """The host, and the namespace in which its process numbers count."""
    try:
        space = re.sub(r"\D", "", os.readlink("/proc/self/ns/pid"))
    except OSError:
        space = ""
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname()) + "@" + space


def _began(number: int) -> int:
    """When a process began, in hundredths of a second; 0 if there is none of that number, or one that only waits to be buried."""
    try:
        process = psutil.Process(number)
        return 0 if process.status() == psutil.STATUS_ZOMBIE else round(process.create_time() * 100)
    except psutil.Error:
        return 0
