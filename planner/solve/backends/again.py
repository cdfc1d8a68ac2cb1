"""A small program written out once and solved again and again with other costs and bounds of its annual columns, from the basis before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from planner.base.arrays import Array
from planner.program.problem import Problem
from planner.program.whole import full_matrix
from planner.solve.backends.highs import pass_model


@dataclass(frozen=True)
class Vectors:
    """An optimum by its annual part: columns, duals of rows, reduced costs with the hours counted, and the cost."""

    cost: float
    x: Array
    row_dual: Array
    reduced: Array


class Again:
    """The full matrix of a problem (its units relaxed) in HiGHS, by the simplex method."""

    def __init__(self, problem: Problem) -> None:
        program, self.where = full_matrix(problem)
        self.h: Any = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        self.h.setOptionValue("threads", 1)
        self.h.setOptionValue("solver", "simplex")
        program.integer = np.zeros_like(program.integer)
        pass_model(self.h, program)
        self.lower = problem.annual.lower
        self.columns = np.arange(self.where.columns, dtype=np.int32)

    def solve(self, cost: Array, upper: Array) -> Vectors | None:
        """The optimum at some costs and upper bounds of the annual columns; None where there is none."""
        self.h.changeColsCost(len(self.columns), self.columns, cost)
        self.h.changeColsBounds(len(self.columns), self.columns, self.lower, upper)
        self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.h.clearSolver()
            self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found, n = self.h.getSolution(), self.where.columns
        x = np.array(found.col_value)[:n]
        dual = np.array(found.row_dual)[: self.where.rows]
        value = float(self.h.getInfo().objective_function_value)
        return Vectors(value, x, dual, np.array(found.col_dual)[:n])
