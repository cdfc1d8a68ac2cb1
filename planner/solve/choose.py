"""Solve a problem with the method that fits it, prove the answer, and never call it more than was proven."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.base.interrupt import deferred
from planner.program.problem import Problem
from planner.program.whole import read_dispatch
from planner.solve import units, widen
from planner.solve.backends.highs import METHODS, Basis, Progress
from planner.solve.backends.written_out import solve_written_out
from planner.solve.judge import judged, nothing, once_more
from planner.solve.masters.decompose import decompose
from planner.solve.masters.goal import Goal, Near
from planner.solve.masters.remembered import Memory, memory_of
from planner.solve.masters.rounds import GRACE
from planner.solve.screen.screen import many, screened
from planner.solve.solution import Solution

TOLERANCES: dict[str, tuple[float | None, ...]] = {
    "simplex": (None,),
    "ipx": (None, 1e-10),
    "hipo": (None, 1e-10),
    "hipdlp": (1e-4, 1e-6, 1e-7, 1e-9),
}
"""Steps of a method's tolerance; the next one is taken while the asked gap is not proven."""


SMALL = 12_000
"""Hourly rows up to which the simplex method on the full matrix is the fastest (measured, see the docs)."""
SMALL_TRADED = 30_000
"""The same where cells sell to each other, which the decomposition is slow to settle."""
LARGE = 2_000_000
"""Hourly rows above which nothing but the decomposition is tried."""


def choose(problem: Problem) -> str:
    """The method for a problem by size and kind: branch and bound needs the full matrix, hours call for decomposition."""
    small = SMALL_TRADED if problem.traded else SMALL
    if problem.annual.integer.any() or hourly_rows(problem) <= small:
        return "simplex"
    return "decompose"


def hourly_rows(problem: Problem) -> int:
    """How many rows the cells would have in the full matrix."""
    return sum(cell.size().rows for cell in problem.cells)


def solve(
    problem: Problem,
    method: str = "auto",
    gap: float = 1e-4,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    start: Memory | None = None,
    floor: float = -np.inf,
    enough: float = np.inf,
    corner: bool = True,
    near: Near | None = None,
    keep: Callable[[Memory], None] | None = None,
    basis: Basis | None = None,
    grace: float = GRACE,
) -> Solution:
    """Solve a problem and prove the answer.

    Parameters
    ----------
    method : "auto", "decompose", or a method of HiGHS on the full matrix ("simplex", "ipx", "hipo", "hipdlp").
    gap : the relative gap to prove.
    time_limit : seconds. When it strikes, or at Ctrl-C, the best feasible plan is returned with its proven gap.
    progress : called as progress(phase, iterations, gap, seconds).
    start : `memory` of the solution of a similar problem; saves the decomposition most of its rounds.
    basis : `basis` of that solution; saves the simplex method most of its iterations.
    floor : what no answer can cost less than, known from a looser problem: the decomposition ends within the gap of that.
    enough : a lower bound with which the decomposition may end, whatever the gap is then.
    corner : shall the decomposition leave a plan clean of traces? It takes a while, for nothing where the plan is only a step.
    near : where the answer is expected: the decomposition looks there first.
    keep : called between rounds of the decomposition with what a later solve could start from, should this one be killed.
    grace : seconds that the decomposition may go on after the time limit or Ctrl-C while there is no plan at all; 0 where one is known.

    Guessed bounds that bind are widened in `problem` itself (`widen.py`); a problem far below the units of the program is solved in units
    of its own size (`units.py`).
    """
    size, began = units.unit(problem), time.perf_counter()
    goal = Goal(gap, floor / size, enough / size, corner)

    def attempt(before: Solution | None) -> Solution:
        left, known, longer = time_limit, _Known(start, basis, near), grace
        if before is not None:
            left = None if time_limit is None else max(1.0, time_limit - (time.perf_counter() - began))
            known, longer = _Known(before.memory, before.basis, None), 0.0
        scaled = units.in_units(problem, size)
        found = _solve(scaled, method, goal, left, threads, progress, known.in_units(size), keep, longer)
        if before is not None and found.stopped:
            stands = once_more(problem, before, gap)
            if found.status == "approximate" or not found.gap <= stands.gap:  # nothing yet, or no more than a start
                return stands
        return units.back(found, size)

    with deferred():
        return widen.without_guesses(problem, gap, attempt)


@dataclass(frozen=True)
class _Known:
    """What a solve may begin with; see `solve`."""

    memory: Memory | None = None
    basis: Basis | None = None
    near: Near | None = None

    def in_units(self, size: float) -> _Known:
        """The same for a problem in other units: prices stay."""
        return self if self.near is None else replace(self, near=replace(self.near, x=self.near.x / size))


def _solve(
    problem: Problem,
    method: str,
    goal: Goal,
    time_limit: float | None,
    threads: int,
    progress: Progress | None,
    known: _Known,
    keep: Callable[[Memory], None] | None,
    grace: float,
) -> Solution:
    began = time.perf_counter()

    def left() -> float | None:
        return None if time_limit is None else max(0.0, time_limit - (time.perf_counter() - began))

    automatic = method == "auto"
    if automatic:
        method = choose(problem)
    if method not in ("decompose", *METHODS):
        raise ValueError(f"unknown method {method!r}: one of auto, decompose, {', '.join(METHODS)}")
    mixed_integer = bool(problem.annual.integer.any())
    if not problem.cells and method == "decompose":  # nothing to take apart
        method = "simplex"
    if method == "decompose" and mixed_integer:
        raise ValueError("the decomposition takes continuous problems; use method 'simplex' for integer columns")

    if method == "decompose":
        solution = _solve_decomposed(problem, goal, left(), threads, progress, known, keep, grace)
        lacking = solution.status in ("feasible", "approximate") and not solution.stopped
        alone = goal.floor == -np.inf and goal.enough == np.inf
        if automatic and lacking and alone and hourly_rows(problem) <= LARGE:
            written = _solve_written_out(problem, "ipx", goal.gap, left(), threads, progress)
            return written if written.status == "proven" else solution
        return solution
    solution = _solve_written_out(problem, method, goal.gap, left(), threads, progress, known.basis)
    lacking = solution.status in ("approximate", "interrupted") and not (
        solution.certificate and solution.certificate.feasible
    )
    if lacking and not mixed_integer and problem.cells:
        # Repair: keep the decisions and prices, dispatch exactly there, and let the masters mend what is left. Of a method
        # that was stopped there may be nothing to keep; then one round of the masters alone gives a plan and its gap.
        memory = memory_of(problem, solution.x, solution.dispatch) if len(solution.x) else {}
        rest = 0.0 if solution.stopped else left()
        repaired = _solve_decomposed(problem, Goal(goal.gap), rest, threads, progress, _Known(memory), grace=grace)
        if repaired.certificate is not None and repaired.certificate.feasible:
            return replace(
                repaired,
                method=f"{method}, repaired",
                stopped=solution.stopped or repaired.stopped,
                iterations=solution.iterations + repaired.iterations,
                seconds={**solution.seconds, "repair": repaired.seconds["solver"]},
                log=solution.log + repaired.log,
            )
    return solution


def _solve_decomposed(
    problem: Problem,
    goal: Goal,
    time_limit: float | None,
    threads: int,
    progress: Progress | None,
    known: _Known,
    keep: Callable[[Memory], None] | None = None,
    grace: float = GRACE,
) -> Solution:
    began = time.perf_counter()
    found = (screened if many(problem) else decompose)(
        problem,
        goal,
        start=known.memory,
        near=known.near,
        time_limit=time_limit,
        threads=threads,
        progress=progress,
        keep=keep,
        grace=grace,
    )
    outcome = found.outcome
    seconds = {"solver": time.perf_counter() - began - found.proving, "certificate": found.proving}
    if not found.dispatch:
        status = "infeasible" if outcome.status == "infeasible" else "interrupted"
        return nothing(status, "decompose", outcome.rounds, seconds, found.log, outcome.status == "stopped")
    return judged(
        problem,
        found.x,
        found.dispatch,
        found.row_dual,
        method="decompose",
        asked_gap=goal.gap,
        stopped=outcome.status == "stopped",
        integer_bound=float("nan"),
        iterations=outcome.rounds,
        seconds=seconds,
        log=found.log,
        memory=found.memory,
        proof=found.proof,
    )


def _solve_written_out(
    problem: Problem,
    method: str,
    gap: float,
    time_limit: float | None,
    threads: int,
    progress: Progress | None,
    basis: Basis | None = None,
) -> Solution:
    began = time.perf_counter()
    seconds: dict[str, float] = {}
    iterations, log = 0, []
    solution, stopped = None, False
    for tolerance in TOLERANCES[method]:
        left = None if time_limit is None else time_limit - (time.perf_counter() - began)
        if stopped or (left is not None and left <= 0):
            stopped = True
            break
        run, where, spent = solve_written_out(
            problem,
            method,
            gap=gap,
            tolerance=tolerance,
            time_limit=left,
            threads=threads,
            progress=progress,
            basis=basis if method == "simplex" else None,
        )
        for phase, value in spent.items():
            seconds[phase] = seconds.get(phase, 0.0) + value
        iterations += run.iterations
        log += run.log
        if run.status in ("infeasible", "unbounded", "infeasible or unbounded"):
            return nothing(run.status, method, iterations, seconds, log)
        stopped = run.status in ("time limit", "interrupted")
        if run.x is None or run.y is None:
            continue
        solution = judged(
            problem,
            run.x[: where.columns],
            read_dispatch(problem, where, run.x, run.y),
            run.y[: where.rows],
            method=method,
            asked_gap=gap,
            stopped=stopped,
            integer_bound=run.bound,
            iterations=iterations,
            seconds=seconds,
            log=log,
        )
        solution = replace(solution, basis=run.basis)
        if solution.status == "proven":
            break
    if solution is None:
        return nothing("interrupted", method, iterations, seconds, log, stopped)
    return replace(solution, stopped=stopped)
