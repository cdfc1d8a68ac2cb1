"""How steep the power system is under a site: what a GW of flat load there adds to its zone's price, as `planner grid slope` finds it."""

from __future__ import annotations

from collections.abc import Iterable

from planner.catalog.store import Shelf
from planner.catalog.system import power_system
from planner.grid.assemble import system_year
from planner.grid.slope import slope

ADDED_GW = 1.0
EVERY = 25  # hours between those that are dispatched: every hour of the day, a fifth of what `planner grid slope` takes


def price_rises(sites: Iterable[str], country: str, year: int, shelf: Shelf) -> dict[str, float]:
    """USD/MWh more in a zone with a GW of flat load more, by catalog site; nothing for a site that no zone holds."""
    system = power_system(shelf.folder)
    zones = system.zones[system.zones["country"] == country]
    zone_of = {site: str(zone) for zone, held in zones["sites"].items() for site in str(held).split()}
    built = system_year(system, year, [str(zone) for zone in zones.index])
    wanted = {site: zone_of[site] for site in sites if site in zone_of}
    rises = {
        zone: slope(built, zone, [ADDED_GW], EVERY)[0].price_rise_usd_per_mwh for zone in sorted(set(wanted.values()))
    }
    return {site: rises[zone] for site, zone in wanted.items()}
