"""The hours of a site in a stage, for the oracle: what is drawn, given, stored, spilled and not served.

load of the chips that serve x PUE = what plants, grid and stores give, and what is not served; at most what is wanted of them,
for only sun, wind and what runs always may be spilled; a store begins and ends its hours empty
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tests.worlds.oracle import Oracle

World = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """What runs by the hour: up to a share of a capacity (None: of the load), USD/MWh by cost line, t/MWh, is it fossil?"""

    capacity: int | None
    available: np.ndarray
    usd: dict[str, np.ndarray]
    co2: np.ndarray
    fossil: bool = False


def add(o: Oracle, s: str, y: int) -> None:
    """State the hours of site s in stage y."""
    found = sources(o, s, y) | pauses(o, s, y)
    running = [(column, part) for column, part in always(o, s, y)]
    stores = [g for g, plant in o.plants.items() if plant.get("kind") == "storage" and (g, s, y) in o.capacity]
    usable = clean_every_hour(o, s, y, found)
    level: dict[str, int] = {}
    for h in range(o.steps):
        load = [(megawatts(use, h) * o.sites[s].get("pue", 1.0), chips) for use, chips in o.here(s, y)]
        wanted = [(-mw, chips) for mw, chips in load]
        given = [drawn(o, s, y, h, name, source, wanted, usable) for name, source in found.items()]
        for g in stores:
            given += stored(o, s, y, h, g, level)
        o.lp.row([*given, *((part[h], column) for column, part in running), *wanted], at_least=0.0)
        o.lp.row([*given, *wanted], at_most=0.0)
        o.drawn[s, y] += [(o.weight[h] * mw, chips) for mw, chips in load]
    for g in stores:
        o.lp.high[level[g]] = 0.0


def megawatts(use: World, h: int) -> float:
    """What a chip that serves draws in an hour: always the same, or with its users."""
    if use["shape"] is None:
        return use["active"] * 1e-6
    return (use["idle"] + (use["active"] - use["idle"]) * use["shape"][h] / use["peak"]) * 1e-6


def drawn(
    o: Oracle, s: str, y: int, h: int, name: str, source: Source, wanted: list, usable: dict[str, int]
) -> tuple[float, int]:
    """One source in one hour."""
    p, w = o.lp.column(), o.weight[h]
    if source.capacity is None:
        o.lp.row([(1.0, p), *wanted], at_most=0.0)
    else:
        o.lp.row([(1.0, p), (-source.available[h], usable.get(name, source.capacity))], at_most=0.0)
    for line, usd in source.usd.items():
        o.pays(line, p, y, w * usd[h] * 1e-3)
    o.co2[s, y].append((w * source.co2[h], p))
    o.fossil[s, y].append((w * source.fossil, p))
    o.given[name, s, y].append((w, p))
    return 1.0, p


def stored(o: Oracle, s: str, y: int, h: int, g: str, level: dict[str, int]) -> list[tuple[float, int]]:
    """One store in one hour: half of what a round trip loses is lost on the way in, half on the way out."""
    plant, lp, step = o.plants[g], o.lp, o.step_hours
    way = plant.get("efficiency", 1.0) ** 0.5
    charge, discharge, after = lp.column(), lp.column(), lp.column()
    o.pays("variable O&M", discharge, y, o.weight[h] * plant.get("variable_cost", 0.0) * 1e-3)
    lp.row([(1.0, charge), (1.0, discharge), (-1.0, o.capacity[g, s, y])], at_most=0.0)
    lp.row([(1.0, after), (-1.0, o.content[g, s, y])], at_most=0.0)
    before = [(-1.0, level[g])] if g in level else []
    lp.row([(1.0, after), *before, (-way * step, charge), (step / way, discharge)], 0.0, 0.0)
    level[g] = after
    o.given[g, s, y].append((o.weight[h], discharge))
    return [(1.0, discharge), (-1.0, charge)]


def sources(o: Oracle, s: str, y: int) -> dict[str, Source]:
    """Grid, plants that cost something by the hour, and at last what is not served."""
    site, none = o.sites[s], np.zeros(o.steps)
    by_the_hour = "hourly_price" in site
    price = none + (o.by_hour(site["hourly_price"]) if by_the_hour else o.by_stage(site.get("energy_price", 0.0))[y])
    dirty = "hourly_carbon" in site
    carbon = none + (o.by_hour(site["hourly_carbon"]) if dirty else o.by_stage(site.get("carbon_intensity", 0.0))[y])
    found = {}
    for name, available in (("grid", none + 1.0), ("grid_curtailable", uncut(o, price if by_the_hour else none))):
        if (name, s, y) in o.capacity:
            found[name] = Source(o.capacity[name, s, y], available, {"grid energy": price}, carbon * 1e-3, True)
    for g, plant in o.plants.items():
        if (g, s, y) in o.capacity and plant.get("kind") != "storage" and not free(plant):
            usd = {line: none + value for line, value in costs(o, plant, site, y).items()}
            running = available_share(o, plant, site) * (1.0 - plant.get("min_output", 0.0))
            found[g] = Source(o.capacity[g, s, y], running, usd, none + emissions(plant), emissions(plant) > 0)
    dearest = none + o.world.get("unserved_energy_usd_per_mwh", 3000.0)
    return found | {"unserved": Source(None, none, {"unserved energy": dearest}, none)}


def pauses(o: Oracle, s: str, y: int) -> dict[str, Source]:
    """What chips that pause do not draw; their work is done by chips bought once more, the cheapest that may pause."""
    pausing = [(use, chips) for use, chips in o.here(s, y) if use["pausable"] > 0]
    every = [use for use in o.uses.values() if use["pausable"] > 0 and use["active"] > use["idle"]]
    if not pausing or not every:
        return {}
    per_hour = o.annuity(o.world.get("chips", {}).get("lifetime", 5.0)) / 8760.0
    usd = min(per_hour * o.by_stage(use["price"])[y] / (use["active"] - use["idle"]) * 1e6 for use in every)
    pue, ones = o.sites[s].get("pue", 1.0), np.ones(o.steps)
    may = o.lp.column()
    mw = [(-use["pausable"] * (use["active"] - use["idle"]) * 1e-6, chips) for use, chips in pausing]
    o.lp.row([(1.0, may), *mw], 0.0, 0.0)
    return {"paused": Source(may, pue * ones, {"paused work": usd / pue * ones}, 0.0 * ones)}


def uncut(o: Oracle, price: np.ndarray) -> np.ndarray:
    """What is left of each hour when the dearest hours of the year are cut."""
    left, part = o.grid_section.get("curtailable_hours", 0.0), np.ones(o.steps)
    for h in sorted(range(o.steps), key=lambda h: -price[h]):
        part[h] = 1.0 - min(1.0, left / o.weight[h])
        left = max(0.0, left - o.weight[h])
    return part


def available_share(o: Oracle, plant: World, site: World) -> np.ndarray:
    """Share of a plant that can run, at this site."""
    return o.by_hour(site.get("capacity_factor", {}).get(plant["name"], plant.get("availability", 1.0)))


def emissions(plant: World) -> float:
    """CO2 of a MWh, t."""
    return plant.get("heat_rate", 0.0) * plant.get("co2", 0.0) * 1e-3


def costs(o: Oracle, plant: World, site: World, y: int) -> dict[str, float]:
    """What a MWh of a plant costs, USD by cost line."""
    fuel = o.by_stage(site["gas_price"] if plant.get("fuel") == "gas" else plant.get("fuel_price", 0.0))[y]
    return {
        "variable O&M": plant.get("variable_cost", 0.0),
        "fuel": plant.get("heat_rate", 0.0) * fuel,
        "carbon": emissions(plant) * (o.figure("carbon_price", site["country"], y) or 0.0),
    }


def free(plant: World) -> bool:
    """Sun and wind that cost nothing by the hour are there and may be spilled."""
    paid = plant.get("variable_cost", 0.0) > 0 or plant.get("heat_rate", 0.0) > 0
    return plant.get("kind") == "must_take" and not paid


def always(o: Oracle, s: str, y: int) -> list[tuple[int, np.ndarray]]:
    """Capacity whose output is there whether anybody wants it or not, and how much; it pays for all of it."""
    found = []
    for g, plant in o.plants.items():
        if (g, s, y) not in o.capacity:
            continue
        column, running = o.capacity[g, s, y], available_share(o, plant, o.sites[s])
        part = running if free(plant) else plant.get("min_output", 0.0) * running
        if not part.any():
            continue
        a_year = float(part @ o.weight)
        if not free(plant):
            for line, usd in costs(o, plant, o.sites[s], y).items():
                o.pays(line, column, y, a_year * usd * 1e-3)
            o.co2[s, y].append((a_year * emissions(plant), column))
            o.fossil[s, y].append((a_year * float(emissions(plant) > 0), column))
        found.append((column, part))
    return found


def clean_every_hour(o: Oracle, s: str, y: int, found: dict[str, Source]) -> dict[str, int]:
    """Where an hourly clean share is asked: columns for what may be used of grid and fossil plant, and the row that bounds them."""
    country = o.sites[s]["country"]
    asked = [share for who in (country, "all") if (share := o.figure("hourly_clean_share", who, y)) is not None]
    if not asked:
        return {}
    usable = {name: o.lp.column() for name, source in found.items() if source.fossil}
    for name, column in usable.items():
        o.lp.row([(1.0, column), (-1.0, found[name].capacity)], at_most=0.0)
    steady = [
        (plant["min_output"] * float(available_share(o, plant, o.sites[s])[0]), o.capacity[g, s, y])
        for g, plant in o.plants.items()
        if (g, s, y) in o.capacity and plant.get("min_output", 0.0) > 0 and emissions(plant) > 0
    ]
    pue = o.sites[s].get("pue", 1.0)
    least = [
        (-(1.0 - max(asked)) * min(megawatts(use, h) for h in range(o.steps)) * pue, chips)
        for use, chips in o.here(s, y)
    ]
    o.lp.row([*((1.0, column) for column in usable.values()), *steady, *least], at_most=0.0)
    return usable
