"""Grid connections that bind: minimum take, years, and the fee for leaving, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.instance import GridTier, Inputs
from planner.instance.markets import GridTerms, Markets
from planner.readout.markets import markets_table
from tests.blocks.campus import campus, gas_plant
from tests.blocks.solving import answer, cost

CHARGE, LATE = 100.0, 2035
TIER = GridTier("tier 1", np.full(2, 5.0), 2026, 0.0)


def world(load: tuple[float, float], terms: GridTerms | None = None) -> Inputs:
    """Grid at first; from 2035 on a gas plant for nothing. The connection costs 100 USD/kW-year, energy nothing."""
    plant = gas_plant(2, first_year=LATE)
    base = campus(load, technologies={"gas": plant}, tiers=(TIER,))
    here = replace(base.sites["US-A"], capacity_charge=CHARGE, price=base.sites["US-A"].price * 0.0)
    gas = {"US-gas": replace(base.gas["US-gas"], price=np.zeros(2))}
    markets = Markets(grid_terms={"US-zone": terms} if terms else {})
    return replace(base, sites={"US-A": here}, gas=gas, markets=markets)


def weights(inputs: Inputs) -> list[float]:
    return [stage.weight for stage in inputs.stages]


def test_without_terms_a_connection_is_left_for_nothing() -> None:
    assert cost(world((1.0, 1.0))) == pytest.approx(CHARGE * weights(world((1.0, 1.0)))[0])


def test_the_minimum_is_paid_while_the_contract_runs() -> None:
    """1 GW signed for 14 years at 85 %, leaving as dear as ten years of it: the minimum is paid on."""
    plan = answer(world((1.0, 1.0), GridTerms(0.85, 14.0, 10.0)))
    w = weights(plan.inputs)
    assert plan.solution.objective == pytest.approx(CHARGE * (w[0] + 0.85 * w[1]))
    assert plan.value(plan.m.grid_paid["US-A", 1]) == pytest.approx(0.85)
    row = markets_table(plan).query("market == 'grid contracts' and stage == 2035").iloc[0]
    assert row["allowed"] == pytest.approx(1.0)


def test_leaving_costs_years_of_the_minimum_once() -> None:
    """Two years of 85 % are cheaper than the five years of the second stage: the contract is left in 2035."""
    plan = answer(world((1.0, 1.0), GridTerms(0.85, 14.0, 2.0)))
    assert plan.value(plan.m.connect_left["US-A", 0, 1]) == pytest.approx(1.0)
    fee = 2 * 0.85 * CHARGE / 1.05**5
    assert plan.solution.objective == pytest.approx(CHARGE * weights(plan.inputs)[0] + fee)


def test_a_contract_that_has_ended_binds_nobody() -> None:
    """Five years of contract end before 2035."""
    plan = answer(world((1.0, 1.0), GridTerms(0.85, 5.0, 10.0)))
    assert plan.solution.objective == pytest.approx(CHARGE * weights(plan.inputs)[0])


def test_what_is_used_is_paid_for_in_full() -> None:
    """No plant: 1 GW, then 0.9 GW; the minimum of 85 % lies below what is used."""
    base = world((1.0, 0.9), GridTerms(0.85, 14.0, 10.0))
    plan = answer(replace(base, technologies={}))
    w = weights(plan.inputs)
    assert plan.solution.objective == pytest.approx(CHARGE * (w[0] + 0.9 * w[1]))


def test_harder_terms_cost_more() -> None:
    mild, central, hard = (cost(world((1.0, 1.0), GridTerms(m, 14.0, 10.0))) for m in (0.6, 0.75, 0.85))
    assert mild < central < hard
