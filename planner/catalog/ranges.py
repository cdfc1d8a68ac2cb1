"""Every figure of the catalog that carries a low and a high end, by its path (see `levels.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.base.errors import InputError, unknown_name
from planner.catalog.cards import Card, chips, cooling_systems, power_technologies, workloads
from planner.catalog.levels import TABLES, chosen, head
from planner.catalog.tables import table


@dataclass(frozen=True)
class Range:
    """A figure with its ends, the first year's where it has several; an end that nobody gives is None."""

    value: float
    low: float | None
    high: float | None
    unit: str


def ranges(folder: Path | None = None) -> dict[str, Range]:
    """Path -> range, of the cards and of the tables of `data/` or of a folder of the user's own."""
    with chosen({}):
        found: dict[str, Range] = {}
        for kind, cards in (
            ("chips", chips()),
            ("cooling", cooling_systems()),
            ("power", power_technologies()),
            ("workloads", workloads()),
        ):
            found |= dict(_of_cards(kind, cards.values()))
        tables = {name: table(name, folder) for name in TABLES}
    for name, frame in tables.items():
        found |= _of_table(name, frame)
    return found


def _of_cards(kind: str, cards: Iterable[Card]) -> Iterable[tuple[str, Range]]:
    for card in cards:
        for key, figure in card.figures.items():
            if figure.low is not None or figure.high is not None:
                yield f"{kind}/{card.name}/{key}", Range(figure.at(), figure.low, figure.high, figure.unit)


def _of_table(name: str, frame: pd.DataFrame) -> dict[str, Range]:
    keys, of, _ = TABLES[name]
    found: dict[str, Range] = {}
    for row in frame.reset_index().to_dict("records"):
        if all(pd.isna(row.get(end)) for end in ("low", "high")):
            continue
        low, high = (None if pd.isna(row[end]) else float(row[end]) for end in ("low", "high"))
        path = "/".join([head(name), *(str(row[key]) for key in keys)])
        found.setdefault(path, Range(float(row[of]), low, high, str(row.get("unit", "MW"))))
    return found


def check(figures: dict[str, str | float], folder: Path | None = None) -> None:
    """Every path names a figure that has the end that is asked for. Raises InputError with the nearest paths."""
    if not figures:
        return
    known = ranges(folder)
    for path, place in figures.items():
        if path not in known:
            raise unknown_name("figure with a range", path, known, key=f"inputs.figures.{path}")
        low, high = known[path].low, known[path].high
        down = place == "low" or (isinstance(place, float) and place < 0)
        up = place == "high" or (isinstance(place, float) and place > 0)
        if (down and low is None) or (up and high is None):
            end = "low" if down else "high"
            raise InputError(
                f"this figure has no {end} end",
                key=f"inputs.figures.{path}",
                value=place,
                expected="central, or its other end",
            )
