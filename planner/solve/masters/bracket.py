"""Between what the masters prove and what they find: a few rounds, and a bound that holds whatever their tolerances are."""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.base.interrupt import stopping
from planner.solve.masters.goal import Goal
from planner.solve.masters.masters import Answer
from planner.solve.masters.rounds import Pace, Rounds

SLIGHT = 1e-6
"""Relative excess of an account below which a plan keeps its limits."""


def bracket(rounds: Rounds, gap: float, most: int, aim: float) -> tuple[float, float, Array | None]:
    """Proven and attained value of the rounds' objective, no further apart than `gap` if `most` rounds can do it, and the plan.

    aim : relative gap that the masters themselves look for. Where no plan was found, the second value is infinite.
    """
    annual = rounds.problem.annual
    low = annual.offset + float(np.minimum(annual.cost * annual.lower, annual.cost * annual.upper).sum())
    high, x = np.inf, None
    for _ in range(most):
        found = rounds.run(Goal(aim), Pace(limit=1), phase="bracket")
        if found.bound is None or found.plan is None:
            break
        low = max(low, safe_bound(rounds, found.bound))
        if found.upper_bound < high and found.plan.excess <= SLIGHT * max(1.0, float(np.abs(found.plan.x).max())):
            high, x = found.upper_bound, found.plan.x
        if high - low <= gap or found.status == "done" or stopping():
            break
    return low, high, x


def safe_bound(rounds: Rounds, bound: Answer) -> float:
    """What an outer master's prices prove: weak duality over its rows, its cuts and the bounds of the annual columns."""
    annual, records, links = rounds.problem.annual, rounds.shelf.records, rounds.links
    y = np.where(np.isfinite(np.where(bound.y > 0, annual.row_lower, annual.row_upper)), bound.y, 0.0)
    side = np.where(y > 0, annual.row_lower, annual.row_upper)
    value = annual.offset + float(y[y != 0] @ side[y != 0])
    reduced = annual.cost - annual.A.T @ y
    for number, weight in bound.weights.items():
        record = records[number]
        value += weight * record.constant
        np.subtract.at(reduced, links[record.request.site].columns, weight * record.row)
    return value + float(np.minimum(reduced * annual.lower, reduced * annual.upper).sum())
