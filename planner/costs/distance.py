"""Distance on the sphere, and the time that light in fibre takes for it."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array

EARTH_RADIUS_KM = 6371.0088  # mean radius R1 of the ellipsoid GRS 80 (Moritz 1980)
SPEED_OF_LIGHT_KM_PER_MS = 299.792458
FIBRE_REFRACTIVE_INDEX = 1.468


@overload
def great_circle_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float: ...
@overload
def great_circle_km(
    latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> Array: ...
def great_circle_km(
    latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike
) -> float | Array:
    """Distance over the sphere of the mean Earth radius, by the haversine formula (Sinnott 1984, Sky and Telescope 68, 158).

    `2 R arcsin sqrt(sin^2(db/2) + cos b1 cos b2 sin^2(dl/2))`. Degrees north and east in, kilometres out, in the shape that the
    four broadcast to.

    >>> round(float(great_circle_km(0, 0, 0, 180)))
    20015
    """
    a, b = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(to_latitude, float))
    turn = np.radians(np.asarray(to_longitude, float) - np.asarray(longitude, float))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return (2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))[()]


@overload
def latency_ms(distance_km: float, route_factor: float = 1.0) -> float: ...
@overload
def latency_ms(distance_km: ArrayLike, route_factor: float = 1.0) -> Array: ...
def latency_ms(distance_km: ArrayLike, route_factor: float = 1.0) -> float | Array:
    """Round-trip time of light in fibre, `2 d f n / c` in ms: glass of index 1.468 alone, no equipment on the way.

    `distance_km` is the great circle, of any shape; `route_factor` is fibre length over great circle. The same shape out.

    >>> round(float(latency_ms(8819)), 1)
    86.4
    """
    one_way = np.asarray(distance_km, float) * route_factor * FIBRE_REFRACTIVE_INDEX / SPEED_OF_LIGHT_KM_PER_MS
    return (2.0 * one_way)[()]
