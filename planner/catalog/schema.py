"""What a table of `data/` looks like, from the one place that says it: `data/columns.csv`.

A column that has a `type` there must be in every folder's table; the others are kept as they are. A new table needs its file and its rows
in `columns.csv`: reading, its checks, the list of sources and the assumptions of a plan follow.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from planner.base.constants import DATA

KINDS = ["measured", "datasheet", "published", "modelled", "assumed"]
PER_ROW = "per row"


@dataclass(frozen=True)
class RowSource:
    """Columns of a table in which each row says where a figure is from."""

    figure: str
    unit: str  # "unit": it stands in the row's column of that name
    source: str
    kind: str
    whole_row: bool  # does the source speak of the row (or of this figure alone)?


@cache
def described() -> pd.DataFrame:
    """Our dictionary of columns, words as they stand; index (table, column)."""
    frame = pd.read_csv(DATA / "columns.csv", keep_default_na=False, dtype=str)
    return frame.set_index(["table", "column"], drop=False)


@cache
def columns_of(table: str) -> pd.DataFrame:
    """The described columns of one table, index `column`; none for a table that is not described."""
    return _by_table().get(table, described().iloc[:0]).set_index("column", drop=False)


@cache
def _by_table() -> dict[str, pd.DataFrame]:
    return {str(name): rows for name, rows in described().groupby(level="table", sort=False)}


@cache
def digest() -> bytes:
    """Of all that says what a table must be: the dictionary, and the code that checks by it."""
    code = (Path(__file__).with_name(f"{name}.py") for name in ("rules", "schema", "checks", "ends"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in (*code, DATA / "columns.csv"))).digest()


def key_of(table: str) -> list[str]:
    """Columns that together name a row, each row once; none where rows have no names of their own."""
    rows = columns_of(table)
    return list(rows.index[rows["role"] == "key"])


def names_of(table: str) -> list[str]:
    """Columns by which a row is told: its key, or what comes nearest to one."""
    rows = columns_of(table)
    return list(rows.index[rows["role"].isin(["key", "name"])])


def countries_of(table: str) -> list[str]:
    """Columns that hold a country."""
    rows = columns_of(table)
    return list(rows.index[rows["type"] == "country"])


def words_of(table: str, column: str) -> list[str]:
    """All words that a column may hold."""
    return str(columns_of(table).at[column, "values"]).split("|")


def limits_of(table: str) -> dict[str, tuple[float, float]]:
    """Least and largest figure of every column of a table that has both."""
    rows = columns_of(table)
    both = rows[(rows["low"] != "") & (rows["high"] != "")]
    return {str(name): (float(row["low"]), float(row["high"])) for name, row in both.iterrows()}


@cache
def _words() -> dict[str, list[dict[str, str]]]:
    """The dictionary's rows of every table, as they stand."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in described().to_dict("records"):
        found.setdefault(row["table"], []).append(row)
    return found


@cache
def row_sources(table: str) -> tuple[RowSource, ...]:
    """The figures of a table whose rows say their source; none where the dictionary says it for all rows."""
    rows, found = _words().get(table, []), []
    for row in rows:
        _, _, source = row["source"].partition(f"{PER_ROW}: ")
        if source:
            _, _, kind = row["kind"].partition(f"{PER_ROW}: ")
            found.append(RowSource(row["column"], row["unit"], source, kind, whole_row=False))
    figure = next((row for row in rows if row["role"] == "figure"), None)
    if figure is not None:
        unit = "unit" if any(row["column"] == "unit" for row in rows) else figure["unit"]
        kind = next(row["column"] for row in rows if row["type"] == "kind")
        found.append(RowSource(figure["column"], unit, "source", kind, whole_row=True))
    return tuple(found)
