"""Reads a table of `data/`, checked against what `columns.csv` says of it (`rules.py`), or kept from the last time that it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.base.cache import remembered
from planner.base.constants import DATA, HOURS
from planner.base.errors import InputError
from planner.catalog import levels, schema

TABLES = (".csv", ".parquet", ".yaml", ".geojson")
ALONE = (
    "countries.yaml",
    "money.csv",
)  # tables that a folder may always leave out, so that one with them has no others yet


def system_alone(folder: Path | None) -> bool:
    """Has a user's folder tables of the power system (`system/`) and none of the rest? Then the rest is ours."""
    if folder is None or not (Path(folder) / "system").is_dir():
        return False
    others = (item for item in Path(folder).iterdir() if item.name not in ("system", *ALONE) and item.name[0] != ".")
    return not any(item.is_dir() or item.suffix in TABLES for item in others)


def is_there(name: str, folder: Path | None) -> bool:
    """Is there a file of that table?"""
    return _file(name, folder).is_file()


def _file(name: str, folder: Path | None) -> Path:
    ours = not name.startswith("system/") and system_alone(folder)
    return Path(DATA if ours else folder or DATA) / name


def table_path(name: str, folder: Path | None) -> Path:
    """The file of a table in the user's folder, else in ours; InputError if it is not there: a folder is whole, but for `system_alone`."""
    path = _file(name, folder)
    if not path.is_file():
        raise InputError(f"the table '{name}' is missing", file=path, expected="a folder with the tables of data/")
    return path


def read_csv(name: str, folder: Path | None, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """A CSV table in the types of its columns (or of `only` some of them), extra columns kept. InputError names file, row and column.

    What was read and checked before is kept as long as neither the file nor the checks change (`base/cache.py`).
    """
    path = table_path(name, folder)

    def found() -> pd.DataFrame:
        from planner.catalog.rules import with_checks  # Pandera comes with it: half a second

        return with_checks(name, path, only)

    return levels.table(
        name, remembered(found, (f"{name} {only}".encode(), path.read_bytes(), schema.digest()), ("pandera",))
    )


def whole_years(values: Any, path: Path, column: str, low: float, high: float) -> np.ndarray:
    """A series of 8,760 finite figures within [low, high] as float32, or an InputError."""
    series = np.asarray(values, dtype=np.float32)
    if series.shape != (HOURS,):
        raise InputError(
            f"'{column}' has {series.size:,} hours",
            file=path,
            key=column,
            value=series.size,
            expected="8,760 hours, no leap day",
        )
    bad = np.flatnonzero(~np.isfinite(series) | (series < low) | (series > high))
    if bad.size:
        hour = int(bad[0])
        raise InputError(
            f"'{column}' cannot be used in hour {hour}",
            file=path,
            key=f"row {hour}, column '{column}'",
            value=float(series[hour]),
            expected=f"a number from {low:g} to {high:g}",
        )
    return series


def to_utc(local: np.ndarray, utc_offset_h: int) -> np.ndarray:
    """A year in standard time as a year in UTC: hour u of the result is local hour u + offset, around the year's end.

    >>> int(to_utc(np.arange(8760), 9)[3])
    12
    """
    return np.roll(local, -int(utc_offset_h))
