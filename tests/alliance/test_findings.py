"""What the findings say loudly: what should not be, what the gaps leave open, and what a figure rests on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.readout.answer import Answer
from planner.scenario import Scenario, load
from planner.studies.alliance.coalitions import Restriction
from planner.studies.alliance.findings import Findings, Plans
from planner.studies.alliance.hosting import hosting_costs
from planner.studies.alliance.plans import CoalitionPlan, make_all
from planner.studies.alliance.prices import owen_prices
from planner.studies.alliance.sharing import RULES
from tests.alliance.trio import EVERYONE, coalitions, inputs, joint, tasks, together


@cache
def scenario() -> Scenario:
    return load(Path(__file__).with_name("three.yaml"))


def asking(**changes: Any) -> Scenario:
    plain = {"dominance_limit": None, "export_restriction": None, "pools": ["sites", "chips"]}
    return scenario().model_copy(update={"alliance": scenario().alliance.model_copy(update=plain | changes)})


@cache
def going_on() -> dict[tuple[tuple[str, ...], int], CoalitionPlan]:
    made = make_all(joint()[3], [replace(task, after=0) for task in tasks()], processes=1)
    return {(plan.task.members, 0): plan for plan in made}


def by_pools() -> dict[frozenset[str], CoalitionPlan]:
    return {frozenset({pool}): together(frozenset({pool})) for pool in ("sites", "chips")}


def of(asked: Scenario, plans: Plans) -> Findings:
    built, solution, _, _ = joint()
    host, owen = hosting_costs(Answer(built, solution)), owen_prices(built, solution, inputs())
    return Findings(asked, inputs(), EVERYONE, plans, host, owen, False)


def told(asked: Scenario, plans: Plans | None = None, pools: dict | None = None, **changes: Any) -> dict[str, Any]:
    extra = {"by_pools": pools or by_pools(), "restricted": {}, "going_on": going_on(), "pools_shapley": False}
    return of(asked, plans or coalitions()).everything(**extra | changes)


def dearer(plan: CoalitionPlan, by: float, gap: float = 0.0) -> CoalitionPlan:
    return replace(plan, cost=plan.cost + by, lower_bound=plan.cost + by - gap)


def test_what_holds_raises_no_alarm() -> None:
    found = told(asking())
    assert not [
        warning for warning in found["warnings"] if warning.isupper() or "NOT" in warning or "RAISES" in warning
    ]
    assert found["saving_least_musd"] > 0


@pytest.mark.parametrize("gap, loud", [(0.0, True), (1e9, False)])
def test_a_coalition_that_costs_more_than_its_parts_is_told_loudly(gap: float, loud: bool) -> None:
    pair = ("KR", "JP")
    apart = sum(coalitions()[c,].cost for c in pair) - coalitions()[pair].cost
    found = told(asking(), coalitions() | {pair: dearer(coalitions()[pair], apart + 50.0, gap)})
    alarms = [warning for warning in found["warnings"] if "NOT SUBADDITIVE" in warning and "KR and JP" in warning]
    assert bool(alarms) == loud
    if loud:
        assert "pay 50.0 million USD more together" in alarms[0]


@pytest.mark.parametrize("gap, loud", [(0.0, True), (1e9, False)])
def test_a_pool_that_raises_the_cost_is_told_loudly(gap: float, loud: bool) -> None:
    apart = sum(coalitions()[c,].cost for c in EVERYONE)
    plan = together(frozenset({"sites"}))
    worse = by_pools() | {frozenset({"sites"}): dearer(plan, apart - plan.cost + 20.0, gap)}
    alarms = [
        warning for warning in told(asking(), pools=worse)["warnings"] if "POOL RAISES COST: sites alone" in warning
    ]
    assert bool(alarms) == loud


def test_wide_gaps_leave_undecided_what_narrow_ones_decide() -> None:
    narrow = {row["rule"]: row["verdict"] for row in told(asking())["stability"]}
    wide = {c: replace(p, lower_bound=0.5 * p.cost) for c, p in coalitions().items()}
    found = told(asking(), wide)
    verdicts = {row["rule"]: row["verdict"] for row in found["stability"] if row["rule"] != "owen"}
    assert narrow["nucleolus"] == "stable" and "stable" not in verdicts.values()
    assert verdicts["nucleolus"] == "undecided"
    assert found["saving_least_musd"] < 0 and any("ask for a smaller solve.gap" in w for w in found["warnings"])


def test_no_saving_is_told_as_none_and_every_rule_gives_everyone_its_own_cost() -> None:
    parts = {c: sum(coalitions()[m,].cost for m in c) for c in coalitions()}
    # A last digit is no loss.
    same = {c: replace(p, cost=parts[c] * (1 + 1e-13), lower_bound=parts[c]) for c, p in coalitions().items()}
    findings = of(asking(), same)
    assert findings.game.savings().characteristic == pytest.approx(np.zeros(8), abs=0.0)
    sharings, _ = findings.sharings()
    assert {s.rule for s in sharings} == {*RULES, "owen"}
    for sharing in sharings:
        if sharing.rule != "owen":
            assert sharing.stability.verdict == "stable"
            assert sharing.cost == pytest.approx(findings.game.alone)
    findings.check_plans(*findings.saving_interval())
    assert any("saves nothing" in warning for warning in findings.warnings)


@pytest.mark.parametrize("rule", ["equal", "proportional", "shapley", "nucleolus", "per_capita_nucleolus"])
def test_every_governance_mode_settles_by_its_rule(rule: str) -> None:
    found = told(asking(governance=rule))
    assert found["governance"] == rule == found["settlement"]["rule"]
    costs = {row["member"]: row["cost_musd"] for row in found["allocations"] if row["rule"] == rule}
    assert {row["member"]: row["due_musd"] for row in found["settlement"]["net"]} == pytest.approx(costs, rel=1e-9)
    assert found["in_force"] == next(row for row in found["stability"] if row["rule"] == rule)


def test_a_limit_on_one_member_is_judged_as_it_is_in_force() -> None:
    """Equal parts by force of a limit hold or fall as equal parts by rule do."""
    found = told(asking(governance="nucleolus", dominance_limit=1 / 3))
    equal = next(row for row in found["stability"] if row["rule"] == "equal")
    assert found["dominance_limit"] and found["in_force"]["verdict"] == equal["verdict"]
    assert found["in_force"]["slack_musd"] == pytest.approx(equal["slack_musd"], rel=1e-6)


def test_a_rule_without_an_answer_gives_way_to_shapley_and_says_so() -> None:
    """More together than apart: there is no imputation, so no nucleolus."""
    lost = coalitions() | {EVERYONE: dearer(coalitions()[EVERYONE], 1e6)}
    findings = of(asking(governance="nucleolus"), lost)
    assert findings.allocation(findings.game)[0] == "shapley"


def test_a_restriction_is_priced_for_each_member_by_the_rule() -> None:
    worse = {c: dearer(coalitions()[c], 30.0) for c in (EVERYONE, ("KR", "US"), ("US", "JP"))}
    cut = told(
        asking(),
        restricted={
            c: replace(p, task=replace(p.task, restriction=Restriction("US", lng=0.5))) for c, p in worse.items()
        },
    )
    prices = {row["member"]: row["price_musd"] for row in cut["export_restriction"]["members"]}
    assert sum(prices.values()) == pytest.approx(30.0)
    assert prices["US"] > max(prices["KR"], prices["JP"])  # by Shapley: every coalition that hurts has the US in it


def test_who_cannot_go_on_alone_is_told_without_a_figure() -> None:
    stuck = going_on() | {(("JP",), 0): replace(going_on()[("JP",), 0], cost=np.inf, lower_bound=np.inf)}
    row = next(row for row in told(asking(), going_on=stuck)["withdrawal"] if row["leaves"] == "JP")
    assert row["leaver_loses_musd"] is None and row["leaver_uncertain_musd"] is None
    assert isinstance(row["others_lose_musd"], float)


def test_a_cost_of_its_own_interest_rate_is_told() -> None:
    from planner.scenario.inline import InlineTechnology

    given = InlineTechnology.model_validate({"name": "plant", "annual_cost": 100.0})
    paid = InlineTechnology.model_validate({"name": "built", "annual_cost": 10.0, "capex": 1000.0})
    asked = asking().model_copy(update={"technologies": [given, paid]})
    told_ = [warning for warning in told(asked)["warnings"] if "social discount rate" in warning]
    assert len(told_) == 1 and told_[0].startswith("plant: ")
