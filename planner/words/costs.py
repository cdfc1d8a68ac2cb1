"""The bill in parts: the power bill in groups of lines that a reader takes as one, and what hides it (chips, shells, site O&M)."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from planner.base.names import CostLine
from planner.words.language import mark

KNOWN = {line.value: line for line in CostLine}
LINES = tuple(mark(line.value) for line in CostLine)
OTHER = mark("other lines")


@dataclass(frozen=True)
class Group:
    """Cost lines that a reader takes as one, with the colour and hatch of every picture."""

    key: str
    label: str
    colour: str
    hatch: str
    lines: tuple[CostLine, ...]


L = CostLine
GROUPS = (
    Group(
        *("grid", mark("Grid"), "#0072B2", ""),
        (
            L.GRID_ENERGY,
            L.GRID_CHARGE,
            L.GRID_REINFORCEMENT,
            L.GRID_EXIT_FEE,
            L.GRID_SUPPLY,
            L.GRID_PLANTS,
            L.GRID_SHORTFALL,
        ),
    ),
    Group("plants", mark("Plants"), "#CC79A7", "/", (L.POWER_PLANTS, L.SLOT_PREMIUM)),
    Group("upkeep", mark("O&M of plants"), "#999933", "-", (L.FIXED_OM, L.VARIABLE_OM)),
    Group(
        *("fuel", mark("Gas, LNG and other fuel"), "#D55E00", "\\"),
        (L.FUEL, L.GAS, L.GAS_PRICE_RISE, L.GAS_TRANSPORT, L.LNG_SPOT, L.LNG_LIFTED, L.LNG_FEE),
    ),
    Group("carbon", mark("Carbon"), "#4D4D4D", "x", (L.CARBON,)),
    Group("rest", mark("Water, network, pauses, energy not served"), "#B9B39A", ".", ()),
)
GROUP_OF = {line.value: group for group in GROUPS for line in group.lines}


def on_power_bill(line: str) -> bool:
    """Is a cost line part of the power bill? Work not served is not: no power was used. What the register does not know is not."""
    return line in KNOWN and KNOWN[line].on_power_bill and KNOWN[line] is not CostLine.UNSERVED_WORK


def power_bill(costs: pd.DataFrame) -> pd.DataFrame:
    """The rows of `costs` that are the power bill, with `group`: the key of the group that a reader takes them as."""
    rows = costs[costs["line"].map(on_power_bill).astype(bool)]
    return rows.assign(group=[GROUP_OF.get(line, GROUPS[-1]).key for line in rows["line"]])


def bridge(before: pd.Series, after: pd.Series, small: float = 0.01) -> pd.DataFrame:
    """The steps from one bill to another: `label`, `change`, `low` and `high` of the bar, largest change first.

    before, after : amounts by line. Lines that move less than `small` of the larger bill are one step, 'other lines'.

    >>> bridge(pd.Series({"gas": 10.0, "grid": 5.0}), pd.Series({"gas": 6.0, "grid": 7.0}))["change"].tolist()
    [-4.0, 2.0]
    """
    change = after.sub(before, fill_value=0.0)
    bound = small * max(abs(before.sum()), abs(after.sum()))
    moved = change[change.abs() >= bound].sort_values(key=abs, ascending=False, kind="stable")
    rest = float(change.sum() - moved.sum())
    if abs(rest) > 1e-9 * max(bound, 1e-9) and len(moved) < len(change):
        moved[OTHER] = rest
    ends = before.sum() + moved.cumsum()
    starts = ends - moved
    return pd.DataFrame(
        {
            "label": moved.index.astype(str),
            "change": moved.to_numpy(),
            "low": [min(a, b) for a, b in zip(starts, ends, strict=True)],
            "high": [max(a, b) for a, b in zip(starts, ends, strict=True)],
        }
    )
