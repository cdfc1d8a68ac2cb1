"""One palette and one order of technologies for every picture: colour-blind safe (Okabe and Ito 2008), told apart in grey by hatching.

Changes of a price run from blue over white to orange (ColorBrewer's blues and oranges), which every kind of colour blindness tells apart;
maps write the figure beside the colour.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from planner.base.text import exact, signed
from planner.words.language import mark, say


@dataclass(frozen=True)
class Family:
    """Technologies that a reader takes as one. `hatch` is a pattern that Matplotlib and Bokeh both know."""

    key: str
    label: str
    colour: str
    hatch: str
    prefixes: tuple[str, ...]


FAMILIES = (
    Family("smr", mark("SMR"), "#CC79A7", "o", ("smr",)),
    Family("nuclear", mark("Large nuclear"), "#882255", "*", ("nuc",)),
    Family("coal", mark("Coal"), "#5C4033", "", ("coal", "petcoke")),
    Family("grid", mark("Grid"), "#0072B2", "", ("grid",)),
    Family("gas_cc", mark("Gas combined cycle"), "#D55E00", "/", ("gas_cc",)),
    Family("gas_fast", mark("Gas turbines and engines"), "#E69F00", "\\", ("gas",)),
    Family("steam", mark("Oil, gas in steam plants"), "#B58A5A", "x", ("gas_st", "oil")),
    Family("fuel_cell", mark("Fuel cell"), "#A6761D", "x", ("sofc", "fuel_cell", "fc_")),
    Family("geothermal", mark("Geothermal"), "#999933", "+", ("geo",)),
    Family("hydro", mark("Hydro"), "#3B4FA0", "-", ("hydro",)),
    Family("wind", mark("Wind"), "#009E73", "-", ("wind",)),
    Family("solar", mark("Solar"), "#F0E442", ".", ("solar", "pv")),
    Family("battery", mark("Battery"), "#56B4E9", "|", ("battery", "discharge", "storage", "stores")),
    Family("imports", mark("Other zones, net"), "#9FB3C8", "", ("imports",)),
    Family("backup", mark("Diesel backup"), "#8A8A8A", "+", ("diesel", "backup")),
    Family("other", mark("Other"), "#C9C9C9", "", ()),
    Family("paused", mark("Work paused"), "#B9B39A", "x", ("paused",)),
    Family("unserved", mark("Not served"), "#4D4D4D", "x", ("unserved",)),
)
FAMILY = {family.key: family for family in FAMILIES}

CHANGES = ("#08519C", "#4F97CF", "#BDD7EE", "#F4F4F1", "#FDD0A2", "#F08A24", "#A63C06")
STEPS = (-5.0, -2.0, -0.5, 0.5, 2.0, 5.0)  # USD/MWh, between two colours

LAND, LAND_EDGE, CONTEXT = "#E4E1D8", "#9B978B", "#EFEDE6"
SEA, INK, FAINT = "#F7FAFC", "#1F2430", "#6B7280"
ROUTE_COLOUR = {"panama": "#0072B2", "cape": "#D55E00", "suez": "#CC79A7", "": "#6B7280"}
ROUTE_LABEL = {
    "panama": mark("via Panama"),
    "cape": mark("via the Cape"),
    "suez": mark("via Suez"),
    "direct": mark("direct"),
    "": mark("route not named"),
}
ROUTE_DASH = {"panama": "solid", "cape": "dashed", "suez": "dotted", "": "dashdot"}


@lru_cache(maxsize=1000)
def family(technology: str) -> Family:
    """The family of a technology or energy source, by the longest prefix that fits; `other` when none does."""
    name = technology.lower()
    fits = [(len(prefix), item) for item in FAMILIES for prefix in item.prefixes if name.startswith(prefix)]
    return max(fits, key=lambda pair: pair[0])[1] if fits else FAMILY["other"]


def change_colour(usd_per_mwh: float) -> str:
    """The colour of a change of price: blue where it falls, orange where it rises, white where it stays.

    >>> change_colour(0.0), change_colour(7.0), change_colour(-0.5)
    ('#F4F4F1', '#A63C06', '#F4F4F1')
    """
    return CHANGES[bisect_right(STEPS, usd_per_mwh)]


def change_words() -> list[str]:
    """What each colour of a change of price stands for, USD/MWh."""
    steps = [signed(exact(step)) for step in STEPS]
    between = [say(mark("{low} to {high}")).format(low=a, high=b) for a, b in pairwise(steps)]
    return [say(mark("below {step}")).format(step=steps[0]), *between, say(mark("above {step}")).format(step=steps[-1])]


def families_of(technologies: Iterable[str]) -> list[Family]:
    """The families that occur, in the one order of every legend and stack."""
    found = {family(name).key for name in technologies}
    return [item for item in FAMILIES if item.key in found]
