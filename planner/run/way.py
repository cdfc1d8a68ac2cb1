"""The steps of a planning: state, solve, settle the reactors' orders, make units whole; `run.one` takes them in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from planner.base.errors import PlannerError
from planner.base.interrupt import at_once, deferred, end_if_asked, stopping
from planner.base.text import tiny, whole
from planner.blocks.annual import Built, build
from planner.instance import Inputs
from planner.program.problem import Problem
from planner.readout.answer import Answer
from planner.readout.power_bill import power_bill, power_gap
from planner.run import orders, whole_units, why_not
from planner.run.flows import retied
from planner.run.pace import seconds_left
from planner.run.start import Portable, portable
from planner.scenario import Scenario
from planner.solve import Solution, solve
from planner.solve.backends.highs import Basis
from planner.solve.choose import choose
from planner.solve.judge import judged
from planner.solve.masters.remembered import Memory, with_guesses
from planner.solve.masters.rounds import GRACE

Progress = Callable[[str], None]
FINEST = 1e-12  # relative gap: beyond the digits of a number
PATIENCE = 60.0
"""Seconds of branch and bound for a small program whose rounded plan is further from the bound than asked."""
TURNS = 3
"""Most turns of planning and trade between zones."""
FINER = 0.3
"""Share of the asked gap to which a large program's bound is then made finer."""


def silent(phase: str) -> None:
    """Tells nobody of a phase."""


class NoPlan(PlannerError):
    """The program has no answer; the message says why."""


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
        self, problem: Problem, start: Memory | None = None, basis: Basis | None = None, *, grace: float = GRACE
    ) -> Solution:
        """Solve and prove a problem in the time that is left; it may have no answer. `grace`: see `planner.solve.solve`."""

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
        left = max(self.left(), 0.0)
        solution = solve(
            problem, how.method, how.gap, left, how.threads, follow, start, basis=basis, keep=note, grace=grace
        )
        proof = solution.seconds.get("certificate", 0.0)
        self.took("solve", began + proof)
        self.seconds["certify"] = self.seconds.get("certify", 0.0) + proof
        return solution

    def solve(self, built: Built, start: Memory | None = None, basis: Basis | None = None) -> Solution:
        """Solve and prove a stated program. Raises NoPlan, which says why; KeyboardInterrupt if stopped before there was one."""
        solution = self.run(built.problem, start, basis)
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

    def on(self, built: Built, before: Solution) -> Solution | None:
        """Solve on from an answer to this program or one like it; None where that was stopped before there was a better one to keep.

        Raises NoPlan.
        """
        if self.over(before):
            return None
        found = self.run(built.problem, before.memory, grace=0.0)
        if self.whole:
            end_if_asked()
        if found.stopped and not (found.certificate is not None and found.certificate.feasible):
            return None
        return self._answered(built, found)

    def again(self, inputs: Inputs, before: Solution) -> tuple[Built, Solution] | None:
        """The same for an instance, whose program is stated first."""
        if self.over(before):
            return None
        built = self._stated(inputs)
        found = self.on(built, before)
        return None if found is None else (built, found)

    def trade(self, built: Built, solution: Solution) -> tuple[Built, Solution]:
        """Trade between zones as suits the plan, and plan again with that, by turns; a plan without zones stays as it is."""
        system = built.inputs.system
        for _ in range(TURNS if system is not None and system.ties else 0):
            if self.over(solution):
                break
            self.tell("trading between zones as suits the plan: planning again")
            try:
                traded = retied(built, solution.x, solution.dispatch, self.how.threads)
            except KeyboardInterrupt:  # the plan before stands
                if self.whole:
                    raise
                break
            again = self._stated(replace(built.inputs, system=traded.system))
            memory = with_guesses(solution.memory, again.problem, traded.x, traded.dispatch)
            found = self.on(again, replace(solution, memory=memory))
            saved = 0.0 if found is None else solution.objective - found.objective
            if found is None or saved <= 0.0:  # within the gap: the plan before is as good
                break
            built, solution = again, found
            if saved < self.how.gap * abs(solution.objective):
                break
        return built, solution

    def to_power_gap(self, built: Built, solution: Solution) -> Solution:
        """Solve on until the gap is small beside the power bill as well, where that is asked."""
        asked = self.how.power_gap
        while asked is not None and power_gap(built, solution) > asked and not self.over(solution):
            self.tell("the gap is too wide for the power bill: going on")
            gap = 0.9 * asked * power_bill(built, solution) / abs(solution.objective)
            if gap >= self.how.gap or gap < FINEST:
                return solution
            self.how = replace(self.how, gap=gap)
            found = self.on(built, solution)
            if found is None or (found.stopped and found.gap > solution.gap):
                return solution
            solution = found
        return solution

    def over(self, solution: Solution) -> bool:
        """Was it stopped, by Ctrl-C or the time limit? Then no further step begins."""
        return solution.stopped or stopping() or self.left() <= 1.0

    def settle(self, built: Built, solution: Solution) -> tuple[Built, Solution, dict[str, Any]]:
        """Plan again while the plan's own orders make reactors cheaper; see `orders.settle`."""

        def learned(cheaper: Inputs, before: Solution) -> tuple[Built, Solution] | None:
            if not self.over(before):
                self.tell("reactors get cheaper with the plan's own orders: planning again")
            return self.again(cheaper, before)

        return orders.settle(built, solution, self.how.learning, learned)

    def round(self, built: Built, relaxed: Solution) -> tuple[Built, Solution, dict[str, Any]]:
        """The plan with whole units and no dust, and `rounded` of the summary; the relaxed plan where there is nothing to round.

        Its gap is to the bound of the relaxed program, by the relaxed program's prices. Where that is wider than asked, a small
        program is given to branch and bound, of a large one the relaxed bound is made finer. A small one is given to it also where
        there is no plan with the units nearest to the relaxed ones.
        """
        smallest = self.how.smallest
        if built.inputs.integer or smallest is None or self.over(relaxed):
            return built, relaxed, {}
        began = time.perf_counter()
        rounding = whole_units.rounding(Answer(built, relaxed), smallest)
        whole: Solution | None = relaxed
        if rounding.changes:
            self.tell("whole units: planning again with these fixed")
            whole_units.make_room(built, rounding)
            fixed = self._with_units(relaxed, whole_units.fixed(built, rounding))
            whole = None if fixed is None else self._proven_by(built, fixed, relaxed)
            if fixed is not None and whole is not None and whole.status == "feasible" and not self.over(whole):
                self.tell("whole units: proving them")
                built, whole = self._finer(built, fixed, relaxed, whole)
            elif fixed is None and not self.over(relaxed) and (branched := self._branched(built)) is not None:
                built, whole = branched
            if built.inputs.integer and whole is not None:
                rounding = whole_units.shown(Answer(built, whole), rounding)
        self.took("round", began)
        return built, whole or relaxed, {"rounded": whole_units.told(built, rounding, relaxed, whole)}

    def _with_units(self, relaxed: Solution, problem: Problem) -> Solution | None:
        """The answer to the program with units fixed; None if there is none."""
        how, left = self.how, max(self.left(), 1.0)
        fixed = solve(
            problem,
            how.method,
            how.gap,
            left,
            how.threads,
            start=relaxed.memory,
            floor=relaxed.lower_bound,
            basis=relaxed.basis,
            grace=0.0,
        )
        return fixed if fixed.certificate is not None and fixed.certificate.feasible else None

    def _proven_by(self, built: Built, fixed: Solution, relaxed: Solution) -> Solution:
        """A plan with units fixed as one of the relaxed program, with the proof of that."""
        pairs = zip(fixed.dispatch, relaxed.dispatch, strict=True)
        return judged(
            built.problem,
            fixed.x,
            [replace(proof, flow=plan.flow) for plan, proof in pairs],
            relaxed.row_dual,
            method=relaxed.method,
            asked_gap=self.how.gap,
            stopped=fixed.stopped,
            integer_bound=float("nan"),
            iterations=relaxed.iterations + fixed.iterations,
            seconds=relaxed.seconds,
            log=[*relaxed.log, "whole units", *fixed.log],
            memory=fixed.memory or relaxed.memory,
        )

    def _finer(self, built: Built, fixed: Solution, relaxed: Solution, whole: Solution) -> tuple[Built, Solution]:
        """A better proof of a plan with whole units, or a better such plan; what there was if neither is found."""
        how, left = self.how, max(self.left(), 1.0)
        if choose(built.problem) == "simplex":
            branched = self._branched(built)
            return branched if branched is not None and branched[1].gap < whole.gap else (built, whole)
        finer = solve(built.problem, how.method, FINER * how.gap, left, how.threads, start=relaxed.memory, grace=0.0)
        if not len(finer.x) or finer.lower_bound <= relaxed.lower_bound:
            return built, whole
        return built, self._proven_by(built, fixed, finer)

    def _branched(self, built: Built) -> tuple[Built, Solution] | None:
        """The plan of a small program with whole units, by branch and bound; None if it is large, or there is none."""
        if choose(built.problem) != "simplex":
            return None
        how, left = self.how, max(self.left(), 1.0)
        units = build(replace(built.inputs, integer=True))
        found = solve(units.problem, "simplex", how.gap, min(left, PATIENCE), how.threads)
        return (units, found) if found.certificate is not None and found.certificate.feasible else None
