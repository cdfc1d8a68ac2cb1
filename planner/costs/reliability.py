"""Units that run and units in reserve, and what heat takes from a gas turbine: textbook reliability."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc

from planner.base.arrays import Array
from planner.costs.refusal import refuse


@overload
def k_of_n_availability(k: float, n: float, unit_availability: float) -> float: ...
@overload
def k_of_n_availability(k: ArrayLike, n: ArrayLike, unit_availability: ArrayLike) -> Array: ...
def k_of_n_availability(k: ArrayLike, n: ArrayLike, unit_availability: ArrayLike) -> float | Array:
    """Probability that at least `k` of `n` equal, independent units run: the upper tail of the binomial distribution.

    `sum_{i=k}^{n} C(n, i) a^i (1-a)^(n-i)` (Billinton and Allan 1992, Reliability Evaluation of Engineering Systems, chapter 3). Whole
    units and a fraction in, a fraction out, in the shape that all broadcast to. Raises InputError unless 1 <= k <= n and 0 <= a <= 1.

    >>> round(float(k_of_n_availability(10, 12, 0.95)), 9)
    0.980431738
    """
    needed, units = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    a = np.asarray(unit_availability, float)
    refuse((needed < 1) | (units < needed), "more units needed than there are", needed, "1 <= k <= n")
    refuse(~((a >= 0) & (a <= 1)), "an impossible availability", a, "0 to 1")
    return bdtrc(needed - 1, units.astype(int), a)[()]


def units_for_availability(k: int, unit_availability: float, target: float) -> int:
    """Smallest number of equal units of which at least `k` run with probability `target`, a fraction below 1.

    >>> units_for_availability(10, 0.95, 0.9998), units_for_availability(4, 0.97, 0.9999)
    (15, 7)
    """
    refuse(not 0 < unit_availability <= 1, "an impossible availability", unit_availability, "0 < a <= 1")
    refuse(not 0 < target < 1, "an impossible target", target, "0 < target < 1")
    n = int(k)
    while k_of_n_availability(k, n, unit_availability) < target:
        n += 1
    return n


@overload
def turbine_derate(dry_bulb_c: float, loss_per_k: float = 0.007, rated_at_c: float = 15.0) -> float: ...
@overload
def turbine_derate(dry_bulb_c: ArrayLike, loss_per_k: float = 0.007, rated_at_c: float = 15.0) -> Array: ...
def turbine_derate(dry_bulb_c: ArrayLike, loss_per_k: float = 0.007, rated_at_c: float = 15.0) -> float | Array:
    """Fraction of rated output that a gas turbine loses in the heat: 0.7 % per kelvin above ISO 15 C, 0 below.

    The slope is a planning assumption from general knowledge (0.5 to 0.9 % per kelvin is usual). Degrees Celsius of any shape in, the
    same shape out.

    >>> round(float(turbine_derate(35.0)), 6), float(turbine_derate(5.0))
    (0.14, 0.0)
    """
    heat = np.maximum(np.asarray(dry_bulb_c, float) - rated_at_c, 0.0)
    return np.minimum(loss_per_k * heat, 1.0)[()]
