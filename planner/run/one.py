"""The way from a scenario to a plan, step by step, with the time of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from planner.base.errors import PlannerError
from planner.base.interrupt import at_once, deferred, stopping
from planner.blocks.annual import Built, build
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


class NoPlan(PlannerError):
    """The program has no answer; the message says why."""


def gather(scenario: Scenario, progress: Progress, seconds: dict[str, float]) -> Built:
    """Assemble the inputs and state the program. Raises InputError for one that is too large for this machine."""
    began = time.perf_counter()
    inputs = assemble(scenario, progress)
    seconds["compute"] = time.perf_counter() - began
    fits.check(inputs, scenario)
    progress("stating the linear program")
    began = time.perf_counter()
    with deferred():  # Pyomo would tell of a broken component
        built = build(inputs)
    if stopping():
        raise KeyboardInterrupt
    seconds["build"] = time.perf_counter() - began
    return built


def make_plan(scenario: Scenario, progress: Progress | None = None, *, cross_check: bool = False) -> Plan:
    """Plan a scenario. Raises InputError for what the user can mend, NoPlan when there is no answer.

    After Ctrl-C or the time limit nothing more is solved: the plan is what there was. Raises KeyboardInterrupt if there was none.
    """
    tell = progress or (lambda phase: None)
    began = time.perf_counter()
    seconds: dict[str, float] = {}
    with deferred():
        with at_once():
            built = gather(scenario, tell, seconds)
        solution = solve_built(built, scenario, tell, seconds)

        def over() -> bool:
            return solution.stopped or stopping() or time_left(scenario, seconds) <= 1.0

        def learned(cheaper: Built, start: Memory) -> Solution | None:
            tell("reactors get cheaper with the plan's own orders: planning again")
            try:
                return None if over() else solve_built(cheaper, scenario, tell, seconds, start)
            except (NoPlan, KeyboardInterrupt):  # stopped at once: the plan before stands
                if not over():
                    raise
                return None

        built, solution, learning = orders.settle(built, solution, scenario.smr.learning, learned)
        extra: dict[str, Any] = {"learning": learning}
        if not over():
            extra |= whole_reactors(built, scenario, solution, tell, seconds)
        if cross_check:
            extra["cross_check"] = (
                {"method": "none", "status": "the run was stopped"}
                if over()
                else cross_checked(built, scenario, solution, tell)
            )
        if over():
            extra["stopped"] = True
        tell("reading the answer")
        at = time.perf_counter()
        answer = read_plan(scenario, built, solution, seconds)
        answer.summary |= extra
        if warning := why_not.badly_scaled(built.problem.annual):
            answer.summary["warning"] = answer.solver["warning"] = "\n".join(warning)
        seconds["read"] = time.perf_counter() - at
        seconds["total"] = time.perf_counter() - began
        answer.manifest = manifest(scenario, seconds, answer.summary["peak_memory_mb"])
        answer.keep_proof = partial(keep, problem=built.problem, solution=solution)
    return answer


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


def time_left(scenario: Scenario, seconds: dict[str, float]) -> float:
    """Seconds of the scenario's time limit that solving has not used."""
    return scenario.solve.time_limit - seconds["solve"] - seconds["certify"]


def whole_reactors(
    built: Built, scenario: Scenario, solution: Solution, tell: Progress, seconds: dict[str, float]
) -> dict[str, Any]:
    """`rounded` of the summary: the plan with whole reactors. None for a program with integers."""
    if built.inputs.integer or not scenario.solve.whole_reactors:
        return {}
    asked = scenario.solve

    def again(problem: Problem) -> Solution:
        tell("whole reactors: planning again with these fixed")
        left = max(time_left(scenario, seconds), 1.0)
        return solve(problem, asked.method, asked.gap, left, asked.threads, start=solution.memory)

    began = time.perf_counter()
    found = whole_units.rounded(built, solution, again)
    seconds["round"] = time.perf_counter() - began
    return {"rounded": found}


def solve_built(
    built: Built, scenario: Scenario, tell: Progress, seconds: dict[str, float], start: Memory | None = None
) -> Solution:
    """Solve and prove a stated program as the scenario asks; `start` is the memory of a similar one. Adds to `seconds`."""

    def follow(phase: str, iterations: int, gap: float, spent: float) -> None:
        shown = f", gap {gap:.1e}" if gap == gap and gap < 1e9 else ""
        tell(f"solving: {phase}, {iterations:,} iterations{shown}, {spent:.0f} s")

    began = time.perf_counter()
    asked = scenario.solve
    left = asked.time_limit if start is None else time_left(scenario, seconds)
    solution = solve(built.problem, asked.method, asked.gap, left, asked.threads, follow, start)
    proof = solution.seconds.get("certificate", 0.0)
    seconds["solve"] = seconds.get("solve", 0.0) + time.perf_counter() - began - proof
    seconds["certify"] = seconds.get("certify", 0.0) + proof
    if not len(solution.x):
        if stopping():
            raise KeyboardInterrupt
        tell("finding out why there is no plan")
        with at_once():
            raise NoPlan(why_not.why(built, solution))
    return solution


def program_size(scenario: Scenario) -> dict[str, int]:
    """Validate everything and count the program's variables, constraints and nonzeros; solve nothing."""
    return size(gather(scenario, lambda phase: None, {}).problem)
