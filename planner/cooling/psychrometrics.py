"""Moist air: density, vapour pressure, humidity ratio, enthalpy, dew point and wet bulb. Arrays of any shape.

The constants are those of Lei & Masanet (2020, doi 10.1016/j.energy.2020.117556); vapour pressure is over liquid water, as
relative humidity is by convention of the WMO, at all temperatures.
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array

CP_AIR_KJ_PER_KG_K = 1.01
CP_VAPOUR_KJ_PER_KG_K = 1.84
CP_WATER_KJ_PER_KG_K = 4.2
VAPORISATION_AT_0C_KJ_PER_KG = 2500.0
WATER_DENSITY_KG_PER_M3 = 1000.0
STANDARD_PRESSURE_PA = 101_325.0
VAPOUR_TO_AIR_MOLAR_MASS = 0.622

# Magnus form of Alduchov & Eskridge (1996): within 0.4 % from -40 to 50 C, and it can be inverted.
MAGNUS_PA, MAGNUS_SLOPE, MAGNUS_C = 610.94, 17.625, 243.04


@overload
def air_density_kg_per_m3(dry_bulb_c: float, pressure_pa: float) -> float: ...
@overload
def air_density_kg_per_m3(dry_bulb_c: ArrayLike, pressure_pa: ArrayLike) -> Array: ...
def air_density_kg_per_m3(dry_bulb_c: ArrayLike, pressure_pa: ArrayLike) -> float | Array:
    """Density of (dry) air, `1.293 p/101325 273.15/(273.15+T)`."""
    return 1.293 * (np.asarray(pressure_pa) / STANDARD_PRESSURE_PA) * (273.15 / (273.15 + np.asarray(dry_bulb_c)))


@overload
def saturation_pressure_pa(temperature_c: float) -> float: ...
@overload
def saturation_pressure_pa(temperature_c: ArrayLike) -> Array: ...
def saturation_pressure_pa(temperature_c: ArrayLike) -> float | Array:
    """Vapour pressure of saturated air (Magnus form of Alduchov & Eskridge 1996)."""
    t = np.asarray(temperature_c)
    return MAGNUS_PA * np.exp(MAGNUS_SLOPE * t / (MAGNUS_C + t))


@overload
def dew_point_c(vapour_pressure_pa: float) -> float: ...
@overload
def dew_point_c(vapour_pressure_pa: ArrayLike) -> Array: ...
def dew_point_c(vapour_pressure_pa: ArrayLike) -> float | Array:
    """Temperature at which air of this vapour pressure is saturated: the inverse of `saturation_pressure_pa`."""
    x = np.log(np.asarray(vapour_pressure_pa) / MAGNUS_PA)
    return MAGNUS_C * x / (MAGNUS_SLOPE - x)


@overload
def humidity_ratio(vapour_pressure_pa: float, pressure_pa: float) -> float: ...
@overload
def humidity_ratio(vapour_pressure_pa: ArrayLike, pressure_pa: ArrayLike) -> Array: ...
def humidity_ratio(vapour_pressure_pa: ArrayLike, pressure_pa: ArrayLike) -> float | Array:
    """Kilograms of vapour per kilogram of dry air, `0.622 e/(p-e)`."""
    e = np.asarray(vapour_pressure_pa)
    return VAPOUR_TO_AIR_MOLAR_MASS * e / (np.asarray(pressure_pa) - e)


@overload
def vapour_pressure_pa(ratio: float, pressure_pa: float) -> float: ...
@overload
def vapour_pressure_pa(ratio: ArrayLike, pressure_pa: ArrayLike) -> Array: ...
def vapour_pressure_pa(ratio: ArrayLike, pressure_pa: ArrayLike) -> float | Array:
    """Vapour pressure of air with this humidity ratio: the inverse of `humidity_ratio`."""
    w = np.asarray(ratio)
    return w * np.asarray(pressure_pa) / (VAPOUR_TO_AIR_MOLAR_MASS + w)


@overload
def enthalpy_kj_per_kg(dry_bulb_c: float, ratio: float) -> float: ...
@overload
def enthalpy_kj_per_kg(dry_bulb_c: ArrayLike, ratio: ArrayLike) -> Array: ...
def enthalpy_kj_per_kg(dry_bulb_c: ArrayLike, ratio: ArrayLike) -> float | Array:
    """Enthalpy of moist air per kilogram of dry air, `1.01 T + (2500 + 1.84 T) w`."""
    t = np.asarray(dry_bulb_c)
    return CP_AIR_KJ_PER_KG_K * t + (VAPORISATION_AT_0C_KJ_PER_KG + CP_VAPOUR_KJ_PER_KG_K * t) * np.asarray(ratio)


@overload
def heat_of_vaporisation_kj_per_kg(water_c: float) -> float: ...
@overload
def heat_of_vaporisation_kj_per_kg(water_c: ArrayLike) -> Array: ...
def heat_of_vaporisation_kj_per_kg(water_c: ArrayLike) -> float | Array:
    """Heat that evaporates a kilogram of water at this temperature (quadratic fit of Lei & Masanet 2020)."""
    t = np.asarray(water_c)
    return 2500.5 - 2.3097 * t - 0.0013 * t**2


@overload
def wet_bulb_c(dry_bulb_c: float, rh_pct: float, pressure_pa: float) -> float: ...
@overload
def wet_bulb_c(dry_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike) -> Array: ...
def wet_bulb_c(dry_bulb_c: ArrayLike, rh_pct: ArrayLike, pressure_pa: ArrayLike) -> float | Array:
    """Thermodynamic wet bulb: where adiabatic saturation conserves enthalpy, that of the added water included.

    `h(T, w) + 4.2 T_wb (w_s(T_wb) - w) = h(T_wb, w_s(T_wb))`, by Newton's method; eight steps settle it to 1e-9 K.
    """
    t, rh, p = np.broadcast_arrays(np.asarray(dry_bulb_c, float), np.asarray(rh_pct, float), pressure_pa)
    ratio = humidity_ratio(rh / 100.0 * saturation_pressure_pa(t), p)
    outside = enthalpy_kj_per_kg(t, ratio)
    wet = t.copy()
    for _ in range(8):
        e = saturation_pressure_pa(wet)
        saturated = humidity_ratio(e, p)
        slope = saturated * p / (p - e) * MAGNUS_SLOPE * MAGNUS_C / (MAGNUS_C + wet) ** 2
        gap = outside + CP_WATER_KJ_PER_KG_K * wet * (saturated - ratio) - enthalpy_kj_per_kg(wet, saturated)
        gap_slope = (
            CP_WATER_KJ_PER_KG_K * (saturated - ratio + wet * slope)
            - CP_AIR_KJ_PER_KG_K
            - CP_VAPOUR_KJ_PER_KG_K * saturated
            - (VAPORISATION_AT_0C_KJ_PER_KG + CP_VAPOUR_KJ_PER_KG_K * wet) * slope
        )
        wet = wet - gap / gap_slope
    return wet[()]
