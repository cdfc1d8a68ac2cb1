"""What the grid may build in a zone of the catalog: hours, limits, firm share and cost of each technology there.

sun, wind         GW a year of `new_plants.csv` from its first year on, which come on top of dated builds; their firm share is their mean
                  output in the tightest hundredth of the hours
batteries         GW a year of that table too, without limit where it has none; firm by the peak that they shave (`blocks/zones.py`)
gas, reactors     whole for the reserve, whose margin is one of installed plants; reactors as many as the order book of the country gives,
                  shared by its zones
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.catalog.ends import at_level
from planner.grid.zone import ZoneYear
from planner.instance.model import Technology
from planner.instance.sites import cost_factors
from planner.instance.system import NewPlant
from planner.instance.zone_ground import Ground, new_fuel

TIGHT = 88  # hours of the year in which firm shares are looked at: a hundredth
PROFILES = {"solar": "solar", "wind": "wind"}
BATTERY = "battery"


def new_plants(ground: Ground, zone: ZoneYear, net_mw: Array) -> dict[str, NewPlant]:
    """What the grid may build in a zone."""
    grid, change = ground.grid, ground.asked.get(zone.zone)
    names = grid.new if change is None or change.new is None else change.new
    tight = np.argsort(-net_mw)[:TIGHT]
    own = {g: change.new_limit[g] for g in change.new_limit} if change is not None else {}
    found = {}
    for g in names:
        tech = ground.technologies[g]
        if not tech.stands_in(zone.country):
            continue
        plant = _new_plant(ground, zone, tech, tight)
        if plant is not None:
            limit = ground.horizon.of(own[g]) * 1e-3 if g in own else plant.most_gw
            found[g] = replace(plant, most_gw=limit)
    return found


def _new_plant(ground: Ground, zone: ZoneYear, tech: Technology, tight: NDArray[np.int64]) -> NewPlant | None:
    """One technology in a zone; None where the zone has no hours of sun or wind."""
    timeline, years = ground.timeline, ground.horizon.years
    firm = 1.0  # a reserve margin is one of installed plants
    profile, most = np.full(len(timeline), tech.availability), np.full(len(years), np.inf)
    if tech.kind == "must_take":
        kind = next((kind for kind in PROFILES if tech.name.startswith(kind)), "")
        hours = ground.system.profiles.get(f"{zone.zone}|{PROFILES.get(kind, '')}")
        if hours is None:
            return None
        profile, firm = timeline.sample(hours, 1.0), float(hours[tight].mean())
        most = _by_pace(ground, zone.zone, kind, 0.0)
    elif tech.kind == "storage":
        most = _by_pace(ground, zone.zone, BATTERY, np.inf)
    elif tech.kind == "nuclear":
        zones = int((ground.system.zones["country"] == zone.country).sum())
        most = (
            tech.units_per_year * tech.unit_gw / zones * np.maximum(np.array(years, float) - (tech.first_year - 1), 0.0)
        )
    fuel = {"gas": "gas" if ground.shelf.countries[zone.country].pipeline_gas else "lng"}.get(tech.fuel or "")
    price = [new_fuel(ground, zone, fuel, y) if fuel else tech.fuel_price for y in range(len(years))]
    carbon = ground.carbon.get(zone.country, np.zeros(len(years)))
    return NewPlant(
        technology=tech.name,
        profile=profile,
        most_gw=most,
        firm=firm,
        cost_factor=_cost_factor(ground, zone, tech),
        cost=tech.variable_om + tech.heat_rate * (np.array(price) + tech.co2 * carbon),
        gas=tech.heat_rate if fuel == "gas" else 0.0,
        co2=tech.heat_rate * tech.co2,
    )


def _by_pace(ground: Ground, zone: str, plant: str, unknown: float) -> Array:
    """GW that may have been built by each stage at the pace of `new_plants.csv`; `unknown` where the table does not say."""
    pace = ground.system.new_plants
    rows = pace[(pace["zone"] == zone) & (pace["plant"] == plant)].rename(columns={"gw_per_year": "value"})
    if rows.empty:
        return np.full(len(ground.horizon.years), unknown)
    yearly = float(at_level(rows, ground.grid.pace.level)[0]) * ground.grid.pace.scale
    return yearly * np.maximum(np.array(ground.horizon.years, float) - (float(rows["first_year"].iloc[0]) - 1), 0.0)


def _cost_factor(ground: Ground, zone: ZoneYear, tech: Technology) -> float:
    """Factor on the overnight cost: the mean of the sites in the zone, or of the country where it has none."""
    sites = ground.shelf.sites
    inside = sites.loc[[s for s in str(ground.system.zones.at[zone.zone, "sites"]).split() if s in sites.index]]
    regions = (inside if len(inside) else sites[sites["country"] == zone.country])["capex_region"]
    return float(
        np.mean([cost_factors(ground.shelf, str(r), {tech.name: tech})[0].get(tech.name, 1.0) for r in regions])
    )
