"""What a weather file says: air, sun and wind by hour at one place, whatever wrote it.

A row is an hour, known by its start. Irradiance is the mean of that hour; air and wind are those of the hour as its format gives
them (at its end in EPW, TMY3 and Open-Meteo, whose publishers write the end of the hour or the moment).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from planner.base.arrays import Array
from planner.base.errors import InputError

LIMITS = {
    "dry_bulb_c": (-90.0, 60.0),
    "humidity_pct": (0.0, 110.0),
    "pressure_pa": (5e4, 1.1e5),
    "ghi": (0.0, 1600.0),
    "dni": (0.0, 1500.0),
    "dhi": (0.0, 1300.0),
    "wind_ms": (0.0, 80.0),
}
"""Between which figures of any weather lie; what is outside is mostly another unit."""


@dataclass(frozen=True)
class Sky:
    """Hours at one place. Series have a row an hour; nan: the file has none.

    starts : the start of each hour, UTC. ghi, dni, dhi : W/m2, global horizontal, direct normal and diffuse horizontal; `dni` and
    `dhi` None where the file has global irradiance alone. wind_ms : by height above ground, m.
    """

    lat: float
    lon: float
    elevation_m: float
    offset_h: float  # standard time less UTC
    starts: np.ndarray  # datetime64[s]
    dry_bulb_c: Array
    humidity_pct: Array
    pressure_pa: Array
    ghi: Array
    dni: Array | None
    dhi: Array | None
    wind_ms: dict[float, Array]
    notes: tuple[str, ...] = field(default=())


def checked(sky: Sky, file: object) -> Sky:
    """The sky, its figures within those of any weather. Raises InputError for the first that is not."""
    if not (-90 <= sky.lat <= 90 and -180 <= sky.lon <= 180 and abs(sky.offset_h) <= 14):
        place = f"{sky.lat:g}, {sky.lon:g}, UTC{sky.offset_h:+g}"
        raise InputError("the file's place is no place", file=file, value=place, expected="degrees, and hours to UTC")
    for name, low, high, values in _series(sky):
        wrong = np.flatnonzero((values < low) | (values > high))
        if len(wrong):
            when = str(sky.starts[wrong[0]]).replace("T", " ")
            message = f"{name} is impossible in the hour from {when} UTC; is another unit meant?"
            raise InputError(
                message, file=file, key=name, value=float(values[wrong[0]]), expected=f"{low:g} to {high:g}"
            )
    return sky


def _series(sky: Sky) -> Iterable[tuple[str, float, float, Array]]:
    """Every series with its limits."""
    for name, (low, high) in LIMITS.items():
        value = getattr(sky, name)
        for one in value.values() if isinstance(value, dict) else [] if value is None else [value]:
            yield name, low, high, one
