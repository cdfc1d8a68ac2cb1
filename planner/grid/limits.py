"""Energy limits: plants that may give no more than a share of their year (coal: fuel, seasons, captive plants).

Such a plant is held at a level L but in the tightest hours:

    most(h) = available(h) in the 3 % of hours with the highest net load, min(available(h), L) else,  mean = allowance

The allowance starts at the limit. A plant that then gives less than its limit (there is no use for it in slack hours) may have
more in the others: the allowance is raised by what is missing until the energy of the year is the limit, or nothing is missing.
"""

from __future__ import annotations

import numpy as np

from planner.grid.levels import cut

TIGHT_SHARE = 0.03
ROUNDS = 6  # of raising the allowance; the energy is then within 1 % of the limit


def held_down(available: np.ndarray, allowance: np.ndarray, net_load_mw: np.ndarray) -> np.ndarray:
    """`available` (plants x hours, MW) held down to a mean of `allowance` (MW), the tightest hours left alone."""
    hours = available.shape[1]
    tight = np.zeros(hours, bool)
    tight[np.argsort(-net_load_mw, kind="stable")[: round(TIGHT_SHARE * hours)]] = True
    ordinary = available[:, ~tight]
    surplus = np.clip(available.sum(axis=1) - allowance * hours, 0.0, ordinary.sum(axis=1))
    held = available.copy()
    held[:, ~tight] = ordinary - cut(ordinary, ordinary, surplus)
    return held


def next_allowance(allowance: np.ndarray, used: np.ndarray, limit: np.ndarray, available: np.ndarray) -> np.ndarray:
    """The allowance of the next round, from the mean output of this one, the limit and the mean available (all MW)."""
    missing = np.divide(limit, used, out=np.full_like(used, np.inf), where=used > 0)
    # Squared, because only a part of what is allowed is used: more of it falls into hours without a use.
    asked = np.where(limit > 0, allowance * missing**2, 0.0)
    return np.clip(asked, np.minimum(limit, available), available)
