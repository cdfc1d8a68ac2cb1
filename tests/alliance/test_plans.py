"""Plans of coalitions do not depend on where or in which order they are made; what prices say lies in the core."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.games.core import stability
from planner.games.game import Game
from planner.run.start import portable, started, unchanged
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.plans import Shared, make, make_all, planned
from planner.studies.alliance.prices import owen_prices
from tests.alliance.trio import ASKED, EVERYONE, coalitions, inputs, joint, tasks


def test_two_processes_give_the_same_as_one() -> None:
    some = [task for task in tasks() if "JP" in task.members]
    made = make_all(joint()[3], some, processes=2)
    assert [plan.task for plan in made] == some
    for plan in made:
        same = coalitions()[plan.task.members]
        assert (plan.cost, plan.lower_bound, plan.status) == (same.cost, same.lower_bound, same.status)
        assert plan.tables["costs"].equals(same.tables["costs"])


def test_the_start_changes_the_way_and_not_the_answer() -> None:
    task = tasks()[0]
    cold, warm = make(Shared(inputs(), ASKED), task), coalitions()[task.members]
    assert cold.lower_bound <= warm.cost and warm.lower_bound <= cold.cost


def test_a_memory_by_name_comes_back() -> None:
    built, solution, _, shared = joint()
    start = shared.start
    assert start is not None
    back = portable(built.problem, started(built.problem, start) or {})
    assert back.keys() == start.keys() <= {s.name for s in built.problem.cells} and back
    for name, left in start.items():
        assert back[name].decisions == left.decisions and np.array_equal(back[name].records.x, left.records.x)
    assert unchanged(built.problem, start) == len(start)
    assert solution.memory.keys() == start.keys()


def test_the_owen_point_shares_out_the_bound_and_lies_in_the_core() -> None:
    built, solution, plan, _ = joint()
    point = owen_prices(built, solution, inputs())
    assert point.allocation.sum() == pytest.approx(plan.lower_bound, rel=1e-9)
    masks = [tuple(c for i, c in enumerate(EVERYONE) if mask >> i & 1) for mask in range(1, 7)]
    figures = [0.0, *(coalitions()[c].cost for c in masks), float(point.allocation.sum())]
    assert stability(Game.from_array(EVERYONE, "cost", figures), point.allocation, tolerance=1e-9).in_core


def test_what_a_site_is_worth_goes_to_its_country() -> None:
    """Costs of a country alone are what its own figures are worth: the Owen point of one member is its whole cost."""
    one = planned(coalition(inputs(), ["KR"]), ASKED)
    built, solution = one.built, one.solution
    point = owen_prices(built, solution, inputs())
    assert point.allocation == pytest.approx([solution.lower_bound], rel=1e-9)
    assert abs(point.unassigned) <= 1e-6 * solution.objective and np.isfinite(point.allocation).all()


def test_a_hall_that_costs_less_in_one_country_leaves_the_owen_point_in_the_core() -> None:
    costs = {"KR": 75.0, "US": 60.0, "JP": 40.0}  # Japan, which does not need it, would house it
    dearer = replace(inputs(), facilities=tuple(replace(f, annual_cost=costs) for f in inputs().facilities))
    one = planned(coalition(dearer, EVERYONE), ASKED)
    built, solution = one.built, one.solution
    point = owen_prices(built, solution, dearer)
    made = make_all(Shared(dearer, ASKED, joint()[3].start), tasks(), processes=1)
    cost = {plan.task.members: plan.cost for plan in made}
    masks = [tuple(c for i, c in enumerate(EVERYONE) if mask >> i & 1) for mask in range(1, 7)]
    figures = [0.0, *(cost[c] for c in masks), float(point.allocation.sum())]
    assert stability(Game.from_array(EVERYONE, "cost", figures), point.allocation, tolerance=1e-9).in_core
