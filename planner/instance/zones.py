"""From the tables of `data/system/` and the scenario's `grid`, `zones` and `links` to the arrays of `system.py`.

load, profiles    8,760 hours of the zone, sampled at the modelled hours so that their yearly means stay
hydro             what dispatchable hydro gives follows the native load of each day (water filling), as in `grid/`
band              above its least output, which comes without a choice; its year is limited where the table says so (coal)
firm supply       thermal plants count whole; sun, wind, river, hydro and reactors together by what they take off the year's peak:
                  peak(load) - peak(load less their output); stores by what they take off the peak of the rest (`grid/shaving.py`);
                  thermal plants past their retirement may stand by
plants added      those of `zones.NAME.plants` come on top, as in a zone of the scenario's own (`added_plants.py`)

Fuel follows the scenario: US gas moves with its Henry Hub, LNG of standing plants with its Asian spot price; new plants in Korea and Japan
buy cargoes as campuses do.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import unknown_name
from planner.grid.assemble import system_year
from planner.grid.dispatch import hydro_mw
from planner.grid.shaving import peak_shaving
from planner.grid.years import BASE_YEAR, fuel_price, growth, survivors_mw
from planner.grid.zone import ZoneYear
from planner.instance.added_plants import given_mw, with_added
from planner.instance.new_plants import new_plants
from planner.instance.system import Band, Steady, Zone
from planner.instance.zone_ground import Ground, fuel
from planner.scenario import zones as asked
from planner.timeline import Timeline

YEAR = ((0, HOURS),)
THERMAL = ("coal", "gas_cc", "gas_ct", "gas_st", "gas_ic", "oil", "petcoke")  # kinds whose retired plants may stand by
LIMITED = 0.95  # a year's limit counts where it leaves less than this share of what the hours could give


def catalog_zones(ground: Ground, countries: Collection[str]) -> dict[str, Zone]:
    """The zones of the catalog in some countries, with what the scenario changes of them."""
    system, years = ground.system, ground.horizon.years
    names = [str(z) for z in system.zones.index if system.zones.at[z, "country"] in countries]
    for name, change in ground.asked.items():
        if not change.own and name not in names:
            raise unknown_name("zone", name, names, key=f"zones.{name}")
    found: dict[str, list[ZoneYear]] = {name: [] for name in names}
    for year in years:
        for zone in system_year(system, year, names, firm_only=ground.grid.firm_only).zones:
            found[zone.zone].append(zone)
    return {name: _zone(ground, _changed(ground, name, stages)) for name, stages in found.items()}


def _changed(ground: Ground, name: str, stages: list[ZoneYear]) -> list[ZoneYear]:
    """The stages of a zone with what the scenario changes. Raises InputError for a kind of plant that stands in none of them."""
    change = ground.asked.get(name)
    if change is None:
        return stages
    stack = {plant for zone in stages for plant in zone.bands.plant}
    known = {"hydro_dispatchable", *stack}
    known |= {plant for zone in stages for plant in (*zone.must_take_mw, *(store.plant for store in zone.stores))}
    for key, valid in (("fleet_scale", known), ("yearly_limit", stack)):
        for plant in getattr(change, key):
            if plant not in valid:
                raise unknown_name("plant", plant, sorted(valid), key=f"zones.{name}.{key}.{plant}")
    years = ground.horizon.years
    return [changed(zone, change, year, ground) for zone, year in zip(stages, years, strict=True)]


def changed(zone: ZoneYear, change: asked.Zone, year: int, ground: Ground) -> ZoneYear:
    """A zone of a year with what the scenario changes: load, growth, fleet, and what its kinds may give over the year."""

    def factor(plant: str) -> float:
        return change.fleet_scale[plant].at(year) if plant in change.fleet_scale else 1.0

    scale = np.array([factor(plant) for plant in zone.bands.plant])
    limit, most = change.yearly_limit, zone.bands.most_yearly_share
    share = [
        limit[plant].at(year) if plant in limit else own for plant, own in zip(zone.bands.plant, most, strict=True)
    ]
    grown = growth(ground.system.load_growth, zone.zone, year, False)
    grown = (1.0 + change.growth_scale * (grown - 1.0)) / grown
    return replace(
        zone,
        load_mw=zone.load_mw * grown * change.load_scale.at(year),
        must_take_mw={plant: mw * factor(plant) for plant, mw in zone.must_take_mw.items()},
        bands=replace(zone.bands, capacity_mw=zone.bands.capacity_mw * scale, most_yearly_share=np.array(share, float)),
        available_mw=zone.available_mw * scale[:, None],
        hydro_mwh=zone.hydro_mwh * factor("hydro_dispatchable"),
        hydro_most_mw=zone.hydro_most_mw * factor("hydro_dispatchable"),
        stores=tuple(
            replace(s, discharge_mw=k * s.discharge_mw, charge_mw=k * s.charge_mw, energy_mwh=k * s.energy_mwh)
            for s in zone.stores
            for k in [factor(s.plant)]
        ),
    )


def _zone(ground: Ground, stages: list[ZoneYear]) -> Zone:
    """One zone of the catalog from its years, one a stage."""
    timeline, name = ground.timeline, stages[0].zone
    row, change = ground.system.zones.loc[name], ground.asked.get(name)
    steady_mw = [zone.must_take_mw | {"hydro": hydro_mw(zone)} for zone in stages]
    added = given_mw(ground, name)
    net = [z.load_mw - sum(own.values(), more) for z, own, more in zip(stages, steady_mw, added, strict=True)]
    stores = [(sum(s.discharge_mw for s in z.stores), sum(s.energy_mwh for s in z.stores)) for z in stages]
    power, content = np.array(stores).T * 1e-3
    efficiency = _efficiency(stages)
    thermal = np.array([z.bands.capacity_mw.sum() for z in stages]) * 1e-3
    taken_off = np.array([z.load_mw.max() - own.max() for z, own in zip(stages, net, strict=True)]) * 1e-3
    margin = None if change is None else change.reserve_margin
    zone = Zone(
        name=name,
        title=str(row["name"]),
        country=stages[0].country,
        division=str(row["gas_division"]),
        utc_offset_h=float(row["utc_offset_h"]),
        load=np.array([timeline.sample(zone.load_mw) for zone in stages]) * 1e-3,
        peak_gw=np.array([zone.load_mw.max() for zone in stages]) * 1e-3,
        steady=_steady(ground, stages, steady_mw),
        bands=_bands(ground, stages),
        limits=_limits(stages),
        store_gw=power,
        store_gwh=content,
        store_efficiency=efficiency,
        shaving=tuple(peak_shaving(own * 1e-3, efficiency, YEAR) for own in net),
        firm_gw=thermal + taken_off,
        retired_gw=_retired(ground, name),
        reserve_margin=stages[0].reserve_margin if margin is None else margin,
        new=new_plants(ground, stages[0], net[0]),
        place=_middle(ground, str(row["sites"])),
    )
    return with_added(ground, zone)


def _retired(ground: Ground, zone: str) -> Array:
    """GW of thermal plants that stood in the base year and stand no more, by stage."""
    fleet = ground.system.fleet
    own, change = fleet[(fleet["zone"] == zone) & fleet["plant"].isin(THERMAL)], ground.asked.get(zone)
    found = np.zeros(len(ground.horizon.years))
    for y, year in enumerate(ground.horizon.years):
        gone = np.maximum(survivors_mw(own, BASE_YEAR) - survivors_mw(own, max(year, BASE_YEAR)), 0.0) * 1e-3
        scale = {} if change is None else {plant: share.at(year) for plant, share in change.fleet_scale.items()}
        found[y] = gone @ own["plant"].map(scale).fillna(1.0).to_numpy(float)
    return found


def _efficiency(stages: list[ZoneYear]) -> float:
    """Efficiency of the standing stores together, by their power; that of a battery where none stand."""
    stores = [(s.discharge_mw, s.efficiency) for zone in stages for s in zone.stores if s.discharge_mw > 0]
    total = sum(mw for mw, _ in stores)
    return sum(mw * share for mw, share in stores) / total if total > 0 else 0.85


def _middle(ground: Ground, sites: str) -> tuple[float, float] | None:
    rows = ground.shelf.sites.loc[[s for s in sites.split() if s in ground.shelf.sites.index]]
    return (float(rows["lat"].mean()), float(rows["lon"].mean())) if len(rows) else None


def _limited(zone: ZoneYear) -> list[str]:
    """Kinds of plant whose year is limited below what their hours could give."""
    could = zone.available_mw.mean(axis=1)
    limited = zone.limit_mw < LIMITED * could
    return sorted({plant for plant, is_so in zip(zone.bands.plant, limited, strict=True) if is_so})


def _limits(stages: list[ZoneYear]) -> dict[str, Array]:
    """GWh a year that limited kinds of plant may give above their least output, by stage."""
    kinds = sorted({plant for zone in stages for plant in _limited(zone)})

    def left(zone: ZoneYear, kind: str) -> float:
        own = np.array([plant == kind for plant in zone.bands.plant], bool)
        most = np.minimum(zone.limit_mw, zone.available_mw.mean(axis=1))
        return float((most - zone.least_mw.mean(axis=1))[own].sum()) * HOURS * 1e-3

    return {kind: np.array([max(left(zone, kind), 0.0) for zone in stages]) for kind in kinds}


def _costs(ground: Ground, zone: ZoneYear, y: int) -> Array:
    """What a MWh of each band costs as the scenario has fuel and carbon, USD."""
    bands, year = zone.bands, ground.horizon.years[y]
    moved = {
        f: fuel(ground, zone.zone, zone.country, f, y) - fuel_price(ground.system.fuel_prices, zone.zone, f, year)
        for f in {*bands.fuel}
        if f
    }
    dearer = np.array([moved.get(f, 0.0) for f in bands.fuel])
    carbon = ground.carbon[zone.country][y] * 1e3 if zone.country in ground.carbon else 0.0  # USD/t
    return bands.cost_usd_per_mwh + dearer * bands.heat_rate_mmbtu_per_mwh + carbon * bands.co2_kg_per_mwh * 1e-3


def _bands(ground: Ground, stages: list[ZoneYear]) -> tuple[Band, ...]:
    """Every band that stands in any stage, above its least output; plants alike in all but their size are one band."""
    costs = [_costs(ground, zone, y) for y, zone in enumerate(stages)]
    found = []
    numbers: dict[str, int] = {}
    for (plant, burnt, heat, kg, _), places in _alike(stages, costs).items():
        numbers[plant] = numbers.get(plant, 0) + 1
        available, cost = np.zeros((len(stages), len(ground.timeline))), np.zeros(len(stages))
        gw = np.zeros(len(stages))
        for y, rows in places.items():
            capacity = float(stages[y].bands.capacity_mw[rows].sum())
            above = (stages[y].available_mw[rows] - stages[y].least_mw[rows]).sum(axis=0)
            if above.any():
                available[y] = _kept_mean(ground.timeline, above, capacity) * 1e-3
            gw[y], cost[y] = capacity * 1e-3, float(costs[y][rows[0]]) * 1e-3
        burns = heat * 1e-3 if burnt == "gas" else 0.0
        found.append(Band(f"{plant} {numbers[plant]}", plant, gw, available, cost, burns, kg * 1e-3))
    return tuple(found)


def _alike(
    stages: list[ZoneYear], costs: list[Array]
) -> dict[tuple[str, str, float, float, int], dict[int, list[int]]]:
    """Rows of each stage's bands by plant, fuel, heat rate, CO2 and the place of their cost among those of the same four."""
    found: dict[tuple[str, str, float, float, int], dict[int, list[int]]] = {}
    for y, zone in enumerate(stages):
        bands = zone.bands
        keys = list(
            zip(
                bands.plant,
                bands.fuel,
                bands.heat_rate_mmbtu_per_mwh.tolist(),
                bands.co2_kg_per_mwh.tolist(),
                strict=True,
            )
        )
        dear = costs[y].round(6).tolist()
        levels = {key: sorted({dear[i] for i, other in enumerate(keys) if other == key}) for key in keys}
        for row, key in enumerate(keys):
            found.setdefault((*key, levels[key].index(dear[row])), {}).setdefault(y, []).append(row)
    return found


def _kept_mean(timeline: Timeline, year: Array, most: float) -> Array:
    """The modelled hours of what plants can give, with their mean as far as `most` lets them (one step of `Timeline.sample`)."""
    picked = timeline.pick(year)
    have = float(timeline.mean(picked))
    return np.minimum(picked * (float(year.mean()) / have), most) if have > 0 else picked


def _steady(ground: Ground, stages: list[ZoneYear], given: list[dict[str, Array]]) -> dict[str, Steady]:
    """What comes without a choice, by kind of plant; the least output of bands under their own kind."""
    timeline, years = ground.timeline, range(len(stages))
    kinds = dict.fromkeys(kind for own in given for kind in own)
    found = {}
    for kind in kinds:
        mw = [own.get(kind, np.zeros(HOURS)) for own in given]
        kg = np.array([zone.must_take_co2_kg_per_mwh.get(kind, 0.0) for zone in stages])
        energy = np.array([values.sum() for values in mw])  # MWh
        if energy.any():
            gw = np.array([timeline.sample(np.maximum(values, 0.0)) for values in mw]) * 1e-3
            none = np.zeros(len(stages))
            found[kind] = Steady(gw, energy * kg * 1e-6, none, none)
    for kind in sorted({plant for zone in stages for plant in zone.bands.plant}):
        gw = np.zeros((len(stages), len(timeline)))
        co2, gas, cost = (np.zeros(len(stages)) for _ in range(3))
        for y in years:
            bands, least = stages[y].bands, stages[y].least_mw
            own = np.array([plant == kind for plant in bands.plant], bool)
            if least[own].any():
                gw[y] = timeline.sample(least[own].sum(axis=0)) * 1e-3
                energy = least[own].sum(axis=1)
                burns = np.array([fuel == "gas" for fuel in bands.fuel])[own]
                co2[y] = energy @ bands.co2_kg_per_mwh[own] * 1e-6
                gas[y] = energy @ (bands.heat_rate_mmbtu_per_mwh[own] * burns) * 1e-6
                cost[y] = energy @ _costs(ground, stages[y], y)[own] * 1e-6
        if gw.any():
            found[f"{kind} least"] = Steady(gw, co2, gas, cost)
    return found
