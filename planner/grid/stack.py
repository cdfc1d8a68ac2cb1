"""The merit order of one zone: bands in order of cost, each at least at its least output.

    p(b,h) = least(b,h) + clip(residual(h) - sum of least(h) - room of the cheaper bands(h), 0, most(b,h) - least(b,h))

The price is the cost of the last band that runs above its least; 0 where the least outputs are too much and something is
spilled; the price of unserved energy where all bands together are too little.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

UNSERVED_USD_PER_MWH = 500.0


@dataclass(frozen=True)
class Dispatch:
    """Hours of one or many zones. Bands x hours: `output_mw`; zones x hours: the others. Flows: links x hours, MW."""

    output_mw: np.ndarray
    price_usd_per_mwh: np.ndarray
    unserved_mw: np.ndarray
    spilled_mw: np.ndarray
    flow_mw: np.ndarray


def merit_order(residual_mw: np.ndarray, cost: np.ndarray, least: np.ndarray, most: np.ndarray) -> Dispatch:
    """Dispatch of one zone: residual load by hour (MW), cost of each band (USD/MWh), least and most output, bands x hours."""
    order = np.argsort(cost, kind="stable")
    room = (most - least)[order]
    asked = residual_mw - least.sum(axis=0)
    before = np.cumsum(room, axis=0) - room
    above = np.clip(asked - before, 0.0, room)
    output = least.copy()
    output[order] += above
    unserved = np.maximum(asked - room.sum(axis=0), 0.0)
    spilled = np.maximum(-asked, 0.0)
    running = np.where(above > 0, np.arange(1, len(cost) + 1)[:, None], 0).max(axis=0, initial=0)
    price = np.append(0.0, cost[order])[running]
    price = np.where(unserved > 0, UNSERVED_USD_PER_MWH, price)
    return Dispatch(output, price[None], unserved[None], spilled[None], np.zeros((0, len(residual_mw))))


def cost_curve(cost: np.ndarray, least_mw: np.ndarray, most_mw: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Marginal cost (USD/MWh) of a residual load (MW), one of each day, with the bands of that day (bands x days).

    0 up to their least outputs, the price of unserved energy above all.
    """
    order = np.argsort(cost, kind="stable")
    room = np.cumsum((most_mw - least_mw)[order], axis=0)
    steps = least_mw.sum(axis=0) + np.concatenate([np.zeros((1, least_mw.shape[1])), room])
    prices = np.concatenate([[0.0], cost[order], [UNSERVED_USD_PER_MWH]])

    def at(residual_mw: np.ndarray) -> np.ndarray:
        return prices[(steps < residual_mw - 1e-9 * (1 + abs(residual_mw))).sum(axis=0)]

    return at
