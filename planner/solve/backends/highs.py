"""Run HiGHS on a linear program: method by name, arrays in one call, live progress, time limit, Ctrl-C."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.interrupt import stopping
from planner.program.linear import LinearProgram

Progress = Callable[[str, int, float, float], None]
"""Called as progress(phase, iterations, gap, seconds); the gap is NaN while it is not known."""

PATIENCE = 5.0
"""Seconds that a method gets to notice that it shall stop."""
TICK = 0.1
"""Seconds between two looks at progress and at whether to stop."""
_ABANDONED: list[highspy.Highs] = []
"""Runs that did not notice: they end at their next look, and must not be freed before."""

METHODS = ("simplex", "ipx", "hipo", "hipdlp")

_STATUS = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible or unbounded",
    highspy.HighsModelStatus.kTimeLimit: "time limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
}


BASIC, NONBASIC = int(highspy.HighsBasisStatus.kBasic), int(highspy.HighsBasisStatus.kNonbasic)
STATUSES = [int(status) for status in highspy.HighsBasisStatus.__members__.values()]


@dataclass(frozen=True)
class Basis:
    """Where the simplex method ended: HiGHS's status (a number of `HighsBasisStatus`) of every column and row."""

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


@dataclass(frozen=True)
class Run:
    """What HiGHS left: `x`, `y` and `basis` are None when it has none. Duals satisfy reduced cost = cost - A'y."""

    status: str
    x: Array | None
    y: Array | None
    iterations: int
    seconds: float
    bound: float  # the solver's own dual bound of a mixed-integer program, else NaN
    log: list[str] = field(default_factory=list)
    basis: Basis | None = None


def abandoned() -> bool:
    """Is there a run that nobody waits for any more?"""
    return bool(_ABANDONED)


def pass_model(h: highspy.Highs | highspy._core._Highs, lp: LinearProgram) -> None:
    """Hand a linear program to HiGHS as arrays, in one call."""
    rows, columns = lp.A.shape
    status = h.passModel(
        columns,
        rows,
        lp.A.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        float(lp.offset),
        lp.cost,
        lp.lower,
        lp.upper,
        lp.row_lower,
        lp.row_upper,
        lp.A.indptr.astype(np.int32),
        lp.A.indices.astype(np.int32),
        lp.A.data,
        lp.integer.astype(np.int32),
    )
    if status == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refused the model")


def run(
    lp: LinearProgram,
    method: str = "simplex",
    *,
    tolerance: float | None = None,
    gap: float = 1e-4,
    time_limit: float | None = None,
    threads: int = 2,
    start: Array | None = None,
    basis: Basis | None = None,
    crossover: bool = True,
    progress: Progress | None = None,
) -> Run:
    """Solve a linear or mixed-integer program with HiGHS.

    Parameters
    ----------
    method : "simplex", "ipx", "hipo" or "hipdlp" (linear programs; a mixed-integer program goes to branch and bound).
    tolerance : feasibility and optimality tolerance of the method; None leaves HiGHS's own.
    gap : relative gap at which branch and bound stops.
    time_limit : seconds; the best known vectors are returned when it strikes.
    start : a first solution.
    basis : where the simplex method begins, of a program with the same rows and columns; then nothing is presolved.
    crossover : whether an interior point is moved on to a corner.
    progress : see `Progress`.

    A wish to stop (`planner.base.interrupt`) ends the run with status "interrupted" and what was found so far; nothing is found if the
    method does not look up within `PATIENCE` seconds.
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}: one of {', '.join(METHODS)}")
    mixed_integer = bool(lp.integer.any())
    h = highspy.Highs()
    h.setOptionValue("output_flag", True)
    h.setOptionValue("log_to_console", False)
    h.setOptionValue("threads", threads)
    h.setOptionValue("mip_rel_gap", gap)
    if not mixed_integer:
        h.setOptionValue("solver", method)
        if method == "hipdlp" or not crossover:
            h.setOptionValue("run_crossover", "off")
        if tolerance is not None:
            h.setOptionValue("kkt_tolerance", tolerance)
            h.setOptionValue("ipm_optimality_tolerance", tolerance)
            h.setOptionValue("pdlp_optimality_tolerance", tolerance)
    if time_limit is not None:
        h.setOptionValue("time_limit", float(max(time_limit, 0.0)))
    pass_model(h, lp)
    if start is not None:
        first = highspy.HighsSolution()
        first.col_value = list(start)
        h.setSolution(first)
    if basis is not None and not mixed_integer and (len(basis.rows), len(basis.columns)) == lp.A.shape:
        _begin_at(h, basis)
    return _watch(
        h, "branch and bound" if mixed_integer else method, mixed_integer, progress, time_limit or float("inf")
    )


def _begin_at(h: highspy.Highs, basis: Basis) -> None:
    first = highspy.HighsBasis()
    first.col_status = [highspy.HighsBasisStatus(int(status)) for status in basis.columns]
    first.row_status = [highspy.HighsBasisStatus(int(status)) for status in basis.rows]
    first.valid = True
    h.setBasis(first)


def _basis(h: highspy.Highs) -> Basis | None:
    found = h.getBasis()
    if not found.valid:
        return None
    columns, rows = ([int(status) for status in part] for part in (found.col_status, found.row_status))
    return Basis(np.array(columns, np.int8), np.array(rows, np.int8))


class _Asked:
    """What HiGHS asks while it runs, once a tick: progress goes out, and a wish to stop comes in.

    The simplex method would ask at every step, and wait for Python's lock each time that another thread is at work.
    """

    def __init__(self, h: highspy.Highs, phase: str, mixed_integer: bool, progress: Progress | None) -> None:
        self.h, self.phase, self.mixed_integer, self.progress = h, phase, mixed_integer, progress
        self.stop, self.began, self.log = threading.Event(), time.perf_counter(), list[str]()
        self.kinds = (h.cbSimplexInterrupt, h.cbIpmInterrupt, h.cbMipInterrupt)
        h.cbLogging += lambda event: self.log.append(event.message.rstrip("\n"))
        for callback in self.kinds:
            callback += self.step

    def step(self, event: Any) -> None:
        """HiGHS asks; it may not again before the next tick."""
        if self.progress is not None:
            out = event.data_out
            steps = (out.simplex_iteration_count, out.ipm_iteration_count, out.pdlp_iteration_count)
            gap = out.mip_gap if self.mixed_integer else float("nan")
            self.progress(self.phase, max(0, *steps), gap, time.perf_counter() - self.began)
        if self.stop.is_set():
            event.interrupt()
            return
        self.listen(False)
        self.listen(self.stop.is_set())  # which may have come meanwhile

    def listen(self, on: bool) -> None:
        """May it ask?"""
        for kind in self.kinds:
            (self.h.startCallback if on else self.h.stopCallback)(kind.callback_type)


def _watch(h: highspy.Highs, phase: str, mixed_integer: bool, progress: Progress | None, time_limit: float) -> Run:
    """Run in a thread so that Ctrl-C reaches us; the callbacks report progress and carry the interrupt back."""
    ended, asked = threading.Event(), _Asked(h, phase, mixed_integer, progress)

    def work() -> None:
        try:
            h.run()
            # The scheduler keeps the number of threads of its first run: leave none behind, and start from none.
            highspy.Highs.resetGlobalScheduler(True)
        finally:
            ended.set()

    highspy.Highs.resetGlobalScheduler(True)
    threading.Thread(target=work, daemon=True).start()
    given_up = asked.began + time_limit + PATIENCE
    try:
        while not ended.wait(TICK):
            asked.listen(True)
            now = time.perf_counter()
            if stopping() and not asked.stop.is_set():
                asked.stop.set()
                given_up = min(given_up, now + PATIENCE)
            if now > given_up:
                break
    finally:
        if not ended.is_set():
            asked.stop.set()
            asked.listen(True)
            _ABANDONED.append(h)
    spent = time.perf_counter() - asked.began
    if not ended.is_set():
        return Run("interrupted" if stopping() else "time limit", None, None, 0, spent, float("nan"), asked.log)
    found = _collect(h, mixed_integer, spent, asked.log)
    # The callbacks point back at the solver: without this it would be destroyed whenever the garbage collector runs.
    h.disableCallbacks()
    h.callbacks.clear()
    return found


def _collect(h: highspy.Highs, mixed_integer: bool, seconds: float, log: list[str]) -> Run:
    info, solution = h.getInfo(), h.getSolution()
    status = _STATUS.get(h.getModelStatus(), h.modelStatusToString(h.getModelStatus()).lower())
    counts = (
        info.simplex_iteration_count,
        info.ipm_iteration_count,
        info.pdlp_iteration_count,
        info.mip_node_count if mixed_integer else 0,
    )
    return Run(
        status=status,
        x=np.array(solution.col_value) if solution.value_valid else None,
        y=np.array(solution.row_dual) if solution.dual_valid else None,
        iterations=int(max(0, *counts)),
        seconds=seconds,
        bound=info.mip_dual_bound if mixed_integer else float("nan"),
        log=log,
        basis=None if mixed_integer else _basis(h),
    )
