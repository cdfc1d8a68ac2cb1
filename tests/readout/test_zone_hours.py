"""Which hours of a zone are told: all of typical days, the dearest week of a longer timeline."""

from __future__ import annotations

import numpy as np

from planner.readout.zone_hours import dearest_week


def test_of_a_long_timeline_the_week_of_the_largest_bill_is_told_by_the_zone_s_clock() -> None:
    """Hours 168 to 335 of the clock, which begins three hours late; the dearest hour of all lies in another week, and in none whole."""
    order = np.roll(np.arange(700), -3)
    bill = np.ones(700)
    bill[3 + 168 : 3 + 336] = 1.5
    bill[3 + 40], bill[3 + 690] = 50.0, 900.0
    assert dearest_week(order, bill).tolist() == list(range(171, 339))


def test_few_hours_are_told_all() -> None:
    order = np.arange(600)[::-1]
    assert dearest_week(order, np.ones(600)) is order
