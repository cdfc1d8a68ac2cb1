"""LNG at sea: boil-off on the voyage, and the delivered price in the forms of EIA and by route."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.costs.refusal import refuse


@overload
def boil_off_loss(days: float, boil_off_per_day: float) -> float: ...
@overload
def boil_off_loss(days: ArrayLike, boil_off_per_day: ArrayLike) -> Array: ...
def boil_off_loss(days: ArrayLike, boil_off_per_day: ArrayLike) -> float | Array:
    """Share of an LNG cargo that boils off on a laden voyage, `1 - (1 - b)^d`: each day a share of what is left.

    Days of the voyage and the fraction per day in, a fraction out, in the shape that both broadcast to. Raises InputError for a
    fraction outside [0, 1).

    >>> round(float(boil_off_loss(23, 0.00085)), 6)
    0.019368
    """
    b = np.asarray(boil_off_per_day, float)
    refuse((b < 0) | (b >= 1), "an impossible boil-off", b, "0 <= share per day < 1")
    return (-np.expm1(np.asarray(days, float) * np.log1p(-b)))[()]


@overload
def freight_usd_per_mmbtu(
    route_days: float, charter_usd_per_day: float, cargo_mmbtu: float, port_days: float
) -> float: ...
@overload
def freight_usd_per_mmbtu(
    route_days: ArrayLike, charter_usd_per_day: ArrayLike, cargo_mmbtu: float, port_days: float
) -> Array: ...
def freight_usd_per_mmbtu(
    route_days: ArrayLike, charter_usd_per_day: ArrayLike, cargo_mmbtu: float, port_days: float
) -> float | Array:
    """Charter of a ship there and back with its days in port, per MMBtu loaded: `charter (2 d + port days) / cargo`.

    `route_days` are one way; the shape that they and the charter broadcast to comes out. Fuel is the boil-off of the laden leg.

    >>> float(freight_usd_per_mmbtu(24.5, 60_000, 3.9e6, 3.0))
    0.8
    """
    return (np.asarray(charter_usd_per_day, float) * (2.0 * np.asarray(route_days, float) + port_days) / cargo_mmbtu)[
        ()
    ]
