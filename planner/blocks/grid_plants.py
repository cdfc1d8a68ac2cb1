"""What the grid of a zone builds: gas, reactors, sun, wind and stores, for the system and not for a campus alone.

    grid_capacity[g,z,y] = sum of share[v,y] grid_built[g,z,v] over stages v <= y                              GW
    sum of grid_built up to y <= most[g,z,y]                                        the pace of sun and wind, the order book of reactors
    stores: grid_content[g,z,y], GWh, built and paid for on its own

Cost line `grid plants`: annuity by vintage at the plan's rate, fixed O&M, and what reactors always burn. New machines draw on the slots of
their makers beyond what the grid would build anyway.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner.base.constants import HOURS
from planner.base.names import CostLine
from planner.blocks.book import Book
from planner.blocks.work import LOOSE, vintages
from planner.costs.money import annuity
from planner.instance import Inputs
from planner.instance.system import PowerSystem, Zone
from planner.program.expression import linear

Key = tuple[str, str, int]  # technology, zone, stage
DUST = 1e-4  # GW: what a solver leaves of a plant that nobody builds, and no program bears beside its other figures


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `grid_built`, `grid_capacity`, `grid_content`, `grid_content_built` and their rows, none where the grid is a tariff.

    Needs `standing` (`zones.py` states what it is).
    """
    system = inputs.system or PowerSystem(zones={}, ties=(), home={}, wires={}, standby={}, shortfall_cost=0.0)
    m.zone_years = [(z, y) for z in system.zones for y in range(len(inputs.stages))]
    m.standing = pyo.Var(m.zone_years, bounds=(1, 1))
    index = [
        (g, z, y)
        for z, zone in system.zones.items()
        for g, plant in zone.new.items()
        for y, stage in enumerate(inputs.stages)
        if stage.year >= inputs.grid_technologies[g].first_year and plant.most_gw[y] > 0
    ]
    _power(m, inputs, book, system, index)
    _content(m, inputs, book, system, index)
    for key in index:
        _costs(m, inputs, book, system, key)
        _slots(m, inputs, book, system, key)


def most_new(inputs: Inputs, zone: Zone) -> float:
    """GW of one technology that a zone could use: its own peak twice over, and all campuses of the plan."""
    return 2.0 * float(zone.peak_gw.max()) + 2.0 * campuses(inputs)


def campuses(inputs: Inputs) -> float:
    """GW that all campuses together could draw, roughly."""
    return 2.0 * sum(
        float(work.demand.max())
        / HOURS
        * work.peak
        * max(pair.provision_gw / pair.work_per_khour for pair in work.pairs)
        for work in inputs.work.values()
    )


def _standing(m: pyo.ConcreteModel, inputs: Inputs, key: Key) -> dict[int, float]:
    """Stages whose plants still stand, and for what share of the stage's years."""
    g, z, y = key
    life = inputs.grid_technologies[g].life
    return {v: share for v, share in vintages(inputs, y, life).items() if (g, z, v) in m.grid_built}


def _adds_up(m: pyo.ConcreteModel, inputs: Inputs, index: list[Key], built: pyo.Var, stands: pyo.Var) -> pyo.Constraint:
    """What stands is what was built and still lives."""
    return pyo.Constraint(
        index,
        rule=lambda m, g, z, y: (
            linear(
                [*((k, built[g, z, v]) for v, k in _standing(m, inputs, (g, z, y)).items()), (-1.0, stands[g, z, y])]
            )
            == 0
        ),
    )


def _power(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem, index: list[Key]) -> None:
    """What was built and still lives stands, as fast as it may be built."""
    zones = system.zones
    rough = {z: most_new(inputs, zone) for z, zone in zones.items()}
    paced = [key for key in index if np.isfinite(zones[key[1]].new[key[0]].most_gw[key[2]])]
    known = set(paced)

    def most(g: str, z: str, y: int) -> float:
        return float(zones[z].new[g].most_gw[y]) if (g, z, y) in known else LOOSE * rough[z]

    m.grid_built = pyo.Var(index, bounds=lambda _, *key: (0, most(*key)))
    m.grid_capacity = pyo.Var(index, bounds=lambda _, *key: (0, LOOSE * most(*key)))
    book.guesses += [v[key] for v in (m.grid_built, m.grid_capacity) for key in index if key not in known]
    m.grid_standing = _adds_up(m, inputs, index, m.grid_built, m.grid_capacity)
    m.grid_pace = pyo.Constraint(
        paced,
        rule=lambda m, g, z, y: (
            linear([(1.0, m.grid_built[g, z, v]) for v in range(y + 1) if (g, z, v) in m.grid_built]) <= most(g, z, y)
        ),
    )


def _content(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem, index: list[Key]) -> None:
    """The content of new stores, apart from their power."""
    stores = [key for key in index if inputs.grid_technologies[key[0]].kind == "storage"]
    rough = {z: most_new(inputs, zone) for z, zone in system.zones.items()}
    m.grid_content = pyo.Var(stores, bounds=lambda _, g, z, y: (0, LOOSE * 24 * rough[z]))
    m.grid_content_built = pyo.Var(stores, bounds=lambda _, g, z, y: (0, LOOSE * 24 * rough[z]))
    book.guesses += [v[key] for v in (m.grid_content, m.grid_content_built) for key in stores]
    m.grid_content_standing = _adds_up(m, inputs, stores, m.grid_content_built, m.grid_content)


def _costs(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem, key: Key) -> None:
    """What stands is paid by vintage, and what always runs with it."""
    g, z, y = key
    tech, zone = inputs.grid_technologies[g], system.zones[z]
    yearly = float(annuity(inputs.discount_rate, tech.life)) * tech.construction_factor * zone.new[g].cost_factor

    def pay(variable: pyo.Var, amount: float) -> None:
        book.cost(CostLine.GRID_PLANTS, zone.country, y, variable, amount, g)

    for v, share in _standing(m, inputs, key).items():
        pay(m.grid_built[g, z, v], share * yearly * float(tech.capex[v]))
        if tech.kind == "storage":
            pay(m.grid_content_built[g, z, v], share * yearly * float(tech.energy_capex[v]))
    pay(m.grid_capacity[key], tech.fixed_om)
    if tech.kind == "nuclear":
        energy = float(inputs.timeline.mean(zone.new[g].profile)) * HOURS
        pay(m.grid_capacity[key], energy * float(zone.new[g].cost[y]))


def _slots(m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem, key: Key) -> None:
    """New machines take slots; those that the grid would build without the campuses are among others' already."""
    g, z, y = key
    for slots in inputs.markets.slots:
        if g in slots.technologies:
            book.claim("slots", slots.name, y, m.grid_built[key], 1.0)
            if system.reference is not None:
                before = float(system.reference.built[z, y][list(inputs.grid_technologies).index(g)])
                if before > DUST:
                    book.claim("slots", slots.name, y, m.standing[z, y], -before)
