"""The zone of the power system in which each site lies, and what a reader should know of how it was found.

own site        the zone that it names; else that of the nearest catalog site, of those in its price zone where there are any
catalog site    the table's; where that zone is not planned (`grid.zones`), that of the nearest catalog site in one that is
no catalog      the zone that it names; else the only one of its country
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from planner.base.errors import InputError
from planner.catalog import system as tables
from planner.catalog.store import Shelf
from planner.costs.distance import great_circle_km
from planner.instance.model import Site
from planner.instance.system import PowerSystem, Zone
from planner.scenario.own_site import InlineSite

SHOWN = 3  # sites that a note names


def home(
    own: Collection[InlineSite],
    sites: Mapping[str, Site],
    zones: Mapping[str, Zone],
    known: tables.PowerSystem | None,
    shelf: Shelf,
) -> dict[str, str]:
    """The zone of every site. `own`: sites of the scenario's. Raises InputError for one of which none, or no single one, can be told."""
    listed = (
        {} if known is None else {s: str(z) for z, row in known.zones.iterrows() for s in str(row["sites"]).split()}
    )
    named, found = {site.name: site.zone for site in own}, {}
    for name, site in sites.items():
        zone = named.get(name)
        if zone is not None and zone in zones:
            found[name] = zone
        elif site.zone in zones:
            found[name] = site.zone
        elif name in listed and name not in named:
            found[name] = listed[name]
        else:
            found[name] = nearest_zone(site, zones, listed, shelf, name in named)
    return found


def nearest_zone(site: Site, zones: Mapping[str, Zone], listed: Mapping[str, str], shelf: Shelf, own: bool) -> str:
    """The zone of the nearest catalog site of the country in a planned zone; without any, the only zone of the country there is.

    Of sites of the scenario's own those in the same price zone come first.
    """
    rows = shelf.sites[shelf.sites["country"] == site.country]
    rows = rows[rows.index.isin([s for s, zone in listed.items() if zone in zones])]
    if own and (rows["zone"] == site.zone).any():
        rows = rows[rows["zone"] == site.zone]
    if len(rows):
        km = great_circle_km(site.lat, site.lon, rows["lat"].to_numpy(float), rows["lon"].to_numpy(float))
        return listed[str(rows.index[int(km.argmin())])]
    there = [zone.name for zone in zones.values() if zone.country == site.country]
    if len(there) == 1:
        return there[0]
    key = f"sites.add.{site.name}.zone" if own else "grid.zones"
    if there:
        message = f"{site.name} names no zone, and {site.country} has {len(there)}"
        raise InputError(message, key=key, expected=f"one of {', '.join(there)}")
    if own:
        raise InputError(f"{site.name} lies in no zone", key=key, expected="a zone of its country under zones")
    expected = f"a zone of {site.country} among them, or its sites under sites.exclude"
    raise InputError(f"{site.name} lies in no planned zone", key=key, expected=expected)


def placed(
    own: Collection[InlineSite], sites: Mapping[str, Site], system: PowerSystem | None, shelf: Shelf
) -> Iterator[str]:
    """Sites that lie in another zone than their own word or the table says, or that said none, and where they are taken to be."""
    if system is None:
        return
    named = {site.name: site.zone for site in own}
    moved: dict[tuple[str, str], list[str]] = {}
    tabled = shelf.zone_of_site
    for name, zone in system.home.items():
        if name not in named:
            if tabled.get(name) not in (None, zone) and sites[name].zone != zone:
                moved.setdefault((tabled[name], zone), []).append(name)
        elif named[name] != zone and sites[name].zone != zone:
            yield f"{name}: {_why(named[name], system, zone, shelf)}"
    for (zone, other), names in moved.items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        are = "is" if len(names) == 1 else "are"
        yield f"{zone} is not planned (grid.zones): {', '.join(names[:SHOWN])}{more} {are} taken as in {other}, the nearest"


def _why(named: str | None, system: PowerSystem, zone: str, shelf: Shelf) -> str:
    """Where a site of the scenario's own is taken to be that names no planned zone of the power system."""
    if named is not None and named in shelf.power_zones.index:
        return f"{named} is not planned (grid.zones), taken as in {zone}, the nearest"
    country = system.zones[zone].country
    alone = sum(other.country == country for other in system.zones.values()) == 1
    which = f"the only one of {country}" if alone else "that of the nearest catalog site"
    return f"it names no zone of the power system, taken as in {zone}, {which}"
