"""What campuses may buy of their zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.blocks.trade import products
from planner.timeline.hours import full_year


def test_a_shape_is_offered_without_the_44_dearest_hours_too() -> None:
    """Eleven typical hours of 30 hours each, then the rest of the year: 44 hours pass the highest and reach the second."""
    year = full_year()
    weights = np.array([30.0] * 11 + [8760.0 - 330.0])
    timeline = replace(year, hours=np.arange(12), weights=weights, spans=((0, 12),))
    shape = np.array([5.0, 4.0, 3.0, 2.0] + [1.0] * 8)
    found = products([shape], timeline)
    mean = (5 * 30 + 4 * 30 + 3 * 30 + 2 * 30 + 8760 - 120) / 8760
    held = np.minimum(shape, 4.0)
    assert set(found) == {"flat", "shape 1", "shape 1 without its tip"}
    np.testing.assert_allclose(found["shape 1"], shape / mean)
    np.testing.assert_allclose(found["shape 1 without its tip"], held / (mean - 30 / 8760))
