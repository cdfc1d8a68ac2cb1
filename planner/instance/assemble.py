"""From a scenario and the catalog to the inputs of the linear program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.catalog.cards import chips, llms, power_technologies, workloads
from planner.catalog.store import Shelf
from planner.costs.money import annuity
from planner.instance import gas, inline, possible, rules
from planner.instance import plants as machines
from planner.instance import sites as places
from planner.instance import work as jobs
from planner.instance.inline_sites import inline_site, nearest_site
from planner.instance.model import GasSource, Inputs, Site, Work
from planner.scenario import CatalogNames, Scenario, check_names
from planner.timeline import Timeline, full_year, own_hours, stages, typical_days

Progress = Callable[[str], None]


def assemble(scenario: Scenario, progress: Progress = lambda phase: None) -> Inputs:
    """Read what the scenario asks from the catalog and turn it into plain arrays. Raises InputError."""
    shelf = Shelf(scenario.inputs.data)
    check_catalog_names(scenario, shelf)
    periods = tuple(stages(scenario.stages, scenario.horizon_end, scenario.discount_rate))
    technologies = machines.technologies(scenario, periods, shelf)

    progress("weather and cooling")
    rows = places.chosen_sites(shelf, scenario)
    cooling = places.systems()
    climate = places.Climate(rows.index, shelf, cooling) if len(rows) else None
    timeline = choose_hours(scenario, rows, climate)
    sites: dict[str, Site] = {}
    if climate is not None:
        for name in rows.index:
            sites[name] = places.catalog_site(rows.loc[name], shelf, scenario, periods, timeline, climate, technologies)
    own = {}
    for asked in scenario.sites.add:
        own[asked.name] = inline_site(asked, scenario, periods, nearest_site(asked, sites), timeline, list(cooling))
    sites = {name: inline.with_plants(site, scenario, timeline) for name, site in (sites | own).items()}
    if not sites:
        raise InputError(
            "the scenario leaves no site", file=scenario.place("sites"), key="sites", expected="at least one site"
        )

    possible.check_profiles(technologies, sites, scenario.file)

    progress("chips and work")
    work = jobs.work(scenario, periods, timeline, sites, shelf)
    sites = inline.bounded(sites, work, scenario.reliability.reserve_margin)
    costs = chip_cost(scenario, work, shelf)
    first_year = chip_first_year(scenario, work)
    possible.check(work, sites, periods, first_year, scenario.file)
    progress("fuel and rules")
    priced = {site.name: site.gas_price for site in scenario.sites.add if site.gas_price is not None}
    regions = [(site.country, site.gas) for site in sites.values() if site.gas and site.name not in priced]
    burns_gas = any(tech.fuel == "gas" for tech in technologies.values())
    sources, terminals, exporters = gas.sources(regions if burns_gas else [], shelf, scenario, periods)
    if not burns_gas:
        sites = {name: replace(site, gas=None) for name, site in sites.items()}
    for name, price in priced.items():
        sources[name] = GasSource(name, sites[name].country, "pipeline", rules.by_stage(price, periods))
    if scenario.fuel.export_cap is not None and exporters:
        exporters = capped(exporters, rules.by_stage(scenario.fuel.export_cap, periods), shelf)
    return Inputs(
        name=scenario.name,
        countries=tuple(scenario.countries),
        stages=periods,
        base_year=scenario.base_year,
        discount_rate=scenario.discount_rate,
        timeline=timeline,
        sites=sites,
        technologies=technologies,
        work=work,
        chip_cost=costs,
        chip_life=round(scenario.chips.lifetime),
        chip_first_year=first_year,
        chip_supply=chip_supply(scenario, work),
        shell_life=round(shelf.parameter("shell_life")),
        zone_limit=zone_limits(shelf, scenario, {site.zone for name, site in sites.items() if name not in own}),
        gas=sources,
        terminals=terminals,
        exporters=exporters,
        contract_years=round(shelf.parameter("lng_contract_years")),
        lng_tbtu_per_mt=shelf.parameter("mmbtu_per_tonne_lng"),
        policy=rules.policy(scenario, periods),
        facilities=rules.facilities(scenario),
        reserve_margin=scenario.reliability.reserve_margin,
        pause_cost=pause_cost(work, costs, first_year, scenario),
        unserved_energy_cost=scenario.unserved_energy_usd_per_mwh * 1e-3,
        pooled=frozenset(scenario.alliance.pools),
        contract_buyers=rules.contract_buyers(scenario),
        grid="grid" in scenario.power and not scenario.reliability.island,
        integer=scenario.solve.integer,
        curtailable_share=scenario.grid.curtailable_share,
        curtailable_hours=scenario.grid.curtailable_hours,
    )


def check_catalog_names(scenario: Scenario, shelf: Shelf) -> None:
    """Everything that the scenario names exists in the catalog. Raises InputError with the nearest names."""
    names = CatalogNames(
        chips=set(chips()),
        sites=set(shelf.sites.index),
        technologies={"grid", *power_technologies()},
        zones=set(shelf.zones.index),
        uses={name: card.work_unit for name, card in workloads().items()},
        models=set(llms()),
        profiles={"flat", "conversation", "coding"},
    )
    check_names(scenario, names)


def choose_hours(scenario: Scenario, rows: pd.DataFrame, climate: places.Climate | None) -> Timeline:
    """The full year, or typical days found on each country's heat, sun, wind and price, its hottest hour kept."""
    if scenario.time.hours is not None:
        if climate is not None or scenario.fleet or any(work.use is not None for work in scenario.workloads):
            expected = "sites.use: [], and workloads with load or chip_use"
            message = "hours of your own go with sites and work of your own: the catalog knows only the year's"
            raise InputError(message, file=scenario.place("time.hours"), key="time.hours", expected=expected)
        weights = scenario.time.weights
        return own_hours(scenario.time.hours, None if weights is None else np.array(weights.values))
    if scenario.time.method == "full_year" or climate is None:
        return full_year()
    features: dict[str, np.ndarray] = {}
    heat = []
    for country in scenario.countries:
        here = [climate.row[name] for name in rows.index[rows["country"] == country]]
        if not here:
            continue
        zones = sorted(set(rows.loc[rows["country"] == country, "zone"]))
        features[f"{country} heat"] = climate.pue["air_economiser"][here].mean(axis=0)
        features[f"{country} solar"] = climate.solar[here].mean(axis=0)
        features[f"{country} wind"] = climate.wind[here].mean(axis=0)
        features[f"{country} price"] = np.mean([climate.price_index.loc[zone] for zone in zones], axis=0)
        heat.append(f"{country} heat")
    return typical_days(pd.DataFrame(features), scenario.time.days, peaks=heat)


def chips_used(work: dict[str, Work]) -> list[str]:
    """Every chip that some work may use."""
    return sorted({pair.chip for item in work.values() for pair in item.pairs})


def chip_first_year(scenario: Scenario, work: dict[str, Work]) -> dict[str, int]:
    """Year from which each chip can be bought; the scenario's own are there from the start."""
    own = inline.chips(scenario)
    return {k: scenario.stages[0] if k in own else chips()[k].release_year for k in chips_used(work)}


def chip_cost(scenario: Scenario, work: dict[str, Work], shelf: Shelf) -> dict[str, np.ndarray]:
    """M USD per thousand chips by stage, with the chip's share of hosts, fabric and storage; racks are priced with their hosts."""
    own = inline.chips(scenario)
    found = {}
    for name in chips_used(work):
        if name in own:
            found[name] = rules.by_stage_years(own[name].price, scenario.stages) * 1e-3
            continue
        card = chips()[name]
        given = scenario.chips.price.get(name)
        price = np.array([given.at(y) if given is not None else card.value("price_usd") for y in scenario.stages])
        in_rack = "rack" in card.figures["price_usd"].source.lower()
        adder = shelf.parameter("fabric_storage_share_of_chip") + (
            0.0 if in_rack else shelf.parameter("server_share_of_chip")
        )
        found[name] = price * (1.0 + adder) * 1e-3
    return found


def chip_supply(scenario: Scenario, work: dict[str, Work]) -> dict[tuple[str, str], np.ndarray]:
    """Thousand chips that can be bought per stage, by (chip, owner or "all")."""
    used = set(chips_used(work))
    supply = {
        (k, "all"): rules.by_stage_years(s, scenario.stages) for k, s in scenario.chips.supply.items() if k in used
    }
    for owner, chosen in scenario.chips.supply_by_owner.items():
        supply |= {(k, owner): rules.by_stage_years(s, scenario.stages) for k, s in chosen.items() if k in used}
    return {key: counts * 1e-3 for key, counts in supply.items()}


def zone_limits(shelf: Shelf, scenario: Scenario, zones: set[str]) -> dict[str, np.ndarray]:
    """New load that each grid zone can connect by stage, GW; later by the scenario's delay."""
    table = shelf.zone_headroom
    found = {}
    for zone in sorted(zones):
        rows = table[table["zone"] == zone].sort_values("year")
        years = np.array(scenario.stages) - scenario.grid.delay
        gw = np.interp(years, rows["year"], rows["mw"], left=0.0) * 1e-3
        found[zone] = gw * scenario.grid.headroom_scale
    return found


def capped(exporters: dict, cap_mt: np.ndarray, shelf: Shelf) -> dict:
    """Export terminals with their free volume scaled down so that all together stay within a cap, Mt per year."""
    total = sum(terminal.free_tbtu for terminal in exporters.values())
    share = np.minimum(1.0, cap_mt * shelf.parameter("mmbtu_per_tonne_lng") / np.maximum(total, 1e-9))
    return {name: replace(terminal, free_tbtu=terminal.free_tbtu * share) for name, terminal in exporters.items()}


def pause_cost(
    work: dict[str, Work], costs: dict[str, np.ndarray], first_year: dict[str, int], scenario: Scenario
) -> np.ndarray:
    """What an hour's pause costs by stage, M USD per GWh of IT energy: the lost work, restart included, on chips bought once more.

    The cheapest chip that may do waiting work in the stage sets it; energy for the repeated work is small beside the chip.
    """
    yearly = annuity(scenario.discount_rate, round(scenario.chips.lifetime)) / 8760.0
    found = []
    for y, year in enumerate(scenario.stages):
        ways = [
            (1.0 + item.restart_overhead) * yearly * costs[pair.chip][y] / (pair.active_gw - pair.idle_gw)
            for item in work.values()
            if item.pausable > 0
            for pair in item.pairs
            if first_year[pair.chip] <= year and pair.active_gw > pair.idle_gw
        ]
        found.append(min(ways, default=0.0))
    return np.array(found)
