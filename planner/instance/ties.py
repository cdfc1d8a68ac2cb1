"""Links between the zones of a power system: what stands by stage, and what the grid may add.

standing  the sum of the catalog's rows of a pair whose first year has come; a link of the scenario stands in the place of them all
new       `new_links.csv` where `grid.new_links` asks for it: first_mw + mw_per_year x (year - first year), at its level of cost; of a
          link of the scenario what it says itself. A pair that did not trade yet pays what other links of its two zones pay
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.base.errors import InputError, unknown_name
from planner.catalog import system as tables
from planner.catalog.ends import at_level
from planner.instance.horizon import Horizon
from planner.instance.system import NewLink, Tie
from planner.scenario.markets import Market
from planner.scenario.supply import Grid
from planner.scenario.zones import Link
from planner.timeline import Timeline

GW = 1e-3  # per MW; M USD/GWh per USD/MWh
LINK_LIFE = 40.0  # years, as the rows of `new_links.csv`


def all_ties(
    grid: Grid,
    links: Sequence[Link],
    horizon: Horizon,
    timeline: Timeline,
    zones: Collection[str],
    known: tables.PowerSystem | None,
) -> tuple[Tie, ...]:
    """Every link between the zones that carries something in a stage or may be built; none with `grid: {links: false}`.

    Raises InputError for a link of the scenario that leads nowhere, or that stands there twice, whether zones may trade or not.
    """
    check(links, zones)
    if not grid.links:
        return ()
    idle = np.zeros((len(horizon.years), len(timeline)))
    found: dict[frozenset[str], Tie] = {}
    if known is not None:
        for tie in _catalog(known, horizon, set(zones), idle):
            pair = frozenset((tie.start, tie.end))
            found[pair] = _together(found[pair], tie) if pair in found else tie
        if grid.new_links is not None:
            found |= _widened(found, known, grid.new_links, horizon, set(zones), idle)
    for link in links:
        found[frozenset(link.between)] = _own(link, horizon, idle)
    return tuple(tie for tie in found.values() if _of_use(tie))


def check(links: Sequence[Link], zones: Collection[str]) -> None:
    """Raises InputError for a link that leads nowhere, and for a second one between the same two zones."""
    first: dict[frozenset[str], int] = {}
    for i, link in enumerate(links):
        for at, zone in enumerate(link.between):
            if zone not in zones:
                error = unknown_name("zone", zone, sorted(zones), key=f"links[{i}].between[{at}]")
                error.message = f"the link leads nowhere: {error.message}"
                raise error
        before = first.setdefault(frozenset(link.between), i)
        if before != i:
            raise InputError(
                f"the link between {' and '.join(link.between)} is given twice",
                key=f"links[{i}].between",
                value=f"{link.between[0]}, {link.between[1]}",
                expected=f"one link, with both ways in it (capacity, back): links[{before}] is the first",
            )


def _of_use(tie: Tie) -> bool:
    new = tie.new is not None and bool((tie.new.most_gw > 0).any())
    return new or bool((tie.forward_gw + tie.back_gw).any())


def _catalog(known: tables.PowerSystem, horizon: Horizon, zones: set[str], idle: np.ndarray) -> Iterator[Tie]:
    """The catalog's links between the zones as they stand in each stage, by pair as written."""
    for (start, end), rows in known.links.groupby(["from_zone", "to_zone"], sort=False):
        if {start, end} <= zones:
            stands = [rows[rows["first_year"] <= year] for year in horizon.years]
            forward, back = (np.array([x[key].sum() for x in stands]) * 1e-3 for key in ("forward_mw", "reverse_mw"))
            there, home = (float(rows[f"hurdle_{way}_usd_per_mwh"].mean()) * 1e-3 for way in ("forward", "reverse"))
            yield Tie(str(start), str(end), forward, back, there, home, idle)


def _together(tie: Tie, other: Tie) -> Tie:
    """A link, and the same written the other way round."""
    forward, back = (other.back_gw, other.forward_gw) if tie.start != other.start else (other.forward_gw, other.back_gw)
    return replace(tie, forward_gw=tie.forward_gw + forward, back_gw=tie.back_gw + back)


def _widened(
    found: dict[frozenset[str], Tie],
    known: tables.PowerSystem,
    market: Market,
    horizon: Horizon,
    zones: set[str],
    idle: np.ndarray,
) -> dict[frozenset[str], Tie]:
    """Ties that the grid may widen, with what that costs, and pairs that only a project joins."""
    rows = known.new_links.reset_index(drop=True)
    costs = at_level(rows.rename(columns={"usd_per_kw": "value"}), market.level) * market.scale
    made = {}
    for at, row in rows.iterrows():
        start, end = str(row["from_zone"]), str(row["to_zone"])
        if not {start, end} <= zones:
            continue
        hurdle, pair = _hurdle(known.links, start, end), frozenset((start, end))
        tie = found.get(pair, Tie(start, end, 0.0 * idle[:, 0], 0.0 * idle[:, 0], hurdle, hurdle, idle))
        cost, waited = float(costs[int(str(at))]), np.array(horizon.years, float) - float(row["first_year"])
        most = np.where(waited >= 0, float(row["first_mw"]) + float(row["mw_per_year"]) * waited, 0.0) * GW
        upkeep = cost * float(row["om_share"])
        made[pair] = replace(
            tie, new=NewLink(np.full(len(waited), cost), upkeep, float(row["lifetime_years"]), most_gw=most)
        )
    return made


def _hurdle(links: pd.DataFrame, start: str, end: str) -> float:
    """What trading costs over the links of two zones, the middle of them, M USD/GWh."""
    near = links[links["from_zone"].isin([start, end]) | links["to_zone"].isin([start, end])]
    both = near[["hurdle_forward_usd_per_mwh", "hurdle_reverse_usd_per_mwh"]].to_numpy(float)
    return float(np.median(both)) * GW if both.size else 0.0


def _own(link: Link, horizon: Horizon, idle: np.ndarray) -> Tie:
    """A link of the scenario."""
    start, end = link.between
    forward = horizon.of(link.capacity) * 1e-3
    back = forward if link.back is None else horizon.of(link.back) * 1e-3
    new = None
    if link.widens:
        none = np.zeros(len(horizon.years))
        new = NewLink(
            cost=none if link.cost is None else horizon.of(link.cost),
            fixed_om=link.annual_cost or 0.0,
            life=LINK_LIFE if link.lifetime is None else link.lifetime,
            most_gw=none + np.inf if link.most is None else horizon.of(link.most) * 1e-3,
        )
    return Tie(start, end, forward, back, link.hurdle * 1e-3, link.hurdle * 1e-3, idle, new)
