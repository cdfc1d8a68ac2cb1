"""What an answer is called: never more than its certificate proves."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.problem import Problem
from planner.solve.masters.remembered import Memory
from planner.solve.proof.certificate import FEASIBLE, Certificate, certify, relative_gap
from planner.solve.solution import Solution


def once_more(problem: Problem, before: Solution, gap: float) -> Solution:
    """An answer that stands although bounds were widened after it: its prices prove what they prove now."""
    again = judged(
        problem,
        before.x,
        before.dispatch,
        before.row_dual,
        method=before.method,
        asked_gap=gap,
        stopped=True,
        integer_bound=float("nan"),
        iterations=before.iterations,
        seconds=before.seconds,
        log=before.log,
        memory=before.memory,
    )
    return replace(again, basis=before.basis)


def nothing(
    status: str, method: str, iterations: int, seconds: dict[str, float], log: list[str], stopped: bool = False
) -> Solution:
    """A solution without vectors: infeasible, unbounded, or stopped before there was a plan."""
    none = np.empty(0)
    nan = float("nan")
    return Solution(status, method, nan, nan, nan, none, [], none, none, None, iterations, seconds, stopped, log)


def judged(
    problem: Problem,
    x: Array,
    dispatch: list[Dispatch],
    row_dual: Array,
    *,
    method: str,
    asked_gap: float,
    stopped: bool,
    integer_bound: float,
    iterations: int,
    seconds: dict[str, float],
    log: list[str],
    memory: Memory | None = None,
    proof: tuple[Certificate, Array] | None = None,
) -> Solution:
    """Measure a solution and name it by what the certificate proves.

    integer_bound : branch and bound's own lower bound of a mixed-integer program (NaN otherwise).
    proof : what `certify` said of it, where it was asked before.
    """
    began = time.perf_counter()
    certificate, reduced = proof or certify(problem, x, dispatch, row_dual)
    bound = max(certificate.lower_bound, integer_bound) if np.isfinite(integer_bound) else certificate.lower_bound
    gap = relative_gap(certificate.objective, bound)
    # Cheaper than any plan can be: what it misses is small, what that saves is not.
    if not certificate.feasible or gap < -FEASIBLE:
        status = "approximate"
    elif gap <= asked_gap:
        status = "proven"
    else:
        status = "interrupted" if stopped else "feasible"
    seconds["certificate"] = seconds.get("certificate", 0.0) + time.perf_counter() - began
    return Solution(
        status=status,
        method=method,
        objective=certificate.objective,
        lower_bound=bound,
        gap=gap,
        x=x,
        dispatch=dispatch,
        row_dual=row_dual,
        reduced_cost=reduced,
        certificate=certificate,
        iterations=iterations,
        seconds=seconds,
        stopped=stopped,
        log=log,
        memory=memory or {},
    )
