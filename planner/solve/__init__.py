"""Solve a `Problem`, prove the answer, explain failure. Knows nothing of sites, chips or countries.

What is named here is imported when first asked for: a master's process needs neither Pyomo nor Numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.program.cell import Dispatch
    from planner.program.from_pyomo import annual_from_pyomo
    from planner.program.whole import full_matrix
    from planner.solve.choose import solve
    from planner.solve.solution import Solution

__all__ = ["Dispatch", "Solution", "annual_from_pyomo", "full_matrix", "solve"]

HOMES = {
    "Dispatch": "planner.program.cell",
    "Solution": "planner.solve.solution",
    "annual_from_pyomo": "planner.program.from_pyomo",
    "full_matrix": "planner.program.whole",
    "solve": "planner.solve.choose",
}


def __getattr__(name: str) -> object:
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(HOMES[name]), name)
