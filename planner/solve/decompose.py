"""Solve a problem by exact dispatch and two masters: a full year at many sites, with a proven gap.

Each round asks the outer master for decisions and a lower bound, the inner master for a feasible plan and prices (see
`masters.py`), and dispatches every site-year exactly half way between the two decisions, at the inner prices. Each
dispatch gives one cut to the outer and one point to the inner. Long years start from a few of their own days.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.lp.problem import Array, Problem, SiteYear
from planner.solve.certificate import certify, relative_gap
from planner.solve.dispatch import Dispatch, net_load
from planner.solve.highs import Progress
from planner.solve.masters import Answer, Inner, Link, Outer
from planner.solve.merit import Merit, merit
from planner.solve.packages import completed, packages

EVEN_DAYS, HARD_DAYS = 10, 6
"""Days of a long year that it starts from: evenly spread, and the hardest."""
LONG = 40 * 24
"""Hours of a span that make it a long year."""
LONGEST = 50.0
"""Hours of storage above which a dispatch gets slow: there only when the rounds are stuck without it."""
KEPT = 1_500_000_000
"""Bytes of hourly prices that are kept; what does not fit is dispatched again at the end."""


Memory = dict[str, list[tuple[Array, dict[str, float]]]]
"""By name of site-year: decisions (in the order of `Link.decisions`) and account prices at which dispatching pays."""


@dataclass(frozen=True)
class Record:
    """Where a site-year was dispatched: enough to repeat it."""

    site: int
    x: Array  # values of the link's decisions
    prices: dict[str, float]

    @property
    def scale(self) -> float:
        """What its point is divided by in the inner master, so that points of small sites are not lost to rounding."""
        return max(float(self.x.max(initial=0.0)), 1e-6)


@dataclass
class Outcome:
    """What the rounds left. `weights` of the plan and of the bound are by record."""

    status: str  # "done", "stopped", "infeasible"
    rounds: int
    lower_bound: float
    upper_bound: float
    plan: Answer | None
    bound: Answer | None
    records: list[Record]
    log: list[str]


class Rounds:
    """The state of a decomposition: two masters and what was recorded."""

    def __init__(self, problem: Problem, threads: int) -> None:
        self.problem = problem
        self.links = [Link(s) for s in problem.site_years]
        self.records: list[Record] = []
        self.prices: dict[int, tuple[Array, Array]] = {}  # energy and stored energy, by record
        self.kept = 0
        self.outer = Outer(problem.annual)
        self.inner = Inner(problem.annual, self.links, [self._highest_prices(k) for k in self.links])
        self.threads = threads
        self.floor = 1.0
        self.log: list[str] = []
        self._start()

    def _cost_weight(self, link: Link) -> float:
        weight = float(self.problem.annual.cost[link.site_year.cost_column])
        return weight if weight > 0 else 1.0

    def _highest_prices(self, link: Link) -> Array:
        """Objective per unit of each account at which no piece that draws on it is worth running any more."""
        s, highest = link.site_year, []
        for account in s.accounts:
            price = 1.0
            for piece in s.pieces:
                use = np.broadcast_to(piece.use.get(account, 0.0), piece.cost.shape)
                drawn = use > 0
                if drawn.any():
                    saved = np.maximum(s.pieces[-1].cost - piece.cost, 1e-3)[drawn] / use[drawn]
                    price = max(price, 2.0 * float(saved.max()))
            highest.append(price * self._cost_weight(link))
        return np.array(highest)

    def _start(self) -> None:
        """Points that serve one unit of one load from the last piece alone, so that the inner master has a plan."""
        jobs = []
        for k, link in enumerate(self.links):
            for i in np.flatnonzero(link.is_load):
                unit = np.zeros(len(link.decisions))
                unit[i] = 1.0
                jobs.append(Record(k, unit, {}))
        self.evaluate(jobs)
        self.evaluate(
            [
                self._record(k, decisions, {})
                for k, link in enumerate(self.links)
                for decisions in packages(link.site_year)
            ],
            cuts=False,
        )

    def _record(self, k: int, decisions: dict[int, float], prices: dict[str, float]) -> Record:
        link = self.links[k]
        return Record(k, np.array([decisions.get(int(c), 0.0) for c in link.decisions]), prices)

    def complete(self, inside: Answer, first: int) -> None:
        """For every record since `first` that left energy unserved, one more with enough of the cheapest supply."""
        jobs = []
        for record in self.records[first:]:
            link = self.links[record.site]
            s = link.site_year
            unserved = self.dispatch(record).dispatch.supply[-1]
            price = self.inner.capacity_prices(inside.y, record.site, link)
            better = completed(s, dict(zip(link.decisions.tolist(), record.x.tolist(), strict=True)), unserved, price)
            if better is not None:
                jobs.append(self._record(record.site, better, record.prices))
        self.evaluate(jobs)

    def evaluate(self, jobs: list[Record], cuts: bool = True) -> None:
        """Dispatch exactly at each record; add the cuts and points."""
        if not jobs:
            return
        done = self.map(self._one, jobs)
        numbers = list(range(len(self.records), len(self.records) + len(jobs)))
        for number, d in zip(numbers, done, strict=True):
            if self.kept < KEPT:
                self.prices[number] = d[3]
                self.kept += d[3][0].nbytes + d[3][1].nbytes
        self.records += jobs
        links = [self.links[r.site] for r in jobs]
        if cuts:
            self.outer.add(numbers, [k.columns for k in links], [d[0] for d in done], np.array([d[1] for d in done]))
        self.inner.add(numbers, [r.site for r in jobs], [d[2] for d in done])

    def memory(self, outcome: Outcome) -> Memory:
        """The records that carry the plan and the bound."""
        chosen: set[int] = set()
        for answer in (outcome.plan, outcome.bound):
            chosen |= set(answer.weights) if answer is not None else set()
        memory: Memory = {}
        for number in sorted(chosen):
            record = self.records[number]
            memory.setdefault(self.links[record.site].site_year.name, []).append((record.x, record.prices))
        return memory

    def recall(self, memory: Memory) -> None:
        """Dispatch where an earlier problem found it useful; what does not fit this problem is passed over."""
        self.evaluate(
            [
                Record(k, x, {a: prices.get(a, 0.0) for a in link.site_year.accounts})
                for k, link in enumerate(self.links)
                for x, prices in memory.get(link.site_year.name, [])
                if len(x) == len(link.decisions)
            ]
        )

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> list[Any]:
        """Apply a function to every job; the dispatch runs outside Python's lock, so threads are enough."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(function, jobs))

    def dispatch(self, record: Record) -> Merit:
        """Repeat the dispatch of a record."""
        link = self.links[record.site]
        x = np.zeros(len(self.problem.annual.cost))
        x[link.decisions] = record.x
        return merit(link.site_year, x, record.prices)

    def _one(self, record: Record) -> tuple[Array, float, Array, tuple[Array, Array]]:
        """A record's cut (coefficients and constant), its point, and its hourly duals."""
        link, m = self.links[record.site], self.dispatch(record)
        accounts = link.site_year.accounts
        row = np.concatenate(
            [
                [1.0],
                [record.prices.get(a, 0.0) for a in accounts],
                [-m.slope.get(int(c), 0.0) for c in link.decisions],
            ]
        )
        point = np.concatenate([[-m.cost], [-m.use[a] for a in accounts], -record.x, link.fixed_use(m.dispatch.supply)])
        point /= record.scale
        return row, m.constant, point, (m.dispatch.balance_dual, m.dispatch.level_dual)

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
        lower, upper = float("-inf"), float("inf")
        plan: Answer | None = None
        bound: Answer | None = None
        history: list[float] = []
        status = "stopped"
        rounds = 0
        try:
            for rounds in range(1, limit + 1):
                # One after the other: HiGHS may lock up when two of its programs run at once in threads.
                outside = self.outer.solve()
                if outside.status == "infeasible":
                    status = "infeasible"
                    break
                inside, excess = self.inner.solve()
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
                # Far from the optimum meet half way; near it look now closer to the bound, now closer to the plan.
                pace = reached / history[-6] if len(history) > 6 else 0.0
                stuck = pace > 0.9 and rounds % 2 == 0
                if pace > 0.7:
                    self.floor *= 0.7
                if stuck:
                    self.floor *= 0.1
                    self.outer.patience *= 2
                    self.inner.patience *= 2
                mixes = [1.0 if stuck else 0.5 if reached > 0.02 else 0.7 if rounds % 2 else 0.3]
                if self.outer.central:  # its rounds are dear and its answers lie in the middle: ask more of each
                    mixes = [0.2, 0.5, 0.85]
                    self.outer.tolerance = self.inner.tolerance = min(1e-5, 1e-3 * reached)
                before = len(self.records)
                everyone = stuck or rounds % 8 == 0
                self.evaluate([job for mix in mixes for job in self._next(outside, inside, mix, reached, everyone)])
                self.complete(inside, before)
        except KeyboardInterrupt:
            self.log.append("interrupted")
        return Outcome(status, rounds, lower, upper, plan, bound, self.records, self.log)

    def _next(self, outside: Answer, inside: Answer, mix: float, reached: float, everyone: bool) -> list[Record]:
        """Where to dispatch: between the masters' decisions, at the inner prices, a little away from zero.

        The small floor gives every load and capacity a slope on its useful side; it shrinks with the gap, and faster
        when the rounds are stuck. A site that neither master gives any load is left out most of the time: it has
        nothing new to say.
        """
        x = mix * outside.x + (1.0 - mix) * inside.x
        loads = [float(x[k.decisions[k.is_load]].sum()) for k in self.links]
        typical = max(float(np.mean(loads)), 1e-9)
        floor = self.floor * typical * min(0.1, max(reached, 1e-9))
        records = []
        for k, link in enumerate(self.links):
            if everyone or loads[k] > (1e-3 if self.outer.central else 1e-6) * typical:
                prices = self.inner.account_prices(inside.y, k, link, self._cost_weight(link))
                decisions = np.maximum(x[link.decisions], floor)
                store = link.site_year.store
                if store and mix < 1.0:
                    power, energy = np.searchsorted(link.decisions, [store.power_column, store.energy_column])
                    decisions[power] = max(decisions[power], decisions[energy] / LONGEST)
                records.append(Record(k, decisions, prices))
        return records


def sampled(problem: Problem) -> Problem:
    """The same problem on a few of its own days, site by site: some evenly spread, some that strain it (see `strain`).

    A straining day keeps its own weight; the others share what is left of the year. Storage starts each day empty.
    """
    return replace(problem, site_years=[_shorten(s) for s in problem.site_years])


def strain(s: SiteYear) -> Array:
    """How hard each day is to serve: loads above, must-take supply and availability below, costs above their mean."""
    hours = len(s.hours) // 24 * 24

    def daily(parts: list[Array], sign: float) -> Array:
        total = np.zeros(hours // 24)
        for values in parts:
            day = np.broadcast_to(values, (len(s.hours),))[:hours].reshape(-1, 24).mean(axis=1)
            total += sign * (day - day.mean()) / (abs(day.mean()) + 1e-12)
        return total / max(1, len(parts))

    loads, free = [p.values for p in s.loads], [p.values for p in s.must_take]
    return (
        daily(loads, 1.0)
        + daily(free, -1.0)
        + daily([p.available for p in s.pieces], -1.0)
        + daily([p.cost for p in s.pieces[:-1]], 1.0)
    )


def _shorten(s: SiteYear) -> SiteYear:
    hours = len(s.hours)
    even = ((np.arange(EVEN_DAYS) + 0.5) * (hours // 24) / EVEN_DAYS).astype(int)
    hard = np.setdiff1d(np.argsort(strain(s))[-HARD_DAYS:], even)
    days = np.union1d(even, hard)
    keep = (days[:, None] * 24 + np.arange(24)).ravel()
    weights = s.weights[keep].copy()
    is_even = np.repeat(np.isin(days, even), 24)
    weights[is_even] *= (s.weights.sum() - weights[~is_even].sum()) / weights[is_even].sum()

    def pick(values: Array | float) -> Array:
        return np.ascontiguousarray(np.broadcast_to(values, (hours,))[keep])

    return replace(
        s,
        hours=s.hours[keep],
        weights=weights,
        spans=tuple((24 * i, 24 * i + 24) for i in range(len(days))),
        loads=tuple(replace(p, values=pick(p.values)) for p in s.loads),
        must_take=tuple(replace(p, values=pick(p.values)) for p in s.must_take),
        pieces=tuple(
            replace(
                p,
                available=pick(p.available),
                cost=pick(p.cost),
                use={a: v if np.ndim(v) == 0 else pick(v) for a, v in p.use.items()},
            )
            for p in s.pieces
        ),
    )


def is_long(problem: Problem) -> bool:
    """Whether it pays to start from sampled days."""
    return any(b - a > LONG for s in problem.site_years for a, b in s.spans)


@dataclass(frozen=True)
class Decomposed:
    """The outcome of a decomposition with its vectors; `memory` starts the next one (see `decompose`)."""

    outcome: Outcome
    x: Array
    dispatch: list[Dispatch]
    row_dual: Array
    memory: Memory


def decompose(
    problem: Problem,
    gap: float,
    *,
    start: Memory | None = None,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    limit: int = 400,
) -> Decomposed:
    """Solve by rounds until the gap is proven.

    Parameters
    ----------
    start : where to dispatch first, by name of site-year: what an earlier, similar problem left. Any start is valid, a good
        one saves most of the rounds. Without it, a long year starts from a few of its own days.
    limit : most rounds.
    """
    began = time.perf_counter()
    deadline = began + time_limit if time_limit is not None else float("inf")
    log: list[str] = []
    if start is None and is_long(problem):
        few = Rounds(sampled(problem), threads)
        outcome = few.run(
            max(10 * gap, 1e-2), phase="sampled days", deadline=deadline, progress=progress, began=began, limit=limit
        )
        log, start = few.log, few.memory(outcome)
    rounds = Rounds(problem, threads)
    rounds.log = log
    rounds.recall(start or {})
    for target in (0.9 * gap, 0.4 * gap, 0.1 * gap):
        outcome = rounds.run(target, phase="rounds", deadline=deadline, progress=progress, began=began, limit=limit)
        if outcome.plan is None or outcome.bound is None:
            return Decomposed(outcome, np.empty(0), [], np.empty(0), {})
        if rounds.inner.central and outcome.status == "done":
            outcome.plan = rounds.inner.vertex(outcome.plan)
        x, dispatch = _assemble(rounds, outcome.plan, outcome.bound)
        row_dual = outcome.bound.y
        certificate, _ = certify(problem, x, dispatch, row_dual)
        if outcome.status != "done" or (certificate.feasible and certificate.gap <= gap):
            break  # else the masters' own tolerance stood between their gap and the proven one
    return Decomposed(outcome, x, dispatch, row_dual, rounds.memory(outcome))


def memory_of(problem: Problem, x: Array, dispatch: list[Dispatch]) -> Memory:
    """A start from any solution of a problem: its annual decisions at its own account prices."""
    memory: Memory = {}
    for s, d in zip(problem.site_years, dispatch, strict=True):
        weight = d.cost_dual if d.cost_dual > 0 else 1.0
        prices = {a: max(0.0, d.account_duals[a] / weight) for a in s.accounts}
        memory[s.name] = [(np.maximum(x[Link(s).decisions], 0.0), prices)]
    return memory


def _assemble(rounds: Rounds, plan: Answer, bound: Answer) -> tuple[Array, list[Dispatch]]:
    """The hours of the plan and the hourly duals of the bound: the weighted sums of what was dispatched at the records."""
    by_site: list[list[int]] = [[] for _ in rounds.links]
    for number in sorted(set(plan.weights) | set(bound.weights)):
        by_site[rounds.records[number].site].append(number)

    def combine(k: int) -> Dispatch:
        s = rounds.links[k].site_year
        hours = len(s.hours)
        supply = np.zeros((len(s.pieces), hours))
        charge, discharge, level = np.zeros(hours), np.zeros(hours), np.zeros(hours)
        balance_dual, level_dual = np.zeros(hours), np.zeros(hours)
        cost_dual, accounts = 0.0, dict.fromkeys(s.accounts, 0.0)
        for number in by_site[k]:
            record = rounds.records[number]
            share = plan.weights.get(number, 0.0) / record.scale
            weight = bound.weights.get(number, 0.0)
            kept = rounds.prices.get(number)
            if share > 0 or kept is None:
                d = rounds.dispatch(record).dispatch
                supply += share * d.supply
                charge += share * d.charge
                discharge += share * d.discharge
                level += share * d.level
                kept = (d.balance_dual, d.level_dual)
            balance_dual += weight * kept[0]
            level_dual += weight * kept[1]
            cost_dual += weight
            for a in accounts:
                accounts[a] += weight * record.prices.get(a, 0.0)
        return Dispatch(supply, charge, discharge, level, cost_dual, accounts, balance_dual, level_dual)

    dispatch = rounds.map(combine, range(len(rounds.links)))
    x = plan.x.copy()
    for k, link in enumerate(rounds.links):
        dispatch[k] = _within_limits(link.site_year, x, dispatch[k])
    return x, dispatch


def _within_limits(s: SiteYear, x: Array, d: Dispatch) -> Dispatch:
    """Cut back what the tolerance of the masters left outside of limits; the last piece serves it instead (x pays, in place)."""
    supply = np.empty_like(d.supply)
    for i, piece in enumerate(s.pieces):
        limit = piece.available * (1.0 if piece.column < 0 else x[piece.column])
        np.clip(d.supply[i], 0.0, limit, out=supply[i])
    supply[-1] += np.maximum(net_load(s, x) + d.charge - d.discharge - supply.sum(axis=0), 0.0)
    cost = sum(float(supply[i] @ (s.weights * piece.cost)) for i, piece in enumerate(s.pieces))
    x[s.cost_column] = max(x[s.cost_column], cost)
    for account, column in s.accounts.items():
        used = sum(float(supply[i] @ (s.weights * p.use[account])) for i, p in enumerate(s.pieces) if account in p.use)
        if used <= x[column] + 1e-6 * max(1.0, abs(used)):  # more than that is no rounding: leave it to be seen
            x[column] = max(x[column], used)
    return replace(d, supply=supply)
