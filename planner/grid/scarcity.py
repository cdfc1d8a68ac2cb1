"""Scarcity steps: what markets pay on top of the last plant's cost when little is left over, and less when much is.

    reserve(h) = (available - output of the stack, all zones of a market) / their load
    price(h)   = cost of the last plant + adder of the furthest step that is reached

A step that adds holds below its reserve share, one that takes away (plants are paid less than their cost rather than stop) above
it. Steps are fitted by duration: the tightest 1 % of our hours get what the dearest 1 % of measured hours cost above ours, the
slackest 5 % what the cheapest 5 % cost below. Hours are not paired, because sun and wind are of another year than the prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TIGHT = (0.25, 0.12, 0.07, 0.03, 0.015, 0.006)  # shares of the hours, the tightest last
SLACK = (0.25, 0.12, 0.07, 0.03)


@dataclass(frozen=True)
class Steps:
    """Adders (USD/MWh): a positive one holds below its reserve share, a negative one above."""

    reserve_share: np.ndarray
    adder_usd_per_mwh: np.ndarray


NONE = Steps(np.zeros(0), np.zeros(0))


def adder(reserve_share: np.ndarray, steps: Steps) -> np.ndarray:
    """What comes on top of the price by hour, USD/MWh.

    >>> steps = Steps(np.array([0.2, 0.05, 0.6]), np.array([10.0, 50.0, -4.0]))
    >>> adder(np.array([0.7, 0.3, 0.1, 0.02]), steps).tolist()
    [-4.0, 0.0, 10.0, 50.0]
    """
    here, step = reserve_share[:, None], steps.reserve_share[None]
    holds = np.where(steps.adder_usd_per_mwh > 0, here < step, here > step)
    reached = np.where(holds, steps.adder_usd_per_mwh, 0.0)
    return reached.max(axis=1, initial=0.0) + reached.min(axis=1, initial=0.0)


def fitted(
    reserve_share: np.ndarray,
    price: np.ndarray,
    measured: np.ndarray,
    tight: tuple[float, ...] = TIGHT,
    slack: tuple[float, ...] = SLACK,
) -> Steps:
    """Steps that bring each share of the tightest hours to the price of the dearest measured ones, the slackest to the cheapest.

    `reserve_share` and `price` (USD/MWh) by hour of the model, `measured` of the market, of any length. Adders never fall with
    scarcity.
    """
    dear, scarce = np.sort(measured)[::-1], np.argsort(reserve_share, kind="stable")
    more = np.maximum.accumulate(np.maximum(_gaps(price[scarce], dear, tight), 0.0))
    less = np.minimum.accumulate(np.minimum(_gaps(price[scarce[::-1]], dear[::-1], slack), 0.0))
    below, above = np.quantile(reserve_share, np.array(tight)), np.quantile(reserve_share, 1.0 - np.array(slack))
    return Steps(np.concatenate([below, above]), np.concatenate([more, less]))


def _gaps(ours: np.ndarray, theirs: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Mean of theirs less ours between one share of the hours and the next, both sorted from the end that counts."""
    gaps = []
    for share, further in zip(shares, [*shares, 0.0][1:], strict=True):
        mine = ours[round(further * len(ours)) : round(share * len(ours))]
        paid = theirs[round(further * len(theirs)) : round(share * len(theirs))]
        gaps.append(float(paid.mean() - mine.mean()))
    return np.array(gaps)
