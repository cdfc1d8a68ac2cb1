"""What a flat load does to a zone and to the system it hangs in: price, cost, carbon, hours short.

price rise          = mean price with less without, the zone's own, USD/MWh; cost rise: the same without scarcity
incremental cost    = (generation cost with - without) / energy served more, the whole system, USD/MWh
incremental carbon  = (CO2 with - without) / energy served more, kg/MWh
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.base.text import exact
from planner.grid.dispatch import dispatch
from planner.grid.totals import carbon_kt, cost_musd, hours_short, unserved_twh
from planner.grid.zone import SystemYear

EVERY = 5  # hours between those that are dispatched; every hour of the day comes up


@dataclass(frozen=True)
class Response:
    """What a flat load of `add_gw` in a zone does. Cost and carbon are None where nothing more is served."""

    zone: str
    add_gw: float
    price_usd_per_mwh: float
    price_rise_usd_per_mwh: float
    cost_rise_usd_per_mwh: float
    incremental_cost_usd_per_mwh: float | None
    co2_kg_per_mwh: float | None
    imported_share: float | None
    hours_short: float
    unserved_share: float


def slope(
    system: SystemYear,
    zone: str,
    add_gw: list[float],
    every: int = EVERY,
    progress: Callable[[str], None] | None = None,
) -> list[Response]:
    """The response of a zone's system to each of the flat loads (GW)."""
    around = system.around(zone)
    say = progress or (lambda _: None)
    say(f"{zone} as it is")
    base = dispatch(around, every)
    before = base.zones[zone]
    rows = []
    for gw in add_gw:
        say(f"{zone} with {exact(gw)} GW more")
        found = dispatch(around.with_load(zone, 1000 * gw), every)
        after = found.zones[zone]
        asked = gw * len(before.zone.load_mw) / 1000
        missing = unserved_twh(found.zones.values(), found.weight) - unserved_twh(base.zones.values(), base.weight)
        served = asked - missing
        more_import = float((after.import_mw - before.import_mw).sum()) * found.weight / 1e6
        carbon = carbon_kt(found.zones.values(), found.weight) - carbon_kt(base.zones.values(), base.weight)
        some = served > 1e-9
        rows.append(
            Response(
                zone=zone,
                add_gw=gw,
                price_usd_per_mwh=float(after.price_usd_per_mwh.mean()),
                price_rise_usd_per_mwh=float(after.price_usd_per_mwh.mean() - before.price_usd_per_mwh.mean()),
                cost_rise_usd_per_mwh=float(after.cost_usd_per_mwh.mean() - before.cost_usd_per_mwh.mean()),
                incremental_cost_usd_per_mwh=(cost_musd(found) - cost_musd(base)) / served if some else None,
                co2_kg_per_mwh=carbon / served if some else None,
                imported_share=more_import / asked if asked else None,
                hours_short=hours_short(after, found.weight),
                unserved_share=missing / asked if asked else 0.0,
            )
        )
    return rows
