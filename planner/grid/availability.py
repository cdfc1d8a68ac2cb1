"""How much of a plant can run in each hour.

    available(h) = MW x availability / (1 - s) x (1 - s(h))

s is the part of the year in planned maintenance, which is put into the weeks of low net load so that what is left over the
load is as even as it can be: s(week) = clip((level - peak(week)) / fleet, 0, 0.35), with mean s.
"""

from __future__ import annotations

import numpy as np

from planner.grid.levels import cut

MOST_IN_MAINTENANCE = 0.35
WEEK = 168


def maintenance(net_load_mw: np.ndarray, fleet_mw: float, share: np.ndarray) -> np.ndarray:
    """Part in maintenance, plants x hours, for the shares of the year of n plants and a net load by hour."""
    hours = len(net_load_mw)
    weeks = max(hours // WEEK, 1)
    week = np.minimum(np.arange(hours) // WEEK, weeks - 1)
    peak = np.array([net_load_mw[week == w].max() for w in range(weeks)])
    room = np.broadcast_to(-peak / max(fleet_mw, 1e-9), (len(share), weeks))
    by_week = cut(room, MOST_IN_MAINTENANCE, np.minimum(share, MOST_IN_MAINTENANCE) * weeks)
    return by_week[:, week]


def available_share(availability: np.ndarray, share: np.ndarray, maintained: np.ndarray) -> np.ndarray:
    """Share of MW that can run, plants x hours, at most 1."""
    return np.minimum((availability / (1.0 - share))[:, None] * (1.0 - maintained), 1.0)
