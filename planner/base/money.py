"""Money of other places and years, from `data/money.csv` or that of a user's own folder: local currency per USD, and USD of 2023 per
USD of a year."""

from __future__ import annotations

import csv
from bisect import bisect_left
from functools import cache
from pathlib import Path

from planner.base.constants import DATA
from planner.base.errors import InputError

FILE = "money.csv"
DOLLAR = "USD"


@cache
def exchange_rates(folder: Path | None = None) -> dict[str, float]:
    """Local currency per USD, by currency.

    >>> exchange_rates()["KRW"]
    1364.0
    """
    return {item: value for item, year, value in _rows(folder) if item != DOLLAR and year is None}


@cache
def deflators(folder: Path | None = None) -> dict[int, float]:
    """USD of 2023 per USD of a year, by year."""
    return {year: value for item, year, value in sorted(_rows(folder), key=str) if item == DOLLAR and year is not None}


def usd_2023(year: float, folder: Path | None = None) -> float:
    """What a USD of a year is in USD of 2023; in straight lines between the years of the table, which alone it knows.

    Raises InputError for a year outside the table.

    >>> usd_2023(2021), round(usd_2023(2019.5), 4)
    (1.113, 1.1515)
    """
    known = deflators(folder)
    years = sorted(known)
    if not years or not years[0] <= year <= years[-1]:
        raise InputError("no deflator for this dollar year", value=year, expected=f"a year of {FILE}: {years}")
    after = bisect_left(years, year)
    if years[after] == year:
        return known[years[after]]
    before, later = years[after - 1], years[after]
    return known[before] + (known[later] - known[before]) * (year - before) / (later - before)


@cache
def _rows(folder: Path | None) -> list[tuple[str, int | None, float]]:
    """Item, year and value of every row; ours where the folder has no such table."""
    own = None if folder is None else folder / FILE
    path = own if own is not None and own.is_file() else DATA / FILE
    with path.open(encoding="utf-8", newline="") as text:
        found = []
        for number, row in enumerate(csv.DictReader(text), start=2):
            try:
                value = float(row["value"])
                found.append((row["item"], int(row["year"]) if row["year"] else None, value))
                if not 0 < value < 1e9:
                    raise ValueError(row["value"])
            except (KeyError, TypeError, ValueError) as error:
                key = f"row {number}"
                raise InputError(
                    "the row cannot be used", file=path, key=key, value=error, expected="item, year, value above 0"
                ) from None
    return found
