"""Costs against published numbers and identities.

The fixed numbers are those of the project's source figures (finance oracles: annuities, interest during construction,
PyPSA period weights, binomial availability, learning, EIA's LNG formula, boil-off, CO2 at the stack); each can be
computed again by hand.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.costs import distance, learning, lng, money, reliability

QUICK = settings(max_examples=50, deadline=None)
RATES = st.floats(0.001, 0.2)

ANNUITY = {
    (0, 20): 0.05, (0.03, 25): 0.057427871, (0.05, 20): 0.080242587, (0.07, 15): 0.109794625, (0.07, 20): 0.094392926,
    (0.07, 25): 0.085810517, (0.07, 30): 0.080586404, (0.07, 40): 0.075009139, (0.07, 60): 0.071229226,
    (0.08, 20): 0.101852209, (0.08, 60): 0.080797949, (0.1, 20): 0.117459625, (0.1, 30): 0.106079248,
    (0.1, 60): 0.100329509,
}  # fmt: skip
CONSTRUCTION_7PCT = {1: 1.034408, 2: 1.070612, 3: 1.108506, 5: 1.189722, 6: 1.233237, 8: 1.326603}
PERIODS = {
    0.03: [4.717098, 4.069011, 3.509964, 3.027726],
    0.05: [4.545951, 3.561871, 2.790819, 2.18668],
    0.07: [4.387211, 3.128021, 2.230236, 1.590127],
}
K_OF_N = [
    (10, 10, 0.95, 0.598736939), (10, 11, 0.95, 0.898105409), (10, 12, 0.95, 0.980431738), (10, 13, 0.95, 0.996897004),
    (10, 14, 0.95, 0.99957261), (10, 15, 0.95, 0.999947194), (4, 4, 0.97, 0.88529281), (4, 5, 0.97, 0.991527947),
    (4, 6, 0.97, 0.999495582), (4, 7, 0.97, 0.999973641), (20, 20, 0.95, 0.358485922), (20, 23, 0.95, 0.974185494),
    (20, 25, 0.95, 0.998787039), (20, 27, 0.95, 0.999963265),
]  # fmt: skip
LEARNING = {
    0.05: {1: 10000.0, 2: 9500.0, 4: 9025.0, 8: 8573.75, 10: 8433.34, 16: 8145.06, 32: 7737.81},
    0.08: {1: 10000.0, 2: 9200.0, 4: 8464.0, 8: 7786.88, 10: 7580.64, 16: 7163.93, 32: 6590.82},
    0.095: {1: 10000.0, 2: 9050.0, 4: 8190.25, 8: 7412.18, 10: 7177.77, 16: 6708.02, 32: 6070.76},
    0.1: {1: 10000.0, 2: 9000.0, 4: 8100.0, 8: 7290.0, 10: 7046.88, 16: 6561.0, 32: 5904.9},
    0.15: {1: 10000.0, 2: 8500.0, 4: 7225.0, 8: 6141.25, 10: 5828.2, 16: 5220.06, 32: 4437.05},
}
BOIL_OFF = [(23, 0.0012, 0.027239), (23, 0.00085, 0.019368), (37, 0.00085, 0.030974), (44, 0.00085, 0.036725)]
CO2 = {6.259: 332.1, 6.04: 320.5, 9.717: 515.6, 9.447: 501.3, 5.543: 294.1, 8.295: 440.1}
GREAT_CIRCLES = [  # published floors of the round trip in fibre: km, ms
    ((35.68, 139.76), (34.05, -118.24), 8819, 86.4), ((37.57, 126.98), (35.68, 139.76), 1157, 11.3),
    ((39.04, -77.49), (32.78, -96.80), 1869, 18.3),
]  # fmt: skip


@pytest.mark.parametrize(("case", "expected"), ANNUITY.items())
def test_annuity(case, expected):
    assert money.annuity(*case) == pytest.approx(expected, abs=5e-10)


def test_annuity_broadcasts_over_rates_and_lives():
    table = money.annuity(np.array([0.0, 0.07])[:, None], np.array([20, 30, np.inf]))
    assert table == pytest.approx(np.array([[0.05, 1 / 30, 0.0], [0.094392926, 0.080586404, 0.07]]), abs=5e-10)


@QUICK
@given(rate=RATES, life=st.integers(1, 80))
def test_annuity_pays_off_the_investment(rate, life):
    years = np.arange(1, life + 1)
    assert money.annuity(rate, life) * np.sum((1 + rate) ** -years) == pytest.approx(1.0, rel=1e-12)


def test_annuity_is_continuous_at_no_interest():
    assert money.annuity(1e-12, 20) == pytest.approx(0.05, rel=1e-9)


@pytest.mark.parametrize(("years", "expected"), CONSTRUCTION_7PCT.items())
def test_interest_during_construction(years, expected):
    assert money.interest_during_construction(0.07, years) == pytest.approx(expected, abs=5e-7)


@QUICK
@given(rate=RATES, years=st.integers(1, 12))
def test_interest_is_the_sum_of_the_years_spending_carried_to_the_end(rate, years):
    carried = np.mean((1 + rate) ** (np.arange(years) + 0.5))
    assert money.interest_during_construction(rate, years) == pytest.approx(carried, rel=1e-12)


def test_no_building_time_or_no_interest_costs_nothing():
    assert money.interest_during_construction(0.07, 0) == 1.0
    assert list(money.interest_during_construction([0.0, 0.0], [1, 8])) == [1.0, 1.0]


@pytest.mark.parametrize(("rate", "expected"), PERIODS.items())
def test_period_weights(rate, expected):
    assert [money.period_weight(rate, start, 5) for start in (0, 5, 10, 15)] == pytest.approx(expected, abs=5e-7)


@QUICK
@given(rate=RATES, first=st.integers(1, 30), second=st.integers(1, 30))
def test_cutting_a_period_in_two_changes_nothing(rate, first, second):
    parts = money.period_weight(rate, 0, first) + money.period_weight(rate, first, second)
    assert parts == pytest.approx(money.period_weight(rate, 0, first + second), rel=1e-12)


@pytest.mark.parametrize(("rate", "path"), LEARNING.items())
def test_learning(rate, path):
    assert learning.learning_cost(10_000, list(path), rate) == pytest.approx(list(path.values()), abs=5e-3)


def test_partners_units_count_by_the_spill_over_share():
    alone = learning.learning_cost(10_000, 4 + 0.75 * 8, 0.095)
    assert learning.learning_cost(10_000, 4, 0.095, partner_units=8, spillover_share=0.75) == pytest.approx(alone)
    assert learning.learning_cost(10_000, 4, 0.095, partner_units=8) == pytest.approx(8190.25)


@pytest.mark.parametrize(("k", "n", "a", "expected"), K_OF_N)
def test_k_of_n(k, n, a, expected):
    assert reliability.k_of_n_availability(k, n, a) == pytest.approx(expected, abs=5e-10)


def test_one_unit_of_one_or_two():
    assert reliability.k_of_n_availability(1, [1, 2], 0.9) == pytest.approx([0.9, 0.99])


def test_a_voyage_is_paid_there_and_back_with_its_days_in_port():
    assert lng.freight_usd_per_mmbtu([20.0, 0.0], 50_000, 2.5e6, 5.0) == pytest.approx([0.9, 0.1])


def test_units_for_uptime_tiers():
    assert reliability.units_for_availability(10, 0.95, 0.99982) == 15  # Tier III from engines alone: N + 5 of 10
    assert reliability.units_for_availability(4, 0.97, 0.99997) == 7  # four reactor modules
    assert reliability.units_for_availability(3, 1.0, 0.9999) == 3
    assert reliability.units_for_availability(1, 0.9, 0.98) == 2  # one of two runs 99 % of the time


@QUICK
@given(k=st.integers(1, 20), spare=st.integers(0, 6), a=st.floats(0.5, 0.999))
def test_a_spare_unit_never_hurts(k, spare, a):
    assert reliability.k_of_n_availability(k, k + spare + 1, a) >= reliability.k_of_n_availability(k, k + spare, a)


@pytest.mark.parametrize(("days", "rate", "loss"), BOIL_OFF)
def test_boil_off(days, rate, loss):
    assert lng.boil_off_loss(days, rate) == pytest.approx(loss, abs=5e-7)


def test_turbines_keep_their_rating_in_the_cold_and_lose_it_in_the_heat():
    assert reliability.turbine_derate(np.array([-10.0, 15.0, 25.0, 40.0])) == pytest.approx([0.0, 0.0, 0.07, 0.175])


@pytest.mark.parametrize(("start", "end", "km", "ms"), GREAT_CIRCLES)
def test_great_circles_and_latency_floor(start, end, km, ms):
    assert distance.great_circle_km(*start, *end) == pytest.approx(km, rel=0.01)
    assert distance.latency_ms(km) == pytest.approx(ms, abs=0.06)
    assert distance.latency_ms(km, route_factor=1.35) == pytest.approx(1.35 * distance.latency_ms(km))


def test_great_circle_is_a_distance():
    places = np.array([[35.68, 139.76], [37.57, 126.98], [39.04, -77.49], [-33.0, 18.0]])
    table = distance.great_circle_km(*places.T[:, :, None], *places.T[:, None, :])
    assert np.allclose(table, table.T) and np.allclose(np.diag(table), 0.0)
    assert np.all(table[:, :, None] <= table[:, None, :] + table.T[None, :, :] + 1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: money.annuity(-0.01, 20),
        lambda: money.annuity([0.05, 0.05], [20, 0]),
        lambda: money.interest_during_construction(0.07, -1),
        lambda: money.period_weight(0.05, 0, 2.5),
        lambda: learning.learning_cost(1.0, 0, 0.1),
        lambda: learning.learning_cost(1.0, 2, 1.0),
        lambda: learning.learning_cost(1.0, 2, 0.1, 5, 1.5),
        lambda: reliability.k_of_n_availability(4, 3, 0.9),
        lambda: reliability.k_of_n_availability(2, 3, 1.1),
        lambda: reliability.units_for_availability(2, 0.0, 0.9),
        lambda: reliability.units_for_availability(2, 0.9, 1.0),
        lambda: lng.boil_off_loss(20, 1.0),
    ],
)
def test_the_impossible_is_refused(wrong):
    with pytest.raises(InputError, match="expected"):
        wrong()
