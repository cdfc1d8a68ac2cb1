"""Reliability: chips are connected only as far as firm supply reaches.

    grid[s,y] + sum_g firm[g] capacity[g,s,y] >= (1 + reserve margin) connectable[s,y]          GW; dual: M USD per GW of firm supply

`firm` is the share k/n of a block of equal units that still runs with the stated availability when n - k units are out (N+k from the
unit-availability formula), so behind-the-meter power pays for its spare units. The grid's own reserve is in its price and headroom; the
margin therefore applies to what stands behind the meter through `firm`, and `reserve_margin` to the whole. Without grid
(`reliability.island`) plants carry it all, a reactor's outage by other reactors, by gas or by backup. Backup plant is firm like any
other but runs in no planned hour, only when the rest fails, so the hours that its permit allows never bind.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import LimitKind
from planner.blocks.book import Book, Limit
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add the firm-supply rows."""
    plants: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for g, s, y in m.capacity:
        plants[s, y].append(g)
    m.firm_supply = pyo.Constraint(
        m.places,
        rule=lambda m, s, y: (
            linear(
                [(1.0 + inputs.reserve_margin, m.connectable[s, y]), (-1.0, m.grid[s, y])]
                + [
                    (-inputs.technologies[g].firm, m.capacity[g, s, y])
                    for g in plants[s, y]
                    if inputs.technologies[g].firm > 0
                ]
            )
            <= 0
        ),
    )
    for s, y in m.places:
        book.limits.append(Limit(LimitKind.FIRM_SUPPLY, s, inputs.sites[s].country, y, m.firm_supply[s, y]))
