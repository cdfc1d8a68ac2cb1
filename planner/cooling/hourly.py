"""Hourly PUE and WUE of a site from its weather, and the PUE of the design hour."""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.cooling.system import CoolingSystem, Draw, OutdoorAir

BLOCK = 16_384  # hours at a time, so that intermediate arrays stay in the cache: three times faster than all at once
LIMITS = {"dry_bulb_c": (-90.0, 65.0), "wet_bulb_c": (-90.0, 45.0), "rh_pct": (0.0, 101.0), "pressure_pa": (4e4, 1.1e5)}


def draw(
    dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike, system: CoolingSystem
) -> Draw:
    """What each layer of the cooling draws per kW of IT, in the broadcast shape of the weather.

    Weather in degrees Celsius, per cent and Pa, arrays of any shapes that broadcast. `InputError` for a missing hour (NaN)
    or a value outside of any weather on Earth, which is mostly a wrong unit.
    """
    given = dict(zip(LIMITS, (dry_bulb_c, wet_bulb_c, rh_pct, pressure_pa), strict=True))
    weather = {key: _checked(key, value) for key, value in given.items()}
    air = np.broadcast_arrays(*weather.values())
    size = air[0].size
    if size <= BLOCK:
        return system.draw(OutdoorAir(*air))
    flat = [series.reshape(-1) for series in air]
    layers = Draw(*(np.empty(size) for _ in Draw._fields))
    for start in range(0, size, BLOCK):
        block = slice(start, start + BLOCK)
        for layer, part in zip(layers, system.draw(OutdoorAir(*(series[block] for series in flat))), strict=True):
            layer[block] = part
    return Draw(*(layer.reshape(air[0].shape) for layer in layers))


@overload
def pue(dry_bulb_c: float, wet_bulb_c: float, rh_pct: float, pressure_pa: float, system: CoolingSystem) -> float: ...
@overload
def pue(
    dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike, system: CoolingSystem
) -> Array: ...
def pue(
    dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike, system: CoolingSystem
) -> float | Array:
    """Power usage effectiveness, facility power over IT power: losses and light once, plus all that the cooling draws.

    Weather and errors as in `draw`; the same shape out.
    """
    return (system.room_heat + draw(dry_bulb_c, wet_bulb_c, rh_pct, pressure_pa, system).power)[()]


@overload
def wue(dry_bulb_c: float, wet_bulb_c: float, rh_pct: float, pressure_pa: float, system: CoolingSystem) -> float: ...
@overload
def wue(
    dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike, system: CoolingSystem
) -> Array: ...
def wue(
    dry_bulb_c: ArrayLike, wet_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike, system: CoolingSystem
) -> float | Array:
    """Water usage effectiveness, litres of water taken on site per kWh of IT: evaporation, humidification and blow-down.

    Weather and errors as in `draw`; the same shape out.
    """
    return draw(dry_bulb_c, wet_bulb_c, rh_pct, pressure_pa, system).water_l_per_kwh[()]


def design_pue(
    dry_bulb_c: ArrayLike,
    wet_bulb_c: ArrayLike,
    rh_pct: ArrayLike,
    pressure_pa: ArrayLike,
    system: CoolingSystem,
    quantile: float = 0.996,
) -> Array:
    """PUE of the design hour, which sizes the connection: exceeded in 0.4 % of the hours, the last axis of the weather.

    Weather and errors as in `draw`; the shape loses its last axis.
    """
    return np.quantile(pue(dry_bulb_c, wet_bulb_c, rh_pct, pressure_pa, system), quantile, axis=-1)[()]


def _checked(key: str, value: ArrayLike) -> np.ndarray:
    series = np.asarray(value, dtype=float)
    low, high = LIMITS[key]
    if series.size and not (low <= series.min() and series.max() <= high):  # NaN fails both comparisons
        wrong = np.argwhere(~((series >= low) & (series <= high)))[0]
        found = series[tuple(wrong)]
        raise InputError(
            f"weather is missing at hour {tuple(int(i) for i in wrong)}" if np.isnan(found) else "impossible weather",
            key=key,
            value=found,
            expected=f"{low:g} to {high:g}",
        )
    return series
