"""What stores take off a peak: by hand, against a linear program of the same hours, and what must hold of any load."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from planner.base.arrays import Array
from planner.grid.shaving import content_needed, peak_shaving

DAY = ((0, 24),)


def test_a_peak_by_hand() -> None:
    load = np.full(24, 50.0)
    load[[8, 18, 19]] = [90.0, 100.0, 80.0]
    assert content_needed(load, 80.0, 0.8, DAY) == pytest.approx(
        20.0
    )  # the evening's; the morning's 10 have come back by then
    assert content_needed(load, 60.0, 0.8, DAY) == pytest.approx(
        60.0
    )  # 40 + 20; nine hours at 8 a piece fill what the morning took
    assert content_needed(load, 60.0, 0.2, DAY) == pytest.approx(30.0 - 9 * 2.0 + 60.0)  # they fill 18 of its 30
    assert content_needed(load, 60.0, 0.8, ((0, 12), (12, 24))) == pytest.approx(60.0)
    assert content_needed(load, 80.0, 0.8, DAY, step_hours=0.5) == pytest.approx(10.0)


def test_further_gw_need_longer_and_a_day_is_the_end_of_it() -> None:
    load = np.full(48, 50.0)
    load[18] = 100.0
    points = peak_shaving(load, 0.8, ((0, 48),))
    assert points[:3].tolist() == [[0, 0], pytest.approx([2, 2]), pytest.approx([5, 5])]  # an hour each
    assert points[-1].tolist() == pytest.approx([40, 40])
    flat = peak_shaving(np.full(48, 50.0), 0.8, ((0, 48),))
    assert flat.tolist() == [[0, 0]]  # what always runs is nothing that a store could take off
    assert peak_shaving(np.full(48, -1.0), 0.8, ((0, 48),)).tolist() == [[0, 0]]
    broad = 100.0 - 0.05 * np.abs(np.arange(48) - 24)
    assert len(peak_shaving(broad, 0.8, ((0, 48),))) == 1  # two GW would have to last for 34 hours


def by_program(load: Array, top: float, efficiency: float) -> float:
    """The least content with which what is left is at most `top`, the store full before the first hour."""
    n = len(load)
    fill, give, held, size = np.arange(n), n + np.arange(n), 2 * n + np.arange(n), 3 * n
    rows, right = np.zeros((2 * n, 3 * n + 1)), np.zeros(2 * n)
    balance = np.zeros((n, 3 * n + 1))
    for t in range(n):
        rows[t, [fill[t], give[t]]], right[t] = [1.0, -1.0], top - load[t]
        rows[n + t, [held[t], size]] = [1.0, -1.0]
        balance[t, [held[t], fill[t], give[t]]] = [1.0, -efficiency, 1.0]
        balance[t, held[t - 1] if t else size] = -1.0
    cost = np.zeros(3 * n + 1)
    cost[size] = 1.0
    return float(linprog(cost, A_ub=rows, b_ub=right, A_eq=balance, b_eq=np.zeros(n)).fun)


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_least_content_that_a_linear_program_finds(seed: int) -> None:
    load = 60.0 + 40.0 * np.random.default_rng(seed).random(72)
    for top in (95.0, 88.0, 83.0):
        assert content_needed(load, top, 0.81, ((0, 72),)) == pytest.approx(by_program(load, top, 0.81), rel=1e-7)


@given(st.lists(st.floats(0, 100), min_size=2, max_size=60), st.floats(0.5, 1.0))
def test_content_is_convex_in_what_is_taken_off(values: list[float], efficiency: float) -> None:
    load = np.array(values)
    tops = np.linspace(0.0, load.max(), 7)
    needs = np.array([content_needed(load, top, efficiency, ((0, len(load)),)) for top in tops])
    assert (np.diff(needs, 2) >= -1e-6).all() and (np.diff(needs) <= 1e-6).all() and needs[-1] == pytest.approx(0.0)
