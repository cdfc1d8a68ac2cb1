"""What a decomposition is asked for, and where its answer is expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.problem import Problem
from planner.solve.proof.certificate import relative_gap


@dataclass(frozen=True)
class Goal:
    """What ends the rounds, and how they leave a plan."""

    gap: float  # relative, to the masters' bound or the floor
    floor: float = -np.inf  # what no answer can cost less than, known from a looser problem
    enough: float = np.inf  # a lower bound that is all that was asked for
    corner: bool = True  # shall a plan of central masters be moved to a corner, so that it is clean of traces?

    def met(self, objective: float, lower_bound: float) -> bool:
        """Is a plan with this proof what was asked?"""
        return relative_gap(objective, max(lower_bound, self.floor)) <= self.gap or lower_bound >= self.enough


@dataclass(frozen=True)
class Near:
    """Where an answer is expected: annual decisions, duals of the annual rows, and those of each cell's accounts, by its name."""

    x: Array
    y: Array
    accounts: dict[str, dict[str, float]]

    @classmethod
    def to(cls, problem: Problem, x: Array, y: Array, dispatch: list[Dispatch]) -> Near:
        """Near the answer to a problem, or to one with the same columns and rows."""
        return cls(x, y, {cell.name: d.account_duals for cell, d in zip(problem.cells, dispatch, strict=True)})
