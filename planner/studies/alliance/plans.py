"""Plans of coalitions: each solved and proven, started from the joint plan, several at a time.

The joint plan comes first. Every other plan starts from what its solve left behind (`Memory`, by name of variable), never from another
plan, so that the answers do not depend on the order of solving or on where they are solved. Where reactors learn, each plan is
repeated until its orders and its costs agree (`planner.run.orders`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from planner.base.names import CostLine
from planner.instance import Inputs
from planner.plan.tables import TABLES
from planner.readout.answer import Answer
from planner.readout.plan import result_tables
from planner.run import orders
from planner.run.many import run_all
from planner.run.one import Solved, solved
from planner.run.start import Portable, started
from planner.run.way import How, Progress, Way, silent
from planner.studies.alliance import leaving
from planner.studies.alliance.coalitions import Restriction, coalition, in_card_names
from planner.studies.alliance.leaving import Decided

KEPT = ("costs", "capacity", "energy", "work", "smr_orders", "lng", "sites", "zones", "markets")


@dataclass(frozen=True)
class Task:
    """One plan to make: of these members, with these pools.

    restriction : of trade, if any. after : position of the last stage that is as the joint plan has it; these members then go on
    without the others.
    """

    members: tuple[str, ...]
    pools: frozenset[str]
    restriction: Restriction | None = None
    after: int | None = None


@dataclass(frozen=True)
class Shared:
    """What all plans have in common: inputs of all countries, how plans are solved, and what the joint plan leaves to start from."""

    inputs: Inputs
    how: How
    start: Portable | None = None
    joint: Decided | None = None


@dataclass(frozen=True)
class CoalitionPlan:
    """What the alliance keeps of a plan. Costs are M USD, present value; of a task `after` a stage, those of the later stages.

    lower_bound : no plan of this coalition costs less (at the reactor costs found). learning : as `orders.settle` tells.
    factors : cost of reactors by (design, country) and stage, against that without orders.
    tables : those in `KEPT`, as in `planner.plan.tables`; none of a task `after` a stage.
    """

    task: Task
    cost: float
    lower_bound: float
    status: str
    learning: dict[str, Any]
    seconds: float
    tables: dict[str, pd.DataFrame]
    factors: orders.Factors = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """How far the cost may lie above the least possible, M USD."""
        return self.cost - self.lower_bound

    def line(self, line: CostLine) -> float:
        """What one line of its bill holds, M USD."""
        costs = self.tables.get("costs")
        return 0.0 if costs is None else float(costs.loc[costs["line"] == line, "musd"].sum())


def planned(inputs: Inputs, how: How, start: Portable | None = None, tell: Progress = silent) -> Solved:
    """Solve the program of an instance as any plan is (`run.one.solved`). Raises NoPlan, which says who has none and why."""
    who = f"{inputs.countries[0]} alone" if len(inputs.countries) == 1 else " and ".join(inputs.countries)
    way = Way(how, tell, who, whole=True)
    built = way.state(inputs)
    return solved(built, way, started(built.problem, start))


def make(shared: Shared, task: Task) -> CoalitionPlan:
    """Make one plan. A coalition that asks for nothing costs nothing. Raises NoPlan."""
    began = time.perf_counter()
    own = coalition(shared.inputs, task.members, task.pools, task.restriction)
    if not own.work:
        nothing = {name: pd.DataFrame(columns=list(TABLES[name])) for name in KEPT}
        return CoalitionPlan(task, 0.0, 0.0, "proven", {"plans": 0, "settled": True}, 0.0, nothing)
    if task.after is not None:
        return _go_on(shared, task, own, task.after)
    one = planned(own, shared.how, shared.start)
    named = replace(one.built, inputs=in_card_names(one.built.inputs, shared.inputs))
    return keep(task, one, result_tables(Answer(named, one.solution)), time.perf_counter() - began)


def keep(task: Task, one: Solved, tables: Mapping[str, pd.DataFrame], seconds: float) -> CoalitionPlan:
    """What the alliance keeps of a solved program and its tables (`readout.plan.result_tables`)."""
    solution = one.solution
    return CoalitionPlan(
        task=task,
        cost=solution.objective,
        # A bound below the cost of nothing says nothing; rounding may lift it above the plan's own cost.
        lower_bound=min(solution.lower_bound, solution.objective),
        status=solution.status,
        learning=one.learning,
        seconds=seconds,
        tables={name: tables[name] for name in KEPT},
        factors=dict(one.built.inputs.capex_learning),
    )


def _go_on(shared: Shared, task: Task, own: Inputs, last: int) -> CoalitionPlan:
    """The plan of those who go on alone after stage `last` (its position) of the joint plan; its cost is infinite if they cannot."""
    began = time.perf_counter()
    if shared.joint is None:
        raise ValueError("only members of a joint plan can leave it")
    way = Way(shared.how)
    built = way.state(leaving.at_known_costs(own, shared.joint, last))
    problem = leaving.after(built, shared.joint, last)
    solution = way.run(problem, started(problem, shared.start))
    cost = leaving.later_cost(built, solution.x, last) if len(solution.x) else np.inf
    bound = min(cost, cost - (solution.objective - solution.lower_bound)) if len(solution.x) else np.inf
    seconds = time.perf_counter() - began
    return CoalitionPlan(task, cost, bound, solution.status, {"plans": 1, "settled": True}, seconds, {})


def make_all(
    shared: Shared,
    tasks: Sequence[Task],
    *,
    processes: int = 2,
    scheduler: str | None = None,
    done: Callable[[CoalitionPlan], None] = lambda plan: None,
) -> list[CoalitionPlan]:
    """Make plans, `processes` at a time or on the Dask cluster of `scheduler`, in the order of `tasks`; so come the answers.

    Each is solved by one thread, for with more the solver may take another way to its answer.
    done : called with every plan as it is ready. Raises NoPlan if a coalition has no plan.
    """
    work = partial(make, replace(shared, how=replace(shared.how, threads=1)))
    return run_all(work, tasks, scheduler=scheduler, workers=processes, done=lambda number, plan: done(plan))
