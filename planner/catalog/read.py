"""Reads a table of `data/` and checks it against what `columns.csv` says of it, so that every fault names file, row and column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from planner.base.constants import DATA, HOURS
from planner.base.errors import InputError, nearest
from planner.catalog import levels
from planner.catalog.checks import CHECKS
from planner.catalog.schema import schema_of

HIDDEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"  # what a terminal would obey


def table_path(name: str, folder: Path | None) -> Path:
    """The file of a table in the user's folder, else in ours; InputError if it is not there."""
    path = Path(folder or DATA) / name
    if not path.is_file():
        raise InputError(f"the table '{name}' is missing", file=path, expected="a folder with the tables of data/")
    return path


def read_csv(name: str, folder: Path | None, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """A CSV table in the types of its columns (or of `only` some of them), extra columns kept. InputError names file, row and column."""
    path = table_path(name, folder)
    try:
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError("the table cannot be read", file=path, value=str(error), expected="CSV in UTF-8") from None
    table = checked(table, schema_of(name, only), path)
    if name in CHECKS and not only:
        CHECKS[name](table, path)
    return levels.table(name, table)


def checked(table: pd.DataFrame, schema: pa.DataFrameSchema, path: Path) -> pd.DataFrame:
    """The table in its schema's types, or an InputError about the first fault."""
    for column in schema.columns:
        if column not in table:
            close = nearest(column, [str(c) for c in table])
            hint = f"; is '{close[0]}' meant?" if close else ""
            raise InputError(
                f"column '{column}' is missing", file=path, key=column, expected=f"a column '{column}'{hint}"
            )
    if table.empty:
        raise InputError("the table has no rows", file=path, expected="at least one row")
    try:
        table = schema.validate(table, lazy=True)
    except SchemaErrors as faults:
        raise _fault(faults.failure_cases, table, path) from None
    for column in (name for name in table if not pd.api.types.is_numeric_dtype(table[name])):
        hidden = table[column].astype(str).str.contains(HIDDEN)
        if hidden.any():
            where = f"row {int(hidden.argmax()) + 2}, column '{column}'"
            value = table[column].iloc[int(hidden.argmax())]
            raise InputError(f"{where} holds a character that cannot be shown", file=path, key=where, value=value)
    for column, rule in schema.columns.items():
        if rule.nullable and str(rule.dtype).startswith("str"):
            table[column] = table[column].fillna("")
        elif str(rule.dtype) == "Int64" and not rule.nullable:
            table[column] = table[column].astype("int64")
    return table


def _fault(cases: pd.DataFrame, table: pd.DataFrame, path: Path) -> InputError:
    """The first failure of a validation, in words."""
    case = cases.sort_values("index", kind="stable", na_position="last").iloc[0]
    column, check = case["column"], str(case["check"])
    row = None if pd.isna(case["index"]) else int(case["index"])
    where = f"column '{column}'" if row is None else f"row {row + 2}, column '{column}'"
    if "uniqueness" in check:
        twice = cases[cases["check"] == check]
        names = ", ".join(
            f"{c}={v}" for c, v in table.loc[int(twice["index"].max()), sorted(set(twice["column"]))].items()
        )
        row = int(twice["index"].max()) + 2
        return InputError(f"row {row} repeats {names}", file=path, key=f"row {row}", value=names, expected="each once")
    if check == "not_nullable":
        return InputError(f"{where} is empty or not a number", file=path, key=where, expected="a value")
    value = None if row is None else case["failure_case"]
    return InputError(f"{where} cannot be used", file=path, key=where, value=value, expected=_words(check))


def _words(check: str) -> str:
    """A pandera check in words."""
    if check.startswith(("dtype", "coerce")):
        kind = check.partition("(")[2].strip("')\"")
        return {"float64": "a number", "Int64": "a whole number", "bool": "True or False"}.get(kind, kind)
    words = {"greater_than_or_equal_to": "at least ", "less_than_or_equal_to": "at most ", "isin": "one of "}
    name, _, rest = check.partition("(")
    return words.get(name, name + " ") + rest.rstrip(")").strip("[]").replace("'", "")


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
