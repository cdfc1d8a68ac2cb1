"""Tables of the page: chosen columns with their meanings, names for identifiers, and a dash for what is too small to be built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.page.solver_text import flat
from planner.words.figures import cell, least, told
from planner.words.language import say
from planner.words.names import Names

LONG_TABLE = 400  # rows shown of a long table; the file in tables/ has all
YEARS = ("stage", "year")


@dataclass(frozen=True)
class Table:
    """A table of the report: heads (label, meaning), rows of safe cells, and how many rows the file has."""

    heads: list[tuple[str, str]]
    rows: list[list[Markup]]
    total: int
    file: str

    @cached_property
    def numeric(self) -> set[int]:
        """Columns that hold numbers."""
        return {index for row in self.rows for index, item in enumerate(row) if "<data" in item}


def table(
    frame: pd.DataFrame, columns: dict[str, str], name: str, plan: Plan, limit: int = LONG_TABLE, unit: str = ""
) -> Table:
    """The chosen columns of a frame under their heads; meanings come from the data dictionary, names from the plan.

    unit : of columns whose names do not say theirs, as those names end.
    """
    shown = frame[list(columns)].head(limit)
    named = namers(Names(plan))
    floats = [column for column in columns if pd.api.types.is_float_dtype(frame[column])]
    bounds = {column: least(unit or column, frame[column]) for column in floats}
    rows = [
        [_cell(column, value, named, bounds) for column, value in zip(columns, row, strict=True)]
        for row in shown.itertuples(index=False, name=None)
    ]
    meanings = TABLES.get(name, {})
    heads = [(say(label), meanings.get(column, "")) for column, label in columns.items()]
    return Table(heads, rows, len(frame), name)


def namers(names: Names) -> dict[str, Callable[[str], str]]:
    """Columns that hold identifiers, and what gives their names."""
    return {
        "country": names.country,
        "owner": names.country,
        "technology": names.source,
        "design": names.source,
        "source": names.source,
        "hosting_supply": names.source,
        "chip": names.chip,
        "site": names.site,
        "zone": names.zone,
        "from_zone": names.zone,
        "to_zone": names.zone,
        "terminal": lambda place: place.replace("_", " "),
        "line": say,
        "kind": say,
    }


def visible_rows(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows whose figure in a column is large enough to be printed."""
    return frame[frame[column].abs() >= max(least(column, frame[column]), 1e-12)]


def _cell(column: str, value: Any, named: dict[str, Callable[[str], str]], bounds: dict[str, float]) -> Markup:
    if column in YEARS:
        return Markup("{}").format(value)
    if column in named and isinstance(value, str):
        return Markup("{}").format(named[column](value))
    return told(value, bounds.get(column, 0.0))


def free_table(content: list[dict[str, Any]]) -> Table:
    """Rows whose columns their author decides, as a report table."""
    heads = list(dict.fromkeys(name for row in content for name in row))
    rows = [[_value(row.get(head), head) for head in heads] for row in content]
    return Table([(say(head.replace("_", " ")), "") for head in heads], rows, len(rows), "")


def pairs(content: dict[str, Any]) -> list[list[Markup]]:
    """Nested figures as rows of a name and a value."""
    return [[Markup("{}").format(name), _value(value, name)] for name, value in flat(content)]


def _value(value: Any, name: str) -> Markup:
    """A figure or word of a free-form section; years and versions stay as they are."""
    if isinstance(value, list | tuple):
        return Markup(", ").join(_value(item, name) for item in value)
    plain = name.split(".")[-1] in YEARS or isinstance(value, str)
    return Markup("{}").format(value) if plain else cell(value)


def work_rows(limits: pd.DataFrame) -> pd.DataFrame:
    """What all of a workload costs the plan, dearest first."""
    rows = limits[limits["kind"] == LimitKind.WORK.value]
    return rows.sort_values("value_usd_per_year", ascending=False, kind="stable")
