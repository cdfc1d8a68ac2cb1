"""Scarcity steps: what markets pay on top of the last plant's cost when little is left over.

    reserve(h) = (available - output of the stack, all zones of a market) / their load
    price(h)   = cost of the last plant + adder of the tightest step whose reserve share is not reached

Steps are fitted by duration: the tightest 1 % of our hours get what the dearest 1 % of measured hours cost above ours. Hours
are not paired, because sun and wind are of another year than the prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SHARES = (0.25, 0.12, 0.07, 0.03, 0.015, 0.006)  # of the hours, tightest first within each


@dataclass(frozen=True)
class Steps:
    """Below each reserve share (falling) the price is higher by the adder (USD/MWh, rising)."""

    reserve_share: np.ndarray
    adder_usd_per_mwh: np.ndarray


NONE = Steps(np.zeros(0), np.zeros(0))


def adder(reserve_share: np.ndarray, steps: Steps) -> np.ndarray:
    """What comes on top of the price by hour, USD/MWh.

    >>> adder(np.array([0.3, 0.1, 0.02]), Steps(np.array([0.2, 0.05]), np.array([10.0, 50.0]))).tolist()
    [0.0, 10.0, 50.0]
    """
    reached = (reserve_share[:, None] < steps.reserve_share[None]).sum(axis=1)
    return np.append(0.0, steps.adder_usd_per_mwh)[reached]


def fitted(
    reserve_share: np.ndarray, price: np.ndarray, measured: np.ndarray, shares: tuple[float, ...] = SHARES
) -> Steps:
    """Steps that bring the price of each share of the tightest hours to that of the dearest measured ones.

    `reserve_share` and `price` (USD/MWh) by hour of the model, `measured` of the market, of any length. Adders never fall
    with scarcity, nor below 0.
    """
    tight = np.argsort(reserve_share, kind="stable")
    dear = np.sort(measured)[::-1]
    ours, theirs = price[tight], dear
    thresholds, adders = [], []
    for share, tighter in zip(shares, (*shares[1:], 0.0), strict=True):
        mine = ours[round(tighter * len(ours)) : round(share * len(ours))]
        paid = theirs[round(tighter * len(theirs)) : round(share * len(theirs))]
        thresholds.append(float(np.quantile(reserve_share, share)))
        adders.append(max(float(paid.mean() - mine.mean()), 0.0))
    return Steps(np.array(thresholds), np.maximum.accumulate(np.array(adders)))
