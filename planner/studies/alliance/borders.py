"""The power system of a coalition: its members' zones, and over their borders what flows and is lent without the campuses.

    min  sum over ties of weight x |lent[l]| + DEAR x sum of missing[z]
    s.t. sum of lent in - out + missing[z] >= what the reference's own supply of z leaves open of its reserve                  GW
         -back - widened <= lent[l] <= forward + widened

What flows by the hour is the reference's (`Tie.base`). What zones lend each other for their reserve it does not tell, and need not: of all
that its plants allow, it is the least, and between countries only what none has of its own.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from planner.base.arrays import Array
from planner.instance import Inputs
from planner.instance.system import PowerSystem, Reference

AT_HOME = 1e-3  # weight of what zones of one country lend each other, beside 1 over a border
DEAR = 1e3


def within_borders(inputs: Inputs, countries: Collection[str]) -> PowerSystem | None:
    """The part of the power system in some countries (`PowerSystem.inside`), with its reference's trade over the borders held.

    None where the grid is a tariff. Without a reference nobody lends anybody over a border.
    """
    system = inputs.system
    if system is None:
        return None
    own, reference = system.inside(countries), system.reference
    return (
        system.inside(countries, lent(inputs, system, reference)) if own.across and system.ties and reference else own
    )


def lent(inputs: Inputs, system: PowerSystem, reference: Reference) -> dict[str, Array]:
    """GW of firm supply that the start of a tie lends its end without the campuses (below zero: back), by name of tie and stage."""
    found = np.array([_lent_in(inputs, system, reference, y) for y in range(len(inputs.stages))])
    return {tie.name: found[:, n] for n, tie in enumerate(system.ties)}


def _lent_in(inputs: Inputs, system: PowerSystem, reference: Reference, y: int) -> Array:
    """The same in one stage, in the order of the ties."""
    from scipy.optimize import linprog  # a tenth of a second at import

    zones, ties = system.zones, system.ties
    row = {z: n for n, z in enumerate(zones)}
    into = np.zeros((len(zones), len(ties)))
    for n, tie in enumerate(ties):
        into[row[tie.start], n], into[row[tie.end], n] = -1.0, 1.0
    borders = {tie.name for tie in system.borders()}
    weight = [1.0 if tie.name in borders else AT_HOME for tie in ties]
    wider = np.array([reference.widened.get((tie.name, y), 0.0) for tie in ties])
    ahead, back = (
        np.array([float(gw[y]) for gw in way]) + wider
        for way in ([t.forward_gw for t in ties], [t.back_gw for t in ties])
    )
    most = [*ahead, *back, *[np.inf] * len(zones)]
    answer = linprog(
        np.concatenate([weight, weight, np.full(len(zones), DEAR)]),
        A_ub=-np.hstack([into, -into, np.eye(len(zones))]),
        b_ub=-np.array([_open(inputs, system, reference, z, y) for z in zones]),
        bounds=[(0.0, limit) for limit in most],
        method="highs",
    )
    return np.asarray(answer.x[: len(ties)] - answer.x[len(ties) : 2 * len(ties)])


def _open(inputs: Inputs, system: PowerSystem, reference: Reference, z: str, y: int) -> float:
    """GW of a zone's reserve that its own supply in the reference leaves to others, below zero where it has more (`blocks/zones.py`)."""
    zone, power, content, firm = system.zones[z], 0.0, 0.0, 0.0
    for n, (g, tech) in enumerate(inputs.grid_technologies.items()):
        gw = float(reference.capacity[z, y][n])
        if tech.kind == "storage":
            power, content = power + gw, content + float(reference.content[z, y][n])
        elif g in zone.new:
            firm += zone.new[g].firm * gw
    points = zone.shaving[y]
    stores = float(np.interp(content + float(zone.store_gwh[y]), points[:, 1], points[:, 0]))
    firm += float(zone.firm_gw[y]) + min(stores, power + float(zone.store_gw[y])) + reference.standby.get((z, y), 0.0)
    if system.shortfall_cost > 0:
        firm += reference.shortfall.get((z, y), 0.0) / system.shortfall_cost
    return (1.0 + zone.reserve_margin) * float(zone.peak_gw[y]) - firm
