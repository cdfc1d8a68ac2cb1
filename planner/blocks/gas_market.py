"""The gas market: what plants burn and ships lift costs more, the more of it there is.

    sum over what is claimed in division d           = sum_k division_step[d,y,k]        TBtu; dual: rise of the division's price
    sum over all divisions + 1.15 x what ships lift  = sum_k nation_step[y,k]            TBtu; dual: rise of Henry Hub, M USD/TBtu
    division_step[d,y,k] <= width of step k,  nation_step[y,k] likewise; the last step has no end

Prices rise from step to step, so the program fills them in order and needs no whole variable; the cost is the area under the curves, what
the economy pays for the gas beyond its base price. Every buyer's price is the base price and both duals: a campus pays its division's and
the nation's, a lifting of LNG 1.15 times the nation's. Other blocks join by `book.claim("gas", division, ...)`, or `"US"` for gas that
belongs to no division.

Cost line `gas price rise`, booked to the United States.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner.base.names import CostLine
from planner.blocks.book import Book, Terms
from planner.blocks.work import LOOSE
from planner.instance import Inputs
from planner.instance.markets import NATION, Curve
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `division_step`, `nation_step` and their rows; nothing without a market or without claims on it."""
    market = inputs.markets.gas
    by_division: dict[tuple[str, int], Terms] = {}
    by_nation: dict[int, Terms] = {}
    for (name, place, y), terms in book.claims.items():
        if name == "gas" and market is not None:
            by_nation.setdefault(y, []).extend(terms)
            if place in market.divisions:
                by_division[place, y] = terms
    steps = {(d, y): market.divisions[d] for d, y in by_division} if market else {}
    nation = dict.fromkeys(by_nation, market.nation) if market else {}
    m.division_step = pyo.Var(
        [(d, y, k) for (d, y), curve in steps.items() for k in range(len(curve.width))],
        bounds=lambda _, d, y, k: (0, _room(steps[d, y], k, by_division[d, y])),
    )
    m.nation_step = pyo.Var(
        [(y, k) for y, curve in nation.items() for k in range(len(curve.width))],
        bounds=lambda _, y, k: (0, _room(nation[y], k, by_nation[y])),
    )
    last = [m.division_step[key] for key in m.division_step if np.isinf(steps[key[:2]].width[key[2]])]
    book.guesses += last + [m.nation_step[y, k] for y, k in m.nation_step if np.isinf(nation[y].width[k])]
    m.division_gas = pyo.Constraint(
        list(steps),
        rule=lambda m, d, y: (
            linear([*by_division[d, y], *((-1.0, m.division_step[d, y, k]) for k in range(len(steps[d, y].width)))])
            == 0
        ),
    )
    m.nation_gas = pyo.Constraint(
        list(nation),
        rule=lambda m, y: (
            linear([*by_nation[y], *((-1.0, m.nation_step[y, k]) for k in range(len(nation[y].width)))]) == 0
        ),
    )
    for (d, y), curve in steps.items():
        for k, price in enumerate(curve.price[y]):
            book.cost(CostLine.GAS_PRICE_RISE, NATION, y, m.division_step[d, y, k], float(price), d)
    for y, curve in nation.items():
        for k, price in enumerate(curve.price[y]):
            book.cost(CostLine.GAS_PRICE_RISE, NATION, y, m.nation_step[y, k], float(price), NATION)


def _room(curve: Curve, k: int, terms: Terms) -> float:
    """Upper bound of a step: its width, and for the last one more than all claims together."""
    most = LOOSE * sum(amount * variable.ub for amount, variable in terms)
    return float(curve.width[k]) if np.isfinite(curve.width[k]) else most
