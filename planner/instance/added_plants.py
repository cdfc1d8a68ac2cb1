"""Plants that a scenario adds to the fleet of a zone of the catalog (`zones.NAME.plants`): bands, steady supply, limits and firm GW on top.

They are read as those of a zone of the scenario's own. What must be taken is seen over the whole year too, since it takes off the peak.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.system import PLANTS, STORES
from planner.instance.own_zones import Standing, standing
from planner.instance.system import Zone
from planner.instance.zone_ground import Ground
from planner.scenario.zones import ZonePlant


def given_mw(ground: Ground, name: str) -> Array:
    """MW by stage and hour of the year (UTC) that added plants of a zone give without a choice.

    Raises InputError for must-take plants whose hours are not those of the year: the peak may lie in one that is not modelled.
    """
    found = np.zeros((len(ground.horizon.years), HOURS))
    for i, plant in enumerate(_plants(ground, name)):
        hours = np.array(plant.availability.values)
        if plant.must_take and len(hours) not in (1, HOURS):
            raise InputError(
                f"the series has {len(hours)} figures",
                key=f"zones.{name}.plants[{i}].availability",
                value=plant.availability.file,
                expected="1 or 8760 figures: what a must-take plant takes off the peak of a zone of the catalog is seen over the year",
            )
        if plant.must_take:
            found += ground.horizon.of(plant.capacity)[:, None] * hours
    return found


def with_added(ground: Ground, zone: Zone) -> Zone:
    """The zone with its added plants. Raises InputError for a name that it has already."""
    price = ground.carbon.get(zone.country, np.zeros(len(ground.horizon.years))) * 1e3  # USD/t
    added = standing(zone.name, _plants(ground, zone.name), ground.horizon, ground.timeline, price)
    _check_names(zone, added)
    return replace(
        zone,
        steady=zone.steady | added.steady,
        bands=(*zone.bands, *added.bands),
        limits=zone.limits | added.limits,
        firm_gw=zone.firm_gw + added.firm_gw,
    )


def _plants(ground: Ground, name: str) -> list[ZonePlant]:
    change = ground.asked.get(name)
    return [] if change is None else change.plants


def _check_names(zone: Zone, added: Standing) -> None:
    """A table could not tell a plant from another of its name."""
    taken = {
        *PLANTS,
        *STORES,
        *zone.steady,
        *zone.new,
        *(name for band in zone.bands for name in (band.name, band.plant)),
    }
    for name in (*(band.name for band in added.bands), *added.steady):
        if name in taken:
            raise InputError(
                f"zone {zone.name} has a plant '{name}', or may have one",
                key=f"zones.{zone.name}.plants",
                value=name,
                expected="another name; or fleet_scale, which changes what stands",
            )
