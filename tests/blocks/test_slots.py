"""Slots of machines and reactors with known optima: what is left carries over, the rest is resold at a premium."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from planner.blocks.annual import build
from planner.blocks.grid_plants import _slots
from planner.costs.money import annuity
from planner.instance import GridTier
from planner.instance.markets import Markets, ReactorLimit, SlotClass
from planner.readout.limits import limits_table
from planner.readout.markets import markets_table
from planner.run.why_not import why
from planner.solve.choose import solve
from tests.blocks.campus import campus, gas_plant
from tests.blocks.solving import answer, cost
from tests.world import technology

DEAR = GridTier("tier 1", np.full(2, 5.0), 2026, 1000.0)  # always there, 1,000 USD/kW-year
YEARLY = 1500.0 * 1.05 * float(annuity(0.05, 30))  # of a GW of gas plant


def slots(*gw: float, share: float = 0.0, premium: float = 0.35) -> Markets:
    return Markets(slots=(SlotClass("turbines", ("gas",), np.array(gw), share, premium),))


def world(load: tuple[float, float], markets: Markets | None = None):
    """A load between a gas plant of 1,500 USD/kW and a grid that costs 1,000 USD/kW-year; energy costs nothing in either."""
    plant = gas_plant(2, capex=np.full(2, 1500.0))
    base = campus(load, technologies={"gas": plant}, tiers=(DEAR,))
    here = replace(base.sites["US-A"], capacity_charge=0.0, price=base.sites["US-A"].price * 0.0)
    gas = {"US-gas": replace(base.gas["US-gas"], price=np.zeros(2))}
    return replace(base, sites={"US-A": here}, gas=gas, markets=markets or Markets())


def test_slots_that_one_stage_leaves_the_next_may_use() -> None:
    """0.4 GW wanted, then 2.0; slots for 1.0 by the first stage and 1.5 by the second: 1.1 GW built later, 0.5 GW from the grid."""
    plan = answer(world((0.4, 2.0), slots(1.0, 1.5)))
    built = [plan.value(plan.m.built["gas", "US-A", y]) for y in range(2)]
    assert built == pytest.approx([0.4, 1.1])
    assert plan.value(plan.m.grid["US-A", 1]) == pytest.approx(0.5)
    table = markets_table(plan).set_index("stage")
    assert table["used"].tolist() == pytest.approx([0.4, 1.5])
    assert table["worth"].tolist() == pytest.approx([0.0, 1000.0 - YEARLY], abs=1e-6)
    assert "machine slots" in set(limits_table(plan)["kind"])


def test_a_slot_that_is_lent_early_is_paid_by_both_stages() -> None:
    """1 GW wanted twice, slots for 0.6 and then 1.0: what lacks at first is grid, later the rest is built."""
    plan = answer(world((1.0, 1.0), slots(0.6, 1.0)))
    assert [plan.value(plan.m.built["gas", "US-A", y]) for y in range(2)] == pytest.approx([0.6, 0.4])
    w = [stage.weight for stage in plan.inputs.stages]
    assert plan.solution.objective == pytest.approx(w[0] * (0.6 * YEARLY + 0.4 * 1000.0) + w[1] * YEARLY)


def test_resold_slots_cost_a_premium_for_the_life_of_the_machine() -> None:
    """Slots for 1 GW and 0.3 more at 35 %; 1.5 GW wanted: 0.2 GW from the grid."""
    plan = answer(world((1.5, 1.5), slots(1.0, 1.0, share=0.3)))
    assert plan.value(plan.m.scarce["turbines", "US", 0]) == pytest.approx(0.3)
    assert plan.value(plan.m.grid["US-A", 0]) == pytest.approx(0.2)
    yearly = 1.3 * YEARLY + 0.3 * 0.35 * 1500.0 * float(annuity(0.05, 30)) + 0.2 * 1000.0
    assert plan.solution.objective == pytest.approx(yearly * sum(stage.weight for stage in plan.inputs.stages))
    table = markets_table(plan)
    assert table["used"].tolist() == pytest.approx([1.3, 1.3]) and table["allowed"].tolist() == [1.0, 1.0]
    assert table["resold"].tolist() == pytest.approx([0.3, 0.3]) and table["resold_premium"].tolist() == [0.35, 0.35]


def test_enough_slots_cost_nothing() -> None:
    assert cost(world((1.0, 1.5), slots(5.0, 9.0))) == pytest.approx(cost(world((1.0, 1.5))))


def test_fewer_slots_cost_more() -> None:
    costs = [cost(world((1.0, 2.0), slots(gw, 1.5 * gw, share=0.3))) for gw in (0.3, 0.6, 1.2)]
    assert costs[0] > costs[1] > costs[2]


def test_no_slots_and_nothing_else_is_told_in_words() -> None:
    base = world((1.0, 1.0), slots(0.0, 0.4))
    base = replace(base, sites={"US-A": replace(base.sites["US-A"], tiers=())})
    built = build(base)
    told = why(built, solve(built.problem, "simplex", gap=1e-6))
    assert "machines of class turbines that data centers can get" in told


def test_reactors_of_a_design_stand_up_to_the_countrys_limit() -> None:
    """1 GW wanted; reactors are cheaper than the grid, but none may stand at first and 0.6 GW later."""
    reactor = technology(
        "reactor", "nuclear", 2, first_year=2026, lead_years=0.0, firm=1.0, availability=1.0, units_per_year=9.0
    )
    base = world((1.0, 1.0))
    limit = Markets(reactors=(ReactorLimit("reactor", "US", np.array([0.0, 0.6])),))
    plan = answer(replace(base, technologies={"reactor": reactor}, markets=limit))
    assert [plan.value(plan.m.capacity["reactor", "US-A", y]) for y in range(2)] == pytest.approx([0.0, 0.6])
    assert plan.value(plan.m.grid["US-A", 1]) == pytest.approx(0.4)
    rows = markets_table(plan).query("market == 'reactors'")
    assert rows["worth"].gt(0).all() and rows["allowed"].tolist() == [0.0, 0.6]


def test_standby_sets_are_limited_by_their_permit() -> None:
    """1 GW of firm supply asked; 50 MW of sets may stand, the rest is grid."""
    sets = technology("sets", "thermal", 2, fuel="diesel", firm=1.0)
    sets = replace(sets, kind="backup", capex=np.full(2, 500.0))
    base = replace(world((1.0, 1.0)), reserve_margin=0.2)
    free = answer(replace(base, technologies={"sets": sets}))
    held = answer(replace(base, technologies={"sets": sets}, markets=Markets(standby_limit_gw=0.05)))
    assert free.value(free.m.capacity["sets", "US-A", 0]) == pytest.approx(0.2)
    assert held.value(held.m.capacity["sets", "US-A", 0]) == pytest.approx(0.05)
    assert held.value(held.m.grid["US-A", 0]) == pytest.approx(1.15)
    assert "standby sets" in set(limits_table(held)["kind"])


@pytest.mark.parametrize(("before", "claims"), [(0.4, [1.0, -0.4]), (3e-10, [1.0]), (-3e-10, [1.0])])
def test_what_the_grid_would_build_anyway_takes_no_slot_of_the_plan_and_dust_is_none(
    before: float, claims: list[float]
) -> None:
    m = SimpleNamespace(grid_built={("gas", "Z", 0): "built"}, standing={("Z", 0): "standing"})
    inputs = SimpleNamespace(markets=slots(1.0), grid_technologies=["gas"])
    system = SimpleNamespace(reference=SimpleNamespace(built={("Z", 0): np.array([before])}))
    found: list[float] = []
    book = SimpleNamespace(claim=lambda market, place, stage, variable, amount: found.append(amount))
    _slots(m, inputs, book, system, ("gas", "Z", 0))  # type: ignore[arg-type]
    assert found == claims
