"""Random small worlds: the planner's answer is that of a program of which it knows nothing."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from planner.base.errors import InputError, PlannerError
from tests.worlds import tables
from tests.worlds.answer import planned
from tests.worlds.generator import worlds
from tests.worlds.oracle import Oracle

REFUSED = ("nothing to serve", "of IT power even on its most frugal chip")
"""Worlds that the planner refuses before it looks for a plan: nothing is asked, or more than the land can ever hold."""

NOTHING = 1e-3  # M USD: of a plan that costs next to nothing a share of the cost is a solver's last digit


def same(world: dict[str, Any], near: float = 1e-6) -> None:
    """Plan a world both ways: the same cost, or both say that there is no plan, or none that has an end."""
    cost = Oracle(world).solve().cost
    try:
        told = planned(world)
    except InputError as error:
        assert any(words in str(error) for words in REFUSED), error
        assume(False)
        return
    except PlannerError as error:
        assert "there is no plan" in str(error) if np.isnan(cost) else "no end" in str(error), (cost, error)
        return
    assert told.status == "proven" or abs(cost) < NOTHING, (cost, told.musd)
    assert told.musd == pytest.approx(cost, rel=near, abs=1e-9)
    tables.check(world, told, near)


def many(count: int) -> settings:
    """So many worlds, the same every time; fewer where PLANNER_WORLDS says so. One that fails is not made smaller: that takes long."""
    return settings(
        max_examples=min(count, int(os.environ.get("PLANNER_WORLDS", count))),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )


@many(500)
@given(worlds())
def test_a_small_world_costs_what_a_program_written_from_its_text_says(world: dict[str, Any]) -> None:
    same(world)


@many(60)
@given(worlds())
def test_masters_and_dispatched_hours_find_the_same(world: dict[str, Any]) -> None:
    """Not where the grid pays for what is drawn: there the bound of the decomposition is known to be slow."""
    prices = [site.get("hourly_price", site.get("energy_price")) for site in world["sites"]["add"]]
    assume(not world["solve"]["integer"] and all(lowest(price) > 0 for price in prices))
    same(world | {"solve": {"method": "decompose", "gap": 1e-6, "whole_units": False, "time_limit": 20}}, near=2e-6)


def lowest(price: Any) -> float:
    """The least of a figure, by hour or by year."""
    return min(price.values() if isinstance(price, dict) else np.atleast_1d(price))
