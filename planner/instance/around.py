"""The power system around the sites of a scenario, whole: zones of the catalog and its own, ties, and the zone of every site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.catalog import system as tables
from planner.catalog.cards import power_technologies
from planner.catalog.ends import at_level
from planner.catalog.store import Shelf
from planner.instance import inline, plants
from planner.instance.home import home
from planner.instance.horizon import Horizon
from planner.instance.model import Policy, Site, Technology
from planner.instance.own_zones import own_zone
from planner.instance.system import PowerSystem, Tie, Zone
from planner.instance.ties import all_ties
from planner.instance.zone_ground import Ground
from planner.instance.zones import catalog_zones
from planner.scenario import Scenario
from planner.scenario.markets import Market
from planner.scenario.supply import Grid, Sites
from planner.timeline import Timeline


def all_zones(
    scenario: Scenario,
    horizon: Horizon,
    timeline: Timeline,
    places: dict[str, Site],
    policy: Policy,
    known: tables.PowerSystem | None,
    shelf: Shelf,
    progress: Callable[[str], None],
) -> tuple[dict[str, Technology], PowerSystem | None, dict[str, Site]]:
    """What the grid may build, the power system around the sites, and the sites that pay its wires; as they are where it is a tariff."""
    if scenario.grid.model == "tariff":
        return {}, None, places
    progress("the power system around the sites")
    builds = grid_technologies(scenario, horizon, shelf)
    system = power_system(scenario, horizon, timeline, places, policy.carbon_price, builds, known, shelf)
    own = {site.name for site in scenario.sites.add if site.capacity_charge is not None}
    return builds, system, paying_wires(places, own, system)


def power_system(
    scenario: Scenario,
    horizon: Horizon,
    timeline: Timeline,
    sites: Mapping[str, Site],
    carbon: Mapping[str, Array],
    technologies: Mapping[str, Technology],
    known: tables.PowerSystem | None,
    shelf: Shelf,
) -> PowerSystem:
    """The power system of a scenario with `grid: {model: system}`. Raises InputError for names and figures that do not fit."""
    profiles = inline.profiles(scenario.technologies, timeline)
    zones: dict[str, Zone] = {}
    if known is not None:
        ground = Ground(
            scenario.grid,
            scenario.zones,
            scenario.fuel,
            scenario.markets,
            horizon,
            timeline,
            shelf,
            known,
            technologies,
            carbon,
        )
        zones = catalog_zones(ground, scenario.countries)
    own = [name for name, zone in scenario.zones.items() if zone.own]
    for name in own:
        if name in zones:
            raise InputError(
                f"the catalog has a zone {name}", key=f"zones.{name}.country", expected="another name, or no country"
            )
        default = [g for g in scenario.grid.new if g in {t.name for t in scenario.technologies}]
        zones[name] = own_zone(name, scenario.zones[name], default, technologies, profiles, horizon, timeline, carbon)
    if not zones:
        raise InputError(
            "there is no power system: no zone of the catalog, and none of your own",
            key="zones",
            expected="zones with country and load, or sites of the catalog",
        )
    check_changes(scenario, known)
    ties = all_ties(scenario.grid, scenario.links, horizon, timeline, zones, known)
    for zone in zones.values():
        check_supply(zone, ties)
    return PowerSystem(
        zones=zones,
        ties=ties,
        home=home(scenario.sites.add, sites, zones, known, shelf),
        wires=by_country(scenario.grid.wires, None if known is None else known.wires),
        standby=by_country(scenario.grid.old_plants, None if known is None else known.old_plants),
        shortfall_cost=scenario.grid.shortfall,
    )


def check_changes(scenario: Scenario, known: tables.PowerSystem | None) -> None:
    """Raises InputError for a change to a zone of the catalog where the sites lean on none; `catalog_zones` looks at the others."""
    own = [name for name, zone in scenario.zones.items() if zone.own]
    for name, zone in scenario.zones.items() if known is None else ():
        if not zone.own:
            raise InputError(
                f"{name} is no zone of your own, and the scenario plans none of the catalog (sites.use, sites.inherit)",
                key=f"zones.{name}",
                value=name,
                expected=f"country and load under it, or one of {', '.join(own)}"
                if own
                else "country and load under it",
            )


def check_supply(zone: Zone, ties: Collection[Tie]) -> None:
    """Raises InputError for a zone that nothing can feed in any stage: no plant, no link, nothing that may be built."""
    plants = any(band.available.any() for band in zone.bands) or any(own.gw.any() for own in zone.steady.values())
    new = any(plant.most_gw.any() and plant.profile.any() for plant in zone.new.values())
    if not (plants or new or any(zone.name in (tie.start, tie.end) for tie in ties)):
        raise InputError(
            f"zone {zone.name} has no supply",
            key=f"zones.{zone.name}",
            expected="plants, a link, or technologies under new; more than 0 MW of them in a stage",
        )


def tables_of(grid: Grid, sites: Sites, countries: Collection[str], shelf: Shelf) -> tables.PowerSystem | None:
    """The tables of the power system, of the zones asked for; None where the sites lean on no catalog, or the grid is a tariff.

    Raises InputError for zones asked for that there are not, or of a catalog that is not planned.
    """
    if grid.model != "system":
        return None
    if sites.inherits != "catalog":
        if grid.zones is not None:
            raise InputError(
                "the scenario plans no zone of the catalog (sites.use, sites.inherit)",
                key="grid.zones",
                value=", ".join(grid.zones),
                expected="no such key, or sites: {inherit: catalog}",
            )
        return None
    known, asked = tables.power_system(shelf.folder), grid.zones
    inside = known.zones["country"].isin(list(countries))
    for name in asked or []:
        if name not in known.zones.index[inside]:
            names = [str(zone) for zone in known.zones.index[inside]]
            raise unknown_name("zone", name, names, key="grid.zones")
    return known if asked is None else replace(known, zones=known.zones[known.zones.index.isin(asked)])


def net_load(countries: Collection[str], known: tables.PowerSystem | None) -> dict[str, Array]:
    """Load less sun, wind and river of each country over the year, MW in 2024: what typical days are to represent."""
    found: dict[str, Array] = {}
    for zone, row in () if known is None else known.zones.iterrows():
        if row["country"] in countries and known is not None:
            free = known.fleet[(known.fleet["zone"] == zone) & (known.fleet["profile"] != "")]
            own = known.load_mw[str(zone)].astype(float)
            for profile, mw in zip(free["profile"], free["mw_2024"], strict=True):
                own = own - float(mw) * known.profiles[f"{zone}|{profile}"]
            key = f"{row['country']} net load"
            found[key] = found.get(key, 0.0) + own
    return found


def grid_technologies(scenario: Scenario, horizon: Horizon, shelf: Shelf) -> dict[str, Technology]:
    """What the grid may build anywhere, as the scenario's sections change it."""
    own = inline.cards(scenario.technologies, scenario.name)
    cards = power_technologies() | own
    asked = {"grid.new": scenario.grid.new} | {f"zones.{z}.new": zone.new or [] for z, zone in scenario.zones.items()}
    for key, names in asked.items():
        for g in names:
            if g not in cards:
                raise unknown_name("technology", g, sorted(cards), key=key)
    for z, zone in scenario.zones.items():
        offered = scenario.grid.new if zone.new is None else zone.new
        for g in zone.new_limit:
            if g not in offered:
                raise unknown_name("technology of the grid here", g, offered, key=f"zones.{z}.new_limit.{g}")
    named = [g for names in asked.values() for g in names]
    return plants.technologies(
        cards,
        dict.fromkeys(named),
        horizon,
        shelf,
        fuel=scenario.fuel,
        reliability=scenario.reliability,
        smr=scenario.smr,
    )


def by_country(market: Market | None, table: pd.DataFrame | None) -> dict[str, float]:
    """M USD a year and GW by country, of a table in USD/kW-year; nothing where it is not asked for, and in a country without a row."""
    if market is None or table is None:
        return {}
    rows = table.reset_index().rename(columns={"usd_per_kw_year": "value"})
    return dict(zip(rows["country"].astype(str), (at_level(rows, market.level) * market.scale).tolist(), strict=True))


def paying_wires(sites: Mapping[str, Site], own: Collection[str], system: PowerSystem) -> dict[str, Site]:
    """The sites with the charge for the network alone on their connection; but for those with an `own` charge.

    Energy and capacity, which a tariff's charge holds too, are what the zone spends.
    """
    return {
        name: site
        if name in own or site.country not in system.wires
        else replace(site, capacity_charge=system.wires[site.country], capacity_adder=None)
        for name, site in sites.items()
    }
