"""Where the hours of zones are dispatched first: as the system stands without campuses, and with some of their load on top.

The reference (`reference.py`) knows what the grid builds and what limited plants are worth where nobody adds a campus. A large plan begins
with these dispatches, each also with a flat load of some `SHARES` of the zone's own, served by what stands and by new plants of its size:
measured on `trilateral`, that saves the first rounds, in which masters learn from nothing what a zone is. Where a plan of another system is
known, what its campuses made the grid build there is a place here too, on top of what this system has without them (`moved_places`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from planner.base.arrays import Array
from planner.blocks.annual import Built
from planner.blocks.trade import FLAT_PRODUCT
from planner.program.cell import Cell
from planner.run.given_system import Given
from planner.solve.hours.sampled import is_long
from planner.solve.masters.remembered import Memory, Remembered, places

SHARES = (0.02, 0.06, 0.15)
"""Of a zone's mean load, that campuses take there."""


def first_places(built: Built) -> Memory:
    """By name of cell; nothing without a power system, and for a long year, which begins with some of its own days."""
    system, m = built.inputs.system, built.model
    if system is None or system.reference is None or is_long(built.problem):
        return {}
    pairs = zip(m.zone_years, built.zone_years, strict=True)
    return {cell.name: _of_zone(built, cell, z, y) for (z, y), cell in pairs}


def _of_zone(built: Built, cell: Cell, z: str, y: int) -> Remembered:
    inputs, m, system = built.inputs, built.model, built.inputs.system
    assert system is not None and system.reference is not None
    reference, zone = system.reference, system.zones[z]
    x = np.zeros(built.problem.annual.A.shape[1])
    x[built.columns[m.standing[z, y]]] = 1.0
    power, content = float(zone.store_gw[y]), float(zone.store_gwh[y])
    thermal: list[int] = []
    for n, (g, tech) in enumerate(inputs.grid_technologies.items()):
        if (g, z, y) in m.grid_capacity:
            column = built.columns[m.grid_capacity[g, z, y]]
            x[column] = reference.capacity[z, y][n]
            thermal += [column] if tech.kind == "thermal" else []
        if (g, z, y) in m.grid_content:
            power, content = power + reference.capacity[z, y][n], content + reference.content[z, y][n]
    if (z, y) in m.store_power:
        x[built.columns[m.store_power[z, y]]], x[built.columns[m.store_content[z, y]]] = power, content
    rows: list[Array] = [x]
    if (z, y, FLAT_PRODUCT) in m.sold:
        mean = float(inputs.timeline.mean(zone.load[y]))
        for share in SHARES:
            sold = x.copy()
            sold[built.columns[m.sold[z, y, FLAT_PRODUCT]]] = share * mean
            rows.append(sold)
            for column in thermal:
                served = sold.copy()
                served[column] += share * mean
                rows.append(served)
    prices = {f"limit {kind}": price for kind, price in reference.limit_price[z, y].items()}
    return places(cell, np.array(rows), prices)


def moved_places(built: Built, plan: Mapping[str, float], given: Given) -> Memory:
    """By name of cell: a plan of another system with what this one builds without campuses in the place of what that one did.

    plan : its annual columns by name. given : its system. Nothing where the systems do not have as many zones, stages or technologies.
    """
    system, m = built.inputs.system, built.model
    names = built.problem.annual.column_names
    if system is None or system.reference is None:
        return {}
    before, now = given.reference, system.reference.arrays
    if any(before[key].shape != now[key].shape for key in ("capacity", "content")):
        return {}
    x = np.array([plan.get(name, 0.0) for name in names])
    zones, techs = list(system.zones), list(built.inputs.grid_technologies)
    stored = {key: [0.0, 0.0] for key in m.store_years}
    for g, z, y in m.grid_capacity:
        at = zones.index(z), y, techs.index(g)
        more, held = now["capacity"][at] - before["capacity"][at], now["content"][at] - before["content"][at]
        x[built.columns[m.grid_capacity[g, z, y]]] += more
        if (g, z, y) in m.grid_content:
            stored[z, y][0] += more
            stored[z, y][1] += held
    for key, (power, content) in stored.items():
        x[built.columns[m.store_power[key]]] += power
        x[built.columns[m.store_content[key]]] += content
    pairs = zip(m.zone_years, built.zone_years, strict=True)
    worth = {
        (z, y): {f"limit {kind}": price for kind, price in system.reference.limit_price[z, y].items()}
        for z, y in m.zone_years
    }
    return {cell.name: places(cell, x[None, :], worth[key]) for key, cell in pairs}
