"""A levelised cost by hand, and the cost of hosting against the linear program's own margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.instance import Inputs, Pair
from planner.instance.screening import Shadow, hosting, lcoe
from planner.readout.hosting import hosting_costs
from tests.blocks.solving import answer, cost
from tests.world import inputs, technology, timeline


def test_a_levelised_cost_by_hand() -> None:
    plant = technology("gas", "thermal", 1, capex=np.array([1000.0]), fixed_om=20.0, construction_factor=1.0, life=20)
    # 1000 USD/kW at 7 % over 20 years is 94.39 a year; with 20 O&M over 8,760 x 0.92 h: 14.19; 3 variable; 6.5 x (4 + 53.06 x 0.01)
    expected = (94.392926 + 20.0) / (8.76 * 0.92) + 3.0 + 6.5 * (4.0 + 0.5306)
    assert lcoe(plant, 0, 0.07, fuel_price=4.0, carbon_price=10.0) == pytest.approx(expected, rel=1e-6)


def flat_world(supply: str) -> Inputs:
    """One site, work that runs flat on chips that draw what they are provisioned for, one supply."""
    plain = inputs(countries=("US",), years=(2032,), timeline=timeline((20, 200)))
    pair = Pair("chip", 100.0, 1.5e-3, 0.3e-3, 1.5e-3, "air", "measured", 0.1)
    work = replace(
        plain.work["US-train"], pairs=(pair,), pausable=0.0, sites=frozenset({"US-A"}), demand=np.array([2e8])
    )
    tier = replace(plain.sites["US-A"].tiers[0], gw=np.array([1.5]))
    site = replace(plain.sites["US-A"], tiers=(tier,), renewable_limit_gw={})
    known = (
        {} if supply == "grid" else {supply: replace(plain.technologies[supply], first_year=2026, units_per_year=50.0)}
    )
    return replace(
        plain, sites={"US-A": site}, work={"US-train": work}, technologies=known, zone_limit={}, grid=supply == "grid"
    )


@pytest.mark.parametrize("supply", ["grid", "gas", "reactor"])
def test_hosting_is_what_one_more_kw_costs_the_program(supply: str) -> None:
    """Finite difference in the work that must be done, without the chips it takes."""
    world = flat_world(supply)
    plan = answer(world)
    assert plan.value(plan.m.unserved["US-train", 0]) < 1e-9
    more = replace(world.work["US-train"], demand=world.work["US-train"].demand * 1.001)
    dearer = cost(replace(world, work={"US-train": more})) - plan.solution.objective
    it = 0.001 * plan.value(plan.m.it["US-A", 0])
    entries = [term for term in plan.built.book.costs if term.line == "chips"]
    chips = 0.001 * sum(term.coefficient * plan.value(term.variable) for term in entries)
    found = hosting_costs(plan)["US-A", 0]
    assert found is not None
    assert found.supply == supply
    assert found.total * it == pytest.approx(dearer / plan.weights[0] - chips, rel=1e-6)


def test_carbon_under_a_cap_is_worth_its_shadow_price_on_the_stack() -> None:
    """A plant burns 6.5 TBtu/TWh x 53.06 kt/TBtu for every GWh of the load."""
    world = flat_world("gas")
    site, plant = world.sites["US-A"], world.technologies["gas"]
    found = [
        hosting(world, site, 0, "air", None, ["gas"], Shadow(carbon={"US": price} if price else {}))
        for price in (0.0, 0.1)
    ]
    free, capped = (one for one in found if one is not None)
    assert capped.power - free.power == pytest.approx(free.facility_gwh * plant.heat_rate * plant.co2 * 0.1)
