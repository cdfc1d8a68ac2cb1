"""What licences, makers and sites of a country let stand of a reactor design.

    sum_{s in c} capacity[g,s,y] <= limit[g,c,y]          GW, 0 before the design's first year in the country; dual: M USD per GW

A design of which no limit by country is known has its order book alone (`reactors.py`). Reactors of the grid join by
`book.claim("reactors", "g c", ...)`.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import LimitKind
from planner.blocks.book import Book, Limit
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `reactor_limit`; nothing where reactors are not limited by country."""
    limits = {f"{limit.design} {limit.country}": limit for limit in inputs.markets.reactors}
    for g, s, y in m.capacity:
        name = f"{g} {inputs.sites[s].country}"
        if name in limits:
            book.claim("reactors", name, y, m.capacity[g, s, y], 1.0)
    standing = {(name, y): terms for (market, name, y), terms in book.claims.items() if market == "reactors"}
    m.reactor_limit = pyo.Constraint(
        list(standing), rule=lambda m, name, y: linear(standing[name, y]) <= float(limits[name].gw[y])
    )
    for name, y in standing:
        design, country = limits[name].design, limits[name].country
        book.limits.append(Limit(LimitKind.REACTORS, design, country, y, m.reactor_limit[name, y], part=country))
