"""Charts say what their figures say: the longest bar is the largest change, up is more, dark is more."""

from __future__ import annotations

import re

import numpy as np
import pytest

from planner.studio.charts import BLUE, RED
from planner.studio.plots import HOURS_OF_DAY, WEEKS, Swing, curve, dots, tornado, year


def bars(drawn: str) -> list[tuple[float, float, str]]:
    found = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="\d+" fill="([^"]+)"><title>', drawn)
    return [(float(x), float(width), colour) for x, width, colour in found]


def test_a_tornado_has_its_widest_bar_on_top_and_less_to_the_left() -> None:
    drawn = tornado([Swing("rate", (("3 %", 10.0),)), Swing("gas", (("0.5", -40.0), ("2", 20.0)))])
    (x_low, low, c_low), (x_high, high, c_high), (_, rate, _) = bars(drawn)
    assert (c_low, c_high) == (BLUE, RED)
    assert low == pytest.approx(2 * high, abs=0.1) and rate == pytest.approx(low / 4, abs=0.1)
    assert x_low + low == pytest.approx(x_high, abs=0.1)  # they meet in the middle
    assert drawn.index("gas") < drawn.index("rate") and "-40" in drawn
    assert tornado([Swing("nothing", (("1", 0.0),))]) == ""


def test_ends_of_a_tornado_on_one_side_share_a_label() -> None:
    drawn = tornado([Swing("gas", (("0.5", -40.0), ("2", 20.0))), Swing("delay", (("2", 5.0), ("4", 0.0)))])
    labels = re.findall(r'<text x="([\d.]+)"[^>]*>([^<]*)</text>', drawn)
    assert [words for _, words in labels] == ["gas", "0.5: -40", "2: +20", "delay", "2: +5; 4: +0"]
    places = [float(x) for x, words in labels if ":" in words]
    assert places[2] < places[1]  # nearer to the middle than what moves more


def test_names_in_charts_stay_text() -> None:
    for drawn in (
        tornado([Swing("<b>", (("1", 1.0),))]),
        dots([("<b>", 1.0, 1.0)], "<i>", "y"),
        curve([(1.0, 1.0)], "<i>", "y"),
    ):
        assert "<b>" not in drawn and "<i>" not in drawn


def test_a_curve_rises_where_its_figures_do() -> None:
    places = re.findall(
        r'<circle cx="([\d.]+)" cy="([\d.]+)"', curve([(1.0, 10.0), (2.0, 20.0), (4.0, 40.0)], "x", "y")
    )
    xs, ys = zip(*((float(x), float(y)) for x, y in places), strict=True)
    assert xs[2] - xs[1] == pytest.approx(2 * (xs[1] - xs[0]), rel=0.01)
    assert ys[0] - ys[1] == pytest.approx((ys[1] - ys[2]) / 2, rel=0.02)  # y runs down


def test_a_year_is_a_column_a_week_and_its_darkest_cell_the_busiest_hour() -> None:
    values = np.ones(8760)
    values[24 * 7 * 3 + 20 : 24 * 7 * 4 : 24] = 3.0  # eight in the evening of every day of the fourth week
    cells = re.findall(
        r'<rect x="(\d+)" y="(\d+)" width="12.2" height="8.2" fill="[^"]+" fill-opacity="([\d.]+)"', year(values)
    )
    assert len(cells) == WEEKS * HOURS_OF_DAY
    x, y, _ = max(cells, key=lambda cell: float(cell[2]))
    assert (int(x), int(y)) == (52 + 12 * 3, 8 + 8 * (23 - 20))
    assert "polyline" in year(np.array([1.0, 2.0]))  # hours of one's own are a line
