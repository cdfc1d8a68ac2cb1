"""Three small countries for the tests of the alliance: different demand, one shared testbed, chips that are scarce for one of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np

from planner.blocks.annual import Built
from planner.instance import Inputs
from planner.instance.model import Facility
from planner.readout.answer import Answer
from planner.readout.plan import result_tables
from planner.run.start import portable
from planner.run.way import How
from planner.solve import Solution
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.leaving import decided
from planner.studies.alliance.plans import CoalitionPlan, Shared, Task, keep, make_all, planned
from tests import world

EVERYONE = ("KR", "US", "JP")
POOLS = ("sites", "lng", "smr_orders", "chips", "testbed")
ASKED = How("decompose", 1e-6, 120.0, 2, "pooled")


@cache
def inputs() -> Inputs:
    """Korea asks for more than the others; it and the US need the testbed."""
    plain = world.inputs(countries=EVERYONE)
    work = {
        name: replace(item, demand=item.demand * (1.5 if item.owner == "KR" else 1.0))
        for name, item in plain.work.items()
    }
    work["US-train"] = replace(work["US-train"], use="robots")
    work["KR-train"] = replace(work["KR-train"], use="robots")
    hall = Facility("testbed", dict.fromkeys(EVERYONE, 60.0), 2028, ("robots",))
    supply = {("chip", "all"): np.array([9000.0, 14000.0])}
    return replace(plain, work=work, facilities=(hall,), chip_supply=supply)


@cache
def joint() -> tuple[Built, Solution, CoalitionPlan, Shared]:
    """The joint plan, and what the others share with it."""
    one = planned(coalition(inputs(), EVERYONE), ASKED)
    built, solution = one.built, one.solution
    task = Task(EVERYONE, frozenset(POOLS))
    plan = keep(task, one, result_tables(Answer(built, solution)), 0.0)
    shared = Shared(inputs(), ASKED, portable(built.problem, solution.memory), decided(built, solution))
    return built, solution, plan, shared


def tasks(pools: frozenset[str] = frozenset(POOLS)) -> list[Task]:
    """All coalitions but that of all three."""
    return [Task(c, pools) for size in (2, 1) for c in combinations(EVERYONE, size)]


@cache
def coalitions() -> dict[tuple[str, ...], CoalitionPlan]:
    """The plan of every coalition with all pools."""
    made = make_all(joint()[3], tasks(), processes=1)
    return {plan.task.members: plan for plan in made} | {EVERYONE: joint()[2]}


@cache
def together(pools: frozenset[str]) -> CoalitionPlan:
    """The joint plan with some of the pools."""
    return make_all(joint()[3], [Task(EVERYONE, pools)], processes=1)[0]
