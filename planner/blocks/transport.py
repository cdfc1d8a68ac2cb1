"""Firm transport of gas: pipeline capacity that is signed for years and paid whether it is used or not.

    24 sum_g heat rate x firm x capacity[g,s,y] <= transport[s,y]      TBtu a day that a site's gas plants burn at their most
    transport[s,y] = sum of transport_signed[s,v] over contracts that still run
    sum_{s in d} transport[s,y] <= limit of division d                 dual: M USD per TBtu/day

Only the share of a block that is firm burns at once: spare units stand still while the others run. The hours are left as they are; a plant
that burns less than it could still reserves what it could. Plants of the grid join by `book.claim("transport", division, ...)`.

Cost line `gas transport`: the charge on what is reserved.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import GAS_BURNT, CostLine, LimitKind
from planner.blocks.book import Book, Limit, Terms
from planner.blocks.work import LOOSE, vintages
from planner.instance import Inputs
from planner.instance.markets import NATION
from planner.program.expression import linear

HOURS_A_DAY = 24.0


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `transport`, `transport_signed` and their rows; nothing where transport is not looked at."""
    market = inputs.markets.transport
    burning: dict[tuple[str, int], Terms] = {}
    for g, s, y in m.capacity:
        tech = inputs.technologies[g]
        if market is not None and tech.fuel == "gas" and inputs.sites[s].gas in market.limit:
            burning.setdefault((s, y), []).append((HOURS_A_DAY * tech.heat_rate * tech.firm, m.capacity[g, s, y]))
    most = {key: LOOSE * sum(rate * variable.ub for rate, variable in terms) for key, terms in burning.items()}
    m.transport = pyo.Var(list(burning), bounds=lambda _, s, y: (0, most[s, y]))
    m.transport_signed = pyo.Var(list(burning), bounds=lambda _, s, y: (0, LOOSE * most[s, y]))
    book.guesses += [v[key] for v in (m.transport, m.transport_signed) for key in burning]
    m.transport_needed = pyo.Constraint(
        list(burning), rule=lambda m, s, y: linear([*burning[s, y], (-1.0, m.transport[s, y])]) <= 0
    )
    years = market.years if market else 0.0
    m.transport_standing = pyo.Constraint(
        list(burning),
        rule=lambda m, s, y: (
            linear(
                [
                    (share, m.transport_signed[s, v])
                    for v, share in vintages(inputs, y, years).items()
                    if (s, v) in burning
                ]
                + [(-1.0, m.transport[s, y])]
            )
            == 0
        ),
    )
    lines: dict[tuple[str, int], Terms] = {}
    for s, y in burning:
        book.claim("transport", inputs.sites[s].gas or "", y, m.transport[s, y], 1.0)
        if market is not None:
            book.cost(CostLine.GAS_TRANSPORT, s, y, m.transport[s, y], market.charge, GAS_BURNT)
    for (name, d, y), terms in book.claims.items():
        if name == "transport" and market is not None:
            lines[d, y] = terms
    m.transport_limit = pyo.Constraint(
        list(lines), rule=lambda m, d, y: linear(lines[d, y]) <= float(market.limit[d][y]) if market else None
    )
    for d, y in lines:
        book.limits.append(Limit(LimitKind.GAS_TRANSPORT, d, NATION, y, m.transport_limit[d, y]))
