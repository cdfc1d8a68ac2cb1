"""Whether something failed because the disk, or a limit on files, has no more room: libraries do not always say so."""

from __future__ import annotations

import errno
import os
import resource
import tempfile
from pathlib import Path

CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG}
LITTLE = 1 << 20  # bytes; who has less room than that has none
NEAR = 1 << 16  # bytes below a limit on the size of files at which a library may give up


def cause(error: BaseException, folder: Path) -> OSError | None:
    """Why nothing more could be written into a folder, if that is what an error comes from."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in CANNOT_WRITE:
            return seen
        seen = seen.__cause__ or seen.__context__
    try:
        _try(folder)
    except OSError as why:
        return why if why.errno in CANNOT_WRITE else None
    return None


def _try(folder: Path) -> None:
    """Raises OSError if the disk is full, or if a file has grown as far as files of this process may."""
    most, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if most != resource.RLIM_INFINITY:
        largest = max((item.stat().st_size for item in folder.rglob("*") if item.is_file()), default=0)
        if largest >= most - NEAR:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(LITTLE if most == resource.RLIM_INFINITY else min(LITTLE, most)))
        file.flush()
        os.fsync(file.fileno())
