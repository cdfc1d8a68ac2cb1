"""Solve a `Problem`, prove the answer, explain failure. Knows nothing of sites, chips or countries."""

from planner.program.cell import Dispatch
from planner.program.from_pyomo import annual_from_pyomo
from planner.program.whole import full_matrix
from planner.solve.choose import solve
from planner.solve.solution import Solution

__all__ = ["Dispatch", "Solution", "annual_from_pyomo", "full_matrix", "solve"]
