"""No guessed bound decides a plan: where one binds, it is widened and the problem solved again.

Some columns have bounds only because a solver and a proof want finite ones (`Problem.guessed`). As long as none of them binds, the optimum
is that of the problem without them: by duality a bound matters as much as its reduced cost. One at which a column rests with a reduced
cost worth more than the gap's tenth decides the plan, and so may one that leaves no plan at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.base.errors import PlannerError
from planner.program.problem import Problem
from planner.solve.solution import Solution

WIDER = 8.0
"""Factor on every guessed bound when one of them binds."""
TIMES = 7
"""How often bounds are widened, two million times in all, before the plan is said to have no end."""
FAR = WIDER**5
"""The same where they leave no plan at all: what no plan has with guesses so far away has none."""
AT, WORTH = 1e-6, 0.1
"""Share of a bound within which a column rests at it; share of the asked gap that a bound may be worth."""


def guessed(problem: Problem) -> NDArray[np.int64]:
    """Columns whose bound is a guess, and free to be another: what is fixed is no guess any more."""
    annual = problem.annual
    return problem.guessed[annual.upper[problem.guessed] > annual.lower[problem.guessed]]


def binding(problem: Problem, solution: Solution, gap: float) -> NDArray[np.int64]:
    """The guessed columns whose bound decides a solution."""
    columns, annual = guessed(problem), problem.annual
    if not len(columns) or not len(solution.x):
        return np.empty(0, np.int64)
    x, reduced = solution.x[columns], solution.reduced_cost[columns]
    lower, upper = annual.lower[columns], annual.upper[columns]
    worth = np.where(reduced < 0, -reduced * upper, np.where(lower < 0, -reduced * lower, 0.0))
    resting = np.where(reduced < 0, x >= upper - AT * np.abs(upper), x <= lower + AT * np.abs(lower))
    decides = resting & (worth > WORTH * gap * max(abs(solution.objective), abs(solution.lower_bound)))
    return columns[decides]


def widen(problem: Problem, factor: float = WIDER) -> None:
    """Widen every guessed bound, in place; zero stays zero."""
    lower, upper, columns = problem.annual.lower.copy(), problem.annual.upper.copy(), guessed(problem)
    lower[columns] *= factor
    upper[columns] *= factor
    problem.annual = replace(problem.annual, lower=lower, upper=upper)


def without_guesses(problem: Problem, gap: float, attempt: Callable[[Solution | None], Solution]) -> Solution:
    """Solve until no guessed bound decides the answer; the bounds of `problem` are then those of the answer.

    Parameters
    ----------
    attempt : solves `problem` as it stands, from the solution before if there is one.

    Raises
    ------
    PlannerError : a plan that grows with its bounds however wide they are.
    """
    solution = attempt(None)
    for _ in range(TIMES):
        lost = solution.status in ("infeasible", "unbounded", "infeasible or unbounded") and len(problem.guessed)
        if solution.stopped or (not lost and not len(binding(problem, solution, gap))):
            return solution
        before = problem.annual
        widen(problem, FAR if lost else WIDER)
        again = attempt(None if lost else solution)
        if lost and not len(again.x):
            problem.annual = before
            return solution
        solution = again
    endless = binding(problem, solution, gap)
    if not len(endless):
        return solution
    names = ", ".join(problem.annual.column_names[c] for c in endless[:3])
    raise PlannerError(
        f"the cheapest plan has no end: {names} would grow without limit, because it earns more than it costs; "
        "a price below zero needs a limit on what may be drawn at it (a site's headroom, a plant's limit)"
    )
