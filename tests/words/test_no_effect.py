"""Inputs that differ and moved nothing are told with the reason, and no others."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest

from planner.plan.plan import Plan
from planner.run.one import make_plan
from planner.scenario import parse
from planner.words.no_effect import reasons

WORLD: dict[str, Any] = {
    "name": "w",
    "countries": ["US"],
    "stages": [2030],
    "time": {"hours": 2},
    "sites": {"use": [], "add": [{"name": "bus", "country": "US", "lat": 39, "lon": -96, "energy_price": 50}]},
    "workloads": [{"owner": "US", "load": 1}],
    "power": ["grid"],
    "technologies": [{"name": "coal", "annual_cost": "90 USD/MW/h"}],
}


@lru_cache(maxsize=1)
def plan() -> Plan:
    return make_plan(parse(WORLD))


def test_what_is_in_no_plan_had_no_effect() -> None:
    keys = [
        "technologies.coal.annual_cost",
        "fuel.lng_spot",
        "smr.cost_scale",
        "policy.carbon_price.US.2030",
        "policy.carbon_cap",
        "unserved_energy_usd_per_mwh",
    ]
    assert list(reasons(keys, [plan(), plan()])) == [
        "technologies.coal.annual_cost had no effect: no plan builds coal",
        "fuel.lng_spot had no effect: no plan burns LNG",
        "smr.cost_scale had no effect: no plan builds a reactor",
        "policy.carbon_price.US.2030 had no effect: no plan burns anything with CO2 in US",
        "policy.carbon_cap had no effect: it limits none of these plans",
        "unserved_energy_usd_per_mwh had no effect: every plan serves all load",
    ]


def test_nothing_is_said_of_what_a_plan_uses() -> None:
    assert not list(reasons(["grid.price_scale", "sites.bus.energy_price"], [plan()]))


@pytest.mark.parametrize(
    ("key", "grid"),
    [("grid.delay", {"delay": 2.0, "delay_by": {}}), ("grid.delay_by.bus", {"delay": 0.0, "delay_by": {"bus": 3.0}})],
)
def test_a_delay_that_the_plan_itself_says_moves_nothing_had_no_effect(key: str, grid: dict[str, Any]) -> None:
    """Unless it was more in a run that does not say so, or a zone was full, whose headroom comes later all the same."""
    note = f"{key.removesuffix('.bus')} moves no connection into a later stage: why"
    full = {
        name: table.assign(kind="zone headroom") if name == "limits" else table for name, table in plan().tables.items()
    }

    def delayed(notes: list[str], tables: dict[str, Any]) -> Plan:
        return Plan("late", plan().scenario | {"grid": grid}, plan().summary | {"notes": notes}, tables)

    assert "every connection stays in its stage" in "".join(reasons([key], [plan(), delayed([note], plan().tables)]))
    assert not list(reasons([key], [plan(), delayed([], full)]))
    assert not list(reasons([key], [plan(), delayed([note], full)]))
