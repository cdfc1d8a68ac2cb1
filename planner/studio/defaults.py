"""What a field that says nothing takes, where it is no constant: the catalog's figure by stage, with its kind and its source.

Every other default stands in the schema (and its field's words say of what kind it is), or is told by the words themselves, such as
"default: that of the zone".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from planner.base.text import exact, number

LEFT_OUT = re.compile(r"(?:default|not named|null): (.+?)(?=;| \(|\. |$)")
PRICES = {"fuel.henry_hub": ("henry_hub", "US"), "fuel.lng_spot": ("jkm", None)}
"""Key -> item and region of `fuel_prices.csv`; without a region, that of the first country which has one."""


@dataclass(frozen=True)
class Default:
    """A figure in words, and what is known of it."""

    figure: str
    origin: str


def said(meaning: str) -> str:
    """What a field's own words say of its default.

    >>> said("price of gas, by stage; default: that of the zone"), said("country: factor, by stage; not named: 1"), said("years")
    ('that of the zone', '1', '')
    """
    found = LEFT_OUT.search(meaning)
    return found[1].strip() if found else ""


def of_catalog(key: str, stages: Sequence[int], countries: Sequence[str]) -> Default | None:
    """The catalog's figure of a key at the stages, with kind and source; None for a key that takes nothing from there."""
    return _found(key, tuple(stages), tuple(countries)) if stages else None


@lru_cache(maxsize=500)
def _found(key: str, stages: tuple[int, ...], countries: tuple[str, ...]) -> Default | None:
    from planner.catalog import tables

    if key in PRICES:
        item, region = PRICES[key]
        rows = tables.table("fuel_prices.csv").query("item == @item")
        region = region or next((code for code in countries if code in set(rows["region"])), None)
        if region is None:
            return None
        return _by_stage(rows[rows["region"] == region], stages, lambda year: tables.fuel_price(item, region, year))
    if key.startswith("fx."):
        rows = tables.table("money.csv").reset_index()
        rows = rows[(rows["item"] == key.removeprefix("fx.")) & rows["year"].isna()]
        return None if rows.empty else Default(exact(float(rows["value"].iloc[0])), _origin(rows))
    return None


def _by_stage(rows: pd.DataFrame, stages: tuple[int, ...], at: Callable[[int], float]) -> Default:
    """Figures of the stages, from the rows of the years around them."""
    values = ", ".join(f"{year}: {number(at(year))}" for year in stages)
    years = rows["year"].to_numpy()
    below, above = (
        max((y for y in years if y <= stages[0]), default=years.min()),
        min((y for y in years if y >= stages[-1]), default=years.max()),
    )
    return Default(f"{{{values}}}", _origin(rows[(years >= below) & (years <= above)]))


def _origin(rows: pd.DataFrame) -> str:
    """Kind and source of rows, each once."""
    return "; ".join(
        dict.fromkeys(f"{kind}: {source}" for kind, source in zip(rows["kind"], rows["source"], strict=True))
    )
