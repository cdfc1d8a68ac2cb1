"""Values, ranges and how likely their parts are."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from planner.studies.varied.factors import Span, factor


def test_a_triangle_has_half_its_area_where_one_computes_it() -> None:
    # F(x) = (x - a)^2 / ((b - a)(m - a)) up to the mode: with a 0, m 6, b 8 the median is sqrt(0.5 * 8 * 6)
    span = Span(low=0, high=8, mode=6, distribution="triangular")
    assert span.quantile(0.5) == pytest.approx(math.sqrt(24.0))


def test_a_normal_range_is_symmetric_and_ends_at_its_ends() -> None:
    span = Span(low=-2, high=4, distribution="normal")
    assert span.quantile(0.5) == pytest.approx(1.0)
    assert span.quantile(0.0) == pytest.approx(-2.0)
    assert span.quantile(0.2) + span.quantile(0.8) == pytest.approx(2.0)


def test_the_median_of_a_lognormal_range_is_its_geometric_mean() -> None:
    assert Span(low=2, high=8, distribution="lognormal").quantile(0.5) == pytest.approx(4.0)


def test_units_stay_beside_the_figures() -> None:
    one = factor("fuel.lng_spot", {"low": "8 USD/MMBtu", "high": "16 USD/MMBtu", "steps": 3})
    assert one.grid == ("8.0 USD/MMBtu", "12.0 USD/MMBtu", "16.0 USD/MMBtu")
    assert one.at(0.25) == "10.0 USD/MMBtu"
    assert one.number("12.0 USD/MMBtu") == 12.0


def test_every_value_of_a_list_is_as_likely() -> None:
    one = factor("smr.learning", ["own", "pooled", "none"])
    assert [one.at(q) for q in (0.0, 0.34, 0.999, 1.0)] == ["own", "pooled", "none", "none"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"low": 3, "high": 2}, "empty"),
        ({"low": "1 USD", "high": "2 EUR"}, "different units"),
        ({"low": 0, "high": 2, "distribution": "lognormal"}, "begins above 0"),
        ({"low": 0, "high": 2, "mode": 3}, "outside"),
        ({"low": 0, "hihg": 2}, "unknown key"),
        ([], "no value"),
        (7, "no way to vary"),
    ],
)
def test_what_cannot_be_varied_is_refused(given: object, says: str) -> None:
    with pytest.raises((ValidationError, Exception), match=says):
        factor("grid.delay", given)
