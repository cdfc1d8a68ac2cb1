"""A stop at every step of a planning: nothing is begun after it, and the plan that there was by then is kept.

What is counted are the steps after the stop, not seconds: those are the machine's.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest

from planner.base.interrupt import deferred
from planner.instance import Inputs
from planner.program.problem import Problem
from planner.run import made_whole as whole
from planner.run.one import Solved, solved
from planner.run.way import How, Step, Way
from planner.run.whole_units import Smallest
from planner.solve import Solution
from planner.solve.masters.goal import Near
from tests.world import inputs, technology, timeline

GAP = 1e-3


def world() -> Inputs:
    """Reactors that get cheaper with the plan's own orders, and of which the relaxed plan takes a broken number."""
    plain = inputs(countries=("KR",), years=(2031, 2034, 2038), timeline=timeline((20,)))
    reactor = technology(
        "reactor", "nuclear", 3, capex=np.full(3, 2500.0), first_year=2029, unit_gw=0.1, learning_rate=0.1
    )
    return replace(plain, technologies=plain.technologies | {"reactor": reactor})


@dataclass
class Stopper:
    """Is told of the phases of a planning, and stops it at one of them."""

    at: int
    told: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    left_out: list[Step] = field(default_factory=list)

    def tell(self, phase: str) -> None:
        (self.told if len(self.told) < self.at else self.after).append(phase)
        if len(self.told) == self.at and not self.after:
            signal.raise_signal(signal.SIGINT)


def planned(at: int) -> tuple[Solved, Stopper]:
    """A planning that is stopped when it tells of its phase number `at`."""
    stopper = Stopper(at)
    way = Way(How("decompose", GAP, 600.0, 1, "pooled", Smallest(0.0, 0.0, 0.0, 0.0), 1e-4), stopper.tell)
    with deferred():
        found = solved(way.state(world()), way)
    stopper.left_out = way.left_out
    return found, stopper


@pytest.fixture(scope="module")
def phases() -> list[str]:
    """What a planning tells that nobody stops."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _, stopper = planned(10_000)
    return stopper.told


def test_every_step_is_taken_where_nobody_stops(phases: list[str]) -> None:
    steps = ("stating", "solving", "the gap is too wide", "reactors get cheaper", "whole units")
    assert all(any(phase.startswith(step) for phase in phases) for step in steps), phases


def test_nothing_begins_after_a_stop_and_the_plan_before_is_kept(phases: list[str]) -> None:
    first = next(at for at, phase in enumerate(phases, 1) if phase.startswith("solving"))
    for at in range(1, len(phases) + 1):
        if at < first:
            with pytest.raises(KeyboardInterrupt):
                planned(at)
            continue
        found, stopper = planned(at)
        assert stopper.after == [], (phases[at - 1], stopper.after)
        proof = found.solution.certificate
        assert proof is not None and proof.feasible, phases[at - 1]
        assert found.solution.lower_bound <= found.solution.objective
        assert found.solution.status in ("interrupted", "proven")


def test_a_plan_that_was_proven_stays_so_when_a_later_step_is_stopped(phases: list[str]) -> None:
    """In the gap of the power bill, reactor learning, and whole units: at the start of each, and at every word within them."""
    proven = next(at for at, phase in enumerate(phases, 1) if phase.startswith("the gap is too wide"))
    for at in range(proven, len(phases) + 1):
        found, stopper = planned(at)
        assert found.solution.gap <= GAP, (phases[at - 1], found.solution.gap)
        assert found.learning["settled"] or Step.LEARNING in stopper.left_out
        assert found.rounded or Step.WHOLE_UNITS in stopper.left_out


def test_what_a_stop_leaves_out_is_said_and_nothing_else(phases: list[str]) -> None:
    last = {phase: at for at, phase in enumerate(phases, 1)}
    learning = next(at for phase, at in last.items() if phase.startswith("reactors get cheaper"))
    rounding = next(at for phase, at in last.items() if phase.startswith("whole units: planning"))
    assert planned(learning)[1].left_out == [Step.LEARNING, Step.WHOLE_UNITS]
    assert planned(rounding)[1].left_out == [Step.WHOLE_UNITS]
    assert planned(10_000)[1].left_out == []


def stopping_way(at: str) -> Way:
    """Somebody asks to stop at the first phase that begins like this."""

    def tell(phase: str) -> None:
        if phase.startswith(at):
            way.tell = lambda phase: None
            signal.raise_signal(signal.SIGINT)

    way = Way(How("decompose", GAP, 600.0, 1, "none"), tell)
    return way


def test_a_later_pass_that_has_only_begun_does_not_take_the_place_of_a_proven_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    way = Way(How("decompose", GAP, 600.0, 1, "none"))
    built = way.state(world())
    solution = way.solve(built)
    assert solution.status == "proven"
    with deferred():
        raw = stopping_way("solving").run(built.problem)
    assert raw.stopped and raw.certificate is not None and raw.certificate.feasible and raw.gap > 10 * solution.gap
    stated, again = built.problem.annual, stopping_way("solving")
    monkeypatch.setattr(Near, "to", lambda *answer: None)  # near the answer, this small one is found before a stop
    with deferred():
        assert again.on(built, replace(solution, memory={})) is None
        assert again.over(solution)
    assert built.problem.annual is stated


def test_whole_units_that_the_time_limit_cut_short_leave_the_relaxed_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(How("decompose", GAP, 600.0, 1, "none", Smallest(0.0, 0.0, 0.0, 0.0)))
    built = way.state(world())
    relaxed = way.solve(built)
    stated, real = built.problem.annual, whole.solve

    def no_time(problem: Problem, method: str, gap: float, left: float, threads: int, **others: Any) -> Solution:
        return real(problem, method, gap, 0.0, threads, **others)

    monkeypatch.setattr(whole, "solve", no_time)
    _, plan, told = whole.made_whole(way, built, relaxed)
    assert plan is relaxed and told == {} and way.left_out == [Step.WHOLE_UNITS] and way.over(plan)
    assert built.problem.annual is stated
