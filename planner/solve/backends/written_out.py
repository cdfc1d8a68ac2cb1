"""Solve a problem with every hour written out, by one of HiGHS's methods."""

from __future__ import annotations

import time

import numpy as np

from planner.program.matrix import Block, Layout, full_matrix
from planner.program.problem import Array, LinearProgram, Problem
from planner.solve.backends import highs
from planner.solve.hours.dispatch import Dispatch


def solve_written_out(
    problem: Problem,
    method: str,
    *,
    gap: float,
    tolerance: float | None,
    time_limit: float | None,
    threads: int,
    progress: highs.Progress | None,
) -> tuple[highs.Run, Layout, dict[str, float]]:
    """Assemble the full matrix, run HiGHS on it; for a mixed-integer program add the duals of its continuous rest."""
    began = time.perf_counter()
    program, where = full_matrix(problem)
    seconds = {"matrix": time.perf_counter() - began}
    run = highs.run(
        program,
        method,
        tolerance=tolerance,
        gap=gap,
        time_limit=time_limit,
        threads=threads,
        progress=progress,
    )
    seconds["solver"] = run.seconds
    if program.integer.any() and run.x is not None:
        fixed = highs.run(_fixed(program, run.x), "simplex", threads=threads)
        seconds["solver"] += fixed.seconds
        run = highs.Run(run.status, run.x, fixed.y, run.iterations, run.seconds, run.bound, run.log)
    return run, where, seconds


def _fixed(program: LinearProgram, x: Array) -> LinearProgram:
    """The program with its integer columns fixed: its duals are the prices that hold at the integer plan."""
    whole = np.round(x)
    return LinearProgram(
        **{
            **vars(program),
            "lower": np.where(program.integer, whole, program.lower),
            "upper": np.where(program.integer, whole, program.upper),
            "integer": np.zeros_like(program.integer),
        }
    )


def read_dispatch(problem: Problem, where: Layout, x: Array, y: Array) -> list[Dispatch]:
    """The hours of every site-year out of the vectors of the full matrix."""
    return [_read(problem, i, b, x, y) for i, b in enumerate(where.blocks)]


def _read(problem: Problem, i: int, b: Block, x: Array, y: Array) -> Dispatch:
    s = problem.site_years[i]

    def hours(vector: Array, start: int) -> Array:
        return vector[start : start + b.hours].copy()

    none = np.zeros(b.hours)
    return Dispatch(
        supply=x[b.supply : b.charge].reshape(len(s.pieces), b.hours).copy(),
        charge=hours(x, b.charge) if s.store else none,
        discharge=hours(x, b.discharge) if s.store else none,
        level=hours(x, b.level) if s.store else none,
        cost_dual=float(y[b.cost_row]),
        account_duals={a: float(y[b.account_row + k]) for k, a in enumerate(s.accounts)},
        balance_dual=hours(y, b.balance) + (hours(y, b.taken) if s.paid else 0.0),
        level_dual=hours(y, b.dynamics) if s.store else none,
    )
