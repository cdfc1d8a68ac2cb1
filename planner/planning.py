"""The way from a scenario to a plan, step by step, with the time of each."""

from __future__ import annotations

import time
from collections.abc import Callable

from planner.errors import PlannerError
from planner.inputs.assemble import assemble
from planner.lp.annual import Built, build
from planner.plan import Plan
from planner.readout import read_plan
from planner.readout.summary import size
from planner.scenario import Scenario
from planner.solve import Solution, solve

Progress = Callable[[str], None]


class NoPlan(PlannerError):
    """The program has no answer; the message says why."""


def gather(scenario: Scenario, progress: Progress, seconds: dict[str, float]) -> Built:
    """Assemble the inputs and state the program."""
    began = time.perf_counter()
    inputs = assemble(scenario, progress)
    seconds["compute"] = time.perf_counter() - began
    progress("stating the linear program")
    began = time.perf_counter()
    built = build(inputs)
    seconds["build"] = time.perf_counter() - began
    return built


def make_plan(scenario: Scenario, progress: Progress | None = None, *, cross_check: bool = False) -> Plan:
    """Plan a scenario. Raises InputError for what the user can mend, NoPlan when there is no answer."""
    tell = progress or (lambda phase: None)
    began = time.perf_counter()
    seconds: dict[str, float] = {}
    built = gather(scenario, tell, seconds)
    solution = solve_built(built, scenario, tell, seconds)
    tell("reading the answer")
    at = time.perf_counter()
    answer = read_plan(scenario, built, solution, seconds)
    if cross_check:
        answer.summary["cross_check"] = cross_checked(built, scenario, solution, tell)
    seconds["read"] = time.perf_counter() - at
    seconds["total"] = time.perf_counter() - began
    return answer


def solve_built(built: Built, scenario: Scenario, tell: Progress, seconds: dict[str, float]) -> Solution:
    """Solve and prove a stated program as the scenario asks."""

    def follow(phase: str, iterations: int, gap: float, spent: float) -> None:
        shown = f", gap {gap:.1e}" if gap == gap and gap < 1e9 else ""
        tell(f"solving: {phase}, {iterations:,} iterations{shown}, {spent:.0f} s")

    began = time.perf_counter()
    asked = scenario.solve
    solution = solve(built.problem, asked.method, asked.gap, asked.time_limit, asked.threads, follow)
    seconds["solve"] = time.perf_counter() - began - solution.seconds.get("certificate", 0.0)
    seconds["certify"] = solution.seconds.get("certificate", 0.0)
    if not len(solution.x):
        raise NoPlan(f"the program is {solution.status} ({solution.method})")
    return solution


def cross_checked(built: Built, scenario: Scenario, first: Solution, tell: Progress) -> dict[str, float | str]:
    """Solve again with a second method and compare the objectives."""
    second_method = "hipdlp" if first.method != "hipdlp" else "simplex"
    tell(f"solving again with {second_method}")
    asked = scenario.solve
    second = solve(built.problem, second_method, asked.gap, asked.time_limit, asked.threads)
    return {
        "method": second_method,
        "status": second.status,
        "objective_musd": second.objective,
        "gap": second.gap,
        "difference": abs(second.objective - first.objective) / max(1.0, abs(first.objective)),
    }


def program_size(scenario: Scenario) -> dict[str, int]:
    """Validate everything and count the program's variables, constraints and nonzeros; solve nothing."""
    return size(gather(scenario, lambda phase: None, {}))
