"""Grid connections that bind: signed for years, with a minimum that is paid whether it is used or not, and a fee for leaving.

    contracted[s,y] = sum over contracts v that still run of (connect_signed[s,v] - sum_{w <= y} connect_left[s,v,w])       GW
    sum_w connect_left[s,v,w] <= connect_signed[s,v]
    grid[s,y] <= contracted[s,y]
    grid_paid[s,y] >= grid[s,y],   grid_paid[s,y] >= minimum x contracted[s,y]

Cost lines `grid capacity charge` (on `grid_paid` in the place of `grid`) and `grid exit fee`: so many years of the minimum on what is left
before its contract ends, paid once at the beginning of the stage. Zones without terms pay for what they connect, as before.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import GRID, CostLine
from planner.blocks.book import Book
from planner.blocks.work import LOOSE, alive
from planner.instance import Inputs
from planner.program.expression import linear


def bound(inputs: Inputs, site: str) -> bool:
    """Is the connection of a site a contract that binds?"""
    return inputs.sites[site].zone in inputs.markets.grid_terms and inputs.grid


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `connect_signed`, `connect_left`, `contracted`, `grid_paid` and their rows; nothing where no zone has terms."""
    places = [(s, y) for s, y in m.places if bound(inputs, s) and m.grid[s, y].ub > 0]
    known, terms = set(places), {s: inputs.markets.grid_terms[inputs.sites[s].zone] for s, _ in places}

    def running(s: str, y: int) -> list[int]:
        return [v for v in range(y + 1) if (s, v) in known and alive(inputs, v, y, terms[s].years)]

    leaving = [(s, v, y) for s, y in places for v in running(s, y) if v < y]
    later = {(s, v): [w for t, u, w in leaving if (t, u) == (s, v)] for s, v in places}
    most = {(s, y): LOOSE * m.grid[s, y].ub for s, y in places}
    m.connect_signed = pyo.Var(places, bounds=lambda _, s, y: (0, most[s, y]))
    m.connect_left = pyo.Var(leaving, bounds=lambda _, s, v, y: (0, most[s, v]))
    m.contracted = pyo.Var(places, bounds=lambda _, s, y: (0, LOOSE * most[s, y] * (y + 1)))
    m.grid_paid = pyo.Var(places, bounds=lambda _, s, y: (0, LOOSE * most[s, y] * (y + 1)))
    book.guesses += [v[key] for v in (m.connect_signed, m.connect_left, m.contracted, m.grid_paid) for key in v]
    m.contract_running = pyo.Constraint(
        places,
        rule=lambda m, s, y: (
            linear(
                [(1.0, m.connect_signed[s, v]) for v in running(s, y)]
                + [(-1.0, m.connect_left[s, v, w]) for v in running(s, y) for w in later[s, v] if w <= y]
                + [(-1.0, m.contracted[s, y])]
            )
            == 0
        ),
    )
    m.left_once = pyo.Constraint(
        [(s, v) for s, v in places if later[s, v]],
        rule=lambda m, s, v: (
            linear([*((1.0, m.connect_left[s, v, w]) for w in later[s, v]), (-1.0, m.connect_signed[s, v])]) <= 0
        ),
    )
    m.within_contract = pyo.Constraint(
        places, rule=lambda m, s, y: linear([(1.0, m.grid[s, y]), (-1.0, m.contracted[s, y])]) <= 0
    )
    m.paid_for_use = pyo.Constraint(
        places, rule=lambda m, s, y: linear([(1.0, m.grid[s, y]), (-1.0, m.grid_paid[s, y])]) <= 0
    )
    m.minimum_take = pyo.Constraint(
        places,
        rule=lambda m, s, y: linear([(terms[s].minimum, m.contracted[s, y]), (-1.0, m.grid_paid[s, y])]) <= 0,
    )
    for s, y in places:
        book.cost(CostLine.GRID_CHARGE, s, y, m.grid_paid[s, y], inputs.sites[s].charge(y), GRID)
    for s, v, y in leaving:
        fee = terms[s].exit_fee_years * terms[s].minimum * inputs.sites[s].charge(y)
        stage = inputs.stages[y]
        once = (1.0 + inputs.discount_rate) ** -(
            stage.year - inputs.years[0]
        ) / stage.weight  # a year's cost worth as much
        book.cost(CostLine.GRID_EXIT_FEE, s, y, m.connect_left[s, v, y], fee * once, GRID)
