"""From a scenario and the catalog to the inputs of the linear program.

What the scenario brings itself becomes entries like the catalog's first (`inline.py`, `own_sites.py`); every step then takes the
sections it needs. A fault of the scenario carries its key; the file and line are added at the end, in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from planner.base.arrays import Array
from planner.catalog.cards import chips, power_technologies
from planner.catalog.read import system_alone
from planner.catalog.store import Shelf
from planner.catalog.system import PowerSystem as PowerTables
from planner.instance import (
    around,
    connections,
    gas,
    home,
    inline,
    markets,
    owner,
    plants,
    possible,
    ppas,
    rules,
    sites,
    tariffs,
)
from planner.instance import supply as market
from planner.instance.checked import check_catalog, check_used
from planner.instance.chips import Offer, chips_used, offer, pause_cost, supply
from planner.instance.climate import Climate, systems
from planner.instance.gas_chain import ExportTerminal, GasSource, ImportTerminal
from planner.instance.horizon import Horizon
from planner.instance.hours import check_own_hours, check_stored_hours, choose_hours
from planner.instance.idle import idle
from planner.instance.model import Inputs, Policy, Site, Technology, Used, Work
from planner.instance.notes import notes
from planner.instance.own_sites import site_entries, unplanned
from planner.instance.reading import catalog_of, placed, shelf_of
from planner.instance.site_entry import SiteEntry, catalog_sites
from planner.instance.site_hours import Survey
from planner.instance.work import Ground, work
from planner.scenario import Scenario
from planner.tariffs import TariffCard
from planner.timeline import Timeline, stages

Progress = Callable[[str], None]


def assemble(scenario: Scenario, progress: Progress = lambda phase: None, shelf: Shelf | None = None) -> Inputs:
    """Read what the scenario asks from the catalog and turn it into plain arrays. Raises InputError.

    shelf : tables read before, for the same `inputs` of a scenario.
    """
    with placed(scenario), catalog_of(scenario):
        return assembled(scenario, shelf or shelf_of(scenario), progress)


def assembled(scenario: Scenario, shelf: Shelf, progress: Progress) -> Inputs:
    """The inputs of a scenario with the tables of a shelf."""
    check_catalog(scenario, shelf)
    horizon = horizon_of(scenario)
    progress("weather and cooling")
    entries = all_entries(scenario, shelf)
    known = around.tables_of(scenario.grid, scenario.sites, scenario.countries, shelf)
    years = inline.years(scenario.sites.add, scenario.technologies, scenario.workloads)
    technologies, places, timeline = all_places(scenario, entries, years, known, horizon, shelf)
    bills, places = all_bills(scenario, entries, places, horizon, timeline, shelf)
    progress("chips and work")
    works, offers = all_work(scenario, horizon, timeline, places, shelf)
    policy = all_policy(scenario, horizon, shelf)
    builds, system, places = around.all_zones(scenario, horizon, timeline, places, policy, known, shelf, progress)
    progress("fuel and rules")
    sources, terminals, exporters = all_gas(scenario, horizon, places, gas.own_sources(entries, horizon), shelf)
    sold = all_markets(scenario, horizon, entries, places, technologies, sources, shelf)
    agreed = connections.contracts(entries, shelf, scenario.grid, horizon.years)
    return Inputs(
        name=scenario.name,
        countries=tuple(scenario.owners),
        stages=horizon.stages,
        base_year=scenario.base_year,
        discount_rate=scenario.discount_rate,
        timeline=timeline,
        sites=places,
        technologies=technologies,
        work=works,
        chip_cost={name: entry.cost for name, entry in offers.items()},
        chip_life=scenario.chips.lifetime,
        chip_first_year={name: entry.first_year for name, entry in offers.items()},
        chip_supply=supply(scenario.chips, offers, horizon),
        shell_life=shelf.parameter("shell_life"),
        zone_limit=sites.zone_limits(entries, shelf, scenario.grid, horizon.years, agreed),
        gas=sources,
        terminals=terminals,
        exporters=exporters,
        contract_years=shelf.parameter("lng_contract_years"),
        lng_tbtu_per_mt=shelf.parameter("mmbtu_per_tonne_lng"),
        policy=policy,
        facilities=rules.facilities(scenario.facilities, scenario.countries, scenario.discount_rate),
        reserve_margin=scenario.reliability.margin,
        pause_cost=pause_cost(works, offers, scenario.chips.lifetime, horizon),
        unserved_energy_cost=scenario.unserved_energy_usd_per_mwh * 1e-3,
        pooled=frozenset(scenario.alliance.pools),
        labels={country: shelf.countries.label(country) for country in scenario.owners},
        contract_buyers=rules.contract_buyers(scenario.fuel, scenario.countries),
        grid="grid" in scenario.power and not scenario.reliability.island,
        integer=scenario.solve.integer,
        curtailable_share=scenario.grid.curtailable_share,
        curtailable_hours=scenario.grid.curtailable_hours,
        signed=agreed,
        interruptible_limit=connections.interruptible(entries, shelf, scenario.grid, len(horizon.years)),
        markets=replace(sold, grid_terms=sold.grid_terms | tariffs.terms(bills)),
        system=system,
        grid_technologies=builds,
        notes=(
            *all_notes(scenario, entries, years, timeline, shelf),
            *tariffs.notes(bills),
            *market.unlimited(scenario.markets, technologies, shelf),
            *home.placed(scenario.sites.add, places, system, shelf),
            *idle(scenario, entries, technologies, horizon),
        ),
        used=Used(tuple(sorted(shelf.read)), catalog_sites(entries), tuple(bills.items())),
    )


def all_entries(scenario: Scenario, shelf: Shelf) -> dict[str, SiteEntry]:
    """Every site as an entry; a price of grid energy is asked only of those that a tariff serves."""
    tariff = "grid" in scenario.power and scenario.grid.model == "tariff"
    return site_entries(scenario.sites, scenario.countries, shelf, grid=tariff)


def all_bills(
    scenario: Scenario,
    entries: dict[str, SiteEntry],
    places: dict[str, Site],
    horizon: Horizon,
    timeline: Timeline,
    shelf: Shelf,
) -> tuple[dict[str, TariffCard], dict[str, Site]]:
    """The tariffs that the scenario names, by zone, and the sites as auctions and tariffs charge them."""
    beside = scenario.file and scenario.file.parent
    bills = tariffs.cards(scenario.grid.tariffs, places.values(), beside, shelf.countries, scenario.fx)
    charged = market.charged(places, entries, scenario.markets.capacity_price, horizon, shelf)
    return bills, tariffs.priced(charged, bills, timeline, shelf.folder, scenario.fx)


def all_notes(
    scenario: Scenario,
    entries: dict[str, SiteEntry],
    years: Mapping[str, Array],
    timeline: Timeline,
    shelf: Shelf,
) -> Iterator[str]:
    """What a reader should know of the inputs."""
    if system_alone(shelf.folder):
        yield "inputs.data: the folder has no tables but those of the power system; the rest is ours"
    left_out = unplanned(scenario.sites, scenario.countries, shelf)
    yield from notes(entries.values(), shelf.countries, years, timeline, left_out)


def horizon_of(scenario: Scenario) -> Horizon:
    """The stages of a scenario with what a year in each is worth."""
    periods = tuple(stages(scenario.stages, scenario.horizon_end, scenario.discount_rate))
    return Horizon(scenario.base_year, periods, scenario.discount_rate)


def all_technologies(scenario: Scenario, horizon: Horizon, shelf: Shelf) -> dict[str, Technology]:
    """Every technology that the scenario allows, of the catalog and its own, without the grid."""
    own = inline.cards(scenario.technologies, scenario.name)
    cards = power_technologies() | own
    plain = plants.technologies(
        cards,
        [*scenario.power, *own],
        horizon,
        shelf,
        fuel=scenario.fuel,
        reliability=scenario.reliability,
        smr=scenario.smr,
    )
    owned = {name: owner.owned(tech, cards[name], scenario.markets, horizon, shelf) for name, tech in plain.items()}
    scaled = plants.scaled(owned, scenario.capex)
    return {name: replace(tech, own=name in own) for name, tech in scaled.items()}


def all_places(
    scenario: Scenario,
    entries: dict[str, SiteEntry],
    years: Mapping[str, Array],
    known: PowerTables | None,
    horizon: Horizon,
    shelf: Shelf,
) -> tuple[dict[str, Technology], dict[str, Site], Timeline]:
    """What may stand, agreements for power in it; the sites with what it can do there; the hours, which show `years` and `known`."""
    technologies = all_technologies(scenario, horizon, shelf)
    shown = dict(years) | around.net_load(scenario.countries, known)
    places, timeline = all_sites(scenario, entries, horizon, shelf, technologies, shown)
    technologies, places = ppas.signed(scenario, technologies, places, horizon, timeline, shelf)
    return technologies, places, timeline


def all_sites(
    scenario: Scenario,
    entries: dict[str, SiteEntry],
    horizon: Horizon,
    shelf: Shelf,
    technologies: dict[str, Technology],
    years: Mapping[str, Array],
) -> tuple[dict[str, Site], Timeline]:
    """Every site with what its plants can do there, and the hours that are planned.

    years : series that typical days are to show, by key.
    """
    rows = shelf.sites.loc[shelf.sites.index.isin(catalog_sites(entries))]
    by_card = bool(scenario.fleet) or any(workload.use is not None for workload in scenario.workloads)
    check_own_hours(scenario.time, catalog=by_card or len(rows) > 0)
    check_stored_hours(scenario.time, technologies)
    cooling = systems()
    climate = Climate(rows.index, shelf, cooling) if len(rows) else None
    timeline = choose_hours(scenario.time, scenario.countries, rows, climate, years)
    survey = Survey(
        shelf=shelf,
        signed=connections.contracts(entries, shelf, scenario.grid, horizon.years),
        climate=climate,
        horizon=horizon,
        timeline=timeline,
        technologies=technologies,
        systems=cooling,
        grid=scenario.grid,
        policy=scenario.policy,
        campus_cost=scenario.sites.campus_cost,
        plant_hours=inline.profiles(scenario.technologies, timeline),
        plant_limit_gw=inline.limits(scenario.technologies),
        cost_factors={r: sites.cost_factors(shelf, r, technologies) for r in {e.cost_region for e in entries.values()}},
    )
    made = {name: sites.site(entry, survey) for name, entry in entries.items()}
    possible.check_profiles(technologies, made)
    return made, timeline


def all_work(
    scenario: Scenario, horizon: Horizon, timeline: Timeline, places: dict[str, Site], shelf: Shelf
) -> tuple[dict[str, Work], dict[str, Offer]]:
    """Every workload and fleet, and the chips that they use as they can be bought. Raises InputError for work that nothing could do."""
    ground = Ground(
        horizon=horizon,
        timeline=timeline,
        sites=places,
        owner_of={site.name: site.owner for site in scenario.sites.add if site.owner is not None},
        shelf=shelf,
        demand_scale={str(country): series for country, series in scenario.demand_scale.items()},
        default_chips=scenario.chips.default_allowed,
        chip_errors=scenario.chips.errors,
        late_usd_per_h100_hour=scenario.late_compute_usd_per_h100_hour,
    )
    works = work(scenario.workloads, scenario.fleet, ground)
    offers = all_offers(scenario, chips_used(works), horizon, shelf)
    check_used(scenario, works, places, horizon, {name: entry.first_year for name, entry in offers.items()})
    return works, offers


def all_offers(scenario: Scenario, used: list[str], horizon: Horizon, shelf: Shelf) -> dict[str, Offer]:
    """The chips in use as they can be bought, of the catalog and the scenario's own."""
    own, price = inline.offers(scenario.workloads, horizon), scenario.chips.price
    return {k: own[k] if k in own else offer(chips()[k], price.get(k), horizon, shelf) for k in used}


def all_gas(
    scenario: Scenario, horizon: Horizon, places: dict[str, Site], own: dict[str, GasSource], shelf: Shelf
) -> tuple[dict[str, GasSource], dict[str, ImportTerminal], dict[str, ExportTerminal]]:
    """Where the sites' gas comes from: regions, terminals, and the sites' `own` prices."""
    named = [(site.country, site.gas) for site in places.values() if site.gas and site.gas not in own]
    sources, terminals, exporters = gas.sources(named, shelf, scenario.fuel, horizon, scenario.markets)
    return sources | own, terminals, exporters


def all_policy(scenario: Scenario, horizon: Horizon, shelf: Shelf) -> Policy:
    """Limits and prices of governments; what the scenario says itself comes before a path of carbon prices that it asks for."""
    carbon = market.carbon_prices(scenario.markets.carbon_price, scenario.countries, horizon, shelf)
    return rules.policy(scenario.policy, horizon, carbon)


def all_markets(
    scenario: Scenario,
    horizon: Horizon,
    entries: dict[str, SiteEntry],
    places: dict[str, Site],
    technologies: dict[str, Technology],
    sources: dict[str, GasSource],
    shelf: Shelf,
) -> markets.Markets:
    """The markets that the scenario asks for; of gas those of the divisions whose pipelines serve its sites."""
    divisions = {name for name, source in sources.items() if source.kind == "pipeline" and name not in entries}
    section, smr, countries = scenario.markets, scenario.smr, scenario.countries
    return market.markets(section, smr, countries, horizon, places.values(), technologies, divisions, shelf)
