"""What a table must be, from `columns.csv`, and its faults in words that name file, row and column."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from planner.base.errors import InputError, nearest
from planner.catalog.checks import CHECKS
from planner.catalog.schema import KINDS, columns_of, key_of

HIDDEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"  # what a terminal would obey


def with_checks(name: str, path: Path, only: tuple[str, ...] = ()) -> pd.DataFrame:
    """A CSV table in the types of its columns (or of `only` some of them), extra columns kept. Raises InputError."""
    try:
        table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError("the table cannot be read", file=path, value=str(error), expected="CSV in UTF-8") from None
    table = checked(table, schema_of(name, only), path)
    if name in CHECKS and not only:
        CHECKS[name](table, path)
    return table


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
