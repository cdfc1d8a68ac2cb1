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
from planner.program.problem import Problem
from planner.solve.masters.bracket import bracket
from planner.solve.masters.decompose import recall
from planner.solve.masters.remembered import Memory
from planner.solve.masters.rounds import Rounds

PATIENCE = 12
"""Rounds that a cut or a point stays in its master without use: each end needs others."""
ROUNDS = 12
"""Most rounds of an end."""
TOLERANCE = 1e-2
"""Of the scale of a quantity, how far the plan that has an end may lie from its proven end."""


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
        low, high, x = bracket(self.rounds, TOLERANCE * money, ROUNDS, 0.5 * TOLERANCE)
        return End((low - offset) / factor, None if x is None else (high - offset) / factor, x)


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
