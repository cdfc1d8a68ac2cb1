"""Hourly shape of demand from hour-of-week profiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from planner.base.constants import HOURS

FIRST_DAY = 6  # 1 January 2023 is a Sunday; Monday is 0


def year_shape(hours_of_week: NDArray[np.float64], utc_offset_h: float) -> NDArray[np.float64]:
    """Relative demand in the 8,760 hours (UTC) of 2023, mean 1.

    hours_of_week : (168,) local time, Monday 00:00 first; utc_offset_h : local minus UTC, hours (+9 for Korea and Japan).
    """
    local = (FIRST_DAY * 24 + np.arange(HOURS) + round(utc_offset_h)) % 168
    shape = np.asarray(hours_of_week, float)[local]
    return shape / shape.mean()
