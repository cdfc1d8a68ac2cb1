"""Reactor orders bring costs down, and plans are repeated until the costs hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.blocks.annual import build
from planner.readout.reactors import orders_table
from planner.run import orders
from planner.solve.choose import solve
from tests.blocks.solving import answer
from tests.world import inputs, technology, timeline

YEARS = (2031, 2034, 2038)


def world(rate: float = 0.1, pooled: bool = True):
    """Two countries that order reactors from the first stage on."""
    plain = inputs(countries=("KR", "JP"), years=YEARS, timeline=timeline((20,)))
    cheap = technology(
        "reactor", "nuclear", 3, capex=np.full(3, 2500.0), first_year=2029, unit_gw=0.1, learning_rate=rate
    )
    pools = frozenset({"sites", "lng", "smr_orders"} if pooled else {"sites", "lng"})
    return replace(plain, technologies=plain.technologies | {"reactor": cheap}, pooled=pools)


def settled(given, learning: str):
    first = answer(given)

    def again(cheaper, before):
        built = build(cheaper)
        return built, solve(built.problem, "simplex", gap=1e-9)

    return first, *orders.settle(first.built, first.solution, learning, again)


def test_wrights_law_on_the_units_before_the_stage() -> None:
    first = answer(world())
    found = orders.factors(first, "own")
    units = np.zeros(3)
    for g, s, y in first.m.built:
        if g == "reactor" and s.startswith("KR"):
            units[y] += first.value(first.m.built[g, s, y]) / 0.1
    assert units[0] > 1
    expected = [1.0, max(units[0], 1.0) ** np.log2(0.9), max(units[0] + units[1], 1.0) ** np.log2(0.9)]
    assert found["reactor", "KR"] == pytest.approx(expected)


def test_the_costs_of_the_last_plan_are_those_its_orders_bring() -> None:
    first, built, solution, told = settled(world(), "pooled")
    assert told["settled"]
    assert 2 <= told["plans"] <= orders.MOST_ROUNDS
    assert solution.objective < first.solution.objective
    last = type(first)(built, solution)
    assert orders.change(built.inputs.capex_learning, orders.factors(last, "pooled")) <= orders.HOLDS
    table = orders_table(last)
    assert (table["learning_factor"] <= 1.0).all()
    assert table["learning_factor"].min() < 0.9
    assert table["capex_usd_per_kw"].to_numpy() == pytest.approx(2500.0 * table["learning_factor"].to_numpy())


def test_pooled_orders_learn_faster_than_own() -> None:
    first = answer(world())
    own, pooled = orders.factors(first, "own"), orders.factors(first, "pooled")
    assert all((pooled[key] <= own[key] + 1e-12).all() for key in own)
    assert any((pooled[key] < own[key] - 1e-3).any() for key in own)
    alone = answer(world(pooled=False))
    assert orders.change(orders.factors(alone, "own"), orders.factors(alone, "pooled")) == 0.0


@pytest.mark.parametrize(("rate", "learning"), [(0.1, "none"), (0.0, "pooled")])
def test_nothing_to_learn_takes_one_plan(rate: float, learning: str) -> None:
    first, built, _, told = settled(world(rate), learning)
    assert told == {"orders": learning, "plans": 1, "differs": 0.0, "settled": True}
    assert built is first.built


def test_a_plan_without_reactors_takes_one_plan() -> None:
    plain = inputs(timeline=timeline((20,)))
    dear = replace(plain.technologies["reactor"], learning_rate=0.1, capex=np.full(2, 90_000.0))
    _, _, _, told = settled(replace(plain, technologies=plain.technologies | {"reactor": dear}), "pooled")
    assert (told["plans"], told["settled"]) == (1, True)
