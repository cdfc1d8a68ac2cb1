"""The ends of a figure: the tables of `data/supply/` say how much can be had, at which price and on which terms, with `low` and `high`.

`level` picks the column of that name, `central` the value; an end that is not known falls back on the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import unknown_name

Level = Literal["low", "central", "high"]
LEVELS: tuple[Level, ...] = ("low", "central", "high")


def at_level(rows: pd.DataFrame, level: Level) -> Array:
    """The figures of a level; an end that is not known is the value."""
    if level == "central":
        return rows["value"].to_numpy(float)
    return rows[level].fillna(rows["value"]).to_numpy(float)


def path(rows: pd.DataFrame, years: Sequence[float], level: Level, left: float | None = None) -> Array:
    """Figures in some years: straight lines between those of the rows, the last held; before the first: `left`, or the first held."""
    rows = rows.sort_values("year")
    return np.interp(np.asarray(years, float), rows["year"].to_numpy(float), at_level(rows, level), left=left)


def term(item: str, region: str, level: Level, table: pd.DataFrame) -> float:
    """A term of a region; a region without one takes the first part of its name (US-MIDA-PJM: US), then `any`.

    Raises InputError for an item that the table does not have there.
    """
    rows = table[table["item"] == item].set_index("region")
    for name in (region, region.split("-")[0], "any"):
        if name in rows.index:
            return float(at_level(rows.loc[[name]], level)[0])
    known = table["item"] + " of " + table["region"]
    raise unknown_name("market term", f"{item} of {region}", known)
