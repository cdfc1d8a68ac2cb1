"""What a scenario gives itself in place of cards and tables: series, plants, chips and work, in the units of the program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.base.errors import InputError
from planner.instance.model import Array, Pair, Site, Technology, Work
from planner.instance.rules import by_stage
from planner.scenario import Scenario
from planner.scenario.inline import ChipUse, Hourly, InlineTechnology
from planner.scenario.work import Workload
from planner.timeline import HOURS, Stage, Timeline

COOLING = "air_economiser"  # an inline chip is cooled by air; the PUE of an inline site is the same for every system
PER_YEAR = {
    "tokens": 365.0,
    "compute": 1.0,
    "images": 365.0,
    "videos": 365.0,
    "streams": HOURS,
    "load": HOURS,
    "work": 1.0,
}
UNITS = {"compute": "FLOP", "load": "MWh"}


def hourly(series: Hourly, timeline: Timeline, scenario: Scenario, key: str) -> Array:
    """A series at the modelled hours: one figure for all, one per modelled hour, or the 8,760 of the year. Raises InputError."""
    values = np.array(series.values)
    if not series.varies:
        return np.full(len(timeline), values[0])
    if len(values) == len(timeline):
        return values
    if len(values) == HOURS and timeline.repeats:
        return timeline.sample(values)
    expected = f"1 or {len(timeline)}" + (f" or {HOURS}" if timeline.repeats else "")
    message = f"the series has {len(values)} figures"
    raise InputError(message, file=scenario.place(key), key=key, value=series.file, expected=f"{expected} figures")


def technology(asked: InlineTechnology, scenario: Scenario, stages: tuple[Stage, ...]) -> Technology:
    """A plant of the scenario's own. Its availability by hour stands at the sites (`with_plants`)."""
    efficiency = float(np.sqrt(asked.efficiency))
    firm = asked.firm if asked.firm is not None else float(asked.kind != "must_take")
    by_hour = asked.availability.varies or asked.kind == "must_take"
    return Technology(
        name=asked.name,
        title=asked.name,
        kind=asked.kind,
        fuel=asked.fuel,
        capex=by_stage(asked.capex, stages),
        energy_capex=by_stage(asked.energy_capex, stages),
        fixed_om=asked.annual_cost,
        variable_om=asked.variable_cost * 1e-3,
        heat_rate=asked.heat_rate * 1e-3,
        fuel_price=asked.fuel_price,
        co2=asked.co2,
        life=round(asked.lifetime),
        lead_years=0.0,
        construction_factor=1.0,
        first_year=asked.first_year,
        min_output=asked.min_output if asked.kind == "nuclear" else 0.0,
        availability=1.0 if by_hour else asked.availability.values[0],
        firm=firm,
        unit_gw=asked.unit_size * 1e-3,
        charge_efficiency=efficiency,
        discharge_efficiency=efficiency,
        limit_gw=None if asked.limit is None else asked.limit * 1e-3,
    )


def with_plants(site: Site, scenario: Scenario, timeline: Timeline) -> Site:
    """A site with the hourly availability, and the limit, that the scenario's own plants have there."""
    own = next((asked.capacity_factor for asked in scenario.sites.add if asked.name == site.name), {})
    factor = {
        name: hourly(series, timeline, scenario, f"sites.add.{site.name}.capacity_factor.{name}")
        for name, series in own.items()
    }
    for i, tech in enumerate(scenario.technologies):
        if tech.name not in factor and (tech.availability.varies or tech.kind == "must_take"):
            factor[tech.name] = hourly(tech.availability, timeline, scenario, f"technologies[{i}].availability")
    limit = {tech.name: (tech.limit or 0.0) * 1e-3 for tech in scenario.technologies if tech.kind == "must_take"}
    return replace(
        site,
        capacity_factor=site.capacity_factor | {name: np.minimum(values, 1.0) for name, values in factor.items()},
        renewable_limit_gw=site.renewable_limit_gw | limit,
    )


def chips(scenario: Scenario) -> dict[str, ChipUse]:
    """The scenario's own chips by name. Raises InputError when two workloads give one chip two prices."""
    found: dict[str, ChipUse] = {}
    for i, asked in enumerate(scenario.workloads):
        use = asked.own_chip
        if use is None or use.chip is None:
            continue
        first = found.setdefault(use.chip, use)
        if first.price != use.price:
            raise InputError(
                f"the chip '{use.chip}' has two prices",
                file=scenario.place(f"workloads[{i}].chip_use.price"),
                key=f"workloads[{i}].chip_use.price",
                expected="one price, or another name of the chip",
            )
    return found


def pair(use: ChipUse) -> Pair:
    """What a thousand chips do and draw."""
    to_gw = 1e-6  # W per chip -> GW per thousand chips
    return Pair(
        chip=use.chip or "",
        work_per_khour=use.work_per_hour * 1e3,
        active_gw=use.active * to_gw,
        idle_gw=use.idle * to_gw,
        provision_gw=(use.active if use.provision is None else use.provision) * to_gw,
        cooling=COOLING,
        basis="given by the scenario",
        power_rse=0.0,
    )


def work(
    asked: Workload, demand: Array, shape: Array | None, sites: frozenset[str], delivery_cost: dict[str, float]
) -> Work:
    """Work without cards: `demand` units per year by stage, `shape` over its mean or None, `sites` where it may run."""
    kind, use = asked.demand[0], asked.own_chip
    assert use is not None  # the scenario's own check
    return Work(
        name=asked.name,
        owner=asked.owner,
        use="own work",
        unit=asked.work_unit if kind == "work" else UNITS.get(kind, kind),
        demand=demand,
        value=(asked.value or 0.0) * 1e-6,
        shape=shape,
        shape_name="flat" if shape is None else asked.name,
        pairs=(pair(use),),
        sites=sites,
        home_share=asked.home_share,
        pausable=asked.pausable or 0.0,
        must_serve=asked.value is None,
        delivery_cost=delivery_cost,
    )


def bounded(sites: dict[str, Site], works: dict[str, Work], reserve_margin: float) -> dict[str, Site]:
    """Land and connections without limit cut to what all work together could ever fill: the program wants finite bounds."""

    def peak(item: Work) -> Array:
        return item.demand / HOURS * item.peak * max(pair.provision_gw / pair.work_per_khour for pair in item.pairs)

    most = float(np.max(sum(peak(item) for item in works.values())))
    found = {}
    for name, site in sites.items():
        land = min(site.land_limit_gw, most)
        drawn = 1.2 * land * max(site.design_pue.values()) * (1.0 + reserve_margin)
        tiers = tuple(replace(tier, gw=np.where(np.isinf(tier.gw), drawn, tier.gw)) for tier in site.tiers)
        found[name] = replace(
            site, land_limit_gw=land if np.isinf(site.land_limit_gw) else site.land_limit_gw, tiers=tiers
        )
    return found
