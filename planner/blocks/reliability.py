"""Reliability: chips are connected only as far as firm supply reaches.

    grid[s,y] + sum_g firm[g] capacity[g,s,y] + sum_b firm[b] backed[b,s,y] >= (1 + reserve margin) connectable[s,y]
                                                                                       GW; dual: M USD per GW of firm supply
    backed[b,s,y] <= capacity[b,s,y],  backed[b,s,y] <= energy[b,s,y] / firm hours[b]      a storage b counts by the hours that it holds

In a power system `firm_draw` (`trade.py`) stands in the place of `grid`. `firm` is the share k/n of a block of equal units that still runs
with the stated availability when n - k units are out (N+k from the unit-availability formula), so behind-the-meter power pays for its
spare units; `reliability.reserve` says whether these, the margin or both are the reserve. The grid's own reserve is in its price and
headroom. A storage is firm as long as it holds something: by its hours up to `firm hours`. Without grid (`reliability.island`) plants
carry it all, a reactor's outage by other reactors, by gas or by backup.
Backup plant is firm like any other but runs in no planned hour, only when the rest fails, so the hours that its permit allows never bind.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import LimitKind
from planner.blocks.book import Book, Limit
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add the firm-supply rows."""
    techs, margin = inputs.technologies, inputs.reserve_margin
    stores = [(g, s, y) for g, s, y in m.energy if techs[g].firm > 0 and techs[g].firm_hours > 0]
    m.backed = pyo.Var(stores, bounds=lambda _, *key: (0, m.capacity[key].ub))
    book.guesses += [m.backed[key] for key in stores]
    m.backed_by_power = pyo.Constraint(
        stores, rule=lambda m, *key: linear([(1.0, m.backed[key]), (-1.0, m.capacity[key])]) <= 0
    )
    m.backed_by_content = pyo.Constraint(
        stores,
        rule=lambda m, g, s, y: linear([(techs[g].firm_hours, m.backed[g, s, y]), (-1.0, m.energy[g, s, y])]) <= 0,
    )
    supply: dict[tuple[str, int], list[tuple[float, pyo.Var]]] = {
        (s, y): [
            (1.0 + margin, m.connectable[s, y]),
            (-1.0, m.firm_draw[s, y] if (s, y) in m.firm_draw else m.grid[s, y]),
        ]
        for s, y in m.places
    }
    for g, s, y in m.capacity:
        counted = m.backed if (g, s, y) in m.backed else m.capacity
        if techs[g].firm > 0:
            supply[s, y].append((-techs[g].firm, counted[g, s, y]))
    m.firm_supply = pyo.Constraint(m.places, rule=lambda m, s, y: linear(supply[s, y]) <= 0)
    for s, y in m.places:
        book.limits.append(Limit(LimitKind.FIRM_SUPPLY, s, inputs.sites[s].country, y, m.firm_supply[s, y]))
