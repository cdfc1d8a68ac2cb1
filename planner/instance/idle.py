"""Keys of a scenario that change nothing in it, and why: each is said in the run's notes.

What a key changes is a figure of the catalog, a price of what is burnt, a limit of what there is. Where the scenario has none of these (its
sites say their own figures, no plant burns gas, no site lies in a capital area), the key is idle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from planner.instance.horizon import Horizon
from planner.instance.model import Technology
from planner.instance.site_entry import SiteEntry
from planner.instance.sites import opening, there
from planner.scenario import Scenario
from planner.scenario.figures import Section
from planner.scenario.policy import PRICES, Policy
from planner.scenario.supply import Grid

GRID = {
    "delay": "headroom",
    "delay_by": "headroom",
    "headroom_scale": "headroom",
    "price_scale": "energy_price",
    "carbon_scale": "carbon_intensity",
}
"""Keys of `grid` that change the catalog's figures, and the figure of a site that they change."""
CURTAILED = ("curtailable_hours", "curtailable_share")
GAS = ("henry_hub", "lng_spot", "lng_contract", "panama_open", "export_cap", "scale.gas", "scale.lng")
URANIUM = ("uranium", "scale.uranium")
IN_ITS_STAGE = "moves no connection into a later stage"


def idle(
    scenario: Scenario, entries: Mapping[str, SiteEntry], technologies: Mapping[str, Technology], horizon: Horizon
) -> Iterator[str]:
    """Every key that changes nothing, with the reason."""
    sites, plants = list(entries.values()), list(technologies.values())
    yield from unused(scenario.policy, scenario.countries)
    yield from idle_grid(scenario.grid, sites, "grid" in scenario.power and not scenario.reliability.island)
    yield from idle_delay(scenario.grid, sites, horizon, scenario.policy)
    yield from idle_plants(scenario, sites, plants)
    yield from idle_rules(scenario, sites, plants)


def changed(section: Section, keys: Iterable[str]) -> Iterator[str]:
    """Those of some keys of a section (`scale.gas`) that have another value than if nothing were said."""
    for key in keys:
        here: Any = section
        *above, last = key.split(".")
        for name in above:
            here = getattr(here, name)
        if getattr(here, last) != default(type(here), last):
            yield key


def default(kind: type[BaseModel], key: str) -> Any:
    """What a key has where nothing is said; pydantic 2.10 makes no default without the data beside it."""
    return kind.model_fields[key].get_default(call_default_factory=True, validated_data={})


def unused(policy: Policy, countries: Iterable[str]) -> Iterator[str]:
    """Figures of countries that are not planned."""
    planned = set(countries)
    for key in PRICES:
        for country in getattr(policy, key):
            if country not in planned:
                yield f"policy.{key}.{country} is not used: {country} is not planned"


def idle_grid(grid: Grid, sites: Iterable[SiteEntry], connected: bool) -> Iterator[str]:
    """Changes to the grid where there is none, or to the catalog's where all sites have their own."""
    entries = list(sites)
    for key in changed(grid, GRID):
        if not any(entry.of_tables(GRID[key]) for entry in entries):
            yield f"grid.{key} changes nothing: no site takes its {GRID[key].replace('_', ' ')} from the catalog"
    for key in changed(grid, CURTAILED) if not connected else ():
        yield f"grid.{key} changes nothing: there is no grid (power, reliability.island)"


def idle_delay(grid: Grid, sites: Iterable[SiteEntry], horizon: Horizon, policy: Policy) -> Iterator[str]:
    """Delays after which every connection still counts in the same stages, and as much."""
    of_tables = [(entry, one) for entry in sites if entry.of_tables("headroom") for one in entry.connections]

    def counted(asked: Grid) -> list[list[float]]:
        return [there(opening(entry, one, horizon, asked, policy), horizon).tolist() for entry, one in of_tables]

    for key in changed(grid, ("delay", "delay_by")) if of_tables else ():
        without = grid.model_copy(update={key: default(Grid, key)})
        if counted(grid) == counted(without):
            stages = ", ".join(map(str, horizon.years))
            why = f"one that comes after the first year of a stage counts from the next ({stages})"
            yield f"grid.{key} {IN_ITS_STAGE}: {why}; only what zones can take comes later"


def idle_plants(scenario: Scenario, sites: list[SiteEntry], plants: list[Technology]) -> Iterator[str]:
    """Prices of gas and reactor fuel, and terms of reactors, where nothing of the catalog burns or is them."""
    gas = any(tech.fuel == "gas" for tech in plants) and any(entry.gas and entry.gas_price is None for entry in sites)
    reactors = [tech for tech in plants if tech.kind == "nuclear" and not tech.own]
    for key in changed(scenario.fuel, GAS) if not gas else ():
        yield f"fuel.{key} changes nothing: no plant burns gas at a price of the catalog"
    for key in changed(scenario.fuel, URANIUM) if not reactors else ():
        yield f"fuel.{key} changes nothing: no reactor of the catalog is planned"
    for key in changed(scenario.smr, type(scenario.smr).model_fields) if not reactors else ():
        yield f"smr.{key} changes nothing: no reactor of the catalog is planned"
    known = {tech.name for tech in plants}
    for site in scenario.sites.add:
        for name in sorted({*site.capacity_factor} - known):
            yield f"sites.add.{site.name}.capacity_factor.{name} is not used: {name} is not planned"


def idle_rules(scenario: Scenario, sites: list[SiteEntry], plants: list[Technology]) -> Iterator[str]:
    """Rules and facilities that nothing in the scenario falls under."""
    policy, uses = (
        scenario.policy,
        {work.use for work in scenario.workloads} | {fleet.workload for fleet in scenario.fleet},
    )
    if scenario.grid.model == "tariff" and not any(tech.heat_rate * tech.co2 > 0 for tech in plants):
        for country in (c for c in policy.carbon_price if c in scenario.countries):
            yield f"policy.carbon_price.{country} changes nothing: plants pay it and none has CO2; grid energy has it in its price"
    if policy.capital_area_limit is not None and not any(entry.capital_area for entry in sites):
        yield "policy.capital_area_limit limits nothing: no site lies in a capital area"
    for name, hall in scenario.facilities.items():
        if not uses & set(hall.needed_by):
            yield f"facilities.{name} is not built: no work of the scenario needs it"
