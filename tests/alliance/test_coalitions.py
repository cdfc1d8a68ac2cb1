"""What a coalition has, and that more members and more pools never cost more."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.instance.model import Policy
from planner.studies.alliance.coalitions import (
    Restriction,
    allotments,
    coalition,
    in_card_names,
    own_name,
    power_shares,
)
from planner.studies.alliance.plans import Shared, Task, make
from tests.alliance.trio import ASKED, EVERYONE, POOLS, coalitions, inputs, joint, together


def test_a_coalition_has_what_its_members_have() -> None:
    alone = coalition(inputs(), ["JP"])
    assert alone.countries == ("JP",)
    assert {work.owner for work in alone.work.values()} == {"JP"}
    assert {site.country for site in alone.sites.values()} == {"JP"}
    assert all(work.sites <= alone.sites.keys() for work in alone.work.values())
    assert set(alone.terminals) == {"JP-gas"} and not alone.exporters
    assert set(alone.zone_limit) == {"JP-zone"}
    assert alone.timeline is inputs().timeline and alone.technologies is inputs().technologies


def test_allotments_and_shares_add_up_to_what_is_given_to_all() -> None:
    parts = allotments(inputs())
    assert sum(parts["chip", c] for c in EVERYONE) == pytest.approx(inputs().chip_supply["chip", "all"])
    assert np.all(parts["chip", "KR"] > parts["chip", "JP"])
    assert sum(power_shares(inputs()).values()) == pytest.approx(np.ones(2))
    given = replace(inputs(), chip_supply={("chip", "all"): np.array([30.0, 60.0]), ("chip", "JP"): np.ones(2)})
    assert sum(allotments(given)["chip", c] for c in EVERYONE) == pytest.approx([31.0, 61.0])


def test_chips_are_pooled_or_each_member_s_own() -> None:
    pooled, apart = coalition(inputs(), EVERYONE), coalition(inputs(), EVERYONE, pools={"sites"})
    assert pooled.chip_supply["chip", "all"] == pytest.approx(inputs().chip_supply["chip", "all"])
    assert {pair.chip for pair in apart.work["KR-chat"].pairs} == {own_name("chip", "KR")}
    assert sum(apart.chip_supply[own_name("chip", c), "all"] for c in EVERYONE) == pytest.approx(
        pooled.chip_supply["chip", "all"]
    )
    assert in_card_names(apart, inputs()).work["KR-chat"].pairs == inputs().work["KR-chat"].pairs


def test_a_common_carbon_cap_is_allotted_and_a_largest_share_binds_no_country_alone() -> None:
    cap, half = np.array([100.0, 80.0]), np.full(2, 0.5)
    policy = Policy({}, {"all": cap, "KR": cap}, {"all": half}, {"US": half})
    ruled = replace(inputs(), policy=policy)
    parts = [coalition(ruled, [c]).policy for c in EVERYONE]
    assert sum(part.carbon_cap["all"] for part in parts) == pytest.approx(cap)
    assert coalition(ruled, EVERYONE).policy.carbon_cap["all"] == pytest.approx(cap)
    assert [set(part.carbon_cap) for part in parts] == [{"all", "KR"}, {"all"}, {"all"}]
    assert not any(part.country_share for part in parts)
    assert coalition(ruled, ["US", "JP"]).policy.country_share.keys() == {"US"}


@pytest.mark.parametrize("members", [["FR"], [], ["KR", "FR"]])
def test_strangers_are_refused(members: list[str]) -> None:
    with pytest.raises(InputError):
        coalition(inputs(), members)


def test_merging_never_costs_more() -> None:
    plans = coalitions()
    for left, right in combinations(plans, 2):
        if not set(left) & set(right):
            union = plans[tuple(c for c in EVERYONE if c in left + right)]
            assert union.lower_bound <= plans[left].cost + plans[right].cost
    assert plans[EVERYONE].cost < sum(plans[c,].lower_bound for c in EVERYONE)


@pytest.mark.parametrize("pool", POOLS)
def test_a_further_pool_never_costs_more(pool: str) -> None:
    every, alone = frozenset(POOLS), sum(plan.cost for c, plan in coalitions().items() if len(c) == 1)
    assert together(frozenset({pool})).lower_bound <= alone
    assert joint()[2].lower_bound <= together(every - {pool}).cost


def test_without_pools_all_together_are_all_apart() -> None:
    apart = together(frozenset())
    alone = [coalitions()[c,] for c in EVERYONE]
    assert apart.lower_bound <= sum(plan.cost for plan in alone)
    assert sum(plan.lower_bound for plan in alone) <= apart.cost


def test_a_testbed_shared_saves_what_the_second_would_cost() -> None:
    weights = sum(stage.weight for stage in inputs().stages)
    saved = sum(plan.cost for c, plan in coalitions().items() if len(c) == 1) - together(frozenset({"testbed"})).cost
    assert saved == pytest.approx(60.0 * weights, rel=2e-3)


def test_a_restriction_never_pays_all_together() -> None:
    cut = Restriction("US", lng=0.0, chips={"chip": 0.2})
    plan = make(joint()[3], Task(EVERYONE, frozenset(POOLS), cut))
    assert plan.cost >= joint()[2].lower_bound
    assert coalition(inputs(), EVERYONE, restriction=cut).exporters["gulf"].free_tbtu == pytest.approx([0.0, 0.0])
    with pytest.raises(InputError, match="no limited supply"):
        coalition(inputs(), EVERYONE, restriction=Restriction("US", chips={"other": 0.5}))
    with pytest.raises(InputError):
        coalition(inputs(), EVERYONE, restriction=Restriction("FR"))


def test_a_country_that_asks_for_nothing_costs_nothing() -> None:
    idle = replace(inputs(), work={j: w for j, w in inputs().work.items() if w.owner != "JP"})
    plan = make(Shared(idle, ASKED), Task(("JP",), frozenset(POOLS)))
    assert (plan.cost, plan.gap) == (0.0, 0.0) and plan.tables["costs"].empty
