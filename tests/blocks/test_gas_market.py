"""Supply curves with known optima: area, price, shares between division and nation, and the bill of others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.instance import GridTier, Inputs
from planner.instance.markets import Curve, GasMarket, Markets, Transport
from planner.readout.markets import TBTU_PER_BCFD, markets_table, rise
from tests.blocks.campus import FENCE, HEAT_RATE, campus
from tests.blocks.solving import answer, cost

BURNT = 8760.0 * HEAT_RATE  # TBtu a year of one GW: 56.94
FLAT = Curve(np.array([np.inf]), np.zeros((2, 1)))
STEPS = Curve(np.array([30.0, 20.0, np.inf]), np.array([[0.1, 0.4, 1.0], [0.1, 0.4, 1.0]]))


def market(division: Curve = FLAT, nation: Curve = STEPS) -> Markets:
    return Markets(gas=GasMarket({"US-gas": division}, nation, 1.15, 30_000.0))


def weights(inputs: Inputs) -> float:
    return sum(stage.weight for stage in inputs.stages)


def test_the_cost_is_the_area_under_the_curve_and_the_price_its_marginal_step() -> None:
    """56.94 TBtu: 30 at +0.1, 20 at +0.4, 6.94 at +1.0, on top of 4 USD/MMBtu at the fence."""
    plan = answer(campus(markets=market()))
    area = 30 * 0.1 + 20 * 0.4 + (BURNT - 50) * 1.0
    assert plan.solution.objective == pytest.approx(weights(plan.inputs) * (BURNT * FENCE + area))
    assert rise(plan, plan.m.nation_gas[0], 0) == pytest.approx(1.0)
    assert plan.gas_rise("US-gas", 0) == pytest.approx(area / BURNT)
    table = markets_table(plan).set_index(["place", "stage"])
    assert table.loc[("US", 2030), "used"] == pytest.approx(BURNT / TBTU_PER_BCFD)
    assert table.loc[("US", 2030), "worth"] == pytest.approx(1.0)


def test_a_division_pays_its_own_curve_and_the_nations() -> None:
    plan = answer(campus(markets=market(STEPS, STEPS)))
    area = 30 * 0.1 + 20 * 0.4 + (BURNT - 50) * 1.0
    assert plan.solution.objective == pytest.approx(weights(plan.inputs) * (BURNT * FENCE + 2 * area))
    assert plan.gas_price(("US-A", 0)) == pytest.approx(FENCE + 2 * area / BURNT)


def test_without_a_market_the_plan_pays_the_fence_price_by_the_hour() -> None:
    off, level = cost(campus()), cost(campus(markets=market(FLAT, FLAT)))
    assert off == pytest.approx(level) == pytest.approx(weights(campus()) * BURNT * FENCE)


def test_the_dual_is_what_one_more_unit_costs() -> None:
    """A finite difference: what if others took a little of the second step first."""
    taken = 0.5
    less = Curve(STEPS.width - np.array([0.0, taken, 0.0]), STEPS.price)
    plan = answer(campus(markets=market()))
    dearer = cost(campus(markets=market(nation=less))) - plan.solution.objective
    marginal = rise(plan, plan.m.nation_gas[0], 0)
    assert dearer == pytest.approx(weights(plan.inputs) * taken * (marginal - 0.4))


def test_the_bill_of_others_is_slope_times_volume_times_what_they_burn() -> None:
    """A slope of 0.02 USD/MMBtu per TBtu in fine steps: the rise is slope x volume, and moves by slope x a change of it."""
    slope, width = 0.02, 0.25
    count = 400
    price = slope * width * (np.arange(count) + 0.5)
    fine = Curve(np.append(np.full(count - 1, width), np.inf), np.vstack([price, price]))
    rises = []
    for load in (1.0, 1.1):
        plan = answer(campus((load, load), markets=market(nation=fine)))
        rises.append(rise(plan, plan.m.nation_gas[0], 0))
    assert rises[0] == pytest.approx(slope * BURNT, abs=slope * width)
    assert rises[1] - rises[0] == pytest.approx(slope * 0.1 * BURNT, abs=2 * slope * width)
    others = 30_000.0
    assert (rises[1] - rises[0]) * others == pytest.approx(slope * others * 0.1 * BURNT, rel=0.1)


def test_dear_gas_leaves_room_for_the_grid() -> None:
    """Grid energy at 50 USD/MWh is dearer than gas at 4 (26) and cheaper than gas whose last step is at 10 (65)."""
    tier = GridTier("tier 1", np.full(2, 5.0), 2026, 0.0)
    steep = Curve(np.array([30.0, np.inf]), np.array([[0.0, 6.0], [0.0, 6.0]]))
    free = replace(
        campus(tiers=(tier,)), sites={"US-A": replace(campus(tiers=(tier,)).sites["US-A"], capacity_charge=0.0)}
    )
    plan = answer(replace(free, markets=market(nation=steep)))
    assert plan.value(plan.m.gas["US-A", 0]) == pytest.approx(30.0, rel=1e-6)
    assert plan.hours["US-A", 0].energy(plan.hours["US-A", 0].supply["grid"]) == pytest.approx(8760 - 30 / HEAT_RATE)
    assert answer(free).hours["US-A", 0].energy(answer(free).hours["US-A", 0].supply["grid"]) == pytest.approx(
        0.0, abs=1e-6
    )


def test_firm_transport_is_reserved_for_what_plants_can_burn() -> None:
    """One GW needs 0.156 TBtu a day; at 250 USD per MMBtu/day and year that is 39 M USD a year, used or not."""
    pipes = Markets(transport=Transport({"US-gas": np.array([1.0, 1.0])}, 250.0, 25.0))
    plain, paid = campus((1.0, 0.5)), answer(campus((1.0, 0.5), markets=pipes))
    assert paid.value(paid.m.transport["US-A", 0]) == pytest.approx(24 * HEAT_RATE)
    assert paid.value(paid.m.transport["US-A", 1]) == pytest.approx(24 * HEAT_RATE)  # signed for 25 years
    extra = paid.solution.objective - cost(plain)
    assert extra == pytest.approx(weights(plain) * 24 * HEAT_RATE * 250.0)


def test_a_full_pipeline_has_a_price() -> None:
    """Room for 0.6 GW of gas at 26 USD/MWh; the rest is grid at 50: 0.4 GW x 8,760 h x 24 USD/MWh more."""
    tier = GridTier("tier 1", np.full(2, 5.0), 2026, 0.0)
    base = campus(tiers=(tier,))
    base = replace(base, sites={"US-A": replace(base.sites["US-A"], capacity_charge=0.0)})
    room = 0.6 * 24 * HEAT_RATE
    pipes = Markets(transport=Transport({"US-gas": np.full(2, room)}, 0.0, 25.0))
    plan = answer(replace(base, markets=pipes))
    saved = 8760 * (0.05 - HEAT_RATE * FENCE)  # M USD per GW and year
    assert plan.solution.objective - cost(base) == pytest.approx(weights(base) * 0.4 * saved)
    row = markets_table(plan).query("market == 'gas transport' and stage == 2030").iloc[0]
    assert row["used"] == pytest.approx(row["allowed"])
    assert row["worth"] == pytest.approx(saved / (24 * HEAT_RATE))
