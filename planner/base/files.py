"""Files that others wrote: looked at before they are read, so that a device, a pipe, a loop of links or 60 GB end in words."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from planner.base.errors import InputError


def read_bytes(path: Path, most: int, expected: str) -> bytes:
    """The content of a regular file of at most `most` bytes. Raises InputError, with `expected` in words, for anything else."""
    try:
        # Opened without waiting: a pipe that nobody writes to would hold us here for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise InputError("there is no such file", file=path, expected=expected) from None
    except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
        raise _unreadable(path, error, expected) from None
    found = os.fstat(handle)
    try:
        if not stat.S_ISREG(found.st_mode):
            kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a device or a pipe"
            raise InputError(f"the file cannot be read: it is {kind}", file=path, expected=expected)
        if found.st_size > most:
            raise too_large(path, most, expected)
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(most + 1)
    except (OSError, MemoryError) as error:
        raise _unreadable(path, error, expected) from None
    finally:
        os.close(handle)
    if len(content) > most:  # files of /proc say that they are empty
        raise too_large(path, most, expected)
    return content


def _unreadable(path: Path, error: Exception, expected: str) -> InputError:
    reason = getattr(error, "strerror", None) or str(error) or "there is not enough memory"
    return InputError(f"the file cannot be read: {reason}", file=path, expected=expected)


def too_large(path: Path, most: int, expected: str) -> InputError:
    """The error for a file of more bytes than anyone would write here."""
    return InputError("the file is too large", file=path, expected=f"{expected}, at most {most:,} bytes")


def not_yaml(path: Path, error: Exception, expected: str) -> InputError:
    """The error for what PyYAML could not read, with the line where it stopped."""
    mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None) or str(error).splitlines()[0]
    where = f"{path}, line {mark.line + 1}, column {mark.column + 1}" if mark else path
    return InputError(f"the file is not YAML that can be read: {reason}", file=where, expected=expected)
