"""Pumped hydro and batteries: valleys of the day's net load are filled, its peaks shaved, while that saves money.

    charge(h)    = clip(low - net(h), 0, charge power),     sum = E / efficiency
    discharge(h) = clip(net(h) - high, 0, discharge power), sum = E

E grows until its emptiest and its fullest hour lie a whole store apart, the levels meet, or the cost at the high level no longer
covers that at the low one over the efficiency: c(high) x efficiency >= c(low), c the zone's own merit order of that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.grid.hydro import DAY
from planner.grid.levels import level_curve

STEPS = 40  # halvings of the day's energy: exact to 1e-12 of the store


@dataclass(frozen=True)
class Store:
    """A store of energy: powers MW, energy MWh, efficiency of the round trip."""

    plant: str
    discharge_mw: float
    charge_mw: float
    energy_mwh: float
    efficiency: float


def net_output_mw(net_load_mw: np.ndarray, store: Store, cost: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Discharge less charge by hour (MW). `cost`: marginal cost (USD/MWh) of a residual load (MW) by day."""
    net = net_load_mw.reshape(-1, DAY)
    peaks, valleys = level_curve(net, store.discharge_mw), level_curve(-net, store.charge_mw)
    most = min(store.discharge_mw * DAY, store.charge_mw * DAY * store.efficiency)
    useless, useful = np.full(len(net), most), np.zeros(len(net))
    for step in range(STEPS):
        energy = useless if step == 0 else (useful + useless) / 2
        high, low = peaks.level(energy), -valleys.level(energy / store.efficiency)
        pays = (high >= low) & (cost(high) * store.efficiency >= cost(low) - 1e-9)
        pays &= _held_mwh(_output(net, high, low, store), store.efficiency) <= store.energy_mwh * (1 + 1e-12)
        useful, useless = np.where(pays, energy, useful), np.where(pays, useless, energy)
    high, low = peaks.level(useful), -valleys.level(useful / store.efficiency)
    return np.where(useful[:, None] > 0, _output(net, high, low, store), 0.0).ravel()


def _output(net: np.ndarray, high: np.ndarray, low: np.ndarray, store: Store) -> np.ndarray:
    """Discharge less charge (MW) that brings the net load of each day between its two levels."""
    shaved = np.clip(net - high[:, None], 0.0, store.discharge_mw)
    return shaved - np.clip(low[:, None] - net, 0.0, store.charge_mw)


def _held_mwh(output: np.ndarray, efficiency: float) -> np.ndarray:
    """Energy between the emptiest and the fullest hour of each day; a day ends as it began, wherever it began."""
    held = np.cumsum(np.where(output < 0, -output * efficiency, -output), axis=1)
    return held.max(axis=1) - held.min(axis=1)
