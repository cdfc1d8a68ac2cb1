"""The steps of a planning: state, solve, trade between zones, settle the reactors' orders; `run.one` takes them in order.

A step that is stopped before its plan is better judged than the one before it (proven, or with a smaller gap) leaves that plan as it was:
its own proof belongs to it, at the costs that it was made at. `left_out` says which steps did not come to their end.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from planner.base.errors import PlannerError
from planner.base.interrupt import at_once, deferred, end_if_asked, stopping
from planner.base.room import give_back
from planner.base.text import tiny, whole
from planner.blocks.annual import Built, build
from planner.instance import Inputs
from planner.program.problem import Problem
from planner.readout.power_bill import power_bill, power_gap
from planner.run import orders, whole_units, why_not
from planner.run.around_first import first_places
from planner.run.flows import retied
from planner.run.pace import seconds_left
from planner.run.start import Portable, portable
from planner.scenario import Scenario
from planner.solve import Solution, solve
from planner.solve.backends.highs import Basis
from planner.solve.choose import choose
from planner.solve.judge import once_more
from planner.solve.masters.goal import Near
from planner.solve.masters.remembered import Memory, with_guesses
from planner.solve.masters.rounds import GRACE

Progress = Callable[[str], None]
FINEST = 1e-12  # relative gap: beyond the digits of a number
TURNS = 3
"""Most turns of planning and trade between zones."""
COARSE = 5e-3
"""Gap of a large plan while its flows are still those of the system without campuses."""


def silent(phase: str) -> None:
    """Tells nobody of a phase."""


class NoPlan(PlannerError):
    """The program has no answer; the message says why."""


class Step(StrEnum):
    """Steps after the first answer that a stop may leave out, as the summary tells them."""

    TRADE = "trade between zones"
    POWER_GAP = "the gap of the power bill"
    LEARNING = "reactor learning"
    WHOLE_UNITS = "whole units"
    FINER_BOUND = "a finer bound for whole units"


@dataclass(frozen=True)
class How:
    """How a plan is solved: the first four as in `planner.solve.solve`; which orders reactors learn from; below what nobody builds."""

    method: str
    gap: float
    time_limit: float
    threads: int
    learning: str
    smallest: whole_units.Smallest | None = None  # None: no rounding
    power_gap: float | None = None  # to prove of the power bill too

    @classmethod
    def asked(cls, scenario: Scenario) -> How:
        """As a scenario asks for it."""
        s, least = scenario.solve, scenario.solve.smallest
        smallest = whole_units.Smallest(
            least.campus * 1e-3, least.plant * 1e-3, least.connection * 1e-3, least.chips * 1e-3
        )
        learning = scenario.smr.learning
        return cls(s.method, s.gap, s.time_limit, s.threads, learning, smallest if s.whole_units else None, s.power_gap)


@dataclass
class Way:
    """One planning on its way: how, for whom, what it tells while it runs, and where its seconds go, phase by phase."""

    how: How
    tell: Progress = silent
    who: str = ""  # stands before the reason why there is no plan
    whole: bool = False  # after Ctrl-C there is no plan at all, in place of the best so far
    seconds: dict[str, float] = field(default_factory=dict)
    keep: Callable[[Portable], None] | None = None  # called now and then with what a later run could go on from
    cut: bool = False  # has a stop cut a step short?
    left_out: list[Step] = field(default_factory=list)  # that a stop has left out, or not let come to its end

    def took(self, phase: str, began: float) -> None:
        """Add the seconds since `began` (of `time.perf_counter`) to a phase."""
        self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - began

    def left(self) -> float:
        """Seconds of the time limit that solving has not used."""
        return self.how.time_limit - self.seconds.get("solve", 0.0) - self.seconds.get("certify", 0.0)

    def state(self, inputs: Inputs) -> Built:
        """State the program of an instance. Raises KeyboardInterrupt if somebody asked to stop meanwhile."""
        built = self._stated(inputs)
        end_if_asked()
        return built

    def _stated(self, inputs: Inputs) -> Built:
        self.tell("stating the linear program")
        began = time.perf_counter()
        with deferred():  # Pyomo would tell of a broken component
            built = build(inputs)
        self.took("build", began)
        return built

    def run(
        self,
        problem: Problem,
        start: Memory | None = None,
        basis: Basis | None = None,
        *,
        gap: float = 0.0,
        near: Near | None = None,
        grace: float = GRACE,
    ) -> Solution:
        """Solve and prove a problem in the time that is left; it may have no answer. A plan that is only a step keeps its traces.

        gap : coarser than asked. near, grace : see `planner.solve.solve`.
        """
        pace: list[tuple[float, float]] = []  # seconds spent, gap

        def follow(phase: str, iterations: int, gap: float, spent: float) -> None:
            shown = f", gap {tiny(gap)}" if gap == gap and gap < 1e9 else ""
            pace.append((spent, gap))
            left = seconds_left([at for at, _ in pace], [gap for _, gap in pace], self.how.gap)
            more = f", about {whole(left)} s left" if left else ""
            self.tell(f"solving: {phase}, {iterations:,} iterations{shown}, {whole(spent)} s{more}")

        def note(memory: Memory) -> None:
            if self.keep is not None:
                self.keep(portable(problem, memory))

        began, how = time.perf_counter(), self.how
        solution = solve(
            problem,
            how.method,
            max(gap, how.gap),
            max(self.left(), 0.0),
            how.threads,
            follow,
            start,
            basis=basis,
            near=near,
            keep=note,
            corner=how.smallest is None and gap <= how.gap,
            grace=grace,
        )
        give_back()  # the hours of the rounds are a GB of a full year
        proof, self.cut = solution.seconds.get("certificate", 0.0), self.cut or solution.stopped
        self.took("solve", began + proof)
        self.seconds["certify"] = self.seconds.get("certify", 0.0) + proof
        return solution

    def solve(self, built: Built, start: Memory | None = None, basis: Basis | None = None) -> Solution:
        """Solve and prove a stated program; coarsely where zones that trade are to follow.

        Raises NoPlan, which says why; KeyboardInterrupt if stopped before there was one.
        """
        first = first_places(built)
        solution = self.run(built.problem, first | (start or {}) if first else start, basis, gap=self._first(built))
        if self.whole or not len(solution.x):
            end_if_asked()
        return self._answered(built, solution)

    def _answered(self, built: Built, solution: Solution) -> Solution:
        """The solution, if it is one. Raises NoPlan."""
        if not len(solution.x):
            self.tell("finding out why there is no plan")
            with at_once():
                reason = why_not.why(built, solution)
            raise NoPlan(f"{self.who}: {reason}" if self.who else reason)
        return solution

    def _first(self, built: Built) -> float:
        """Gap of the first answer."""
        system = built.inputs.system
        trades = system is not None and system.ties and choose(built.problem) == "decompose"
        return COARSE if trades else self.how.gap

    def on(self, built: Built, before: Solution) -> Solution | None:
        """Solve on from an answer to this program or one like it, near which this one's is expected.

        None where that was stopped before it was better judged than the answer before, which then stands. Raises NoPlan.
        """
        if self.over(before):
            return None
        annual = built.problem.annual
        near = Near.to(built.problem, before.x, before.row_dual, before.dispatch)
        found = self.run(built.problem, before.memory, near=near, grace=0.0)
        if self.whole:
            end_if_asked()
        if unfinished(found, before.gap):
            built.problem.annual = annual  # whose guessed bounds solving may have widened: the proof before is of these
            return None
        return self._answered(built, found)

    def again(self, inputs: Inputs, before: Solution) -> tuple[Built, Solution] | None:
        """The same for an instance, whose program is stated first."""
        if self.over(before):
            return None
        built = self._stated(inputs)
        found = self.on(built, before)
        return None if found is None else (built, found)

    def trade(self, built: Built, solution: Solution, *, settled: bool = False) -> tuple[Built, Solution]:
        """Trade between zones as suits the plan, and plan again with that, by turns; a plan without zones stays as it is.

        settled : the flows are those of a plan already, so that the first turn too is left out where it would save less than the gap.
        """
        system = built.inputs.system
        for turn in range(TURNS if system is not None and system.ties else 0):
            if self.over(solution):
                self.leave_out(Step.TRADE)
                break
            self.tell("trading between zones as suits the plan: planning again")
            try:
                traded = retied(built, solution, self.how.threads)
            except KeyboardInterrupt:  # the plan before stands
                if self.whole:
                    raise
                self.leave_out(Step.TRADE)
                break
            coarse = solution.gap > self.how.gap
            if (turn > 0 or settled) and not coarse and traded.saves < self.how.gap * abs(solution.objective):
                break
            again = self._stated(replace(built.inputs, system=traded.system))
            memory = with_guesses(solution.memory, again.problem, traded.x, traded.dispatch)
            found = self.on(again, replace(solution, memory=memory))
            if found is None:
                self.leave_out(Step.TRADE)
                break
            saved = solution.objective - found.objective
            if saved <= 0.0 and not coarse:  # within the gap: the plan before is as good
                break
            built, solution = again, found
            if not coarse and saved < self.how.gap * abs(solution.objective):
                break
        if solution.status == "proven" and solution.gap > self.how.gap:  # coarsely, and stopped before it was more
            solution = once_more(built.problem, solution, self.how.gap)
        return built, solution

    def to_power_gap(self, built: Built, solution: Solution) -> Solution:
        """Solve on until the gap is small beside the power bill as well, where that is asked."""
        asked = self.how.power_gap
        while asked is not None and power_gap(built, solution) > asked:
            if self.over(solution):
                self.leave_out(Step.POWER_GAP)
                return solution
            self.tell("the gap is too wide for the power bill: going on")
            gap = 0.9 * asked * power_bill(built, solution) / abs(solution.objective)
            if gap >= self.how.gap or gap < FINEST:
                return solution
            self.how = replace(self.how, gap=gap)
            found = self.on(built, solution)
            if found is None:
                self.leave_out(Step.POWER_GAP)
                return solution
            solution = found
        return solution

    def over(self, solution: Solution) -> bool:
        """Was it stopped, by Ctrl-C or the time limit? Then no further step begins."""
        return solution.stopped or self.cut or stopping() or self.left() <= 1.0

    def leave_out(self, step: Step) -> None:
        """Note a step that a stop leaves out, or does not let come to its end."""
        if step not in self.left_out:
            self.left_out.append(step)

    def settle(self, built: Built, solution: Solution) -> tuple[Built, Solution, dict[str, Any]]:
        """Plan again while the plan's own orders make reactors cheaper; see `orders.settle`."""

        def learned(cheaper: Inputs, before: Solution) -> tuple[Built, Solution] | None:
            if not self.over(before):
                self.tell("reactors get cheaper with the plan's own orders: planning again")
            found = self.again(cheaper, before)
            if found is None:
                self.leave_out(Step.LEARNING)
            return found

        return orders.settle(built, solution, self.how.learning, learned)


def unfinished(found: Solution, gap: float) -> bool:
    """Was it stopped before it was proven, or better judged than to this gap? Then what was known before it stands."""
    if not found.stopped or found.status == "proven":
        return False
    return found.certificate is None or not found.certificate.feasible or found.gap > gap
