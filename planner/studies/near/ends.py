"""The two ends of a quantity over all plans that cost little more: two masters, another objective, the same cuts and points.

    least of q . x    subject to the program, and    cost . x <= cap

The outer master proves how small the quantity can be at all, the inner one has a plan that is as small; rounds bring the two
together (`solve/masters/rounds.py`). Cuts and points know nothing of the objective, so each end begins with those of the run and of
all ends before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from planner.base.arrays import Array
from planner.base.interrupt import stopping
from planner.program.problem import Problem
from planner.solve.masters.decompose import recall
from planner.solve.masters.masters import Answer
from planner.solve.masters.remembered import Memory
from planner.solve.masters.rounds import Rounds

PATIENCE = 12
"""Rounds that a cut or a point stays in its master without use: each end needs others."""
ROUNDS = 12
"""Most rounds of an end."""
TOLERANCE = 1e-2
"""Of the scale of a quantity, how far the plan that has an end may lie from its proven end."""
SLIGHT = 1e-6
"""Relative excess of an account below which a plan keeps its limits."""


@dataclass(frozen=True)
class End:
    """The least of a quantity: no plan has less than `proven`; one has `attained` (None: none was found), its decisions are `x`."""

    proven: float
    attained: float | None
    x: Array | None


class Ends:
    """All ends of a program whose cost may not exceed a cap."""

    def __init__(self, problem: Problem, cap: float, starts: Iterable[Memory], *, threads: int = 2) -> None:
        """Parameters
        ----------
        problem : its units relaxed. cap : M USD, with the offset of the objective. starts : what solves of the problem left.
        """
        self.problem = relaxed_under(problem, cap)
        self.rounds = Rounds(self.problem, threads, [])
        for memory in starts:
            recall(self.rounds, memory)
        self.rounds.patience = PATIENCE

    def close(self) -> None:
        """End the masters."""
        self.rounds.close()

    def least(self, quantity: Mapping[int, float], scale: float, money: float) -> End:
        """The least of a quantity (coefficients by annual column).

        scale : what a difference of the quantity is measured by. money : M USD that weighs as much, so that prices are of the usual size.
        """
        factor = money / scale
        cost = np.zeros(len(self.problem.annual.cost))
        for column, coefficient in quantity.items():
            cost[column] += coefficient * factor
        # An objective far from zero, whose relative gap is then that of the scale.
        offset = money if (cost >= 0).all() else -money
        self.rounds.aim(cost, offset)
        low, high, x = self._run(TOLERANCE * money)
        return End((low - offset) / factor, None if high is None else (high - offset) / factor, x)

    def _run(self, gap: float) -> tuple[float, float | None, Array | None]:
        """Proven and attained value of the objective as it stands, no further apart than `gap` if rounds can do it; the plan."""
        annual = self.rounds.problem.annual
        low = annual.offset + float(np.minimum(annual.cost * annual.lower, annual.cost * annual.upper).sum())
        high, x = np.inf, None
        for _ in range(ROUNDS):
            found = self.rounds.run(
                0.5 * TOLERANCE, phase="ends", deadline=float("inf"), progress=None, began=0.0, limit=1
            )
            if found.bound is None or found.plan is None or stopping():
                break
            low = max(low, self._safe(found.bound))
            if found.upper_bound < high and found.plan.excess <= SLIGHT * max(1.0, float(np.abs(found.plan.x).max())):
                high, x = found.upper_bound, found.plan.x
            if high - low <= gap or found.status == "done":
                break
        return low, None if x is None else high, x

    def _safe(self, bound: Answer) -> float:
        """What the outer master's prices prove, whatever its tolerances: weak duality over its rows, its cuts and the bounds of columns."""
        annual, records, links = self.rounds.problem.annual, self.rounds.shelf.records, self.rounds.links
        y = np.where(bound.y > 0, np.where(np.isfinite(annual.row_lower), bound.y, 0.0), bound.y)
        y = np.where(y < 0, np.where(np.isfinite(annual.row_upper), y, 0.0), y)
        side = np.where(y > 0, annual.row_lower, annual.row_upper)
        value = annual.offset + float(y[y != 0] @ side[y != 0])
        reduced = annual.cost - annual.A.T @ y
        for number, weight in bound.weights.items():
            record = records[number]
            value += weight * record.constant
            np.subtract.at(reduced, links[record.request.site].columns, weight * record.row)
        return value + float(np.minimum(reduced * annual.lower, reduced * annual.upper).sum())


def relaxed_under(problem: Problem, cap: float) -> Problem:
    """The program without whole units, and with one more row: its cost may not exceed the cap."""
    annual = problem.annual
    row = sp.csr_array(annual.cost[None, :])
    row.eliminate_zeros()
    return replace(
        problem,
        annual=replace(
            annual,
            A=sp.csr_array(sp.vstack([annual.A, row])),
            row_lower=np.append(annual.row_lower, -np.inf),
            row_upper=np.append(annual.row_upper, cap - annual.offset),
            row_names=[*annual.row_names, "cost"],
            cost=np.zeros_like(annual.cost),
            integer=np.zeros_like(annual.integer),
        ),
    )
