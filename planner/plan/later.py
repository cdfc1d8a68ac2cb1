"""What is found of a run after it was written: tables beside its own, which its manifest does not list.

Each says of which run it is, by the digest of that run's manifest, so that one that was copied from elsewhere is not taken for its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from planner.base.errors import InputError

NEAR, FLIPS, PAGE = "near.parquet", "flips.parquet", "near.html"
LATER = {
    NEAR: "least and most of what `planner near` was asked, over all plans that cost little more",
    FLIPS: "costs at which something enters the plan or leaves it (`planner flips`)",
    PAGE: "the report once more, with these ranges on its first screen and beside mix, sites, gas, reactors and chips",
}
"""Files that may stand in the folder of a run without being in its manifest."""


def write(run: Path, name: str, frame: pd.DataFrame, **told: Any) -> None:
    """Put a table beside those of a run, with what else is to be known of it. Raises InputError where nothing can be written."""
    frame = frame.copy()
    frame.attrs = {"run": _of(run), **told}
    fresh = run / f".{name}"
    try:
        frame.to_parquet(fresh, index=False)
        fresh.replace(run / name)
    except OSError as error:
        raise InputError(f"the table cannot be written: {error.strerror}", file=run / name) from error
    finally:
        fresh.unlink(missing_ok=True)


def read(run: Path, name: str) -> pd.DataFrame | None:
    """A table that was found of a run, with what was told in its `attrs`; None where there is none, or one of another run."""
    if not (run / name).is_file():
        return None
    frame = pd.read_parquet(run / name)
    return frame if frame.attrs.get("run") == _of(run) else None


def _of(run: Path) -> str:
    return hashlib.sha256((run / "manifest.json").read_bytes()).hexdigest()
