"""Plans for several futures: each future's own, the joint ones, and what a plan's first decisions cost in every future.

Plans are relaxed (no whole units), so that all of them are compared by the same program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from planner.base.errors import InputError, PlannerError
from planner.blocks.annual import Built
from planner.program.joint import TIES, Aim, joined
from planner.program.problem import Problem
from planner.run.many import run_all
from planner.run.one import gather
from planner.run.way import How, NoPlan, Way
from planner.scenario import Scenario
from planner.solve import Solution, solve
from planner.solve.choose import hourly_rows
from planner.solve.masters.remembered import Memory
from planner.studies.futures.decisions import Decision, decisions
from planner.studies.varied.work import shelf

EXACT = 100_000
"""Hourly rows of a joint program up to which it is written out and solved to its last digit: plans for several futures often differ by
less than the gap that a plan of one future is asked for."""
SLACK = 1e-9  # of a decision that is held: so much it may move, or a solver's last digit would leave no plan

Values = dict[str, float]
"""Decisions by the name of their column, in the units of the program."""


@dataclass(frozen=True)
class Outcome:
    """A plan of one future: its cost and what is proven of it, M USD; its decisions; or why there is none."""

    cost: float
    lower_bound: float
    status: str
    decisions: Values
    reason: str = ""


@dataclass(frozen=True)
class JointPlan:
    """A plan for all futures: what is decided now, what each future then decides, its aim's value, and what is proven of that."""

    now: Values
    later: list[Values]
    costs: list[float]
    objective: float
    lower_bound: float
    gap: float
    status: str


def stated(scenario: Scenario) -> Built:
    """The program of a future. Raises InputError for whole units, which a joint program does not have."""
    if scenario.solve.integer:
        raise InputError("plans for several futures are relaxed", key="solve.integer", value=True, expected="false")
    way = Way(How.asked(scenario))
    return way.state(gather(scenario, way, shelf(scenario)))


def outcome(job: tuple[Scenario, Values | None]) -> Outcome:
    """The best plan of a future, or the best with some decisions held; never an error."""
    scenario, held = job
    try:
        built = stated(scenario)
        known = {one.column: one for one in decisions(built)}
        problem = built.problem if held is None else holding(built.problem, known, held)
        way = Way(replace(How.asked(scenario), threads=1))
        solution = way.solve(built) if held is None else way.run(problem)
    except PlannerError as error:
        return Outcome(np.inf, -np.inf, "no plan", {}, str(error))
    if not len(solution.x):
        return Outcome(np.inf, -np.inf, "no plan", {}, "with these decisions there is no plan")
    place = {name: i for i, name in enumerate(problem.annual.column_names)}
    values = {column: float(solution.x[place[column]]) for column in known}
    return Outcome(solution.objective, solution.lower_bound, solution.status, values)


def holding(problem: Problem, known: Mapping[str, Decision], held: Values) -> Problem:
    """A problem with decisions held; of one that it grants less of, no more than was decided, and none of what it does not know."""
    annual = problem.annual
    lower, upper = annual.lower.copy(), annual.upper.copy()
    place = {name: i for i, name in enumerate(annual.column_names)}
    columns = []
    for name, value in held.items():
        if name not in place:
            continue
        column, slack = place[name], SLACK * max(1.0, abs(value))
        columns.append(column)
        granted = known[name].kind.granted and upper[column] < value
        if not granted:
            lower[column] = max(lower[column], min(value, upper[column]) - slack)
            upper[column] = max(lower[column], min(upper[column], value + slack))
    guessed = np.setdiff1d(problem.guessed, columns)
    return replace(problem, annual=replace(annual, lower=lower, upper=upper), guessed=guessed)


def alone(
    scenarios: Sequence[Scenario],
    held: Sequence[Values | None],
    *,
    processes: int,
    scheduler: str | None,
    done: Callable[[int], None],
) -> list[Outcome]:
    """The outcome of each scenario with each decisions held, several at a time, in the order given."""
    jobs = list(zip(scenarios, held, strict=True))
    return run_all(outcome, jobs, workers=processes, scheduler=scheduler, done=lambda i, _: done(i))


@dataclass(frozen=True)
class Futures:
    """The futures stated side by side, and which of their decisions are made now.

    `left` is what one joint plan leaves to the next: their cells are the same, only what a plan is good for is another.
    """

    names: list[str]
    probability: list[float]
    built: list[Built]
    now: frozenset[int]  # positions of the stages
    how: How
    left: Memory = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Decision]:
        """Every decision of any future, by its column."""
        return {one.column: one for built in self.built for one in decisions(built)}

    def first(self, stages: frozenset[int] | None = None) -> list[Decision]:
        """The decisions of the stages that are decided now."""
        return [one for one in self.known.values() if one.stage in (self.now if stages is None else stages)]

    @property
    def exact(self) -> bool:
        """Is the joint program small enough to be solved to its last digit, which regrets, small beside costs, need?"""
        return self.how.method == "auto" and sum(hourly_rows(built.problem) for built in self.built) <= EXACT

    def plan(self, aim: Aim, costs: float, stages: frozenset[int] | None = None) -> JointPlan:
        """The joint plan of an aim, with the decisions of some stages shared. Raises NoPlan."""
        shared = self.first(stages)
        problems = {name: built.problem for name, built in zip(self.names, self.built, strict=True)}
        names = [one.column for one in shared]
        granted = [one.column for one in shared if one.kind.granted]
        joint = joined(problems, self.probability, names, granted, aim, costs)
        solution = self._solved(
            joint.problem, self.how.gap / TIES if aim.best else self.how.gap
        )  # regrets are so much smaller
        self.left.update(solution.memory)
        if not len(solution.x):
            raise NoPlan(
                f"there is no plan that holds in all futures with the same first decisions ({solution.status})"
            )
        return self._read(solution, names, partial(joint.part, solution.x), joint.problem.annual.column_names)

    def _solved(self, problem: Problem, gap: float) -> Solution:
        """A joint program gets the time limit of a plan for each future, and begins with what the one before left."""
        how, left = self.how, self.how.time_limit * len(self.names)
        if self.exact:
            exact = solve(problem, "ipx", gap, left, how.threads)
            if exact.status in ("proven", "infeasible"):
                return exact
        return solve(problem, how.method, gap, left, how.threads, start=self.left or None)

    def _read(
        self, solution: Solution, names: list[str], part: Callable[[int], np.ndarray], columns: list[str]
    ) -> JointPlan:
        place = {name: i for i, name in enumerate(columns)}
        now = {name: float(solution.x[place[name]]) for name in names if name in place}
        later, costs = [], []
        for f, built in enumerate(self.built):
            x, annual = part(f), built.problem.annual
            own = dict(zip(annual.column_names, x, strict=True))
            later.append({one.column: float(own[one.column]) for one in decisions(built) if one.column not in now})
            costs.append(float(annual.cost @ x) + annual.offset)
        return JointPlan(now, later, costs, solution.objective, solution.lower_bound, solution.gap, solution.status)
