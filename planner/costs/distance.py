"""Distance on the sphere, and the time that light in fibre takes for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

EARTH_RADIUS_KM = 6371.0088
SPEED_OF_LIGHT_KM_PER_MS = 299.792458
FIBRE_REFRACTIVE_INDEX = 1.468


def great_circle_km(latitude: ArrayLike, longitude: ArrayLike, to_latitude: ArrayLike, to_longitude: ArrayLike) -> Any:
    """Distance over the sphere (haversine, mean Earth radius); degrees in, kilometres out. Arrays broadcast.

    >>> round(float(great_circle_km(0, 0, 0, 180)))
    20015
    """
    a, b = np.radians(np.asarray(latitude, float)), np.radians(np.asarray(to_latitude, float))
    turn = np.radians(np.asarray(to_longitude, float) - np.asarray(longitude, float))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(turn / 2) ** 2
    return (2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))[()]


def latency_ms(distance_km: ArrayLike, route_factor: float = 1.0) -> Any:
    """Round-trip time of light in fibre over a great-circle distance; `route_factor` is fibre length over great circle.

    >>> round(float(latency_ms(8819)), 1)
    86.4
    """
    one_way = np.asarray(distance_km, float) * route_factor * FIBRE_REFRACTIVE_INDEX / SPEED_OF_LIGHT_KM_PER_MS
    return (2.0 * one_way)[()]
