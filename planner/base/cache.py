"""Tables that were worked out before from the same inputs, kept on this machine.

One is found by the digest of its inputs, of the module that works it out and of the libraries that it uses, so that nothing stale is ever
found; it is Parquet, never a pickle. No answer depends on it: a folder that cannot be read or written, or a file that is broken, means
that the table is worked out again. The folder is `planner` in the user's own for such things (`XDG_CACHE_HOME`, else `~/.cache`);
`PLANNER_CACHE` names another one, or none where it is empty.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import io
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MOST = 200
"""Files of a kind (tables; arrays of `kept_arrays.py`) that are kept; those not asked for longest go first."""


def remembered(
    make: Callable[[], pd.DataFrame], inputs: Iterable[bytes], libraries: tuple[str, ...] = ()
) -> pd.DataFrame:
    """What `make` returns, from the last time that it was asked with the same inputs.

    Parameters
    ----------
    make : a function whose answer rests on nothing but `inputs` and the module that it stands in; its index is lost.
    inputs : everything that the answer rests on, in a fixed order.
    libraries : distributions whose version counts, besides pandas and pyarrow.
    """
    import pandas as pd

    place = folder()
    path = None if place is None else place / f"{_digest(make, inputs, libraries)}.parquet"
    if path is not None:
        try:
            table = pd.read_parquet(path)
            os.utime(path)
            return table
        except (OSError, ValueError):  # not there, or no Parquet
            pass
    content, made = io.BytesIO(), make()
    try:
        made.to_parquet(content, index=False)
    except (ValueError, TypeError):  # a column of several types, which Parquet has not
        return made
    if path is not None:
        _write(path, content.getvalue())
    return pd.read_parquet(content)  # the same types whether it was kept or not


def folder() -> Path | None:
    """Where such things are kept; None for nowhere."""
    asked = os.environ.get("PLANNER_CACHE")
    if asked is not None:
        return Path(asked) if asked else None
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "planner"


def _digest(make: Callable[[], pd.DataFrame], inputs: Iterable[bytes], libraries: tuple[str, ...]) -> str:
    digest = hashlib.sha256(make.__qualname__.encode())
    versions = " ".join(version(name) for name in ("pandas", "pyarrow", *libraries))
    for part in (Path(inspect.getfile(make)).read_bytes(), versions.encode(), *inputs):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@lru_cache
def version(library: str) -> str:
    """Its version, looked up on disk once."""
    return importlib.metadata.version(library)


def _write(path: Path, content: bytes) -> None:
    """Write a file under its name at once, or not at all; the oldest make room."""
    aside = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
        make_room(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()


def make_room(path: Path) -> None:
    """Remove the oldest files beside one of its kind: what took seconds never pushes out what took minutes."""
    kind = path.parent.glob(f"*{path.suffix}")
    for old in sorted(kind, key=lambda file: file.stat().st_mtime)[:-MOST]:
        old.unlink()
