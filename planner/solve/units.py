"""A problem in units of its own size, so that a solver's tolerances mean the same for a watt as for a gigawatt.

A linear program scales: with every bound and right-hand side divided by the same figure, so are the answer and its cost, and prices stay.
Only problems far below the units of the program (GW) are brought up; whole numbers do not scale.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.solve.solution import Solution

SMALL = 1e-2
"""Load (GW) below which a problem is small."""


def unit(problem: Problem) -> float:
    """Size of a small problem as a power of two, by the largest load it could have; 1 for any other."""
    loads = [problem.annual.upper[column] for cell in problem.cells for column in cell.load_columns]
    most = max(loads, default=1.0)
    if problem.annual.integer.any() or not 0.0 < most < SMALL:
        return 1.0
    return float(2.0 ** np.floor(np.log2(most)))


def in_units(problem: Problem, size: float) -> Problem:
    """The problem with every figure of size divided by `size`."""
    if size == 1.0:
        return problem
    return replace(problem, annual=_program(problem.annual, size), cells=[c.in_units(size) for c in problem.cells])


def _program(annual: LinearProgram, size: float) -> LinearProgram:
    keys = ("row_lower", "row_upper", "lower", "upper", "offset")
    return replace(annual, **{key: getattr(annual, key) / size for key in keys})


def back(solution: Solution, size: float) -> Solution:
    """The solution of `in_units(problem, size)` in the problem's own units."""
    if size == 1.0 or not len(solution.x):
        return solution
    proof = solution.certificate
    sized = ("row_violation", "bound_violation", "objective", "lower_bound")
    return replace(
        solution,
        objective=solution.objective * size,
        lower_bound=solution.lower_bound * size,
        x=solution.x * size,
        dispatch=[replace(d, flow=d.flow * size) for d in solution.dispatch],
        certificate=None if proof is None else replace(proof, **{key: getattr(proof, key) * size for key in sized}),
    )
