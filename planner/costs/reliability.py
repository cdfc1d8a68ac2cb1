"""Units that run and units in reserve, and what heat takes from a gas turbine: textbook reliability."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from planner.costs.refusal import refuse


def k_of_n_availability(k: ArrayLike, n: ArrayLike, unit_availability: ArrayLike) -> Any:
    """Probability that at least `k` of `n` equal, independent units run (upper tail of the binomial distribution).

    >>> round(float(k_of_n_availability(10, 12, 0.95)), 9)
    0.980431738
    """
    needed, units = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    a = np.asarray(unit_availability, float)
    refuse((needed < 1) | (units < needed), "more units needed than there are", needed, "1 <= k <= n")
    refuse(~((a >= 0) & (a <= 1)), "an impossible availability", a, "0 to 1")
    return bdtrc(needed - 1, units.astype(int), a)[()]


def units_for_availability(k: int, unit_availability: float, target: float) -> int:
    """Smallest number of equal units of which at least `k` run with probability `target`.

    >>> units_for_availability(10, 0.95, 0.9998), units_for_availability(4, 0.97, 0.9999)
    (15, 7)
    """
    refuse(not 0 < unit_availability <= 1, "an impossible availability", unit_availability, "0 < a <= 1")
    refuse(not 0 < target < 1, "an impossible target", target, "0 < target < 1")
    n = int(k)
    while k_of_n_availability(k, n, unit_availability) < target:
        n += 1
    return n


def turbine_derate(dry_bulb_c: ArrayLike, loss_per_k: float = 0.007, rated_at_c: float = 15.0) -> Any:
    """Fraction of rated output that a gas turbine loses in the heat: 0.7 % per kelvin above ISO 15 C, 0 below.

    >>> round(float(turbine_derate(35.0)), 6), float(turbine_derate(5.0))
    (0.14, 0.0)
    """
    heat = np.maximum(np.asarray(dry_bulb_c, float) - rated_at_c, 0.0)
    return np.minimum(loss_per_k * heat, 1.0)[()]
