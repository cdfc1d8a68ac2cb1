"""Rounds between two masters and the searches of every site-year, until the gap between them is closed.

Each round asks the outer master for decisions and a lower bound and the inner master for a feasible plan (see `masters.py`).
Between the two, every site-year searches for the best supply of its loads at their prices (see `local.py`): once near the inner
master, which gives it a better point, once at the outer master, which gives it the cuts that hold there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from planner.program.problem import Problem
from planner.solve.backends.highs import Progress
from planner.solve.hours.packages import packages
from planner.solve.masters.beside import OuterBeside, OuterHere
from planner.solve.masters.links import Link
from planner.solve.masters.local import Local, Search, search
from planner.solve.masters.masters import AGE, LARGE, LOOSEST, Answer, Inner
from planner.solve.masters.records import Request, Shelf
from planner.solve.proof.certificate import relative_gap

SHARES, STUCK_SHARES = (0.2, 1.0), (0.0, 0.5, 1.0)
"""How much of the outer master's decisions and prices, against the inner one's, each search takes."""
IDLE = 1e-3
"""A site-year with less load than this share of the mean has nothing to say; less still when the gap is smaller."""


@dataclass
class Outcome:
    """What the rounds left. `weights` of the plan and of the bound are by number of record."""

    status: str  # "done", "stopped", "infeasible"
    rounds: int
    lower_bound: float
    upper_bound: float
    plan: Answer | None
    bound: Answer | None


class Rounds:
    """The state of a decomposition: two masters, a tiny program per site-year, and what was dispatched."""

    def __init__(self, problem: Problem, threads: int, log: list[str], ready_made: bool = True) -> None:
        self.problem, self.log = problem, log
        self.links = [Link(s) for s in problem.site_years]
        self.shelf = Shelf(problem, self.links, threads)
        self.large = problem.annual.A.shape[1] > LARGE
        self.outer = OuterBeside(problem.annual) if self.large and threads > 1 else OuterHere(problem.annual)
        penalties = [k.highest_prices(self._cost_weight(k)) for k in self.links]
        self.inner = Inner(problem.annual, self.links, penalties)
        self.locals = [Local(k, problem.annual.upper) for k in self.links]
        self.held: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
        self.patience = AGE
        self._start(ready_made)

    def close(self) -> None:
        """End the outer master's process, where it has one."""
        self.outer.close()

    def _cost_weight(self, link: Link) -> float:
        weight = float(self.problem.annual.cost[link.site_year.cost_column])
        return weight if weight > 0 else 1.0

    def _start(self, ready_made: bool) -> None:
        """One unit of each load served by the last piece alone, so that there is a plan; if asked, also by each firm supply."""
        jobs = []
        for k, link in enumerate(self.links):
            for i in np.flatnonzero(link.is_load):
                unit = np.zeros(len(link.decisions))
                unit[i] = 1.0
                jobs.append(Request(k, unit, {}))
        self.look(jobs)
        if not ready_made:
            return
        ready = [
            Request(k, np.array([decisions.get(int(c), 0.0) for c in link.decisions]), {})
            for k, link in enumerate(self.links)
            for decisions in packages(link.site_year)
        ]
        self.give([], self.shelf.add(ready))

    def look(self, requests: list[Request]) -> None:
        """Dispatch at requests; both masters and the tiny programs get what came of them."""
        numbers = self.shelf.add(requests)
        for number in numbers:
            record = self.shelf.records[number]
            self.locals[record.request.site].add(number, record)
        self.give(numbers, numbers)

    def give(self, cuts: list[int], points: list[int]) -> None:
        """Hand the cuts of some records to the outer master, the points of some to the inner one."""
        records = self.shelf.records
        if cuts:
            columns = [self.links[records[n].request.site].columns for n in cuts]
            constants = np.array([records[n].constant for n in cuts])
            self.outer.add(cuts, columns, [records[n].row for n in cuts], constants)
        if points:
            self.inner.add(points, [records[n].request.site for n in points], [records[n].point for n in points])

    def search(self, outside: Answer, inside: Answer, share: float, reached: float, tolerance: float) -> None:
        """Search at every site-year that has load, between the masters' decisions and prices.

        share : of the outer master's, against the inner one's. reached : the gap. tolerance : of all searches together, relative.
        """
        annual = self.problem.annual
        x = np.maximum(share * outside.x + (1.0 - share) * inside.x, 0.0)
        price = annual.cost - annual.A.T @ outside.y
        loads = np.array([k.load(x) for k in self.links])
        busy = loads > min(IDLE, reached) * max(float(loads.mean()), 1e-9)
        tasks = []
        for k in np.flatnonzero(busy).tolist():
            link = self.links[k]
            at = share * price[link.columns] + (1.0 - share) * self.inner.prices(inside.y, k, link)
            at = np.maximum(at, 0.0)
            # A cost that rests on its lower bound has no price: then only the accounts count, and the ratio grows large.
            at[0] = max(at[0], 1e-6 * self._cost_weight(link))
            tasks.append(Search(k, x[link.decisions], at[self.locals[k].index]))
        before = len(self.shelf.records)
        search(self.shelf, self.locals, tasks, tolerance * abs(inside.objective) / max(1, len(tasks)))
        points = {t.best for t in tasks if t.best >= 0}
        cuts = points.union(*(t.carried for t in tasks))
        self.give(sorted(cuts - self.held[0]), sorted(points - self.held[1]))
        self.held = (self.held[0] | cuts, self.held[1] | points)
        self.shelf.let_go(set(range(before, len(self.shelf.records))) - cuts - points)

    def run(
        self,
        gap: float,
        *,
        phase: str,
        deadline: float,
        progress: Progress | None,
        began: float,
        limit: int = 400,
    ) -> Outcome:
        """Rounds until the gap is reached, the deadline has passed, or Ctrl-C."""
        lower, upper, reached = float("-inf"), float("inf"), 1.0
        plan: Answer | None = None
        bound: Answer | None = None
        history: list[float] = []
        status, rounds = "stopped", 0
        try:
            for rounds in range(1, limit + 1):
                exact = min(LOOSEST, max(1e-8, 0.02 * min(reached, 10 * gap)))
                self.outer.begin(exact, self.patience)
                self.inner.ask(exact, self.patience)
                inside, excess = self.inner.solve()
                outside = self.outer.end()
                self.held = (outside.members, inside.members)
                if outside.status == "infeasible":
                    status = "infeasible"
                    break
                if outside.status != "optimal" or inside.status != "optimal":
                    self.log.append(f"{phase} {rounds}: outer {outside.status}, inner {inside.status}")
                    break
                if outside.objective > lower:
                    lower, bound = outside.objective, outside
                if inside.objective < upper:
                    upper, plan = inside.objective, inside
                reached = relative_gap(upper, lower)
                history.append(reached)
                spent = time.perf_counter() - began
                self.log.append(
                    f"{phase} {rounds}: {lower:.8g} <= optimum <= {upper:.8g}, gap {reached:.2e}, excess {excess:.1e}, "
                    f"{spent:.1f} s"
                )
                if progress is not None:
                    progress(phase, rounds, reached, spent)
                if reached <= gap:
                    status = "done"
                    break
                if time.perf_counter() > deadline:
                    break
                stuck = len(history) > 4 and reached > 0.7 * history[-4]
                if stuck:
                    self.patience += 1
                for share in STUCK_SHARES if stuck else SHARES:
                    self.search(outside, inside, share, reached, (0.01 if stuck else 0.1) * reached)
        except KeyboardInterrupt:
            self.log.append("interrupted")
        return Outcome(status, rounds, lower, upper, plan, bound)
