"""Solve a `Problem`, prove the answer, explain failure. Knows nothing of sites, chips or countries."""

from planner.program.matrix import annual_from_pyomo, full_matrix
from planner.solve.choose import solve
from planner.solve.hours.dispatch import Dispatch
from planner.solve.solution import Solution

__all__ = ["Dispatch", "Solution", "annual_from_pyomo", "full_matrix", "solve"]
