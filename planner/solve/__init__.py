"""Solve a `Problem`, prove the answer, explain failure. Knows nothing of sites, chips or countries."""

from planner.solve.choose import solve
from planner.solve.dispatch import Dispatch
from planner.solve.matrix import annual_from_pyomo, full_matrix
from planner.solve.solution import Solution

__all__ = ["Dispatch", "Solution", "annual_from_pyomo", "full_matrix", "solve"]
