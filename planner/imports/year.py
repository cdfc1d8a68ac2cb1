"""Rows at moments as the 8,760 hours of a year, in the order of UTC: what a scenario reads as a series.

hour's figure    the mean of the rows that begin in it (quarter hours, half hours)
order            by month, day and hour of the zone's standard time, 29 February left out, then rolled to UTC
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError

MOST_FILLED = 744  # hours: a month
Calendar = tuple[int, int, int]  # month, day, hour of standard time


@dataclass(frozen=True)
class Rows:
    """What a file says: the start of each row in UTC, its figures by column (nan: none), the unit of each column."""

    starts: list[datetime]
    columns: dict[str, list[float]]
    units: dict[str, str]
    offset_h: float  # of the standard time whose year is meant
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Year:
    """8,760 hours in the order of UTC, by column; and what was done to get them."""

    columns: dict[str, Array]
    units: dict[str, str]
    offset_h: float
    notes: list[str]


def calendar() -> list[Calendar]:
    """Month, day and hour of every hour of a year without a leap day."""
    begin = datetime(2023, 1, 1)
    days = [begin + timedelta(hours=h) for h in range(HOURS)]
    return [(day.month, day.day, day.hour) for day in days]


def year_of(rows: Rows, year: int | None = None, fill: int = 0) -> Year:
    """One year of the rows. Raises InputError for hours that are missing or given by several years, and for too many to fill.

    year : which, where the file holds more than one. fill : hours a column may lack, drawn in straight lines between their neighbours.
    """
    if fill > MOST_FILLED:
        expected = f"at most {MOST_FILLED}, a month"
        raise InputError("so many hours are not filled", key="--fill", value=fill, expected=expected)
    notes = list(rows.notes)
    local = [start.astimezone(UTC) + timedelta(hours=rows.offset_h) for start in rows.starts]
    kept = [i for i, at in enumerate(local) if (year is None or at.year == year) and (at.month, at.day) != (2, 29)]
    years = sorted({local[i].year for i in kept})
    if not kept:
        raise InputError(f"the file has no hours of {year}", key="--year", value=year, expected="a year of the file")
    if any((at.month, at.day) == (2, 29) for at in local):
        notes.append("29 February is left out: a year of the planner has 8,760 hours")
    by_hour: defaultdict[Calendar, list[int]] = defaultdict(list)
    for i in kept:
        by_hour[local[i].month, local[i].day, local[i].hour].append(i)
    if len(years) > 1:
        twice = next((key for key, found in by_hour.items() if len({local[i].year for i in found}) > 1), None)
        if twice is not None:
            expected = f"--year, one of {', '.join(map(str, years))}"
            raise InputError("the file holds more than one year", key="--year", value=str(years), expected=expected)
        notes.append(f"hours of {years[0]} and {years[-1]}, put in the order of a calendar year")
    columns = {
        name: np.roll(hourly(values, by_hour, name, fill, notes), -round(rows.offset_h))
        for name, values in rows.columns.items()
    }
    return Year(columns, rows.units, rows.offset_h, notes)


def hourly(
    values: Sequence[float], by_hour: dict[Calendar, list[int]], name: str, fill: int, notes: list[str]
) -> Array:
    """The hours of a column in standard time. Raises InputError for more that are missing than may be filled."""
    means = np.full(HOURS, np.nan)
    labels = calendar()
    for h, key in enumerate(labels):
        known = [values[i] for i in by_hour.get(key, ()) if not np.isnan(values[i])]
        if known:
            means[h] = np.mean(known)
    missing = np.flatnonzero(np.isnan(means))
    if len(missing) == HOURS:
        expected = "one figure for every hour; or of several columns those alone that are named, by --column"
        raise InputError(f"the column '{name}' holds no numbers", key=name, expected=expected)
    if len(missing) > fill:
        first = ", ".join("{:02d}-{:02d} {:02d}:00".format(*labels[h]) for h in missing[:3])
        message = f"the column '{name}' lacks {len(missing):,} hours (month-day, standard time: {first}, ...)"
        filled = f", or --fill {len(missing)}" if len(missing) <= MOST_FILLED else ""
        raise InputError(message, key=name, value=len(missing), expected=f"every hour of a year{filled}")
    if len(missing):
        have = np.flatnonzero(~np.isnan(means))
        means[missing] = np.interp(missing, have, means[have], period=HOURS)
        notes.append(
            f"{name}: {len(missing)} hours that the file lacks are drawn in straight lines between their neighbours"
        )
    return means
