"""The parts of a dispatch by hand: levels, hydro, stores, maintenance, limits, merit order, scarcity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.grid.availability import MOST_IN_MAINTENANCE, available_share, maintenance
from planner.grid.hydro import reservoir_mw
from planner.grid.levels import cut, level_curve
from planner.grid.limits import held_down, next_allowance
from planner.grid.scarcity import Steps, adder, fitted
from planner.grid.stack import UNSERVED_USD_PER_MWH, cost_curve, merit_order
from planner.grid.storage import Store, net_output_mw


def test_a_level_cuts_what_was_asked_for_from_the_top() -> None:
    assert cut(np.array([[5.0, 3.0, 1.0]]), 10.0, np.array([4.0])).tolist() == [[3.0, 1.0, 0.0]]
    assert cut(np.array([[5.0, 3.0, 1.0]]), 1.0, np.array([2.5])).tolist() == [[1.0, 1.0, 0.5]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=12), st.floats(0.1, 30), st.floats(0.0, 1.0))
def test_the_level_of_any_hours_cuts_the_amount(height: list[float], width: float, share: float) -> None:
    rows = np.array([height])
    amount = np.array([share * width * len(height)])
    level = level_curve(rows, width).level(amount)
    assert np.clip(rows - level[:, None], 0, width).sum() == pytest.approx(amount[0], abs=1e-7)


def test_water_fills_the_highest_hours_and_keeps_its_least_flow() -> None:
    """240 MWh a day are 10 MW on average, of which 3.5 run always; the other 156 MWh go to the peak of two hours, 78 each."""
    net = np.full(24, 100.0)
    net[[18, 19]] = 300.0
    water = reservoir_mw(net, np.array([240.0]), 200.0)
    assert water[[18, 19]] == pytest.approx([81.5, 81.5])
    assert np.delete(water, [18, 19]) == pytest.approx(3.5)
    assert water.sum() == pytest.approx(240.0)


def test_water_never_exceeds_the_turbine() -> None:
    net = np.full(24, 100.0)
    net[0] = 500.0
    water = reservoir_mw(net, np.array([240.0]), 12.0)
    assert water.max() == pytest.approx(12.0) and water.sum() == pytest.approx(240.0)
    assert reservoir_mw(net, np.array([1000.0]), 12.0) == pytest.approx(12.0)


def test_a_store_runs_only_where_the_peak_pays_its_losses() -> None:
    """Valley at 20 USD/MWh, peak at 30: 30 x 0.7 = 21 pays, 30 x 0.6 = 18 does not."""
    net = np.where(np.arange(24) < 12, 50.0, 150.0)
    cost = cost_curve(np.array([20.0, 30.0]), np.zeros((2, 1)), np.array([[100.0], [100.0]]))
    good = net_output_mw(net, Store("pumped_hydro", 10.0, 10.0, 1000.0, 0.7), cost)
    assert good[12:] == pytest.approx(120 * 0.7 / 12) and good[:12] == pytest.approx(-10.0)
    assert net_output_mw(net, Store("pumped_hydro", 10.0, 10.0, 1000.0, 0.6), cost) == pytest.approx(0.0)


def test_a_store_gives_no_more_than_it_holds() -> None:
    net = np.where(np.arange(24) < 12, 50.0, 150.0)
    cost = cost_curve(np.array([20.0, 30.0]), np.zeros((2, 1)), np.array([[100.0], [100.0]]))
    found = net_output_mw(net, Store("battery", 100.0, 100.0, 24.0, 0.8), cost)
    assert found[12:].sum() == pytest.approx(24.0) and found[:12].sum() == pytest.approx(-30.0)


def test_a_store_may_fill_twice_a_day() -> None:
    """Two valleys and two peaks of 6 hours: 24 MWh pass through a store of 12."""
    net = np.tile(np.repeat([50.0, 150.0], 6), 2)
    cost = cost_curve(np.array([20.0, 30.0]), np.zeros((2, 1)), np.array([[100.0], [100.0]]))
    found = net_output_mw(net, Store("battery", 100.0, 100.0, 12.0, 0.8), cost)
    assert found[found > 0].sum() == pytest.approx(24.0)


def test_maintenance_goes_to_the_weeks_of_low_load() -> None:
    """Two weeks, 10 % of the year: the low week's peak is 100 MW lower than the other of a fleet of 1,000: all of it, 20 %."""
    load = np.concatenate([np.full(168, 900.0), np.full(168, 600.0)])
    found = maintenance(load, 1000.0, np.array([0.1]))
    assert found[0, :168] == pytest.approx(0.0) and found[0, 168:] == pytest.approx(0.2)


def test_maintenance_levels_what_is_left_and_keeps_its_mean() -> None:
    load = np.repeat([1000.0, 950.0, 600.0], 168)
    found = maintenance(load, 1000.0, np.array([0.2]))
    assert found[0, 168:336].max() == pytest.approx(found[0, :168].max() + 0.05)  # the same margin in both weeks
    assert found[0, 336:] == pytest.approx(MOST_IN_MAINTENANCE)
    assert found.mean() == pytest.approx(0.2)


def test_availability_keeps_its_mean() -> None:
    maintained = maintenance(np.repeat([900.0, 600.0], 168), 1000.0, np.array([0.1]))
    assert available_share(np.array([0.81]), np.array([0.1]), maintained).mean() == pytest.approx(0.81)


def test_a_limited_plant_is_held_down_but_in_the_tightest_hours() -> None:
    """100 hours, 3 tight ones at 100 MW; the other 97 share 5,000 - 300 MWh."""
    held = held_down(np.full((1, 100), 100.0), np.array([50.0]), np.arange(100.0))
    assert held[0, 97:] == pytest.approx(100.0) and held[0, :97] == pytest.approx(4700 / 97)


def test_an_allowance_rises_by_what_is_missing_and_never_above_what_is_there() -> None:
    asked = next_allowance(
        np.array([50.0, 50.0]), np.array([40.0, 1.0]), np.array([50.0, 50.0]), np.array([90.0, 90.0])
    )
    assert asked == pytest.approx([50 * 1.25**2, 90.0])


def test_the_merit_order_runs_least_outputs_first_and_prices_by_the_last_plant() -> None:
    """Coal at 30 USD/MWh must give 40 of 100 MW, gas at 20 may give 100."""
    least, most = np.array([[40.0], [0.0]]) * np.ones((1, 4)), np.full((2, 4), 100.0)
    found = merit_order(np.array([30.0, 90.0, 150.0, 230.0]), np.array([30.0, 20.0]), least, most)
    assert found.output_mw.tolist() == [[40, 40, 50, 100], [0, 50, 100, 100]]
    assert found.price_usd_per_mwh[0].tolist() == [0, 20, 30, UNSERVED_USD_PER_MWH]
    assert found.spilled_mw[0].tolist() == [10, 0, 0, 0] and found.unserved_mw[0].tolist() == [0, 0, 0, 30]


def test_scarcity_adds_the_tightest_step_that_is_reached() -> None:
    steps = Steps(np.array([0.2, 0.05]), np.array([10.0, 50.0]))
    assert adder(np.array([0.3, 0.2, 0.1, 0.04]), steps).tolist() == [0, 0, 10, 50]


def test_slack_takes_away_and_never_more_than_its_furthest_step() -> None:
    steps = Steps(np.array([0.2, 0.8, 0.9]), np.array([10.0, -5.0, -8.0]))
    assert adder(np.array([0.1, 0.5, 0.85, 0.95]), steps).tolist() == [10, 0, -5, -8]


def test_fitted_slack_gives_back_the_cheap_hours() -> None:
    rng = np.random.default_rng(2)
    reserve, price = rng.random(4000), np.full(4000, 25.0)
    measured = 25.0 - np.where(np.arange(4000) % 100 < 10, 20.0, 0.0)  # one hour in ten at 5
    ours = price + adder(reserve, fitted(reserve, price, measured, (), (0.1,)))
    assert ours.mean() == pytest.approx(measured.mean(), rel=1e-3) and ours.min() == pytest.approx(5.0, abs=0.1)


def test_fitted_steps_give_back_the_duration_of_the_measured_price() -> None:
    rng = np.random.default_rng(1)
    reserve, price = rng.random(4000), np.full(4000, 25.0)
    measured = 25.0 + np.where(np.arange(4000) % 100 < 5, 100.0, 0.0)  # one hour in twenty at 125
    steps = fitted(reserve, price, measured, (0.1, 0.05), ())
    ours = price + adder(reserve, steps)
    assert ours.mean() == pytest.approx(measured.mean(), rel=1e-3)
    assert (ours > 100).mean() == pytest.approx(0.05, abs=1e-3)
