"""Measure the solver on synthetic worlds: the scale curve, the full year, and the methods side by side.

Every case runs in a process of its own, so that its peak memory is its own; compiling is done before the clock starts.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from planner.program.whole import layout
from planner.solve import solve
from tests.benchmarks.scale import world


@dataclass(frozen=True)
class Case:
    """One problem and how to solve it; `days` None means all 8,760 hours."""

    sites: int
    stages: int
    days: int | None
    gap: float
    method: str = "decompose"
    carbon_cap: float | None = None
    time_limit: float | None = None


@dataclass(frozen=True)
class Measured:
    """What a case took and proved. `columns` counts the variables of the linear program written out."""

    case: Case
    columns: int
    seconds: float
    memory_gb: float
    status: str
    gap: float
    rounds: int
    objective: float


SCALE = [Case(sites, 1, 12, 1e-3) for sites in (10, 30, 100, 300, 1000)]
FULL_YEAR = [
    Case(76, 1, None, 1e-3),
    Case(76, 4, None, 1e-3),
    Case(76, 4, 12, 1e-3),
    Case(76, 4, 12, 1e-4),
    Case(76, 4, 12, 1e-3, carbon_cap=600.0),
]
METHODS = [
    Case(12, 1, 12, 1e-4, method, time_limit=120.0) for method in ("decompose", "simplex", "ipx", "hipo", "hipdlp")
]


def run(case: Case) -> Measured:
    """Build and solve one case; call it in a fresh process."""
    solve(world(2, 1, 2), "decompose", 1e-2)
    problem = world(case.sites, case.stages, case.days, carbon_cap=case.carbon_cap)
    began = time.perf_counter()
    solution = solve(problem, case.method, case.gap, case.time_limit)
    seconds = time.perf_counter() - began
    return Measured(
        case=case,
        columns=layout(problem).blocks[-1].stop_column,
        seconds=seconds,
        memory_gb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        status=solution.status,
        gap=solution.gap,
        rounds=solution.iterations,
        objective=solution.objective,
    )


def measure(case: Case) -> Measured:
    """Run one case in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(run, case).result()
