"""Zones of the grid on the map: a disc in the middle of a zone's sites, by what it can connect until a year, coloured by its price."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

from planner.base.text import whole
from planner.words.language import mark, say

STEPS = (60.0, 80.0, 100.0, 120.0)  # USD/MWh, between two colours
COLOURS = ("#FEE391", "#FEC44F", "#FE9929", "#D95F0E", "#993404")  # ColorBrewer, YlOrBr
ROOM = mark("{low} to {high} MW of new load; energy at {price} USD/MWh")


def years() -> list[int]:
    """The years of which the table of headroom tells."""
    from planner.catalog import tables

    return sorted(int(year) for year in set(tables.table("zone_headroom.csv").reset_index()["year"]))


def features() -> dict[str, Any]:
    """GeoJSON of the zones that have sites: `mw_YEAR`, `colour_YEAR` and `words_YEAR` for every year, as the map draws them."""
    found = []
    for zone, told in _zones().items():
        shown: dict[str, Any] = {"site": zone, "name": told["name"], "country": told["country"]}
        for year, (room_mw, low, high) in told["room"].items():
            words = say(ROOM).format(low=whole(low), high=whole(high), price=whole(told["price"]))
            shown |= {f"mw_{year}": room_mw, f"colour_{year}": colour(told["price"]), f"words_{year}": words}
        point = {"type": "Point", "coordinates": [told["lon"], told["lat"]]}
        found.append({"type": "Feature", "geometry": point, "properties": shown})
    return {"sites": {"type": "FeatureCollection", "features": found}}


def colour(usd_per_mwh: float) -> str:
    """The colour of a price of energy.

    >>> colour(42.0), colour(113.0)
    ('#FEE391', '#D95F0E')
    """
    return COLOURS[sum(usd_per_mwh >= step for step in STEPS)]


def legend() -> list[tuple[str, str]]:
    """Every colour with its prices, USD/MWh."""
    between = [f"{low:.0f}–{high:.0f}" for low, high in pairwise(STEPS)]
    return list(zip(COLOURS, [f"< {STEPS[0]:.0f}", *between, f"> {STEPS[-1]:.0f}"], strict=True))


@cache
def systems_of(zone: str) -> tuple[str, ...]:
    """The zones of the power system in which the sites of a zone of the catalog lie."""
    from planner.catalog.read import read_csv

    frame = read_csv("system/zones.csv", None)
    named = zip(frame["zone"], frame["planner_zones"].fillna(""), strict=True)
    return tuple(str(system) for system, zones in named if zone in str(zones).split())


@cache
def _zones() -> dict[str, dict[str, Any]]:
    """Zone -> name, country, price (USD/MWh), the middle of its sites, and by year MW of headroom with low and high."""
    from planner.catalog import tables

    zones, middle = tables.table("zones.csv"), tables.sites().groupby("zone")[["lat", "lon"]].mean()
    found: dict[str, dict[str, Any]] = {}
    for row in tables.table("zone_headroom.csv").reset_index().to_dict("records"):
        zone = str(row["zone"])
        if zone not in middle.index or zone not in zones.index:
            continue
        entry = found.setdefault(
            zone,
            {
                "name": str(zones.at[zone, "name"]),
                "country": str(zones.at[zone, "country"]),
                "price": float(zones.at[zone, "energy_price_usd_per_mwh"]),
                "lat": float(middle.at[zone, "lat"]),
                "lon": float(middle.at[zone, "lon"]),
                "room": {},
            },
        )
        entry["room"][int(row["year"])] = (float(row["mw"]), float(row["low"]), float(row["high"]))
    return found
