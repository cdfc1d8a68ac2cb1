"""Random small worlds: the planner's answer is that of a program of which it knows nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import randoms

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
        return
    except PlannerError as error:
        assert "there is no plan" in str(error) if np.isnan(cost) else "no end" in str(error), (cost, error)
        return
    assert told.status == "proven" or abs(cost) < NOTHING, (cost, told.musd)
    assert told.musd == pytest.approx(cost, rel=near, abs=1e-9)
    tables.check(world, told, near)


SEEDS = range(int(os.environ.get("PLANNER_WORLDS", 10)))
"""Fifty worlds each: always the same ones here, others with every `make soak`."""


@pytest.mark.parametrize("fifty", SEEDS)
def test_a_small_world_costs_what_a_program_written_from_its_text_says(fifty: int) -> None:
    for seed in range(50 * fifty, 50 * fifty + 50):
        with told_by(seed):
            same(worlds().draw(Random(seed)))


@pytest.mark.parametrize("fifty", SEEDS)
def test_masters_and_dispatched_hours_find_the_same(fifty: int) -> None:
    for seed in range(-1 - 50 * fifty, -51 - 50 * fifty, -5):
        with told_by(seed):
            decomposed(worlds().draw(Random(seed)))


@pytest.mark.soak
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(randoms(use_true_random=False))
def test_small_worlds_that_nobody_saw_cost_the_same(random: Random) -> None:
    same(worlds().draw(random))


@contextmanager
def told_by(seed: int) -> Iterator[None]:
    """Name the seed of a world that fails."""
    try:
        yield
    except Exception as error:
        error.add_note(f"world of seed {seed}")
        raise


def decomposed(world: dict[str, Any]) -> None:
    """Not where the grid pays for what is drawn: there the bound of the decomposition is known to be slow."""
    prices = [site.get("hourly_price", site.get("energy_price")) for site in world["sites"]["add"]]
    if not world["solve"]["integer"] and all(lowest(price) > 0 for price in prices):
        same(
            world | {"solve": {"method": "decompose", "gap": 1e-6, "whole_units": False, "time_limit": 600}}, near=2e-6
        )


def lowest(price: Any) -> float:
    """The least of a figure, by hour or by year."""
    return min(price.values() if isinstance(price, dict) else np.atleast_1d(price))
