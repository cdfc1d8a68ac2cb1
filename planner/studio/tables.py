"""A table of a run for a page: what each column means over its head, numbers with their exact value, long tables cut with a word."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from planner.plan.tables import TABLES
from planner.words.answer import cell

LONG = 1000
PLAIN = ("stage", "weight")


@dataclass(frozen=True)
class ShownTable:
    """As the report's macro `show` takes it."""

    heads: list[tuple[str, str]]
    rows: list[list[Markup]]
    total: int
    file: str
    numeric: set[int]


def shown_table(frame: pd.DataFrame, name: str = "", limit: int = LONG) -> ShownTable:
    """A frame as a table of a page; `name` of the run's table tells its columns' meanings."""
    meanings = TABLES.get(name, {})
    rows = [
        [
            Markup("{}").format(value) if column in PLAIN else cell(value)
            for column, value in zip(frame.columns, row, strict=True)
        ]
        for row in frame.head(limit).itertuples(index=False, name=None)
    ]
    numeric = {i for i, column in enumerate(frame.columns) if pd.api.types.is_numeric_dtype(frame[column])}
    heads = [(str(column).replace("_", " "), meanings.get(str(column), "")) for column in frame.columns]
    return ShownTable(heads, rows, len(frame), name, numeric)
