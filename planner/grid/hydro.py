"""Reservoir hydro: each day's energy goes to the hours of highest net load (water filling).

    p(h) = clip(net(h) - level, least, most),  sum over the day of p = energy of the day

`least` is a share of the day's mean (rivers must run), `most` the installed power. Levelling the net load is the cheapest use
of the water for any convex merit order that stays the same over the day.
"""

from __future__ import annotations

import numpy as np

from planner.grid.levels import cut

LEAST_SHARE_OF_MEAN = 0.35  # of a day's mean, in every hour; assumed
DAY = 24


def reservoir_mw(net_load_mw: np.ndarray, energy_mwh: np.ndarray, most_mw: float) -> np.ndarray:
    """Output by hour (MW) for a net load by hour (MW) and an energy by day (MWh), which is cut to what the plant can give."""
    net = net_load_mw.reshape(-1, DAY)
    energy = np.minimum(energy_mwh, most_mw * DAY)
    least = np.minimum(LEAST_SHARE_OF_MEAN * energy / DAY, most_mw)
    above = cut(net - least[:, None], (most_mw - least)[:, None], energy - least * DAY)
    return (least[:, None] + above).ravel()
