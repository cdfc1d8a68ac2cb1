"""Solve a problem by exact dispatch and two masters: a full year at many sites, with a proven gap.

Long years start from a few of their own days (`sampled.py`), a re-solve from what the solve before left (`Memory`); then rounds
(`rounds.py`) close the gap, and the hours of the answer are put together from what was dispatched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch
from planner.program.fingerprint import fingerprints
from planner.program.problem import Problem
from planner.solve.backends.highs import Progress
from planner.solve.hours.sampled import is_long, sampled
from planner.solve.masters.masters import Answer
from planner.solve.masters.records import Record, Request
from planner.solve.masters.remembered import Memory, memory_of_records
from planner.solve.masters.rounds import GRACE, Outcome, Pace, Rounds, Watch
from planner.solve.proof.certificate import Certificate, certify, relative_gap

SAMPLED_GAP = 2e-3
"""Gap to which a long year's sampled days are solved: what is left after that is the days' own error."""
DUST = 1e-6
"""Relative size up to which the difference of a price from its worth is taken for a tolerance of the master."""
SLIGHT, TRACE = 1e-3, 1e-7
"""Shares of its cell's weight: below the first a record of sampled days is not worth remembering, below the second not counting."""
EVERY = 5.0
"""Seconds between two notes of what a stopped solve could go on from."""
MOST = 40
"""Records of a cell that are remembered."""


@dataclass(frozen=True)
class Decomposed:
    """The outcome of a decomposition with its vectors; `memory` starts the next one (see `decompose`)."""

    outcome: Outcome
    log: list[str]
    x: Array
    dispatch: list[Dispatch]
    row_dual: Array
    memory: Memory
    proof: tuple[Certificate, Array] | None = None  # what `certify` says of it
    proving: float = 0.0  # seconds that took


def decompose(
    problem: Problem,
    gap: float,
    *,
    start: Memory | None = None,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    limit: int = 400,
    floor: float = -np.inf,
    keep: Callable[[Memory], None] | None = None,
    grace: float = GRACE,
) -> Decomposed:
    """Solve by rounds until the gap is proven.

    Parameters
    ----------
    start : where to dispatch first, by name of cell: what a similar problem left. Without it a long year starts from few of its days.
    limit : most rounds. floor : what no answer can cost less than: the rounds end within the gap of it too.
    keep : called between rounds with what a start from here would need, every `EVERY` seconds.
    grace : seconds that the first round may go on after the time limit or Ctrl-C, because there is no plan before its end.
    """
    began = last = time.perf_counter()

    def note(rounds: Rounds) -> None:
        nonlocal last
        if keep is not None and time.perf_counter() - last >= EVERY:
            keep(remembered(rounds, rounds.held[0] | rounds.held[1]))
            last = time.perf_counter()

    deadline, log = began + (np.inf if time_limit is None else time_limit), list[str]()
    paced = Pace(deadline, progress, began, limit)
    if start is None and is_long(problem):
        few = Rounds(sampled(problem), threads, log, after_round=note)
        start = from_few_days(few, max(3 * gap, SAMPLED_GAP), paced)
    known, long = start or {}, is_long(problem)
    # A cell of which records are known does not need points made by rule: measured on whole units of trilateral, the rounds stay two.
    rounds = Rounds(problem, threads, log, lambda cell: not long and cell.name not in known, note)
    try:
        recall(rounds, known)
        watch = Watch(deadline, 0.0)
        outcome, proving = Outcome("stuck"), 0.0
        for target in (0.9 * gap, 0.4 * gap, 0.1 * gap):
            found = rounds.run(target, paced, phase="rounds", grace=grace, floor=floor)
            if found.plan is None or found.bound is None:
                if outcome.plan is None:
                    return Decomposed(found, log, np.empty(0), [], np.empty(0), {})
                outcome.status = found.status
                break
            outcome, grace = found, 0.0
            if rounds.large and outcome.status == "done":
                found.plan = rounds.vertex(found.plan, watch.give_up)
            x, dispatch = _assemble(rounds, found.plan, found.bound)
            row_dual = found.bound.y
            at = time.perf_counter()
            proof = certify(problem, x, dispatch, row_dual)
            certificate, proving = proof[0], proving + time.perf_counter() - at
            log.append(f"proven: {certificate.lower_bound:.8g} <= optimum <= {certificate.objective:.8g}")
            near = relative_gap(certificate.objective, max(certificate.lower_bound, floor)) <= gap
            if found.status != "done" or watch.over() or (certificate.feasible and near):
                break  # else the masters' own tolerance stood between their gap and the proven one
    finally:
        rounds.close()
    memory = remembered(rounds, rounds.held[0] | rounds.held[1])
    return Decomposed(outcome, log, x, dispatch, row_dual, memory, proof, proving)


def from_few_days(few: Rounds, gap: float, pace: Pace) -> Memory:
    """What the rounds of a few days of the year leave for those of the whole year."""
    try:
        found = few.run(gap, pace, phase="sampled days")
    finally:
        few.close()
    return remembered(few, carrying(few, found))


def remembered(rounds: Rounds, numbers: Iterable[int]) -> Memory:
    """Records by number, as what the next solve begins with; of a cell with many, the last ones."""
    records, by_site = rounds.shelf.records, Counter[int]()
    kept = []
    for number in sorted(numbers, reverse=True):
        site = records[number].request.site
        by_site[site] += 1
        if by_site[site] <= MOST:
            kept.append(records[number])
    return memory_of_records(rounds.problem, rounds.links, kept[::-1])


def carrying(rounds: Rounds, outcome: Outcome) -> set[int]:
    """The records that carry the plan and the bound."""
    answers = [answer for answer in (outcome.plan, outcome.bound) if answer is not None]
    return {number for answer in answers for number in weighty(rounds, answer, SLIGHT)}


def weighty(rounds: Rounds, answer: Answer, share: float) -> dict[int, float]:
    """The weights of an answer that are more than a share of their cell's."""
    total = np.zeros(len(rounds.links))
    site = {number: rounds.shelf.records[number].request.site for number in answer.weights}
    for number, weight in answer.weights.items():
        total[site[number]] += weight
    return {number: weight for number, weight in answer.weights.items() if weight > share * total[site[number]]}


def recall(rounds: Rounds, memory: Memory) -> None:
    """Begin with what an earlier problem left: cuts and points where a cell is the same, else dispatched anew at its decisions.

    What does not fit this problem is passed over.
    """
    if not memory:
        return
    requests: list[Request] = []
    records: list[Record] = []
    for k, (link, mark) in enumerate(zip(rounds.links, fingerprints(rounds.problem), strict=True)):
        left = memory.get(link.cell.name)
        if left is None or left.x.shape[1] != len(link.decisions):
            continue
        if left.fingerprint == mark:
            records += left.records(k)
        else:
            requests += left.requests(k, link.cell.accounts)
    rounds.look(requests)
    rounds.take(rounds.shelf.put(records))


def _assemble(rounds: Rounds, plan: Answer, bound: Answer) -> tuple[Array, list[Dispatch]]:
    """The hours of the plan and the hourly duals of the bound: the weighted sums of what was dispatched at the records."""
    annual = rounds.problem.annual
    worth = annual.cost - annual.A.T @ bound.y
    by_site: list[list[int]] = [[] for _ in rounds.links]
    prices = weighty(rounds, bound, TRACE)
    for number in sorted(plan.weights.keys() | prices.keys()):
        by_site[rounds.shelf.records[number].request.site].append(number)

    def combine(k: int) -> Dispatch:
        cell = rounds.links[k].cell
        hours = len(cell.hours)
        flow, price = np.zeros((len(cell.kinds), hours)), np.zeros((len(cell.rows), hours))
        cost_dual, accounts = 0.0, dict.fromkeys(cell.accounts, 0.0)
        for number in by_site[k]:
            record = rounds.shelf.records[number]
            share, weight = plan.weights.get(number, 0.0) / record.scale, prices.get(number, 0.0)
            kept = rounds.shelf.hourly.get(number)
            if share > 0 or kept is None:
                d = rounds.shelf.dispatch(record.request).dispatch
                flow += share * d.flow
                kept = d.price
            if weight > 0:  # a central plan rests on far more records than its bound
                price += weight * kept
                cost_dual += weight
                for a in accounts:
                    accounts[a] += weight * record.request.prices.get(a, 0.0)
        cost_dual = _at_worth(cost_dual, worth[cell.cost_column])
        accounts = {a: _at_worth(value, worth[cell.accounts[a]]) for a, value in accounts.items()}
        return Dispatch(flow, price, cost_dual, accounts)

    dispatch = rounds.shelf.map(combine, range(len(rounds.links)))
    x = plan.x.copy()
    for k, link in enumerate(rounds.links):
        dispatch[k] = _within_limits(link.cell, x, dispatch[k])
    return x, dispatch


def _at_worth(price: float, worth: float) -> float:
    """A price without what a tolerance lets it differ from its worth: that much, times a column's wide bound, is a lot of money.

    What differs by more has a reason: the column is at a bound.
    """
    return max(float(worth), 0.0) if abs(price - worth) <= DUST * max(1.0, price) else price


def _within_limits(cell: Cell, x: Array, d: Dispatch) -> Dispatch:
    """Cut back what the tolerance of the masters left outside of limits; what is then missing counts as shortage (x pays, in place)."""
    mended = cell.repaired(x, d)
    cost, use = cell.cost_and_use(mended.flow)
    x[cell.cost_column] = max(x[cell.cost_column], cost)
    for account, column in cell.accounts.items():
        if use[account] <= x[column] + 1e-6 * max(1.0, abs(use[account])):  # more is no rounding: leave it to be seen
            x[column] = max(x[column], use[account])
    return mended
