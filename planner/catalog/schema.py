"""What a table of `data/` looks like, from the one place that says it: `data/columns.csv`.

A column that has a `type` there must be in every folder's table; the others are kept as they are. A new table needs its file and its rows
in `columns.csv`: reading, its checks, the list of sources and the assumptions of a plan follow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd
import pandera.pandas as pa

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
    rows = described()
    return rows[rows["table"] == table].set_index("column", drop=False)


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
def schema_of(table: str, only: tuple[str, ...] = ()) -> pa.DataFrameSchema:
    """The checks of a table, or of some of its columns."""
    rows = columns_of(table)
    typed = rows[rows["type"] != ""] if not only else rows.loc[list(only)]
    key = key_of(table)
    whole = len(key) > 1 and set(key) <= set(typed.index)
    return pa.DataFrameSchema(
        {str(name): column(row, unique=key == [name]) for name, row in typed.iterrows()}, unique=key if whole else None
    )


def column(row: pd.Series, unique: bool) -> pa.Column:
    """The check of one described column; an empty cell of one that may be empty reads as '' or as no number."""
    words = KINDS if row["type"] == "kind" else [word for word in str(row["values"]).split("|") if word]
    checks = [pa.Check.isin(words)] if words else []
    checks += [pa.Check.ge(float(row["low"]))] if row["low"] else []
    checks += [pa.Check.le(float(row["high"]))] if row["high"] else []
    dtype = {"text": str, "country": str, "kind": str, "number": float, "whole": "Int64", "flag": bool}[
        str(row["type"])
    ]
    return pa.Column(dtype, checks, nullable=row["empty"] == "yes", coerce=dtype is not bool, unique=unique)


def row_sources(table: str) -> list[RowSource]:
    """The figures of a table whose rows say their source; none where the dictionary says it for all rows."""
    rows = columns_of(table)
    found = []
    for name, row in rows.iterrows():
        _, _, source = str(row["source"]).partition(f"{PER_ROW}: ")
        if source:
            _, _, kind = str(row["kind"]).partition(f"{PER_ROW}: ")
            found.append(RowSource(str(name), row["unit"], source, kind, whole_row=False))
    figure = rows.index[rows["role"] == "figure"]
    if len(figure):
        unit = "unit" if "unit" in rows.index else str(rows.at[figure[0], "unit"])
        kind = str(rows.index[rows["type"] == "kind"][0])
        found.append(RowSource(str(figure[0]), unit, "source", kind, whole_row=True))
    return found
