"""Arrays that were worked out before from the same inputs, kept on this machine beside the tables of `cache.py`.

A name is the digest of everything that goes in. A file that is damaged, or cannot be written, is as if it were not there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from planner.base.cache import folder, make_room


def digest(parts: Iterable[object]) -> str:
    """One name for texts, figures and arrays, in their order."""
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            found.update(f"{part.dtype}{part.shape}".encode())
            found.update(np.ascontiguousarray(part).tobytes())
        else:
            found.update(repr(part).encode())
        found.update(b"\0")
    return found.hexdigest()


def read(kind: str, name: str) -> dict[str, NDArray[np.float64]] | None:
    """The arrays that are kept under a name; None if there are none, or not whole."""
    place = folder()
    try:
        if place is None:
            return None
        path = place / f"{kind}-{name}.npz"
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        with suppress(OSError):
            os.utime(path)
        seal = arrays.pop("seal", None)
        return arrays if seal is not None and str(seal) == _seal(arrays) else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def write(kind: str, name: str, arrays: dict[str, NDArray[np.float64]]) -> None:
    """Keep arrays under a name, whole or not at all."""
    place = folder()
    try:
        if place is None:
            return
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=place, suffix=".part", delete=False) as file:
            np.savez_compressed(file, seal=np.array(_seal(arrays)), **arrays)  # type: ignore[arg-type]
        path = place / f"{kind}-{name}.npz"
        os.replace(file.name, path)
        make_room(path)
    except (OSError, RuntimeError):  # no home, no room: then the next run computes it again
        return


def _seal(arrays: dict[str, NDArray[np.float64]]) -> str:
    return digest(part for key in sorted(arrays) for part in (key, arrays[key]))
