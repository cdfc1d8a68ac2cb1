"""Large reactors from the catalog are a technology like any other: planned from their first year on, learning, in whole blocks."""

from __future__ import annotations

from typing import Any

import pytest

import planner
from planner.plan.plan import Plan
from planner.scenario import parse

SCENARIO: dict[str, Any] = {
    "name": "large-nuclear",
    "countries": ["KR", "US"],
    "stages": [2038, 2042],
    "time": {"days": 2},
    "sites": {"use": ["KR-ULJIN", "KR-BORYEONG", "US-ABILENE", "US-SUSQ"]},
    "chips": {"default_allowed": ["VR200-Rubin-288GB"]},
    "workloads": [
        {"owner": "KR", "use": "frontier-training", "compute": {2038: 4e27, 2042: 3e28}},
        {"owner": "US", "use": "frontier-training", "compute": {2038: 4e27, 2042: 3e28}},
    ],
    "power": ["grid", "gas_cc_h", "nuc_large_kr", "nuc_large_us", "diesel_backup"],
    "grid": {"headroom_scale": 0.2},
    "policy": {"carbon_price": {"KR": 200, "US": 200}},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner.plan(parse(SCENARIO))


def test_it_is_planned_and_built_in_its_own_country(plan: Plan) -> None:
    assert plan.summary["status"] == "proven"
    orders = plan.tables["smr_orders"]
    assert len(orders) > 0
    designs = orders.groupby("country")["design"].unique()
    assert all(set(found) == {f"nuc_large_{country.lower()}"} for country, found in designs.items())


def test_orders_are_learned_from_and_rounded_to_whole_blocks(plan: Plan) -> None:
    assert plan.summary["learning"]["settled"]
    whole = plan.summary["rounded"]
    assert whole["status"] == "proven"
    assert whole["objective_musd"] >= whole["lower_bound_musd"] * (1 - 1e-9)
    assert {row["design"] for row in whole["reactors"]} <= {"nuc_large_kr", "nuc_large_us"}
