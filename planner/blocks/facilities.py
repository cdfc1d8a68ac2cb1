"""Shared facilities: a fixed cost that the members pay once when they plan together, and once each when they do not.

    sum_c house[f,c,y] = 1        the facility stands in the member country where it costs least, from its first year on, if any member asks
                                  for the work it serves

With the pool "testbed" the members share one; without it every member that needs it has its own. The choice is a small assignment, so its
relaxation is already whole. Cost line `shared facilities`.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.names import CostLine
from planner.blocks.book import Book
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `house` and its rows."""
    wanted: list[tuple[str, str, int, str]] = []  # facility, group that shares it, stage, country where it may stand
    for facility in inputs.facilities:
        for y, stage in enumerate(inputs.stages):
            needing = {
                work.owner for work in inputs.work.values() if work.use in facility.needed_by and work.demand[y] > 0
            }
            if stage.year < facility.first_year or not needing:
                continue
            if "testbed" in inputs.pooled:
                wanted += [(facility.name, "all", y, c) for c in inputs.countries]
            else:
                wanted += [(facility.name, c, y, c) for c in sorted(needing)]
    m.house = pyo.Var(wanted, bounds=(0, 1))
    groups: dict[tuple[str, str, int], list[str]] = {}
    for f, who, y, c in wanted:
        groups.setdefault((f, who, y), []).append(c)
    m.housed = pyo.Constraint(
        list(groups), rule=lambda m, f, who, y: linear([(1.0, m.house[f, who, y, c]) for c in groups[f, who, y]]) == 1
    )
    cost = {facility.name: facility.annual_cost for facility in inputs.facilities}
    for f, who, y, c in wanted:
        book.cost(CostLine.SHARED_FACILITIES, c, y, m.house[f, who, y, c], cost[f][c], f)
