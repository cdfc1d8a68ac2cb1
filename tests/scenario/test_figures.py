"""Stage series: straight lines between the years given, the ends held."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.scenario import Series


def test_a_series_interpolates_and_holds_its_ends() -> None:
    series = Series(((2028, 10.0), (2032, 30.0), (2040, 30.0)))
    assert [series.at(year) for year in (2020, 2028, 2030, 2032, 2036, 2040, 2060)] == [10, 10, 20, 30, 30, 30, 30]


def test_a_single_figure_holds_in_every_year() -> None:
    assert {Series.constant(4.0).at(year) for year in (2026, 2050)} == {4.0}


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(st.integers(2026, 2060), st.floats(0, 1e6), min_size=1, max_size=6),
    st.integers(2020, 2070),
)
def test_a_series_stays_between_its_neighbours_and_meets_its_points(points: dict[int, float], year: int) -> None:
    series = Series(tuple(sorted(points.items())))
    assert all(series.at(known) == pytest.approx(value) for known, value in points.items())
    assert min(points.values()) * (1 - 1e-12) <= series.at(year) <= max(points.values()) * (1 + 1e-12)
