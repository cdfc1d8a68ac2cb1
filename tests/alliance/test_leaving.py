"""What is decided before a member leaves stays decided; the rest is planned anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.blocks.annual import build
from planner.studies.alliance import leaving
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.plans import Shared, Task, make, planned
from tests.alliance.trio import ASKED, EVERYONE, POOLS, coalitions, inputs, joint

ALL = frozenset(POOLS)


def later(plan, country: tuple[str, ...] = EVERYONE) -> float:
    costs = plan.tables["costs"]
    return float(costs.loc[(costs["stage"] > inputs().years[0]) & costs["country"].isin(country), "musd"].sum())


def test_if_nobody_leaves_nothing_changes() -> None:
    plan = make(joint()[3], Task(EVERYONE, ALL, after=0))
    slack = plan.gap + joint()[2].gap
    assert plan.status == "proven" and plan.cost == pytest.approx(later(joint()[2]), abs=slack + 1e-6 * plan.cost)


@pytest.mark.parametrize("group", [("JP",), ("KR", "US")])
def test_who_leaves_what_it_never_joined_loses_nothing(group: tuple[str, ...]) -> None:
    one = planned(coalition(inputs(), group), ASKED)
    built, solution = one.built, one.solution
    shared = replace(joint()[3], joint=leaving.decided(built, solution))
    plan, own = make(shared, Task(group, ALL, after=0)), coalitions()[group]
    assert plan.cost == pytest.approx(later(own, group), abs=plan.gap + own.gap + 1e-6 * own.cost)


def test_what_stands_stays_and_is_paid_for() -> None:
    built = build(coalition(inputs(), ["US"]))
    before = joint()[3].joint
    assert before is not None
    problem = leaving.after(built, before, 0)
    first = {c for v, c in built.columns.items() if leaving.stage_of(v.index()) == 0}
    names = problem.annual.column_names
    assert first and {int(c) for c in np.flatnonzero(problem.annual.lower == problem.annual.upper)} >= first
    assert all(problem.annual.lower[c] == before.amount.get(names[c], 0.0) for c in first)
    assert all(name.endswith(str(inputs().years[1])) for name in (year.name for year in problem.cells))
    assert 0 < len(problem.annual.row_names) < len(built.problem.annual.row_names)
    assert problem.annual.A.shape == (len(problem.annual.row_names), len(names))
    standing = max(before.amount[names[built.columns[v]]] for v in built.model.it_built.values())
    assert standing > 0


def test_reactors_cost_what_the_orders_before_brought() -> None:
    before = leaving.Decided({}, {("smr", "US"): np.array([1.0, 0.9]), ("smr", "KR"): np.array([1.0, 0.8])})
    own = leaving.at_known_costs(coalition(inputs(), ["US"]), before, 0)
    assert own.capex_learning.keys() == {("smr", "US")}
    assert own.capex_learning["smr", "US"].tolist() == [1.0, 0.9]
    three = leaving.Decided({}, {("smr", "US"): np.array([1.0, 0.9, 0.5])})
    assert leaving.at_known_costs(own, three, 0).capex_learning["smr", "US"].tolist() == [1.0, 0.9, 0.9]


def test_only_members_of_a_joint_plan_can_leave_it() -> None:
    with pytest.raises(ValueError, match="joint plan"):
        make(Shared(inputs(), ASKED), Task(("JP",), ALL, after=0))
