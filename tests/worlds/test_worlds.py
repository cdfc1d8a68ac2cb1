"""Random small worlds: the planner's answer is that of a program of which it knows nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from planner.base.errors import InputError, PlannerError
from tests.worlds import tables
from tests.worlds.answer import planned
from tests.worlds.generator import worlds
from tests.worlds.oracle import Oracle

REFUSED = ("nothing to serve", "of IT power even on its most frugal chip")
"""Worlds that the planner refuses before it looks for a plan: nothing is asked, or more than the land can ever hold."""


def same(world: dict[str, Any]) -> None:
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
    assert told.status == "proven"
    assert told.musd == pytest.approx(cost, rel=1e-6, abs=1e-9)
    tables.check(world, told)


def many(count: int) -> settings:
    """So many worlds, the same ones every time."""
    return settings(max_examples=count, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


@many(450)
@given(worlds())
def test_a_small_world_costs_what_a_program_written_from_its_text_says(world: dict[str, Any]) -> None:
    same(world)


@many(80)
@given(worlds())
def test_masters_and_dispatched_hours_find_the_same(world: dict[str, Any]) -> None:
    assume(not world["solve"]["integer"])
    same(world | {"solve": {"method": "decompose", "gap": 1e-8, "whole_units": False}})
