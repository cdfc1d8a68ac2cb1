"""Figures at another place of their range: what a scenario asks under `inputs.figures`.

A path names a figure that carries a range: `power/smr_ismr/learning_rate` is a figure of a card in `models/`, `zone_headroom/KR` are
the rows of a table in `data/`, in all years. A place is -1 at the low end, 0 at the figure itself, 1 at the high end, straight
between:

    figure + place (high - figure) for place > 0,    figure + place (figure - low) for place < 0

Which figures have a range is told by `ranges.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from planner.catalog.cards_base import Card, Figure

    C = TypeVar("C", bound=Card)

PLACES = {"low": -1.0, "central": 0.0, "high": 1.0}
TABLES: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "zone_headroom.csv": (("zone",), "mw", ("mw",)),
    "fuel_prices.csv": (("item", "region"), "value", ("value",)),
    "facts/datacenter.csv": (("item",), "value", ("value", "value_2023usd")),
}
"""Table -> columns that name a figure, the column that its range is of, and those that move with it."""


class _Chosen:
    """Places by path, and the cards made of them, each folder once."""

    def __init__(self, figures: Mapping[str, str | float]) -> None:
        self.places = {path: PLACES[at] if isinstance(at, str) else at for path, at in figures.items()}
        self.made: dict[str, dict] = {}

    def of(self, head: str) -> dict[str, float]:
        """Places by the rest of the path, of the paths that begin with a head."""
        return {p.removeprefix(f"{head}/"): at for p, at in self.places.items() if p.startswith(f"{head}/") and at}


_chosen: ContextVar[_Chosen | None] = ContextVar("figures", default=None)


@contextmanager
def chosen(figures: Mapping[str, str | float]) -> Iterator[None]:
    """Within the block cards and tables are read with these figures moved; with none of them, as they stand."""
    token = _chosen.set(_Chosen(figures) if figures else None)
    try:
        yield
    finally:
        _chosen.reset(token)


def moved(figure: float, low: float | None, high: float | None, place: float) -> float:
    """A figure at a place of its range.

    >>> moved(10.0, 8.0, 15.0, 0.5), moved(10.0, 8.0, 15.0, -1.0)
    (12.5, 8.0)
    """
    end = high if place > 0 else low
    return figure if end is None else figure + abs(place) * (end - figure)


def cards(folder: str, found: dict[str, C]) -> dict[str, C]:
    """The cards of a folder of `models/` with the chosen figures moved; themselves where none is."""
    now = _chosen.get()
    places = now.of(folder) if now is not None else {}
    if now is None or not places:
        return found
    if folder not in now.made:
        now.made[folder] = dict(found)
        for path, place in places.items():
            name, key = path.split("/", 1)
            card = now.made[folder][name]
            figures = card.figures | {key: _moved(card.figures[key], place)}
            now.made[folder][name] = card.model_copy(update={"figures": figures})
    return now.made[folder]


def _moved(figure: Figure, place: float) -> Figure:
    value = figure.value
    if isinstance(value, dict):
        return figure.model_copy(
            update={"value": {year: moved(v, figure.low, figure.high, place) for year, v in value.items()}}
        )
    return figure.model_copy(update={"value": moved(value, figure.low, figure.high, place)})


def table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """A table with the chosen figures moved; itself where none is."""
    now = _chosen.get()
    if now is None or name not in TABLES:
        return frame
    keys, of, columns = TABLES[name]
    places = now.of(head(name))
    if not places:
        return frame
    frame = frame.copy()
    paths = frame[list(keys)].astype(str).agg("/".join, axis=1)
    for path, place in places.items():
        end = frame["high" if place > 0 else "low"].to_numpy(float)
        here = (paths == path).to_numpy() & np.isfinite(end)
        factor = 1.0 + abs(place) * (end[here] / frame.loc[here, of].to_numpy(float) - 1.0)
        for column in columns:
            frame.loc[here, column] = frame.loc[here, column].to_numpy(float) * factor
    return frame


def head(table_name: str) -> str:
    """How the paths of a table's figures begin.

    >>> head("facts/datacenter.csv")
    'datacenter'
    """
    return table_name.removesuffix(".csv").rsplit("/", 1)[-1]
