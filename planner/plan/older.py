"""Runs that an older version wrote: what tables have got since is read as empty, and the plan knows what it lacks.

Whoever adds a column to `TABLES` adds it to `ADDED`, and its words to `words/older.py`; a column that stands in neither is one that no run
may lack, for a figure that rests on it would be wrong and not only missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from planner.base.errors import InputError
from planner.plan.tables import TABLES, TEXTS

ADDED: dict[str, dict[str, float | str]] = {
    "lng": {"market_usd_per_mmbtu": float("nan")},
    "markets": {"resold": float("nan"), "resold_premium": float("nan")},
    "zones": {
        "co2_average_kg_per_mwh": float("nan"),
        "co2_average_without_kg_per_mwh": float("nan"),
        "co2_incremental_kg_per_mwh": float("nan"),
        "others_bill_apart_musd": float("nan"),
    },
    "zone_generation": {"energy_without_gwh": float("nan")},
    "links": {
        "hours_full_without": float("nan"),
        "new_mw": float("nan"),
        "new_without_mw": float("nan"),
        "new_musd": float("nan"),
        "new_without_musd": float("nan"),
    },
}
"""Columns that a run may lack, with what stands in their place: no number, or no text."""
ADDED_TABLES = frozenset({"zones", "zone_capacity", "zone_generation", "zone_hours", "links", "bills"})
"""Tables that a run may lack: they tell of what the version that wrote it could not plan, so they have no rows."""


Filters = list[tuple[str, str, Any]] | None


def needed(name: str) -> list[str]:
    """The columns of a table that every run has, in their order."""
    return [column for column in TABLES[name] if column not in ADDED.get(name, {})]


def may_lack(name: str, manifest: Mapping[str, Any]) -> bool:
    """Is it a table that came later, and the run's own list of its files does not name it? (If it does, the file was lost.)"""
    return name in ADDED_TABLES and f"tables/{name}.parquet" not in manifest.get("outputs", {})


def read_table(
    folder: Path, name: str, where: Filters = None, most: int | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """A table of a run with all of its columns, and the names of those that it lacks although it has rows. Raises InputError.

    where : only the rows of which this holds, `(column, "==", value)` each. most : only so many rows, without `where`.
    """
    path, columns = folder / "tables" / f"{name}.parquet", list(TABLES[name])
    if not path.is_file():
        return pd.DataFrame(columns=columns), []
    try:
        found = _rows(path, name, where) if most is None else _head(path, most)
    except Exception as error:  # the libraries below raise whatever a file drives them to
        raise InputError(f"the table cannot be read ({type(error).__name__})", file=path) from None
    there = list(found.columns)
    lacks = [column for column in columns if column not in there]
    if there != [column for column in columns if column in there]:
        odd = [str(column) for column in there if column not in columns]
        raise InputError(
            f"the table has columns that this version does not know: {', '.join(odd)}" if odd else "the table has another order of columns",
            file=path, expected="the planner that wrote the run, or a newer one",
        )  # fmt: skip
    if lost := [column for column in lacks if column in needed(name)]:
        again = f"planner run {folder / 'scenario.yaml'}: its scenario planned again"
        raise InputError(f"the table lacks {', '.join(lost)}", file=path, expected=again)
    empty = {column: ADDED[name][column] for column in lacks}
    return found.assign(**empty)[columns], lacks if len(found) else []


def _rows(path: Path, name: str, where: Filters) -> pd.DataFrame:
    """All rows of a table, or some; the texts of a long one as categories."""
    return pd.read_parquet(path, filters=where, read_dictionary=list(TEXTS) if name == "dispatch" else None)


def _head(path: Path, most: int) -> pd.DataFrame:
    """The first rows of a table; of its rows no more is read."""
    with pq.ParquetFile(path) as file:
        batches = file.iter_batches(batch_size=max(most, 1))
        first = next(batches, None) if most else None
        return (file.schema_arrow.empty_table() if first is None else first).to_pandas()


def count(folder: Path, name: str) -> int:
    """How many rows a table of a run has."""
    return int(pq.read_metadata(folder / "tables" / f"{name}.parquet").num_rows)
