"""How much of a plant can run in each hour.

    available(h) = MW x availability / (1 - s) x (1 - s(h))

s is the part of the year in planned maintenance, which is put into the weeks of low net load so that what is left over the
load is as even as it can be: s(week) = clip((level - peak(week)) / fleet, 0, 0.35), with mean s. A plant that may give no more
than a share of its year (coal: fuel, seasons, captive plants) is held at a level L but in the tightest hours:

    limit(h) = available(h) in the 3 % of hours with the highest net load, min(available(h), L) else,  mean = share x MW
"""

from __future__ import annotations

import numpy as np

from planner.grid.levels import cut

MOST_IN_MAINTENANCE = 0.35
TIGHT_SHARE = 0.03
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


def yearly_limit(available: np.ndarray, most_share: np.ndarray, net_load_mw: np.ndarray) -> np.ndarray:
    """The available shares (plants x hours) held down so that no plant can give more than `most_share` of its year."""
    hours = available.shape[1]
    tight = np.zeros(hours, bool)
    tight[np.argsort(-net_load_mw, kind="stable")[: round(TIGHT_SHARE * hours)]] = True
    surplus = available.sum(axis=1) - most_share * hours  # plant-hours to be taken away from the ordinary hours
    ordinary = available[:, ~tight]
    surplus = np.clip(surplus, 0.0, ordinary.sum(axis=1))
    limited = available.copy()
    limited[:, ~tight] = ordinary - cut(ordinary, ordinary, surplus)
    return limited
