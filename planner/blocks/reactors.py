"""Reactors: how many units the order books can take.

    sum_{s in c} built[g,s,y] <= units per year x unit size x years since the last stage           country c's own order book
    with pooled orders the members' order books are one                                 dual: M USD per GW of earlier reactors

    built[g,s,y] = unit size x units[g,s,y],  units whole                with `solve: {integer: true}`; relaxed otherwise and rounded later

Learning is not convex, so it does not sit in the program: a design's cost falls along `capex_learning` by stage, set from the orders of
the whole order book and iterated to a fixed point over runs (`planner.run.orders`).
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.plants import first_stage_year
from planner.instance import Inputs
from planner.program.expression import linear


def order_years(inputs: Inputs, design: str, stage: int) -> float:
    """Years in which units that run from this stage on can have been finished."""
    first = first_stage_year(inputs, inputs.technologies[design])
    before = inputs.stages[stage - 1].year if stage > 0 else first - 1
    return max(0.0, inputs.stages[stage].year - max(before, first - 1))


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add the order-book rows, and whole units where the scenario asks for them."""
    pooled = "smr_orders" in inputs.pooled
    orders: dict[tuple[str, str, int], list[pyo.Var]] = {}
    for g, s, y in m.built:
        tech = inputs.technologies[g]
        if tech.kind == "nuclear" and tech.units_per_year < float("inf"):
            orders.setdefault((g, "all" if pooled else inputs.sites[s].country, y), []).append(m.built[g, s, y])

    unit = {g: tech.unit_gw for g, tech in inputs.technologies.items() if tech.kind == "nuclear"}
    whole = [key for key in m.built if inputs.integer and key[0] in unit]
    m.units = pyo.Var(
        whole, domain=pyo.NonNegativeIntegers, bounds=lambda m, g, s, y: (0, int(m.built[g, s, y].ub / unit[g]))
    )
    book.guesses += [m.units[key] for key in whole]
    m.whole_units = pyo.Constraint(
        whole, rule=lambda m, g, s, y: linear([(unit[g], m.units[g, s, y]), (-1.0, m.built[g, s, y])]) == 0
    )

    def most(g: str, who: str, y: int) -> float:
        tech = inputs.technologies[g]
        books = sum(tech.stands_in(c) for c in inputs.countries) if who == "all" else 1
        return books * tech.units_per_year * tech.unit_gw * order_years(inputs, g, y)

    m.order_book = pyo.Constraint(
        list(orders),
        rule=lambda m, g, who, y: linear([(1.0, variable) for variable in orders[g, who, y]]) <= most(g, who, y),
    )
    for g, who, y in orders:
        country = "" if who == "all" else who
        book.limits.append(Limit(LimitKind.REACTOR_ORDERS, g, country, y, m.order_book[g, who, y]))
