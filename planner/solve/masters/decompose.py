"""Solve a problem by exact dispatch and two masters: a full year at many sites, with a proven gap.

Long years start from a few of their own days (`sampled.py`), a re-solve from what the solve before left (`Memory`); then rounds
(`rounds.py`) close the gap, and the hours of the answer are put together from what was dispatched.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.fingerprint import fingerprints
from planner.program.problem import Problem
from planner.solve.backends.highs import Progress
from planner.solve.hours.sampled import is_long, sampled
from planner.solve.masters.assembled import assembled, weighty
from planner.solve.masters.goal import Goal, Near
from planner.solve.masters.records import Record, Request
from planner.solve.masters.remembered import Memory, memory_of_records
from planner.solve.masters.rounds import GRACE, Outcome, Pace, Rounds, Watch
from planner.solve.proof.certificate import Certificate, certify

SAMPLED_GAP = 2e-3
"""Gap to which a long year's sampled days are solved: what is left after that is the days' own error."""
SLIGHT = 1e-3
"""Share of its cell's weight below which a record of sampled days is not worth remembering."""
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
    goal: Goal,
    *,
    start: Memory | None = None,
    near: Near | None = None,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Progress | None = None,
    limit: int = 400,
    keep: Callable[[Memory], None] | None = None,
    grace: float = GRACE,
) -> Decomposed:
    """Solve by rounds until the goal is proven.

    Parameters
    ----------
    start : where to dispatch first, by name of cell: what a similar problem left. Without it a long year starts from few of its days.
    near : where every cell searches first.
    limit : most rounds.
    keep : called between rounds with what a start from here would need, every `EVERY` seconds.
    grace : seconds that the first round may go on after the time limit or Ctrl-C, because there is no plan before its end.
    """
    began, note = time.perf_counter(), Notes(keep)
    deadline, log = began + (np.inf if time_limit is None else time_limit), list[str]()
    paced = Pace(deadline, progress, began, limit)
    if start is None and is_long(problem):
        few = Rounds(sampled(problem), threads, log, after_round=note)
        start = from_few_days(few, max(3 * goal.gap, SAMPLED_GAP), paced)
    known, long = start or {}, is_long(problem)
    # A cell of which records are known does not need points made by rule: measured on whole units of trilateral, the rounds stay two.
    rounds = Rounds(problem, threads, log, lambda cell: not long and cell.name not in known, note)
    try:
        recall(rounds, known)
        watch = Watch(deadline, 0.0)
        if near is not None:
            rounds.approach(near, goal.gap, watch.give_up)
        outcome, proving = Outcome("stuck"), 0.0
        for finer in (0.9, 0.4, 0.1):
            found = rounds.run(replace(goal, gap=finer * goal.gap), paced, phase="rounds", grace=grace)
            if found.plan is None or found.bound is None:
                if outcome.plan is None:
                    return Decomposed(found, log, np.empty(0), [], np.empty(0), {})
                outcome.status = found.status
                break
            outcome, grace = found, 0.0
            if rounds.large and goal.corner and outcome.status == "done":
                found.plan = rounds.vertex(found.plan, watch.give_up)
            x, dispatch = assembled(problem, rounds.shelf, found.plan, found.bound)
            row_dual = found.bound.y
            at = time.perf_counter()
            proof = certify(problem, x, dispatch, row_dual)
            certificate, proving = proof[0], proving + time.perf_counter() - at
            log.append(f"proven: {certificate.lower_bound:.8g} <= optimum <= {certificate.objective:.8g}")
            met = goal.met(certificate.objective, certificate.lower_bound)
            if found.status != "done" or watch.over() or (certificate.feasible and met):
                break  # else the masters' own tolerance stood between their gap and the proven one
    finally:
        rounds.close()
    memory = remembered(rounds, rounds.held[0] | rounds.held[1], carrying(rounds, outcome))
    return Decomposed(outcome, log, x, dispatch, row_dual, memory, proof, proving)


class Notes:
    """Notes of what a stopped solve could go on from, handed to `keep` between rounds, one in `EVERY` seconds."""

    def __init__(self, keep: Callable[[Memory], None] | None) -> None:
        self.keep, self.last = keep, time.perf_counter()

    def __call__(self, rounds: Rounds) -> None:
        if self.keep is not None and time.perf_counter() - self.last >= EVERY:
            self.keep(remembered(rounds, rounds.held[0] | rounds.held[1]))
            self.last = time.perf_counter()


def from_few_days(few: Rounds, gap: float, pace: Pace) -> Memory:
    """What the rounds of a few days of the year leave for those of the whole year."""
    try:
        found = few.run(Goal(gap), pace, phase="sampled days")
    finally:
        few.close()
    return remembered(few, carrying(few, found))


def remembered(rounds: Rounds, numbers: Iterable[int], first: Collection[int] = ()) -> Memory:
    """Records by number, as what the next solve begins with; of a cell with many, those that come first, and the last of the others."""
    records, by_site = rounds.shelf.records, Counter[int]()
    kept = set(first)
    for number in sorted(kept) + sorted(set(numbers) - kept, reverse=True):
        site = records[number].request.site
        by_site[site] += 1
        if by_site[site] <= MOST:
            kept.add(number)
    return memory_of_records(rounds.problem, rounds.links, [records[number] for number in sorted(kept)])


def carrying(rounds: Rounds, outcome: Outcome) -> set[int]:
    """The records that carry the plan and the bound."""
    answers = [answer for answer in (outcome.plan, outcome.bound) if answer is not None]
    return {number for answer in answers for number in weighty(rounds.shelf, answer, SLIGHT)}


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
            known, left = left.parted()
            records += known.records(k)
        requests += left.requests(k, link.cell.accounts)
    rounds.look(requests)
    rounds.take(rounds.shelf.put(records))
