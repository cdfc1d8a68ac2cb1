"""Where the hours of zones are dispatched first: as the system stands without campuses, and with some of their load on top.

The reference (`reference.py`) knows what the grid builds and what limited plants are worth where nobody adds a campus. A large plan begins
with these dispatches, each also with a flat load of some `SHARES` of the zone's own, served by what stands and by new plants of its size:
measured on `trilateral`, that saves the first rounds, in which masters learn from nothing what a zone is.
"""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.blocks.annual import Built
from planner.blocks.trade import FLAT_PRODUCT
from planner.program.cell import Cell
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
