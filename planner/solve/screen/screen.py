"""Solve over some of many places, and prove that the others are not missed.

1. Solve over some places (those that may not be left empty, those that an earlier answer used, some more).
2. Value every other place at the duals of that answer (`alone.py`). The bound of the whole problem is that of the chosen places plus
   the values of the others, each zero or below.
3. Where that is within the gap, the others are left out: the certificate of the whole problem, from the matrix alone, says so. Else the
   places of most value join, with what was dispatched of them, and the next turn begins near the answer before.

This is column generation over places (Dantzig and Wolfe 1960), with places that are themselves solved by cuts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.places import SHARED, Places, Some, places, some
from planner.program.problem import Problem
from planner.solve.backends.highs import Progress
from planner.solve.masters.decompose import Decomposed, decompose
from planner.solve.masters.goal import Goal, Near
from planner.solve.masters.remembered import Memory
from planner.solve.masters.rounds import GRACE, Watch
from planner.solve.proof.certificate import certify, relative_gap
from planner.solve.screen.alone import Value, apart

MANY = 300
"""Places from which it is tried to do with fewer."""
FIRST = 60
"""Places to begin with, and least that join in a turn."""
COARSE = 2e-2
"""Gap of the first turn."""
TASTED, WANTED = 20, 0.9
"""Places valued first: where so many of them are worth something, there are too few yet to say which, and as many again join."""
CHOSEN, OTHERS = 0.5, 0.3
"""Shares of the asked gap for the chosen places, and for what the others may be worth."""


def many(problem: Problem) -> bool:
    """Are there so many places that some shall be left out?"""
    return len(set(problem.places) - {""}) >= MANY


def screened(
    problem: Problem,
    goal: Goal,
    *,
    start: Memory | None = None,
    near: Near | None = None,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    keep: Callable[[Memory], None] | None = None,
    grace: float = GRACE,
) -> Decomposed:
    """As `decompose`, over as few places as the proof allows. The memory that it leaves is of those."""
    began = time.perf_counter()
    deadline = began + (np.inf if time_limit is None else time_limit)
    watch, rounds, proving = Watch(deadline, 0.0), 0, 0.0
    screen, gap, log = _Screen(problem, start or {}, near), max(goal.gap, COARSE), list[str]()
    while True:
        left = None if time_limit is None else max(0.0, deadline - time.perf_counter())
        found = decompose(
            screen.part.problem,
            replace(goal, gap=gap),
            start=screen.memory,
            near=screen.near(),
            time_limit=left,
            threads=threads,
            progress=progress,
            keep=keep,
            grace=grace,
        )
        log, rounds, proving = log + found.log, rounds + found.outcome.rounds, proving + found.proving
        if found.proof is None:
            if found.outcome.status == "infeasible" and not screen.chosen.all():  # too few for what must be served
                screen.more()
                continue
            return replace(found, log=log)
        grace = 0.0
        screen.answered(found)
        objective, chosen_bound = found.proof[0].objective, found.proof[0].lower_bound
        may_lose, stopped = OTHERS * goal.gap * abs(objective), found.outcome.status != "done"
        if not stopped and screen.too_few(may_lose, watch.give_up):
            screen.more()
            continue
        lost = screen.value(may_lose, watch.give_up)
        reached = relative_gap(objective, max(chosen_bound - lost, goal.floor))
        log.append(f"{screen.told()}: {chosen_bound - lost:.8g} <= optimum <= {objective:.8g}, gap {reached:.2e}")
        if progress is not None:
            progress(screen.told(), rounds, reached, time.perf_counter() - began)
        stuck = gap <= screen.finest(goal.gap) and lost <= may_lose
        if goal.met(objective, chosen_bound - lost) or stuck or stopped or watch.over():
            break
        if lost > may_lose:
            screen.more()
        gap = float(np.clip(0.2 * reached, screen.finest(goal.gap), gap))
    found.outcome.rounds = rounds
    return screen.proven(replace(found, log=log, proving=proving))


class _Screen:
    """Which places are chosen, the last answer over them, and what the others are worth at its prices."""

    def __init__(self, problem: Problem, start: Memory, near: Near | None) -> None:
        self.problem, self.division, self.memory, self._near = problem, places(problem), dict(start), near
        self.chosen = _first(problem, self.division, start, near)
        self.part: Some = some(problem, self.division, self.chosen)
        self.alone = apart(problem, self.division, ~self.chosen)
        self.values: dict[int, Value] = {}

    def told(self) -> str:
        """How many are chosen, in words."""
        return f"{self.chosen.sum():,} of {len(self.chosen):,} sites"

    def finest(self, gap: float) -> float:
        """To what gap the chosen places are solved at most, where this one is asked of all."""
        return gap if self.chosen.all() else CHOSEN * gap

    def near(self) -> Near | None:
        """Where the next answer over the chosen places is expected."""
        known = self._near
        return None if known is None else replace(known, x=known.x[self.part.columns], y=known.y[self.part.rows])

    def answered(self, found: Decomposed) -> None:
        """Take an answer over the chosen places: the others are empty in it."""
        annual = self.problem.annual
        self.x, self.row_dual = np.zeros(len(annual.cost)), np.zeros(annual.A.shape[0])
        self.x[self.part.columns], self.row_dual[self.part.rows] = found.x, found.row_dual
        self.cost = annual.cost - annual.A.T @ self.row_dual
        self.dispatch: dict[int, Dispatch] = dict(zip(self.part.cells.tolist(), found.dispatch, strict=True))
        accounts = {self.problem.cells[k].name: d.account_duals for k, d in self.dispatch.items()}
        self._near = Near(self.x, self.row_dual, accounts)
        self.memory |= found.memory

    def too_few(self, tolerance: float, give_up: Callable[[], bool]) -> bool:
        """Would nearly every other place be of use at the prices of the answer, as a few of them tell?"""
        tasted = _spread_out(~self.chosen, TASTED)
        worth = [value.lower for value in self._valued(tasted, tolerance / max(1, len(self.alone)), give_up).values()]
        self.values = {}
        return len(worth) == TASTED and sum(v < -tolerance / len(self.alone) for v in worth) >= WANTED * len(worth)

    def value(self, tolerance: float, give_up: Callable[[], bool]) -> float:
        """What all other places are worth together at the prices of the answer, M USD; to `tolerance` where that is nothing."""
        left = np.flatnonzero(~self.chosen)
        self.values = self._valued(left, tolerance / max(1, len(left)), give_up)
        return -sum(min(0.0, value.lower) for value in self.values.values())

    def _valued(self, which: NDArray[np.int64], tolerance: float, give_up: Callable[[], bool]) -> dict[int, Value]:
        return {p: self.alone[p].value(self.cost[self.alone[p].columns], tolerance, give_up) for p in which.tolist()}

    def more(self) -> None:
        """Let the places of most value join, at most half as many as there are; where no value is known, as many as there are."""
        worth = np.array([self.values[p].lower if p in self.values else 0.0 for p in range(len(self.chosen))])
        most = int(self.chosen.sum()) if not self.values else max(FIRST, int(self.chosen.sum()) // 2)
        best = [p for p in np.argsort(worth, kind="stable").tolist() if worth[p] < 0.0 and not self.chosen[p]]
        joining = best[:most] or _spread_out(~self.chosen, most).tolist()
        for p in joining:
            self.memory |= self.alone.pop(p).memory()
        self.chosen[joining] = True
        self.part = some(self.problem, self.division, self.chosen)

    def proven(self, found: Decomposed) -> Decomposed:
        """The last answer as one of the whole problem, with the proof of that."""
        began = time.perf_counter()
        x, dispatch, row_dual = self.whole()
        proof = certify(self.problem, x, dispatch, row_dual)
        proving = found.proving + time.perf_counter() - began
        return replace(found, x=x, dispatch=dispatch, row_dual=row_dual, proof=proof, proving=proving)

    def whole(self) -> tuple[Array, list[Dispatch], Array]:
        """Annual columns, hours and duals of the whole problem."""
        for p, value in self.values.items():
            alone = self.alone[p]
            self.row_dual[alone.rows] = value.row_dual
            hours = alone.dispatch(self.cost[alone.columns], value)
            self.dispatch |= dict(zip(alone.cells.tolist(), hours, strict=True))
        return self.x, [self.dispatch[k] for k in range(len(self.problem.cells))], self.row_dual


def _first(problem: Problem, division: Places, start: Memory, near: Near | None) -> NDArray[np.bool_]:
    """The places to begin with: those that may not be empty, those of an answer before, some more."""
    chosen = ~division.idle
    for cell, p in zip(problem.cells, division.of_cell, strict=True):
        used = near is not None and any(near.x[c] > 0.0 for c in cell.load_columns)
        if p != SHARED and (used or cell.name in start):
            chosen[p] = True
    chosen[_spread_out(~chosen, FIRST)] = True
    return chosen


def _spread_out(free: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    """So many of the free places, evenly along the list, in which neighbours are alike."""
    at = np.flatnonzero(free)
    return at[np.unique(np.linspace(0, len(at) - 1, min(n, len(at))).astype(int))] if len(at) else at
