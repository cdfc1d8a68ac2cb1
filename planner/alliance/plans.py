"""Plans of coalitions: each solved and proven, started from the joint plan, several at a time.

The joint plan comes first. Every other plan starts from what its solve left behind (`Memory`, by name of variable), never from another
plan, so that the answers do not depend on the order of solving or the number of processes. Where reactors learn, each plan is
repeated until its orders and its costs agree (`planner.orders`).
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from planner import orders
from planner.alliance.coalitions import Restriction, coalition, in_card_names
from planner.inputs import Inputs
from planner.lp.annual import Built, build
from planner.lp.problem import Problem
from planner.planning import NoPlan
from planner.readout import fleet, money, places
from planner.readout.answer import Answer
from planner.solve import Solution, solve
from planner.solve.decompose import Memory
from planner.solve.masters import Link
from planner.tables import TABLES

KEPT = ("costs", "capacity", "energy", "work", "smr_orders", "lng")
Portable = dict[str, list[tuple[dict[str, float], dict[str, float]]]]
"""A solver's memory with decisions by name, so that a program with other variables can start from it."""


@dataclass(frozen=True)
class Asked:
    """How plans are solved: `method`, `gap`, `time_limit` and `threads` of `planner.solve.solve`, and which orders reactors learn from."""

    method: str
    gap: float
    time_limit: float
    threads: int
    learning: str


@dataclass(frozen=True)
class Task:
    """One plan to make: of these members, with these pools, perhaps under a restriction of trade."""

    members: tuple[str, ...]
    pools: frozenset[str]
    restriction: Restriction | None = None


@dataclass(frozen=True)
class CoalitionPlan:
    """What the alliance keeps of a plan. Costs are M USD, present value.

    lower_bound : no plan of this coalition costs less (at the reactor costs found). learning : as `orders.settle` tells.
    factors : cost of reactors by (design, country) and stage, against that without orders.
    tables : those in `KEPT`, as in `planner.tables`.
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


def settled(
    inputs: Inputs, asked: Asked, start: Portable | None = None, tell: Callable[[str], None] = lambda phase: None
) -> tuple[Built, Solution, dict[str, Any]]:
    """Solve a program; where reactors learn, again until their costs are what the plan's orders bring (`orders.settle`).

    Raises NoPlan.
    """

    def follow(phase: str, iterations: int, gap: float, spent: float) -> None:
        tell(f"{phase}, {iterations:,} iterations, {spent:.0f} s")

    def solved(built: Built, memory: Memory | None) -> Solution:
        solution = solve(built.problem, asked.method, asked.gap, asked.time_limit, asked.threads, follow, memory)
        if not len(solution.x):
            raise NoPlan(f"the plan of {' and '.join(inputs.countries)} is {solution.status} ({solution.method})")
        return solution

    built = build(inputs)
    first = solved(built, None if start is None else fitted(built.problem, start))
    return orders.settle(built, first, asked.learning, solved)


def portable(problem: Problem, memory: Memory) -> Portable:
    """A memory with its decisions by name of variable."""
    names = problem.annual.column_names
    decisions = {s.name: [names[c] for c in Link(s).decisions] for s in problem.site_years if s.name in memory}
    return {
        place: [(dict(zip(decisions[place], x.tolist(), strict=True)), prices) for x, prices in points]
        for place, points in memory.items()
    }


def fitted(problem: Problem, start: Portable) -> Memory:
    """A memory for another problem: decisions that it has in common with the first, zero for the rest."""
    names = problem.annual.column_names
    found: Memory = {}
    for s in problem.site_years:
        decisions = [names[c] for c in Link(s).decisions]
        points = start.get(s.name, [])
        found[s.name] = [(np.array([x.get(name, 0.0) for name in decisions]), prices) for x, prices in points]
    return found


def make(inputs: Inputs, task: Task, asked: Asked, start: Portable | None) -> CoalitionPlan:
    """Make one plan. `inputs` are those of all countries. A coalition that asks for nothing costs nothing."""
    began = time.perf_counter()
    own = coalition(inputs, task.members, task.pools, task.restriction)
    if not own.work:
        nothing = {name: pd.DataFrame(columns=list(TABLES[name])) for name in KEPT}
        return CoalitionPlan(task, 0.0, 0.0, "proven", {"plans": 0, "settled": True}, 0.0, nothing)
    built, solution, learning = settled(own, asked, start)
    return keep(inputs, task, built, solution, learning, time.perf_counter() - began)


def keep(
    inputs: Inputs, task: Task, built: Built, solution: Solution, learning: dict[str, Any], seconds: float
) -> CoalitionPlan:
    """What the alliance keeps of a solved program."""
    answer = Answer(replace(built, inputs=in_card_names(built.inputs, inputs)), solution)
    entries = money.ledger(answer)
    tables = {
        "costs": money.costs_table(answer, entries),
        "capacity": places.capacity_table(answer, entries),
        "energy": places.energy_table(answer),
        "work": fleet.work_table(answer),
        "smr_orders": fleet.orders_table(answer),
        "lng": fleet.lng_table(answer),
    }
    return CoalitionPlan(
        task=task,
        cost=solution.objective,
        # A bound below the cost of nothing says nothing; rounding may lift it above the plan's own cost.
        lower_bound=min(solution.lower_bound, solution.objective),
        status=solution.status,
        learning=learning,
        seconds=seconds,
        tables=tables,
        factors=dict(built.inputs.capex_learning),
    )


_shared: dict[str, Any] = {}


def _prepare(inputs: Inputs, asked: Asked, start: Portable | None) -> None:
    """Give a worker what all its plans share. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared.update(inputs=inputs, asked=asked, start=start)


def _work(task: Task) -> CoalitionPlan:
    return make(_shared["inputs"], task, _shared["asked"], _shared["start"])


def make_all(
    inputs: Inputs,
    tasks: Sequence[Task],
    asked: Asked,
    start: Portable | None,
    *,
    processes: int = 2,
    done: Callable[[CoalitionPlan], None] = lambda plan: None,
) -> list[CoalitionPlan]:
    """Make plans, `processes` at a time, in the order of `tasks`; so come the answers.

    done : called with every plan as it is ready. Raises NoPlan if a coalition has no plan.
    """
    found: dict[int, CoalitionPlan] = {}
    if processes == 1 or len(tasks) < 2:
        for i, task in enumerate(tasks):
            found[i] = make(inputs, task, asked, start)
            done(found[i])
        return [found[i] for i in range(len(tasks))]
    single = replace(asked, threads=max(1, asked.threads // processes))
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads of the solver
    pool = ProcessPoolExecutor(processes, context, _prepare, (inputs, single, start))
    try:
        futures = {pool.submit(_work, task): i for i, task in enumerate(tasks)}
        for future in as_completed(futures):
            found[futures[future]] = future.result()
            done(found[futures[future]])
    except BaseException:
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return [found[i] for i in range(len(tasks))]
