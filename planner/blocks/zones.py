"""Zones of the power system in the annual model: what stands, what flows between zones, and its reserve.

    standing[z,y] = 1                                            what stands in the zone and its native load, in the hours (`zone_hours.py`)
    store_power[z,y] = standing stores + grid_capacity of new stores,  store_content[z,y] likewise                      GW, GWh
    store_firm[z,y] <= store_power[z,y]                              what stores take off the peak of the rest          GW
    store_content[z,y] >= gwh[k] + hours[k] (store_firm[z,y] - gw[k])   lines k of the zone's own peak (`grid/shaving.py`)
    tie_firm[l,y] in [-back - tie_new, forward + tie_new]        firm supply that one end lends the other                 GW

    standby[z,y] <= retired[z,y],  standby[z,y] - standby[z,y-1] <= retired[z,y] - retired[z,y-1]
                                                                 old plants kept for the reserve alone; who is gone is gone   GW

    firm[z,y] + sum_g firm[g] grid_capacity + store_firm[z,y] + standby[z,y] + sum of tie_firm in - out + short[z,y]
        >= (1 + reserve margin) (peak native load + sum over campuses of firm_draw[s,y])           dual: capacity price, M USD per GW

What flows between zones by the hour is given (`Tie.base`) and found by turns: planned with, dispatched over the ties (`run/flows.py`),
planned again. The hours and builds of a zone cost what the system spends: fuel, variable O&M and carbon of everything that runs by the
hour, annuities of what the grid builds, trade over ties; what always runs costs the same either way and is left out. What the same system
would spend without the campuses (`PowerSystem.reference`) is taken off, as a constant: the plan pays for its own. Rents of those who stand
are transfers and are not costs.

Cost lines `grid supply` (hours and trade) and `grid shortfall`, and `grid plants` (old plants kept, and `grid_plants.py`), booked to the
country of the zone.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.names import CostLine
from planner.blocks import new_links
from planner.blocks.book import Book, Terms
from planner.blocks.grid_plants import campuses, most_new
from planner.blocks.work import LOOSE
from planner.instance import Inputs
from planner.instance.system import PowerSystem, Reference, Tie
from planner.program.expression import linear
from planner.timeline import Timeline


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add the zones' variables and rows, none where the grid is a tariff.

    Needs `firm_draw` (`trade.py`), `grid_capacity` (`grid_plants.py`) and `tie_new` (`new_links.py`).
    """
    system = inputs.system or PowerSystem(zones={}, ties=(), home={}, wires={}, standby={}, shortfall_cost=0.0)
    _hours(m, inputs, book, system)
    _stores(m, inputs, book, system)
    _trade(m, inputs, book, system)
    _standby(m, inputs, book, system)
    _reserve(m, inputs, book, system)
    _reference(m, book, system)


def _hours(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem) -> None:
    """The cost of a zone's hours, and the yearly sums of them that somebody limits or prices."""
    zones, dearest = system.zones, inputs.unserved_energy_cost
    lends = _lends(m, system)
    most = {z: HOURS * (max(float(zone.load.max()), lends[z]) + campuses(inputs)) for z, zone in zones.items()}
    m.zone_cost = pyo.Var(m.zone_years, bounds=lambda _, z, y: (0, LOOSE * most[z] * dearest))
    limited = [(z, y, kind) for z, y in m.zone_years for kind in zones[z].limits]
    m.zone_limited = pyo.Var(limited, bounds=lambda _, z, y, kind: (0, max(float(zones[z].limits[kind][y]), 1e-6)))
    burning = [
        (z, y)
        for z, y in m.zone_years
        if inputs.markets.gas is not None and zones[z].division in inputs.markets.gas.divisions
    ]
    m.zone_gas = pyo.Var(burning, bounds=lambda _, z, y: (0, LOOSE * most[z] * 0.02))
    capped = {c for who in inputs.policy.carbon_cap for c in inputs.countries if who in ("all", c)}
    emitting = [(z, y) for z, y in m.zone_years if zones[z].country in capped]
    m.zone_co2 = pyo.Var(emitting, bounds=lambda _, z, y: (0, LOOSE * most[z] * 1.2))
    book.guesses += [v[key] for v in (m.zone_cost, m.zone_gas, m.zone_co2) for key in v]
    for z, y in m.zone_years:
        book.cost(CostLine.GRID_SUPPLY, zones[z].country, y, m.zone_cost[z, y], 1.0, z)
    for z, y in burning:
        book.claim("gas", zones[z].division, y, m.zone_gas[z, y], 1.0)
        others = -reference_gas(system.reference, z, y)
        if others:
            book.claim("gas", zones[z].division, y, m.standing[z, y], others)


def _lends(m: pyo.ConcreteModel, system: PowerSystem) -> dict[str, float]:
    """GW that all ties of a zone together may carry out of it: more than its own load where plants stand and hardly anybody lives."""
    lends = dict.fromkeys(system.zones, 0.0)
    for tie in system.ties:
        new = max((m.tie_new[key].ub for key in m.tie_new if key[0] == tie.name), default=0.0)
        lends[tie.start] += float(tie.forward_gw.max()) + new
        lends[tie.end] += float(tie.back_gw.max()) + new
    for tie in system.across:
        lends[tie.start if tie.start in lends else tie.end] += float(np.abs(tie.base).max())
    return lends


def reference_gas(reference: Reference | None, z: str, y: int) -> float:
    """TBtu that a zone burns by the hour without the campuses, which the base of a supply curve holds already."""
    return 0.0 if reference is None else reference.gas.get((z, y), 0.0)


def _stores(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem) -> None:
    """All stores of a zone as one: power and content, standing and new."""
    zones = system.zones
    new: dict[tuple[str, int], list[str]] = {}
    for g, z, y in m.grid_content:
        new.setdefault((z, y), []).append(g)
    m.store_years = [(z, y) for z, y in m.zone_years if (z, y) in new or zones[z].store_gw[y] > 0]
    rough = {z: most_new(inputs, zone) for z, zone in zones.items()}
    m.store_power = pyo.Var(
        m.store_years, bounds=lambda _, z, y: (0, float(zones[z].store_gw[y]) + 2 * LOOSE * rough[z])
    )
    m.store_content = pyo.Var(
        m.store_years, bounds=lambda _, z, y: (0, float(zones[z].store_gwh[y]) + 48 * LOOSE * rough[z])
    )
    m.store_firm = pyo.Var(m.store_years, bounds=lambda _, z, y: (0, float(zones[z].shaving[y][-1, 0])))
    book.guesses += [v[key] for v in (m.store_power, m.store_content) for key in m.store_years]
    m.store_power_is = pyo.Constraint(
        m.store_years,
        rule=lambda m, z, y: (
            linear([(1.0, m.store_power[z, y]), *((-1.0, m.grid_capacity[g, z, y]) for g in new.get((z, y), []))])
            == float(zones[z].store_gw[y])
        ),
    )
    m.store_content_is = pyo.Constraint(
        m.store_years,
        rule=lambda m, z, y: (
            linear([(1.0, m.store_content[z, y]), *((-1.0, m.grid_content[g, z, y]) for g in new.get((z, y), []))])
            == float(zones[z].store_gwh[y])
        ),
    )
    m.store_firm_power = pyo.Constraint(
        m.store_years, rule=lambda m, z, y: linear([(1.0, m.store_firm[z, y]), (-1.0, m.store_power[z, y])]) <= 0
    )
    lines = {
        (z, y, k): line
        for z, y in m.store_years
        for k, line in enumerate(_lines(zones[z].shaving[y], float(zones[z].store_gwh[y])))
    }
    m.store_firm_content = pyo.Constraint(
        list(lines),
        rule=lambda m, z, y, k: (
            linear([(lines[z, y, k][0], m.store_firm[z, y]), (-1.0, m.store_content[z, y])]) <= lines[z, y, k][1]
        ),
    )


def _lines(points: Array, standing_gwh: float) -> list[tuple[float, float]]:
    """Lines through a zone's points of peak shaving: (hours, GWh) with hours x firm - content <= GWh.

    Lines that end below what stands say nothing that a later one does not.
    """
    found = []
    for (gw, gwh), (next_gw, next_gwh) in pairwise(points):
        if next_gwh > standing_gwh:
            hours = float((next_gwh - gwh) / (next_gw - gw))
            found.append((hours, hours * float(gw) - float(gwh)))
    return found


def _trade(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem) -> None:
    """What trade over the ties costs more than without the campuses: flows are given (see `Tie.base`)."""
    before = {} if system.reference is None else system.reference.trade
    for tie in system.ties:
        for y in range(len(inputs.stages)):
            country, cost = (
                system.zones[tie.start].country,
                traded(tie, y, inputs.timeline) - before.get((tie.name, y), 0.0),
            )
            book.cost(CostLine.GRID_SUPPLY, country, y, m.standing[tie.start, y], cost, tie.start)


def traded(tie: Tie, y: int, timeline: Timeline) -> float:
    """What trading the given flow costs, M USD a year."""
    flow = tie.base[y]
    return float(timeline.weights @ (tie.forward_cost * np.maximum(flow, 0.0) + tie.back_cost * np.maximum(-flow, 0.0)))


def _standby(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem) -> None:
    """Plants past their retirement that stand by for the reserve, as long as nobody lets them go."""
    zones = system.zones
    index = [(z, y) for z, y in m.zone_years if zones[z].country in system.standby and zones[z].retired_gw[y] > 0]
    m.standby = pyo.Var(index, bounds=lambda _, z, y: (0, float(zones[z].retired_gw[y])))
    later = [(z, y) for z, y in index if (z, y - 1) in m.standby]
    m.standby_goes_on = pyo.Constraint(
        later,
        rule=lambda m, z, y: (
            linear([(1.0, m.standby[z, y]), (-1.0, m.standby[z, y - 1])])
            <= max(float(zones[z].retired_gw[y] - zones[z].retired_gw[y - 1]), 0.0)
        ),
    )
    for z, y in index:
        country = zones[z].country
        book.cost(CostLine.GRID_PLANTS, country, y, m.standby[z, y], system.standby[country], z)


def _reserve(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem) -> None:
    """Firm supply of every zone reaches its peak with its margin, or is short at a price."""
    zones = system.zones
    ties = {tie.name: tie for tie in system.ties}

    def lends(_: pyo.ConcreteModel, name: str, y: int) -> tuple[float, float]:
        more = LOOSE * m.tie_new[name, y].ub if (name, y) in m.tie_new else 0.0
        return -(float(ties[name].back_gw[y]) + more), float(ties[name].forward_gw[y]) + more

    m.tie_firm = pyo.Var([(name, y) for name in ties for y in range(len(inputs.stages))], bounds=lends)
    new_links.lend(m, ties)
    m.short = pyo.Var(
        m.zone_years, bounds=lambda _, z, y: (0, LOOSE * 2.0 * (float(zones[z].peak_gw[y]) + campuses(inputs)))
    )
    book.guesses += [m.short[key] for key in m.zone_years]
    terms: dict[tuple[str, int], Terms] = {key: [(1.0, m.short[key])] for key in m.zone_years}
    for g, z, y in m.grid_capacity:
        if inputs.grid_technologies[g].kind != "storage":
            terms[z, y].append((zones[z].new[g].firm, m.grid_capacity[g, z, y]))
    for key in m.store_years:
        terms[key].append((1.0, m.store_firm[key]))
    for key in m.standby:
        terms[key].append((1.0, m.standby[key]))
    for name, y in m.tie_firm:
        terms[ties[name].start, y].append((-1.0, m.tie_firm[name, y]))
        terms[ties[name].end, y].append((1.0, m.tie_firm[name, y]))
    for s, y in m.firm_draw:
        z = system.home[s]
        terms[z, y].append((-(1.0 + zones[z].reserve_margin), m.firm_draw[s, y]))

    def asked(z: str, y: int) -> float:
        return (1.0 + zones[z].reserve_margin) * float(zones[z].peak_gw[y]) - float(zones[z].firm_gw[y])

    m.reserve = pyo.Constraint(m.zone_years, rule=lambda m, z, y: linear(terms[z, y]) >= asked(z, y))
    for z, y in m.zone_years:
        book.cost(CostLine.GRID_SHORTFALL, zones[z].country, y, m.short[z, y], system.shortfall_cost, z)


def _reference(m: pyo.ConcreteModel, book: Book, system: PowerSystem) -> None:
    """What the system would spend without the campuses is taken off."""
    reference = system.reference
    if reference is None:
        return
    for z, y in m.zone_years:
        country = system.zones[z].country
        book.cost(CostLine.GRID_SUPPLY, country, y, m.standing[z, y], -reference.cost[z, y], z)
        book.cost(CostLine.GRID_PLANTS, country, y, m.standing[z, y], -reference.plants.get((z, y), 0.0), z)
        book.cost(CostLine.GRID_SHORTFALL, country, y, m.standing[z, y], -reference.shortfall.get((z, y), 0.0), z)
