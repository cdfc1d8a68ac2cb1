"""A stop at every step of a planning: nothing is begun after it, and the plan that there was by then is kept.

What is counted are the steps after the stop, not seconds: those are the machine's.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from planner.base.interrupt import deferred
from planner.instance import Inputs
from planner.run.one import Solved, solved
from planner.run.way import How, Way
from planner.run.whole_units import Smallest
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

    def tell(self, phase: str) -> None:
        (self.told if len(self.told) < self.at else self.after).append(phase)
        if len(self.told) == self.at and not self.after:
            signal.raise_signal(signal.SIGINT)


def planned(at: int) -> tuple[Solved, Stopper]:
    """A planning that is stopped when it tells of its phase number `at`."""
    stopper = Stopper(at)
    way = Way(How("decompose", GAP, 600.0, 1, "pooled", Smallest(0.0, 0.0, 0.0, 0.0), 1e-4), stopper.tell)
    with deferred():
        return solved(way.state(world()), way), stopper


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
