"""Zones that a scenario brings itself, as the entries that the catalog's become: load, plants, a store, and what may be built.

Plants that it adds to a zone of the catalog are read here too (`standing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError, unknown_name
from planner.grid.shaving import peak_shaving
from planner.instance.horizon import Horizon
from planner.instance.inline import hourly
from planner.instance.model import Technology
from planner.instance.system import Band, NewPlant, Steady, Zone
from planner.scenario import zones as asked
from planner.timeline import Timeline


@dataclass(frozen=True)
class Standing:
    """Plants of the scenario that stand in a zone: bands, what comes without a choice, yearly limits (GWh), and firm GW, by stage."""

    bands: tuple[Band, ...]
    steady: dict[str, Steady]
    limits: dict[str, Array]
    firm_gw: Array


def own_zone(
    name: str,
    zone: asked.Zone,
    default: list[str],
    technologies: Mapping[str, Technology],
    profiles: Mapping[str, Array],
    horizon: Horizon,
    timeline: Timeline,
    carbon: Mapping[str, Array],
) -> Zone:
    """A zone of the scenario's own. `default`: technologies that the grid may build; `profiles`: hours of the scenario's own plants.

    Raises InputError for a series that does not fit, and for a new plant that burns a fuel without a price.
    """
    key, country = f"zones.{name}", str(zone.country)
    assert zone.load is not None  # the schema asks for it
    load = hourly(zone.load, timeline, f"{key}.load") * 1e-3
    stages = np.ones(len(horizon.years))
    grown = horizon.of(zone.load_scale)[:, None] * load
    price = carbon.get(country, 0.0 * stages) * 1e3  # USD/t
    there = standing(name, zone.plants, horizon, timeline, price)
    given = sum((own.gw for own in there.steady.values()), np.zeros_like(grown))
    peak = grown.max(axis=1)
    store, content = zone.store * 1e-3, zone.store_content * 1e-3
    names = default if zone.new is None else zone.new
    return Zone(
        name=name,
        title=name,
        country=country,
        division="",
        utc_offset_h=zone.utc_offset,
        load=grown,
        peak_gw=peak,
        steady=there.steady,
        bands=there.bands,
        limits=there.limits,
        store_gw=store * stages,
        store_gwh=content * stages,
        store_efficiency=zone.store_efficiency,
        shaving=tuple(
            peak_shaving(net, zone.store_efficiency, timeline.spans, timeline.step_hours) for net in grown - given
        ),
        firm_gw=there.firm_gw + peak - (grown - given).max(axis=1),
        retired_gw=0.0 * stages,
        reserve_margin=zone.reserve_margin or 0.0,
        new={g: _new_plant(name, zone, technologies[g], profiles, horizon, timeline, price) for g in names},
    )


def standing(
    name: str, plants: Sequence[asked.ZonePlant], horizon: Horizon, timeline: Timeline, price: Array
) -> Standing:
    """Plants that stand in the zone of that name; `price` of carbon in USD/t by stage. Raises InputError for a series that does not fit."""
    stages = np.ones(len(horizon.years))
    bands: list[Band] = []
    steady: dict[str, Steady] = {}
    limits: dict[str, Array] = {}
    firm = np.zeros(len(stages))
    for i, plant in enumerate(plants):
        share = hourly(plant.availability, timeline, f"zones.{name}.plants[{i}].availability", most=1.0)
        gw = horizon.of(plant.capacity)[:, None] * 1e-3
        cost = (plant.variable_cost + plant.co2 * 1e-3 * price) * 1e-3
        if plant.must_take:
            energy = gw[:, 0] * float(timeline.mean(share)) * HOURS
            steady[plant.name] = Steady(gw * share, energy * plant.co2 * 1e-3, 0 * stages, 0 * stages)
            continue
        least = np.minimum(plant.least_output, share)
        if plant.least_output > 0:
            energy = gw[:, 0] * float(timeline.mean(least)) * HOURS
            steady[f"{plant.name} least"] = Steady(gw * least, energy * plant.co2 * 1e-3, 0 * stages, energy * cost)
        bands.append(Band(plant.name, plant.name, gw[:, 0], gw * (share - least), cost, 0.0, plant.co2 * 1e-3))
        if plant.yearly_limit < 1.0:
            left = plant.yearly_limit - float(timeline.mean(least))
            limits[plant.name] = gw[:, 0] * max(left, 0.0) * HOURS
        firm = firm + gw[:, 0]
    return Standing(tuple(bands), steady, limits, firm)


def _new_plant(
    name: str,
    zone: asked.Zone,
    tech: Technology,
    profiles: Mapping[str, Array],
    horizon: Horizon,
    timeline: Timeline,
    carbon: Array,
) -> NewPlant:
    """A technology as this zone may have it."""
    if tech.fuel == "gas":
        raise InputError(
            f"zone {name} has no gas price for {tech.name}",
            key=f"zones.{name}.new",
            value=tech.name,
            expected="technologies of your own with a variable_cost or a fuel_price",
        )
    profile = profiles.get(tech.name)
    if tech.kind == "must_take" and profile is None:
        raise unknown_name("profile", tech.name, sorted(profiles), key=f"zones.{name}.new")
    limit = zone.new_limit.get(tech.name)
    stages = np.ones(len(horizon.years))
    own = np.inf if tech.limit_gw is None else tech.limit_gw
    return NewPlant(
        technology=tech.name,
        profile=np.full(len(timeline), tech.availability) if profile is None else profile,
        most_gw=own * stages if limit is None else horizon.of(limit) * 1e-3,
        firm=tech.firm,
        cost_factor=1.0,
        cost=tech.variable_om + tech.heat_rate * (tech.fuel_price + tech.co2 * carbon * 1e-3) * stages,
        co2=tech.heat_rate * tech.co2,
    )
