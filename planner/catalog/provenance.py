"""Where every figure of `data/` comes from, in one tidy frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.base.cache import remembered
from planner.base.constants import DATA
from planner.catalog import schema
from planner.catalog.read import read_csv, table_path
from planner.catalog.schema import PER_ROW, RowSource, described, names_of, row_sources

FIELDS = ["table", "item", "unit", "source", "licence", "kind"]
OWN = "A-: cited facts; own planning assumption"


def columns(folder: Path | None = None) -> pd.DataFrame:
    """The dictionary of columns: table, column, meaning, unit, source ('per row' where rows say it), licence, kind."""
    return read_csv("columns.csv", folder)


def provenance(folder: Path | None = None) -> pd.DataFrame:
    """Source of every figure: table, item (a column, or the name of a row), unit, source, licence, kind.

    Assumptions have kind `assumed`.
    """
    dictionary = columns(folder)
    whole = dictionary[~dictionary["source"].str.startswith(PER_ROW) & (dictionary["kind"] != "")]
    parts = [whole.rename(columns={"column": "item"})[FIELDS]]
    for name in described()["table"].unique():
        for said in row_sources(name):
            parts.append(figures(read_csv(name, folder), name, said)[FIELDS])
    return pd.concat(parts, ignore_index=True)


def sources(folder: Path | None = None) -> pd.DataFrame:
    """Every source of `data/` once per table: table, source, licence. Kept as long as no table changes (`base/cache.py`)."""

    def found() -> pd.DataFrame:
        return provenance(folder)[["table", "source", "licence"]].drop_duplicates(ignore_index=True)

    names = ["columns.csv", *(name for name in described()["table"].unique() if row_sources(name))]
    files = [Path(schema.__file__), DATA / "columns.csv", *(table_path(name, folder) for name in names)]
    return remembered(found, (file.read_bytes() for file in files))


def figures(rows: pd.DataFrame, name: str, said: RowSource) -> pd.DataFrame:
    """The figures of some rows of a table with their sources: table, item, value, unit, source, licence, kind."""
    names = rows[names_of(name)]
    texts = names.astype(object).where(names.notna(), "").astype(str).itertuples(index=False, name=None)
    item = pd.Series([" ".join(row).strip() for row in texts], rows.index, "str")
    whole = described().at[(name, said.figure), "licence"]
    return pd.DataFrame(
        {
            "table": name,
            "item": item if said.whole_row else item + " " + said.figure,
            "value": rows[said.figure],
            "unit": rows.get(said.unit, said.unit),
            "source": rows[said.source],
            "licence": rows.get("licence", OWN) if said.whole_row else whole,
            "kind": rows[said.kind],
        }
    )
