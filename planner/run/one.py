"""The one way from an instance to a plan, in steps that a study can enter anywhere:

gather -> state -> solve -> settle the reactors' orders -> whole units -> read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from planner.base.errors import PlannerError
from planner.base.interrupt import at_once, deferred, stopping
from planner.blocks.annual import Built, build
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.plan.plan import Plan
from planner.program.problem import Problem
from planner.readout import read_plan
from planner.readout.summary import size
from planner.run import fits, orders, whole_units, why_not
from planner.run.crosscheck import cross_checked
from planner.run.manifest import manifest, scenario_files
from planner.run.many import Lost, run_all
from planner.scenario import Scenario
from planner.solve import Solution, solve
from planner.solve.masters.decompose import Memory
from planner.solve.proof import kept

Progress = Callable[[str], None]
STOPPED = {"method": "none", "status": "the run was stopped"}


def silent(phase: str) -> None:
    """Tells nobody of a phase."""


class NoPlan(PlannerError):
    """The program has no answer; the message says why."""


@dataclass(frozen=True)
class How:
    """How a plan is solved: the first four as in `planner.solve.solve`; which orders reactors learn from; whether to round units."""

    method: str
    gap: float
    time_limit: float
    threads: int
    learning: str
    whole_units: bool = False

    @classmethod
    def asked(cls, scenario: Scenario) -> How:
        """As a scenario asks for it."""
        s = scenario.solve
        return cls(s.method, s.gap, s.time_limit, s.threads, scenario.smr.learning, s.whole_reactors)


@dataclass
class Way:
    """One planning on its way: how, for whom, what it tells while it runs, and where its seconds go, phase by phase."""

    how: How
    tell: Progress = silent
    who: str = ""  # stands before the reason why there is no plan
    whole: bool = False  # after Ctrl-C there is no plan at all, in place of the best so far
    seconds: dict[str, float] = field(default_factory=dict)

    def took(self, phase: str, began: float) -> None:
        """Add the seconds since `began` (of `time.perf_counter`) to a phase."""
        self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - began

    def left(self) -> float:
        """Seconds of the time limit that solving has not used."""
        return self.how.time_limit - self.seconds.get("solve", 0.0) - self.seconds.get("certify", 0.0)

    def state(self, inputs: Inputs) -> Built:
        """State the program of an instance."""
        self.tell("stating the linear program")
        began = time.perf_counter()
        with deferred():  # Pyomo would tell of a broken component
            built = build(inputs)
        if stopping():
            raise KeyboardInterrupt
        self.took("build", began)
        return built

    def run(self, problem: Problem, start: Memory | None = None, *, least_time: float = 0.0) -> Solution:
        """Solve and prove a problem, in the time that is left, or in `least_time` if that is more; it may have no answer."""

        def follow(phase: str, iterations: int, gap: float, spent: float) -> None:
            shown = f", gap {gap:.1e}" if gap == gap and gap < 1e9 else ""
            self.tell(f"solving: {phase}, {iterations:,} iterations{shown}, {spent:.0f} s")

        began, how = time.perf_counter(), self.how
        left = max(self.left(), least_time)
        solution = solve(problem, how.method, how.gap, left, how.threads, follow, start)
        proof = solution.seconds.get("certificate", 0.0)
        self.took("solve", began + proof)
        self.seconds["certify"] = self.seconds.get("certify", 0.0) + proof
        return solution

    def solve(self, built: Built, start: Memory | None = None) -> Solution:
        """Solve and prove a stated program. Raises NoPlan, which says why."""
        solution = self.run(built.problem, start)
        if stopping() and (self.whole or not len(solution.x)):
            raise KeyboardInterrupt
        if not len(solution.x):
            self.tell("finding out why there is no plan")
            with at_once():
                reason = why_not.why(built, solution)
            raise NoPlan(f"{self.who}: {reason}" if self.who else reason)
        return solution

    def over(self, solution: Solution) -> bool:
        """Was it stopped, by Ctrl-C or the time limit? Then no further step begins."""
        return solution.stopped or stopping() or self.left() <= 1.0

    def settle(self, built: Built, solution: Solution) -> tuple[Built, Solution, dict[str, Any]]:
        """Plan again while the plan's own orders make reactors cheaper; see `orders.settle`."""

        def learned(cheaper: Built, start: Memory) -> Solution | None:
            self.tell("reactors get cheaper with the plan's own orders: planning again")
            try:
                return None if self.over(solution) else self.solve(cheaper, start)
            except (NoPlan, KeyboardInterrupt):  # stopped at once: the plan before stands
                if self.whole or not self.over(solution):
                    raise
                return None

        return orders.settle(built, solution, self.how.learning, learned)

    def round(self, built: Built, solution: Solution) -> dict[str, Any]:
        """`rounded` of the summary: the plan with whole units. Nothing without reactors, with integers, or when time is over."""
        reactors = any(tech.kind == "nuclear" for tech in built.inputs.technologies.values())
        if not reactors or built.inputs.integer or not self.how.whole_units or self.over(solution):
            return {}

        def again(problem: Problem) -> Solution:
            self.tell("whole reactors: planning again with these fixed")
            how = self.how
            left = max(self.left(), 1.0)
            return solve(problem, how.method, how.gap, left, how.threads, start=solution.memory)

        began = time.perf_counter()
        rounded = whole_units.rounded(built, solution, again)
        self.took("round", began)
        return {"rounded": rounded}


@dataclass(frozen=True)
class Solved:
    """A program and its proven solution, at the costs that its own orders bring; what settling and rounding found."""

    built: Built
    solution: Solution
    learning: dict[str, Any]
    rounded: dict[str, Any]


def solved(built: Built, way: Way, start: Memory | None = None) -> Solved:
    """From a stated program to a settled and rounded solution. Raises NoPlan."""
    solution = way.solve(built, start)
    built, solution, learning = way.settle(built, solution)
    return Solved(built, solution, learning, way.round(built, solution))


def gather(scenario: Scenario, way: Way) -> Inputs:
    """The instance of a scenario. Raises InputError for one that is too large for this machine."""
    began = time.perf_counter()
    fits.check_start()
    inputs = assemble(scenario, way.tell)
    way.took("compute", began)
    fits.check(inputs, scenario)
    return inputs


def stated(scenario: Scenario, tell: Progress = silent) -> Built:
    """The program of a scenario, stated and not solved."""
    way = Way(How.asked(scenario), tell)
    return way.state(gather(scenario, way))


def make_plan(scenario: Scenario, progress: Progress | None = None, *, cross_check: bool = False) -> Plan:
    """Plan a scenario. Raises InputError for what the user can mend, NoPlan when there is no answer.

    After Ctrl-C or the time limit nothing more is solved: the plan is what there was. Raises KeyboardInterrupt if there was none.
    """
    began = time.perf_counter()
    way = Way(How.asked(scenario), progress or silent)
    with deferred():
        with at_once():
            built = way.state(gather(scenario, way))
        found = solved(built, way)
        stopped = way.over(found.solution)
        extra: dict[str, Any] = {"learning": found.learning} | found.rounded | ({"stopped": True} if stopped else {})
        if cross_check:
            extra["cross_check"] = (
                STOPPED if stopped else cross_checked(found.built, scenario, found.solution, way.tell)
            )
        way.tell("reading the answer")
        at = time.perf_counter()
        plan = read_plan(scenario, found.built, found.solution, way.seconds)
        plan.summary |= extra | ({"notes": list(found.built.inputs.notes)} if found.built.inputs.notes else {})
        if warning := why_not.badly_scaled(found.built.problem.annual):
            plan.summary["warning"] = plan.solver["warning"] = "\n".join(warning)
        way.took("read", at)
        way.seconds["total"] = time.perf_counter() - began
        plan.manifest = manifest(scenario, way.seconds, plan.summary["peak_memory_mb"])
        plan.keep_proof = partial(keep, problem=found.built.problem, solution=found.solution)
    return plan


def make_plans(
    scenarios: Sequence[Scenario],
    *,
    cross_check: bool = False,
    scheduler: str | None = None,
    processes: int = 2,
    done: Callable[[int, Plan | PlannerError], None] = lambda number, found: None,
) -> list[Plan | PlannerError]:
    """Plan scenarios, several at a time (see `planner.run.many.run_all`); the answer to one without a plan is its error.

    done : called as done(number of the scenario, its answer) as soon as that is ready.
    """

    def whole(number: int, found: Plan | PlannerError) -> None:
        if isinstance(found, Plan):
            found.manifest["inputs"] |= scenario_files(scenarios[number])  # a cluster may not see these files
        done(number, found)

    attempt = partial(_attempt, cross_check=cross_check)
    answers: dict[int, Plan | PlannerError] = {}

    def note(number: int, found: Plan | PlannerError) -> None:
        answers[number] = found
        whole(number, found)

    try:
        return run_all(attempt, scenarios, scheduler=scheduler, workers=processes, done=note)
    except Lost as lost:  # its own answer is that it has none
        for number in lost.numbers:
            note(number, lost)
    return [answers[number] for number in range(len(scenarios))]


def _attempt(scenario: Scenario, *, cross_check: bool) -> Plan | PlannerError:
    try:
        return make_plan(scenario, cross_check=cross_check)
    except PlannerError as error:
        return error


def keep(path: Path, problem: Problem, solution: Solution) -> None:
    """Write a problem and its solution so that the proof can be repeated."""
    kept.write(path, problem, solution)


def program_size(scenario: Scenario) -> dict[str, int]:
    """Validate everything and count the program's variables, constraints and nonzeros; solve nothing."""
    return looked_at(scenario)[0]


def looked_at(scenario: Scenario) -> tuple[dict[str, int], tuple[str, ...]]:
    """The size of the program, and what a reader should know of its inputs; nothing is solved."""
    built = stated(scenario)
    return size(built.problem), built.inputs.notes
