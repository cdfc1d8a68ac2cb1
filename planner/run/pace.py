"""How long a solve still takes, by how fast its gap has closed so far."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

LEAST_SECONDS, LEAST_POINTS = 2.0, 3  # before that nothing is foretold
HORIZON = 20.0  # times the seconds spent: a gap that needs longer is not closing


def seconds_left(seconds: Sequence[float], gaps: Sequence[float], wanted: float) -> float | None:
    """Seconds until the gap is `wanted`, if its logarithm goes on falling as over the last half of the time; None where that says nothing.

    seconds, gaps : what was told so far, in order; gaps that are not finite or not positive are passed over.

    >>> seconds_left([0.0, 10.0, 20.0], [8e-3, 4e-3, 2e-3], 1e-3)
    10.0
    """
    told = [(at, gap) for at, gap in zip(seconds, gaps, strict=True) if 0.0 < gap < 1e9]
    if len(told) < LEAST_POINTS or told[-1][0] < LEAST_SECONDS:
        return None
    now, gap = told[-1]
    if gap <= wanted:
        return 0.0
    at, before = next((at, before) for at, before in told if at >= now / 2 or at == told[-2][0])
    if at >= now or before <= gap:
        return None
    left = (now - at) * log(gap / wanted) / log(before / gap)
    return round(left, 6) if left < HORIZON * now else None
