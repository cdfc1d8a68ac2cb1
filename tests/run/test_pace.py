"""How long a solve still takes: a gap that halves every ten seconds needs ten more for the next half."""

from __future__ import annotations

import pytest

from planner.run.pace import seconds_left


def test_a_gap_that_halves_in_ten_seconds_needs_thirty_to_an_eighth() -> None:
    assert seconds_left([0, 10, 20, 30], [8e-3, 4e-3, 2e-3, 1e-3], 1.25e-4) == pytest.approx(30.0)


def test_the_pace_is_that_of_the_last_half() -> None:
    """Fast at first, then a factor of two in 20 s: the last half tells."""
    assert seconds_left([1, 20, 40], [1.0, 1e-2, 5e-3], 2.5e-3) == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("seconds", "gaps"),
    [([1.0, 2.0], [1.0, 0.5]), ([0.1, 0.2, 0.3], [1, 0.5, 0.2]), ([10, 20, 30], [1e-2, 1e-2, 1e-2]), ([], [])],
)
def test_what_says_nothing_foretells_nothing(seconds: list[float], gaps: list[float]) -> None:
    assert seconds_left(seconds, gaps, 1e-4) is None


def test_gaps_that_are_no_numbers_are_passed_over() -> None:
    assert seconds_left([1, 5, 10, 20], [float("nan"), 4e-3, float("inf"), 2e-3], 1e-3) is None
    assert seconds_left([1, 5, 10, 20], [float("nan"), 8e-3, 4e-3, 2e-3], 1e-3) == pytest.approx(10.0)
