"""What the grid adds to its ties: capacity both ways, between zones that trade already or did not yet.

    tie_new[l,y] = sum of share[v,y] tie_built[l,v] over stages v <= y                                             GW
    sum of tie_built up to y <= most[l,y]                                          the size and pace of projects (`NewLink.most_gw`)
    tie_firm[l,y] in [-back - tie_new, forward + tie_new]
    tie_new[l,y] >= the most that the given flow carries - what stands             (`Tie.needs`); `run/flows.py` finds flow and width

Cost line `grid plants`: annuity by vintage at the plan's rate and fixed O&M, half to the country of each end; less what the same grid
would add without the campuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyomo.environ as pyo

from planner.base.names import CostLine
from planner.blocks.book import Book
from planner.blocks.grid_plants import most_new
from planner.blocks.work import LOOSE, vintages
from planner.costs.money import annuity
from planner.instance import Inputs
from planner.instance.system import NewLink, PowerSystem, Tie
from planner.program.expression import linear

Key = tuple[str, int]  # name of tie, stage


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `tie_built`, `tie_new` and their rows, none where no tie may be widened. Needs `standing` (`grid_plants.py`)."""
    system = inputs.system or PowerSystem(zones={}, ties=(), home={}, wires={}, standby={}, shortfall_cost=0.0)
    ties = {tie.name: (tie, tie.new) for tie in system.ties if tie.new is not None}
    index = [(name, y) for name, (_, new) in ties.items() for y in range(len(inputs.stages)) if new.most_gw[y] > 0]
    rough = {name: _useful(inputs, system, tie) for name, (tie, _) in ties.items()}
    paced = [(name, y) for name, y in index if np.isfinite(ties[name][1].most_gw[y])]
    known = set(paced)

    def most(name: str, y: int) -> float:
        return float(ties[name][1].most_gw[y]) if (name, y) in known else LOOSE * rough[name]

    m.tie_built = pyo.Var(index, bounds=lambda _, name, y: (0, most(name, y)))
    m.tie_new = pyo.Var(
        index, bounds=lambda _, name, y: (min(ties[name][0].needs(y), most(name, y)), LOOSE * most(name, y))
    )
    book.guesses += [v[key] for v in (m.tie_built, m.tie_new) for key in index if key not in known]
    m.tie_standing = pyo.Constraint(
        index,
        rule=lambda m, name, y: (
            linear(
                [
                    *((k, m.tie_built[name, v]) for v, k in _standing(m, inputs, ties[name][1], (name, y)).items()),
                    (-1.0, m.tie_new[name, y]),
                ]
            )
            == 0
        ),
    )
    m.tie_pace = pyo.Constraint(
        paced,
        rule=lambda m, name, y: (
            linear([(1.0, m.tie_built[name, v]) for v in range(y + 1) if (name, v) in m.tie_built]) <= most(name, y)
        ),
    )
    for key in index:
        _costs(m, inputs, book, system, *ties[key[0]], key)


def lend(m: pyo.ConcreteModel, ties: Mapping[str, Tie]) -> None:
    """Firm supply that one end of a tie lends the other (`tie_firm` of `zones.py`) fits over what stands and what is new."""

    def within(way: float, gw: str) -> Callable[[pyo.ConcreteModel, str, int], object]:
        return lambda m, name, y: (
            linear([(way, m.tie_firm[name, y]), (-1.0, m.tie_new[name, y])]) <= float(getattr(ties[name], gw)[y])
        )

    m.tie_lends_forward = pyo.Constraint(list(m.tie_new), rule=within(1.0, "forward_gw"))
    m.tie_lends_back = pyo.Constraint(list(m.tie_new), rule=within(-1.0, "back_gw"))


def _useful(inputs: Inputs, system: PowerSystem, tie: Tie) -> float:
    """GW that a tie could be of use, roughly."""
    return max(most_new(inputs, system.zones[z]) for z in (tie.start, tie.end))


def _standing(m: pyo.ConcreteModel, inputs: Inputs, new: NewLink, key: Key) -> dict[int, float]:
    """Stages whose part of a tie still stands, and for what share of the stage's years."""
    name, y = key
    return {v: share for v, share in vintages(inputs, y, new.life).items() if (name, v) in m.tie_built}


def _costs(
    m: pyo.ConcreteModel, inputs: Inputs, book: Book, system: PowerSystem, tie: Tie, new: NewLink, key: Key
) -> None:
    """What stands is paid by vintage, by both ends."""
    name, y = key
    yearly = float(annuity(inputs.discount_rate, new.life))
    for z in (tie.start, tie.end):
        country = system.zones[z].country
        for v, share in _standing(m, inputs, new, key).items():
            amount = 0.5 * share * yearly * float(new.cost[v])
            book.cost(CostLine.GRID_PLANTS, country, y, m.tie_built[name, v], amount, name)
        book.cost(CostLine.GRID_PLANTS, country, y, m.tie_new[key], 0.5 * new.fixed_om, name)
        if system.reference is not None:
            book.cost(CostLine.GRID_PLANTS, country, y, m.standing[z, y], -0.5 * system.reference.widening[key], name)
