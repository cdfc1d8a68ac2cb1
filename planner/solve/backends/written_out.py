"""Solve a problem with every hour written out, by one of HiGHS's methods."""

from __future__ import annotations

import time

import numpy as np

from planner.base.arrays import Array
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.whole import Layout, full_matrix
from planner.solve.backends import highs


def solve_written_out(
    problem: Problem,
    method: str,
    *,
    gap: float,
    tolerance: float | None,
    time_limit: float | None,
    threads: int,
    progress: highs.Progress | None,
    basis: highs.Basis | None = None,
) -> tuple[highs.Run, Layout, dict[str, float]]:
    """Assemble the full matrix, run HiGHS on it; for a mixed-integer program solve its continuous rest again, which has duals."""
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
        basis=basis,
        progress=progress,
    )
    seconds["solver"] = run.seconds
    if program.integer.any() and run.x is not None:
        fixed = highs.run(_fixed(program, run.x), "simplex", threads=threads)
        seconds["solver"] += fixed.seconds
        # Its columns are taken too: branch and bound leaves every column within an absolute tolerance, which is much of a plan of 0.2 MW.
        x = run.x if fixed.x is None else fixed.x
        run = highs.Run(run.status, x, fixed.y, run.iterations, run.seconds, run.bound, run.log)
    return run, where, seconds


def _fixed(program: LinearProgram, x: Array) -> LinearProgram:
    """The program with its integer columns fixed: its optimum is the plan of these units, its duals are the prices that hold there."""
    whole = np.round(x)
    return LinearProgram(
        **{
            **vars(program),
            "lower": np.where(program.integer, whole, program.lower),
            "upper": np.where(program.integer, whole, program.upper),
            "integer": np.zeros_like(program.integer),
        }
    )
