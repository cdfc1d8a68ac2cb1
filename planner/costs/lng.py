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


def lng_price_eia(
    henry_hub: ArrayLike,
    *,
    liquefaction: float = 3.00,
    shipping: ArrayLike = 1.87,
    regas: float = 0.10,
    cargo_loss: ArrayLike = 0.0,
    fuel_multiple: float = 1.15,
) -> float | Array:
    """Delivered price of US LNG in Asia, USD/MMBtu, in the form and with the 2021 USD charges of EIA's AEO2025 input.

    `(1.15 HH + liquefaction + shipping) / (1 - cargo loss) + regas`; EIA's own sum has no cargo loss. USD/MMBtu and a fraction in,
    in the shape that all broadcast to. A measure beside the program's voyages (`instance/gas.py`), which do not use it.

    >>> round(float(lng_price_eia(4.0)), 3), round(float(lng_price_eia(4.0, cargo_loss=0.041)), 4)
    (9.57, 9.9749)
    """
    loaded = fuel_multiple * np.asarray(henry_hub, float) + liquefaction + np.asarray(shipping, float)
    return (loaded / (1.0 - np.asarray(cargo_loss, float)) + regas)[()]


def lng_price_by_route(
    henry_hub: ArrayLike,
    *,
    fee: ArrayLike,
    route_days: ArrayLike,
    charter_usd_per_day: ArrayLike,
    boil_off_per_day: ArrayLike,
    cargo_mmbtu: float,
    toll: ArrayLike = 0.0,
    regas: ArrayLike = 0.0,
    port_days: float = 2.0,
    fuel_multiple: float = 1.15,
) -> float | Array:
    """Delivered price of US LNG by a route, USD/MMBtu: `(1.15 HH + fee + freight + toll) / (1 - boil-off) + regas`.

    `fee`, `toll` and `regas` are USD/MMBtu, `route_days` one way. The charterer pays the ship there and back and its
    days in port, per MMBtu loaded; what boils off on the laden leg fuels the ship and is not delivered.
    """
    days = np.asarray(route_days, float)
    refuse(days < 0, "a negative voyage", days, "0 or more days")
    freight = freight_usd_per_mmbtu(days, charter_usd_per_day, cargo_mmbtu, port_days)
    charges = np.asarray(fee, float) + freight + np.asarray(toll, float)
    loss = boil_off_loss(days, boil_off_per_day)
    return ((fuel_multiple * np.asarray(henry_hub, float) + charges) / (1.0 - loss) + np.asarray(regas, float))[()]
