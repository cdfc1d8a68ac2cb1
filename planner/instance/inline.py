"""What a scenario brings itself, as entries of the types that the catalog has: plants as cards, chips as offers, work, series.

Each entry's source is the scenario; after this there is one way for all. The scenario's own sites: `own_sites.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.cards import Figure, PowerCard
from planner.instance.chips import Offer
from planner.instance.horizon import Horizon
from planner.instance.model import Pair
from planner.instance.need import Day, Need, Ways
from planner.scenario import Series
from planner.scenario.inline import ChipUse, Hourly, InlineTechnology
from planner.scenario.own_site import InlineSite
from planner.scenario.work import Workload
from planner.timeline import Timeline

COOLING = "air_economiser"  # an inline chip is cooled by air; the PUE of an inline site is the same for every system
LENGTHS = {
    8784: ": a leap year; leave out 29 February",
    8783: ": a leap year without the hour that a clock leaves out; fill that in and leave out 29 February",
    8759: ": an hour is missing; a clock leaves one out in spring",
    8761: ": an hour too many; a clock repeats one in autumn",
    8736: ": 52 weeks; a year has a day more",
    17520: ": half hours; give the mean of each hour",
    17568: ": half hours of a leap year; give the mean of each hour, without 29 February",
    35040: ": quarter hours; give the mean of each hour",
    35136: ": quarter hours of a leap year; give the mean of each hour, without 29 February",
}
"""What a series of a length that does not fit most likely is."""
WEATHER = {"dry_bulb": "heat", "solar_pv": "solar_pv", "wind_on": "wind_on"}
"""Series of a site's weather that typical days are to show, by the name under which they do."""
UNITS = {"compute": "FLOP", "load": "MWh"}
PLANT = {  # figure of a card: key of the scenario's own plant, and its unit
    "capex_usd_per_kw": ("capex", "USD/kW"),
    "energy_capex_usd_per_kwh": ("energy_capex", "USD/kWh"),
    "fom_usd_per_kw_year": ("annual_cost", "USD/kW/year"),
    "vom_usd_per_mwh": ("variable_cost", "USD/MWh"),
    "heat_rate_mmbtu_per_mwh": ("heat_rate", "MMBtu/MWh"),
    "fuel_cost_usd_per_mmbtu": ("fuel_price", "USD/MMBtu"),
    "co2_kg_per_mmbtu": ("co2", "kg/MMBtu"),
    "lifetime_years": ("lifetime", "year"),
    "first_year": ("first_year", "year"),
    "min_stable_fraction": ("min_output", "fraction"),
    "round_trip_efficiency": ("efficiency", "fraction"),
    "unit_mw": ("unit_size", "MW"),
    "limit_mw": ("limit", "MW"),
}


def hourly(series: Hourly, timeline: Timeline, key: str, most: float | None = None) -> Array:
    """A series at the modelled hours: one figure for all, one per modelled hour, or the 8,760 of the year. Raises InputError.

    Of a year, typical days take the hours as they are; where `most` says what the series can be at most, so that they keep its mean.
    """
    values = np.array(series.values)
    if not series.varies:
        return np.full(len(timeline), values[0])
    if len(values) == len(timeline):
        return values
    if len(values) == HOURS and timeline.repeats:
        return timeline.pick(values) if most is None else timeline.sample(values, most)
    lengths = dict.fromkeys([1, len(timeline), *([HOURS] if timeline.repeats else [])])
    expected = " or ".join(map(str, lengths))
    message = f"the series has {len(values)} figures{LENGTHS.get(len(values), '')}"
    raise InputError(message, key=key, value=series.file, expected=f"{expected} figures")


def years(
    sites: Iterable[InlineSite], plants: Iterable[InlineTechnology], workloads: Iterable[Workload]
) -> dict[str, Array]:
    """Every series of a whole year that a scenario's own sites, plants and workloads bring, by its key."""
    found: dict[str, Hourly | None] = {}
    for site in sites:
        found |= {f"sites.add.{site.name}.{key}": getattr(site, key) for key in ("hourly_price", "hourly_carbon")}
        found |= {f"sites.add.{site.name}.capacity_factor.{g}": series for g, series in site.capacity_factor.items()}
        for key, name in WEATHER.items() if site.weather is not None else ():
            found[f"sites.add.{site.name}.weather.{name}"] = getattr(site.weather, key)
    for i, plant in enumerate(plants):
        found[f"technologies[{i}].availability"] = plant.availability
    for i, asked in enumerate(workloads):
        found[f"workloads[{i}].shape"] = asked.shape
    return {key: np.array(one.values) for key, one in found.items() if one is not None and len(one.values) == HOURS}


def cards(plants: Iterable[InlineTechnology], scenario: str) -> dict[str, PowerCard]:
    """The scenario's own plants as cards, by name."""
    return {plant.name: card(plant, f"scenario {scenario}") for plant in plants}


def card(plant: InlineTechnology, source: str) -> PowerCard:
    """A plant of the scenario's own as a card. Its availability by hour stands at the sites (`site_hours.py`)."""
    given: dict[str, tuple[Any, str]] = {key: (getattr(plant, own), unit) for key, (own, unit) in PLANT.items()}
    if plant.kind == "storage":
        given["power_capex_usd_per_kw"] = given.pop("capex_usd_per_kw")
        given["firm_hours"] = (plant.firm_hours, "h")
    firm = plant.firm if plant.firm is not None else float(plant.kind != "must_take")
    given |= {
        "firm_share": (firm, "fraction"),
        "availability": (1.0 if by_hour(plant) else plant.availability.values[0], "fraction"),
        "lead_time_years": (0.0, "year"),
    }
    figures = {
        key: Figure(
            value=value.plain() if isinstance(value, Series) else value, unit=unit, source=source, kind="assumed"
        )
        for key, (value, unit) in given.items()
        if value is not None
    }
    words = {"name": plant.name, "title": plant.name, "class": plant.kind, "fuel": plant.fuel}
    return PowerCard.model_validate(words | {"figures": figures})


def by_hour(plant: InlineTechnology) -> bool:
    """Does the plant's output follow a series at each site, and no mean availability?"""
    return plant.availability.varies or plant.kind == "must_take"


def profiles(plants: list[InlineTechnology], timeline: Timeline) -> dict[str, Array]:
    """Hourly availability of the scenario's own plants, at every site that gives no other."""
    return {
        plant.name: hourly(plant.availability, timeline, f"technologies[{i}].availability", most=1.0)
        for i, plant in enumerate(plants)
        if by_hour(plant)
    }


def limits(plants: Iterable[InlineTechnology]) -> dict[str, float]:
    """GW of the scenario's own must-take plants that a site can take."""
    return {plant.name: (plant.limit or 0.0) * 1e-3 for plant in plants if plant.kind == "must_take"}


def offers(workloads: Iterable[Workload], horizon: Horizon) -> dict[str, Offer]:
    """The scenario's own chips on the market, from its first stage on. Raises InputError when one chip has two prices."""
    prices: dict[str, Series] = {}
    for i, work in enumerate(workloads):
        use = work.own_chip
        if use is None or use.chip is None:
            continue
        if prices.setdefault(use.chip, use.price) != use.price:
            raise InputError(
                f"the chip '{use.chip}' has two prices",
                key=f"workloads[{i}].chip_use.price",
                expected="one price, or another name of the chip",
            )
    return {name: Offer(horizon.of(price) * 1e-3, horizon.years[0]) for name, price in prices.items()}


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


def delivery_cost(work: Workload) -> dict[str, float]:
    """What carrying a unit of the work to each site costs, M USD."""
    return {site: usd * 1e-6 for site, usd in work.delivery_cost.items()}


def need(work: Workload, demand: Array, timeline: Timeline, key: str) -> Need:
    """Who needs work done without a card: `demand` in units a year by stage. Raises InputError for a shape that does not fit."""
    return Need(
        name=work.name,
        owner=work.owner,
        key=key,
        demand=demand,
        value=(work.value or 0.0) * 1e-6,
        day=own_day(work, timeline, f"{key}.shape"),
        max_latency_ms=work.max_latency,
        home_share=1.0 if work.shift == "site" else work.home_share,
        pausable=work.pausable or 0.0,
        delivery_cost=delivery_cost(work),
        must_serve=work.value is None,
        coincident=work.load is not None and work.chip_use is None,
        block_gw=(work.block or 0.0) * 1e-3,
    )


def own_day(work: Workload, timeline: Timeline, key: str) -> Day | None:
    """The hours of work that has a shape, at mean one."""
    if work.shape is None:
        return None
    values = hourly(work.shape, timeline, key)
    mean = float(timeline.mean(values))
    if mean <= 0:
        raise InputError("the shape sums to nothing", key=key, expected="some demand")
    return Day(f"day of {work.name}", values / mean)  # no name that another group of loads has


def ways(work: Workload) -> Ways:
    """What the work may run on: the chip that it describes."""
    kind, use = work.demand[0], work.own_chip
    assert use is not None  # the scenario's own check
    return Ways("own work", work.work_unit if kind == "work" else UNITS.get(kind, kind), (pair(use),))
