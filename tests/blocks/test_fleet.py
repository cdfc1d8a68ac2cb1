"""Supply of chips: who may buy what, pooled and not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.blocks.chips import groups
from planner.instance import Inputs
from planner.readout.answer import Answer
from tests.blocks.solving import answer, cost
from tests.world import inputs, timeline

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
SHORT = timeline((20,))
APART = frozenset({"sites", "lng", "smr_orders", "testbed"})
COUNT = st.sampled_from([0.0, 100.0, 250.0, 600.0])
BOTH_STAGES = st.tuples(COUNT, COUNT).map(np.array)


def world(supply: dict[str, np.ndarray], pooled: bool) -> Inputs:
    """Supplies by owner or "all"; a chip outlives both stages, which are four and five years long."""
    given_to = {("chip", who): counts for who, counts in supply.items()}
    pools = APART | ({"chips"} if pooled else set())
    return inputs(timeline=SHORT, chip_supply=given_to, pooled=pools, chip_life=9)


def serving(plan: Answer, owner: str, y: int) -> float:
    return sum(
        plan.value(chips)
        for (j, _, _, v), chips in plan.m.serve.items()
        if v == y and plan.inputs.work[j].owner == owner
    )


def bought(plan: Answer, y: int) -> float:
    return sum(plan.value(chips) for (_, _, v), chips in plan.m.buy.items() if v == y)


@FEW
@given(supply=st.dictionaries(st.sampled_from(["all", "KR", "US"]), BOTH_STAGES, min_size=1))
def test_pooling_chips_never_costs_more(supply: dict[str, np.ndarray]) -> None:
    assert cost(world(supply, pooled=True)) <= cost(world(supply, pooled=False)) * (1 + 1e-9)


@pytest.mark.parametrize("pooled", [True, False])
def test_no_more_is_bought_in_a_stage_than_it_has(pooled: bool) -> None:
    """Also without the pool, and also of a supply that comes late."""
    supply = {"KR": np.array([40.0, 90.0]), "US": np.array([60.0, 0.0])}
    plan = answer(world(supply, pooled))
    assert bought(plan, 0) <= 100.0 * (1 + 1e-9)
    assert bought(plan, 1) <= 90.0 * (1 + 1e-9)


def test_without_the_pool_an_owner_s_chips_are_its_own() -> None:
    supply = {"all": np.array([20.0, 20.0]), "KR": np.array([300.0, 300.0]), "US": np.array([10.0, 10.0])}
    apart, together = answer(world(supply, pooled=False)), answer(world(supply, pooled=True))
    assert serving(apart, "US", 0) <= 30.0 * (1 + 1e-9)
    assert serving(apart, "US", 1) <= 60.0 * (1 + 1e-9)  # those of the first stage still stand
    assert serving(together, "US", 1) > 100.0
    assert together.solution.objective < apart.solution.objective


def test_who_is_given_none_of_its_own_has_the_common_supply_alone() -> None:
    plan = answer(world({"KR": np.array([300.0, 300.0])}, pooled=False))
    assert serving(plan, "US", 0) == pytest.approx(0.0, abs=1e-9)
    assert serving(plan, "KR", 0) > 100.0


def test_groups_of_three_leave_out_somebody_s_own() -> None:
    assert groups(["KR", "US", "JP"], []) == []
    found = groups(["KR", "US", "JP"], ["KR", "JP"])
    assert found == [("KR",), ("US",), ("JP",), ("KR", "US"), ("US", "JP")]
