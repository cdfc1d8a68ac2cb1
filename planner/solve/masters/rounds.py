"""Rounds between two masters and the searches of every cell, until the gap between them is closed.

Each round asks the outer master for decisions and a lower bound and the inner master for a feasible plan (see `masters.py`).
Between the two, every cell searches for the best supply of its loads at their prices (see `local.py`): once near the inner
master, which gives it a better point, once at the outer master, which gives it the cuts that hold there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.base.interrupt import asked_at, stopping
from planner.program.cell import Cell
from planner.program.problem import Problem
from planner.solve.backends.highs import Progress
from planner.solve.masters.beside import Beside, Here
from planner.solve.masters.goal import Goal, Near
from planner.solve.masters.links import Link
from planner.solve.masters.local import Local, Search, search
from planner.solve.masters.masters import AGE, LARGE, LOOSEST, Answer, Inner, Outer, inner_program
from planner.solve.masters.records import Request, Shelf
from planner.solve.proof.certificate import relative_gap

SHARES, STUCK_SHARES = (0.2, 1.0), (0.0, 0.5, 1.0)
"""How much of the outer master's decisions and prices, against the inner one's, each search takes."""
IDLE = 1e-3
"""A site-year with less load than this share of the mean has nothing to say; less still when the gap is smaller."""
SPREAD = (0.8, 0.95, 1.05, 1.25)
"""Factors on the prices of accounts at which a cell is dispatched, too, where its answer is expected."""
GRACE = 5.0
"""Seconds that the first round gets beyond the time limit or Ctrl-C: without it there is no plan at all."""


@dataclass(frozen=True)
class Pace:
    """How long rounds may go on, and who is told of each; clocks are those of `time.perf_counter`."""

    deadline: float = float("inf")
    progress: Progress | None = None
    began: float = 0.0
    limit: int = 400  # most rounds


@dataclass
class Outcome:
    """What the rounds left. `weights` of the plan and of the bound are by number of record."""

    status: str  # "done", "stopped" (time limit or Ctrl-C), "stuck", "infeasible"
    rounds: int = 0
    lower_bound: float = float("-inf")
    upper_bound: float = float("inf")
    plan: Answer | None = None
    bound: Answer | None = None

    def improve(self, outside: Answer, inside: Answer) -> None:
        """Take the masters' answers where they are better than what is known."""
        if outside.objective > self.lower_bound:
            self.lower_bound, self.bound = outside.objective, outside
        if inside.objective < self.upper_bound:
            self.upper_bound, self.plan = inside.objective, inside


class Rounds:
    """The state of a decomposition: two masters, a tiny program per cell, and what was dispatched."""

    def __init__(
        self,
        problem: Problem,
        threads: int,
        log: list[str],
        ready_made: Callable[[Cell], bool] = lambda cell: True,
        after_round: Callable[[Rounds], None] = lambda rounds: None,
    ) -> None:
        self.problem, self.log, self.after_round = problem, log, after_round
        self.links = [Link(s) for s in problem.cells]
        self.shelf = Shelf(problem, self.links, threads)
        self.large = problem.annual.A.shape[1] > LARGE
        self.together = threads > 1  # may both masters be solved at the same time?
        penalties = [k.cell.highest_prices(self._cost_weight(k)) for k in self.links]
        program, self.first = inner_program(problem.annual, self.links, penalties)
        beside = Beside if self.large else Here
        self.outer = beside(Outer, problem.annual)
        self.inner = beside(Inner, program, self.first, problem.annual.A.shape[1])
        self.locals = [Local(k, problem.annual.lower, problem.annual.upper) for k in self.links]
        self.held: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())
        self.patience = AGE
        self._start(ready_made)

    def close(self) -> None:
        """End the masters' processes, where they have such."""
        self.outer.close()
        self.inner.close()

    def aim(self, cost: Array, offset: float) -> None:
        """Minimise another cost of the annual columns from now on."""
        self.problem = replace(self.problem, annual=replace(self.problem.annual, cost=cost, offset=offset))
        self.outer.aim(cost, offset)
        self.inner.aim(cost, offset)

    def _cost_weight(self, link: Link) -> float:
        weight = float(self.problem.annual.cost[link.cell.cost_column])
        return weight if weight > 0 else 1.0

    def _start(self, ready_made: Callable[[Cell], bool]) -> None:
        """One unit of each load served by the last piece alone, so that there is a plan; where asked, also by each firm supply."""
        jobs = []
        for k, link in enumerate(self.links):
            for i in np.flatnonzero(link.is_load):
                unit = np.zeros(len(link.decisions))
                unit[i] = 1.0
                jobs.append(Request(k, unit, {}))
        self.look(jobs)
        points: list[int] = []
        for k, link in enumerate(self.links):
            if not ready_made(link.cell):
                continue
            if stopping():  # who stops now gets the first plan that there is
                break
            ready = [np.array([at.get(int(c), 0.0) for c in link.decisions]) for at in link.cell.ready_made()]
            points += self.shelf.add([Request(k, x, {}) for x in ready])
        self.give([], points)

    def look(self, requests: list[Request]) -> None:
        """Dispatch at requests; both masters and the tiny programs get what came of them."""
        self.take(self.shelf.add(requests))

    def take(self, numbers: list[int]) -> None:
        """Give records to both masters and to the tiny programs."""
        for number in numbers:
            record = self.shelf.records[number]
            self.locals[record.request.site].add(number, record)
        self.give(numbers, numbers)

    def give(self, cuts: list[int], points: list[int]) -> None:
        """Hand the cuts of some records to the outer master, the points of some to the inner one."""
        records = self.shelf.records
        points = [n for n in points if not records[n].faint]
        if cuts:
            columns = [self.links[records[n].request.site].columns for n in cuts]
            constants = np.array([records[n].constant for n in cuts])
            self.outer.add(cuts, columns, [records[n].row for n in cuts], constants)
        if points:
            self.inner.add(points, [records[n].request.site for n in points], [records[n].point for n in points])

    def _prices(self, y: Array, k: int) -> Array:
        """What a unit of each of a link's columns is worth to the annual program, by the duals of the inner master."""
        return y[self.first[k] : self.first[k] + len(self.links[k].columns)]

    def search(
        self,
        outside: Answer,
        inside: Answer,
        share: float,
        tolerance: float,
        idle: float,
        give_up: Callable[[], bool],
    ) -> None:
        """Search at every site-year that has load, between the masters' decisions and prices.

        share : of the outer master's, against the inner one's. tolerance : of all searches together, relative.
        idle : share of the mean load below which a cell is passed over. give_up : when to stop before that.
        """
        x = np.maximum(share * outside.x + (1.0 - share) * inside.x, 0.0)
        price = self._worth(outside.y)
        at = [
            share * price[link.columns] + (1.0 - share) * self._prices(inside.y, k) for k, link in enumerate(self.links)
        ]
        self._search(x, at, tolerance * abs(inside.objective), idle, give_up)

    def approach(self, near: Near, gap: float, give_up: Callable[[], bool]) -> None:
        """Search where the answer is expected, within this problem's bounds, before any master has spoken."""
        annual = self.problem.annual
        x, worth = np.clip(near.x, annual.lower, annual.upper), self._worth(near.y)
        prices = [worth[link.columns] for link in self.links]
        for link, price in zip(
            self.links, prices, strict=True
        ):  # an account at its limit is worth more than its column costs
            known = near.accounts.get(link.cell.name, {})
            for n, account in enumerate(link.cell.accounts, 1):
                price[n] = max(price[n], known.get(account, 0.0))
        x, cost = np.maximum(x, 0.0), float(annual.cost @ x) + annual.offset
        self._search(x, prices, 0.1 * gap * abs(cost), 0.0, give_up)
        # At one price an account's use jumps; between a higher and a lower one any use can be mixed.
        spread = [
            Request(
                k,
                x[link.decisions],
                dict(zip(link.cell.accounts, (factor * price[1 : link.priced] / price[0]).tolist(), strict=True)),
            )
            for k, (link, price) in enumerate(zip(self.links, prices, strict=True))
            for factor in SPREAD
            if link.cell.accounts and price[0] > 0.0
        ]
        self.look(spread)

    def _worth(self, y: Array) -> Array:
        """What a unit of every annual column costs the annual program, beside what the cells make of it."""
        return self.problem.annual.cost - self.problem.annual.A.T @ y

    def _search(
        self, x: Array, prices: list[Array], tolerance: float, idle: float, give_up: Callable[[], bool]
    ) -> None:
        """Search at every site-year with load at decisions x and prices of each link's columns; `tolerance` M USD of all together."""
        loads = np.array([k.load(x) for k in self.links])
        busy = loads > idle * max(float(loads.mean()), 1e-9)
        busy |= [k.cell.may_earn for k in self.links]  # these may earn without a load
        tasks = []
        for k in np.flatnonzero(busy).tolist():
            link = self.links[k]
            at = np.maximum(prices[k], 0.0)
            # A cost that rests on its lower bound has no price: then only the accounts count, and the ratio grows large.
            at[0] = max(at[0], 1e-6 * self._cost_weight(link))
            tasks.append(Search(k, x[link.decisions], at[self.locals[k].index]))
        before = len(self.shelf.records)
        search(self.shelf, self.locals, tasks, tolerance / max(1, len(tasks)), give_up)
        points = {t.best for t in tasks if t.best >= 0}
        cuts = points.union(*(t.carried for t in tasks))
        self.give(sorted(cuts - self.held[0]), sorted(points - self.held[1]))
        self.held = (self.held[0] | cuts, self.held[1] | points)
        self.shelf.let_go(set(range(before, len(self.shelf.records))) - cuts - points)

    def solve_masters(self, exact: float, seconds: float, give_up: Callable[[], bool]) -> tuple[Answer, Answer] | None:
        """The outer and the inner master's answers; None if they were given up, and then there are no masters any more."""
        self.outer.begin("solve", exact, self.patience, seconds)
        outside = None if self.together else self.outer.end(give_up)
        self.inner.begin("solve", exact, self.patience, seconds)
        inside = self.inner.end(give_up)
        outside = self.outer.end(give_up) if self.together else outside
        return None if inside is None or outside is None else (outside, inside)

    def vertex(self, plan: Answer, give_up: Callable[[], bool]) -> Answer:
        """A plan moved to a corner (see `Inner.vertex`), if there is time for it."""
        self.inner.begin("vertex", plan)
        return self.inner.end(give_up) or plan

    def run(
        self,
        goal: Goal,
        pace: Pace,
        *,
        phase: str,
        grace: float = GRACE,
    ) -> Outcome:
        """Rounds until the goal is met, the deadline has passed, or Ctrl-C.

        The last two also end a round that has begun.
        """
        found = Outcome("stuck")
        watch = Watch(pace.deadline, grace)
        history: list[float] = []
        reached = 1.0
        for found.rounds in range(1, pace.limit + 1):
            exact = min(LOOSEST, max(1e-8, 0.02 * min(reached, 10 * goal.gap)))
            answers = self.solve_masters(exact, watch.seconds(), watch.give_up)
            if answers is None:
                break
            outside, inside = answers
            self.held = (outside.members, inside.members)
            if outside.status == "infeasible":
                found.status = "infeasible"
                return found
            if outside.status != "optimal" or inside.status != "optimal":
                self.log.append(f"{phase} {found.rounds}: outer {outside.status}, inner {inside.status}")
                break
            found.improve(outside, inside)
            watch.grace = 0.0
            reached = relative_gap(found.upper_bound, max(found.lower_bound, goal.floor))
            history.append(reached)
            spent = time.perf_counter() - pace.began
            self.log.append(
                f"{phase} {found.rounds}: {found.lower_bound:.8g} <= optimum <= {found.upper_bound:.8g}, gap {reached:.2e}, "
                f"excess {inside.excess:.1e}, {spent:.1f} s"
            )
            if pace.progress is not None:
                pace.progress(phase, found.rounds, reached, spent)
            if goal.met(found.upper_bound, found.lower_bound):
                found.status = "done"
                return found
            stuck = len(history) > 4 and reached > 0.7 * history[-4]
            if stuck:
                self.patience += 1
            for share in STUCK_SHARES if stuck else SHARES:
                idle = 0.0 if stuck else min(IDLE, reached)  # a trace of load that nobody looked at may be what is left
                self.search(outside, inside, share, (0.01 if stuck else 0.1) * reached, idle, watch.give_up)
            if watch.give_up():
                break
            self.after_round(self)
        if watch.over():
            self.log.append(f"{phase}: stopped by Ctrl-C" if stopping() else f"{phase}: stopped by the time limit")
            found.status = "stopped"
        return found


class Watch:
    """Looks at the clock and for Ctrl-C; `grace` is how many seconds the work may go on after that."""

    def __init__(self, deadline: float, grace: float) -> None:
        self.deadline, self.grace = deadline, grace

    def over(self, grace: float = 0.0) -> bool:
        """Has the deadline passed, or somebody asked to stop, so many seconds ago?"""
        return time.perf_counter() >= min(self.deadline, asked_at()) + grace

    def give_up(self) -> bool:
        """The same, once the grace is used up too."""
        return self.over(self.grace)

    def seconds(self) -> float:
        """How long a master may take."""
        return max(0.0, self.deadline + self.grace - time.perf_counter())
