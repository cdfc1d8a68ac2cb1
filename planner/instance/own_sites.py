"""A scenario's own sites as entries of the catalog: what a site leaves out is the nearest catalog site's, or neutral.

neighbour of a figure      of its grid (price, carbon, connection, charge): the nearest site of its `zone`, where the catalog has
                           one of that zone; of the rest: the nearest site of its country, planned or not
zone                       one that prices are of, or one of the power system: then prices are those of the neighbour's zone
neutral                    `sites.inherit: none`: PUE 1, land and connection without limit, no charge, no shell cost
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from planner.base.errors import InputError
from planner.catalog.store import Shelf
from planner.instance import own_terms
from planner.instance.site_entry import NOWHERE, Connection, Origin, SiteEntry, catalog_entry, nearest, of_power_system
from planner.scenario.figures import Series
from planner.scenario.own_site import InlineSite
from planner.scenario.supply import Sites

Given = TypeVar("Given")
GRID = ("energy_price", "carbon_intensity", "headroom", "capacity_charge")
"""Figures of an entry's origin that go with its grid."""
GIVEN = {  # key of the scenario -> the figure that it gives
    "zone": "zone",
    "weather": "weather",
    "energy_price": "energy_price",
    "hourly_price": "energy_price",
    "carbon_intensity": "carbon_intensity",
    "hourly_carbon": "carbon_intensity",
    "headroom": "headroom",
    "offers": "headroom",
    "capacity_charge": "capacity_charge",
    "land_limit": "land_limit",
    "shell_cost": "shell_cost",
    "pue": "pue",
    "gas": "gas",
    "gas_price": "gas",
}


def site_entries(section: Sites, countries: Iterable[str], shelf: Shelf, grid: bool) -> dict[str, SiteEntry]:
    """Every site that a scenario plans with, of the tables and its own, by name.

    grid : does the scenario plan with the grid? Then a price must be known at each site. Raises InputError for a figure that is missing.
    """
    rows, use = shelf.sites, section.use
    keep = rows["country"].isin(list(countries)) & ~rows.index.isin(section.exclude)
    chosen = rows.index[keep if use == "all" else keep & rows.index.isin(use)]
    made = {str(name): catalog_entry(str(name), shelf) for name in chosen}
    lent: dict[str, SiteEntry] = {}
    made |= {own.name: own_entry(own, shelf, section.inherits == "catalog", grid, lent) for own in section.add}
    if not made:
        raise InputError("the scenario leaves no site", key="sites", expected="at least one site")
    return made


def unplanned(section: Sites, countries: Iterable[str], shelf: Shelf) -> dict[str, str]:
    """Sites of the tables that a scenario names and leaves out, since their country is not planned; with that country."""
    where = shelf.sites["country"]
    named = [] if section.use == "all" else [name for name in section.use if name in where.index]
    return {name: str(where[name]) for name in named if where[name] not in set(countries)}


def own_entry(
    own: InlineSite, shelf: Shelf, inherit: bool, grid: bool = True, lent: dict[str, SiteEntry] | None = None
) -> SiteEntry:
    """A site of the user's own in the catalog's form, with where each figure is from. Raises InputError for one that is missing.

    inherit : are figures that it leaves out those of the nearest catalog site, or neutral?
    lent : the catalog's entries that were made for other sites, and take those made for this one.
    """
    made = {} if lent is None else lent

    def entry(name: str) -> SiteEntry:
        if name not in made:
            made[name] = catalog_entry(name, shelf)
        return made[name]

    near = nearest(shelf, own.country, own.lat, own.lon) if inherit else None
    if near is None:
        check_complete(own, inherit, grid)
        base = neutral_entry(own)
    else:
        base = moved(entry(near[0]), near[1])
        in_zone = None if own.zone is None else nearest(shelf, own.country, own.lat, own.lon, own.zone)
        if in_zone is not None:
            base = with_grid_of(base, moved(entry(in_zone[0]), in_zone[1]))
        if own.zone is not None and of_power_system(shelf, own.zone):
            own = own.model_copy(update={"zone": None})
    given = {figure for key, figure in GIVEN.items() if getattr(own, key) is not None}
    said = Origin(f"the scenario's site {own.name}", "assumed")
    return replace(
        with_figures(base, own),
        name=own.name,
        title=own.title or own.name,
        lat=own.lat,
        lon=own.lon,
        smr_allowed=own.smr,
        capital_area=False,
        water_stress="unknown",
        campus_cost=own.campus_cost,
        capacity_factor=own.capacity_factor,
        origin=dict(base.origin) | dict.fromkeys(sorted(given), said),
    )


def with_figures(base: SiteEntry, own: InlineSite) -> SiteEntry:
    """An entry with the figures that the site itself gives."""
    return replace(
        base,
        zone=first(own.zone, base.zone),
        climate=base.climate if own.weather is None else None,
        weather=own.weather,
        energy_price=first(own.energy_price, base.energy_price),
        hourly_price=own.hourly_price,
        carbon_intensity=own.carbon_intensity,
        hourly_carbon=own.hourly_carbon,
        connections=connections(own) or base.connections,
        capacity_charge_usd_per_kw_year=first(times(own.capacity_charge, 12.0), base.capacity_charge_usd_per_kw_year),
        land_limit_mw=first(own.land_limit, base.land_limit_mw),
        shell_usd_per_kw=first(times(own.shell_cost, 1e3), base.shell_usd_per_kw),
        pue=own.pue,
        gas=own.name if own.gas_price is not None else own_terms.gas(own, base.gas),
        gas_price=own.gas_price,
        water_limit_ml=own.water_limit,
        first_year=own.first_year,
        existing_mw=own.existing,
        committed=own_terms.committed(own),
    )


def connections(own: InlineSite) -> tuple[Connection, ...]:
    """The connections that a site itself gives, the first to come first."""
    if own.headroom is not None:
        return (Connection(own.headroom),)
    offers = sorted(own.offers or [], key=lambda offer: offer.first_year)
    return tuple(Connection(Series.constant(offer.mw), offer.first_year, offer.cost) for offer in offers)


def first(given: Given | None, other: Given) -> Given:
    """What is given, or the other."""
    return other if given is None else given


def times(given: float | None, factor: float) -> float | None:
    """A figure in another unit, if it is given."""
    return None if given is None else given * factor


def moved(entry: SiteEntry, km: float) -> SiteEntry:
    """A catalog site's entry as a place that lies so far away from it takes it over."""
    return replace(entry, origin={figure: replace(said, km=km) for figure, said in entry.origin.items()})


def with_grid_of(entry: SiteEntry, other: SiteEntry) -> SiteEntry:
    """An entry with the grid of another, and the zone that its prices are of."""
    return replace(
        entry,
        zone=other.zone,
        grid=other.grid,
        energy_price=other.energy_price,
        connections=other.connections,
        capacity_charge_usd_per_kw_year=other.capacity_charge_usd_per_kw_year,
        origin=dict(entry.origin) | {figure: other.origin[figure] for figure in ("zone", *GRID)},
    )


def neutral_entry(own: InlineSite) -> SiteEntry:
    """A site at a place that costs nothing and limits nothing."""
    nothing = Origin(NOWHERE, "assumed")
    return SiteEntry(
        name=own.name,
        title=own.name,
        country=own.country,
        zone=own.name,
        lat=own.lat,
        lon=own.lon,
        utc_offset_h=float(round(own.lon / 15.0)),
        climate=None,
        grid=None,
        energy_price=Series.constant(0.0),
        connections=(Connection(Series.constant(np.inf)),),
        capacity_charge_usd_per_kw_year=0.0,
        land_limit_mw=np.inf,
        shell_usd_per_kw=0.0,
        site_om_usd_per_kw_year=0.0,
        water_price_usd_per_m3=0.0,
        cost_region=None,
        gas=None,
        origin=dict.fromkeys(("zone", "weather", *GRID, "land_limit", "shell_cost", "cost factors", "gas"), nothing),
    )


def check_complete(own: InlineSite, inherit: bool, grid: bool) -> None:
    """Raises InputError for the first figure that a site without a neighbour in the catalog must give."""
    needed = ["energy_price"] if grid and own.hourly_price is None else []
    if inherit:
        needed += ["land_limit", "pue", "shell_cost"]
    missing = next((key for key in needed if getattr(own, key) is None), None)
    if missing is not None:
        key = f"sites.add.{own.name}.{missing}"
        message = f"site '{own.name}' needs '{missing}': no catalog site of {own.country} is near"
        raise InputError(message, key=key, expected="a figure")
