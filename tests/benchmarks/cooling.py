"""Speed of hourly PUE for 76 sites and a year, as multiples of the time in which NumPy copies the weather.

Run with `python -m tests.benchmarks.cooling`.
"""

from __future__ import annotations

import timeit

import numpy as np

from planner.catalog.cards import cooling_systems
from planner.cooling import CoolingSystem, pue
from planner.cooling.psychrometrics import wet_bulb_c

SITES, HOURS = 76, 8760


def weather() -> tuple[np.ndarray, ...]:
    """Random but possible weather of every site and hour."""
    rng = np.random.default_rng(0)
    dry = rng.uniform(-15.0, 42.0, (SITES, HOURS))
    rh = rng.uniform(10.0, 100.0, dry.shape)
    pressure = rng.uniform(85_000.0, 103_000.0, dry.shape)
    return dry, wet_bulb_c(dry, rh, pressure), rh, pressure


def measure() -> dict[str, float]:
    """Best of five, per system: time of `pue` over the time to copy the four weather arrays."""
    state = weather()
    copy = min(timeit.repeat(lambda: [series.copy() for series in state], number=1, repeat=20))
    ratios = {}
    for name, card in cooling_systems().items():
        system = CoolingSystem.from_card(card)
        ratios[name] = min(timeit.repeat(lambda s=system: pue(*state, s), number=1, repeat=5)) / copy
    return ratios


if __name__ == "__main__":
    for name, ratio in measure().items():
        print(f"pue {SITES} x {HOURS}, {name}: {ratio:.0f} x copy")
