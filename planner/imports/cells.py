"""What every format's reader is made of: cells as figures and moments, columns by name, tables wide and long; each fault in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import isfinite
from pathlib import Path

from planner.base.errors import InputError, unknown_name
from planner.imports.clock import moment, standard_offset_h, zone
from planner.imports.year import Rows

THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
HOUR = timedelta(hours=1)
NOTHING = ("", "-", "n/e", "na", "nan", "null", "n/a")
Table = tuple[list[str], list[tuple[int, list[str]]]]


@dataclass(frozen=True)
class Asked:
    """What the user says of a file that its format leaves open."""

    time_zone: str | None = None
    hour: str | None = None  # ending or beginning
    columns: tuple[str, ...] = ()  # which; none named: all
    turbine: str | None = None  # of a wind farm
    hub_m: float | None = None


def number(path: Path, line: int, text: str) -> float:
    """A figure, with or without signs for thousands; nan for an empty cell. Raises InputError."""
    plain = text.strip().strip('"')
    if plain.casefold() in NOTHING:
        return float("nan")
    refused = InputError("this is no number", file=f"{path}, line {line}", value=text, expected="such as 51234.5")
    try:
        found = float(plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain)
    except ValueError:
        raise refused from None
    if not isfinite(found):
        raise refused
    return found


def column(path: Path, header: Sequence[str], names: Sequence[str], what: str, form: str) -> int:
    """Position of the first column that has one of some names. Raises the format's one refusal."""
    folded = [name.strip().casefold() for name in header]
    for name in names:
        if name.casefold() in folded:
            return folded.index(name.casefold())
    expected = f"a column '{names[0]}' (here: {', '.join(header[:8])}, ...)"
    raise InputError(f"this is no file of the format {form}: it has no {what}", file=path, expected=expected)


def at(path: Path, line: int, text: str) -> datetime:
    """A moment without its zone. Raises InputError."""
    found = moment(text)
    if found is None:
        expected = "such as 2024-01-31 00:00, 31.01.2024 00:00, or 01/31/2024 00:00 with the month first"
        raise InputError("the time is not understood", file=f"{path}, line {line}", value=text, expected=expected)
    return found


def counted(path: Path, table: Table, values: dict[int, str], asked: Asked) -> Rows:
    """Rows that are the hours of a year, in their order; of a leap year without its day. Raises InputError for another number."""
    clock, n = asked_zone(path, asked), len(table[1])
    if n not in (8760, 8784):
        raise InputError(
            f"the file has {n:,} rows", file=path, value=n, expected="8,760 hours, or the 8,784 of a leap year"
        )
    year = 2024 if n == 8784 else 2023
    offset = standard_offset_h(clock, year)
    begin = datetime(year, 1, 1, tzinfo=UTC) - offset * HOUR
    return wide(path, table, values, [begin + i * HOUR for i in range(n)], offset, asked)


def asked_zone(path: Path, asked: Asked) -> tzinfo:
    """The zone that the user says. Raises InputError where none is said."""
    if asked.time_zone is None:
        raise InputError(
            "in which time zone are these hours?",
            file=path,
            key="--time-zone",
            expected="UTC, +09:00, America/Chicago, ...",
        )
    return zone(asked.time_zone)


def wide(
    path: Path, table: Table, values: dict[int, str], starts: list[datetime], offset_h: float, asked: Asked
) -> Rows:
    """A table with a column per series. Raises InputError for a column that is asked and not there."""
    header, rows = table
    names = {header[i]: i for i in values}
    for name in asked.columns:
        if name not in names:
            raise unknown_name("column", name, names, file=path, key="--column")
    chosen = asked.columns or tuple(names)
    found = {name: [number(path, line, row[names[name]]) for line, row in rows] for name in chosen}
    return Rows(starts, found, {name: values[names[name]] for name in chosen}, offset_h)


def pivoted(path: Path, found: dict[str, dict[datetime, float]], unit: str, offset_h: float, asked: Asked) -> Rows:
    """Rows of several areas as a column for each. Raises InputError for an area that is asked and not there."""
    for name in asked.columns:
        if name not in found:
            raise unknown_name("area", name, found, file=path, key="--column")
    if not found:
        raise InputError("the file has no rows", file=path, expected="hours")
    chosen = {name: found[name] for name in asked.columns or tuple(found)}
    starts = sorted({start for series in chosen.values() for start in series})
    columns = {name: [series.get(start, float("nan")) for start in starts] for name, series in chosen.items()}
    return Rows([start.replace(tzinfo=UTC) for start in starts], columns, dict.fromkeys(chosen, unit), offset_h)
