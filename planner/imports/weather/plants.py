"""What sun and wind make of a weather file's hours: AC capacity factor of a solar and of a wind farm, by pvlib and windpowerlib.

solar_pv   north-south single-axis tracker with backtracking, the sun of each hour's middle (NREL's algorithm), sky of Hay and Davies, cell
           temperature of Faiman, PVWatts with 14 % losses (its default), DC over AC 1.25; global irradiance alone is parted by Erbs
wind_on    power curve of one turbine, spread over a farm as Staffell and Pfenninger (2016) found, air density at the hub, 8 % losses;
           the speed at the hub by the power law through the two heights that are nearest to it, or from one height by one seventh

Losses, tracker and DC over AC are those of the catalog's own hours (data/build/solar_wind.py); no mean is scaled to any other source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.imports.weather.sky import Sky

LOSSES, DC_AC, ALBEDO, GAMMA, MAX_TILT, GROUND_COVER = 0.14, 1.25, 0.2, -0.0035, 60.0, 0.35
WIND_LOSSES, SHEAR = 0.08, 1 / 7
TURBINE, HUB_M = "E-141/4200", 115.0


@dataclass(frozen=True)
class Turbine:
    """Which turbine stands how high."""

    name: str
    hub_m: float


def solar_cf(sky: Sky) -> Array:
    """AC capacity factor of each hour, per unit of AC rating; nan where the file has no irradiance."""
    from pvlib import irradiance, pvsystem, solarposition, temperature, tracking

    middle = pd.DatetimeIndex(sky.starts, tz="UTC") + pd.Timedelta(minutes=30)
    sun = solarposition.get_solarposition(middle, sky.lat, sky.lon, altitude=sky.elevation_m)
    zenith, azimuth = sun["apparent_zenith"].to_numpy(), sun["azimuth"].to_numpy()
    extra = irradiance.get_extra_radiation(middle).to_numpy()
    if sky.dni is None or sky.dhi is None:
        parted = irradiance.erbs(sky.ghi, sun["zenith"].to_numpy(), middle)
        dni, dhi = np.asarray(parted["dni"]), np.asarray(parted["dhi"])
    else:
        dni, dhi = sky.dni, sky.dhi
    follows = tracking.singleaxis(zenith, azimuth, 0, 180, MAX_TILT, True, GROUND_COVER)
    up = zenith < 90
    tilt = np.where(up, np.nan_to_num(follows["surface_tilt"]), 0.0)
    facing = np.where(up, np.nan_to_num(follows["surface_azimuth"]), 180.0)
    plane = irradiance.get_total_irradiance(
        tilt, facing, zenith, azimuth, dni, sky.ghi, dhi, dni_extra=extra, albedo=ALBEDO, model="haydavies"
    )["poa_global"]
    plane = np.where(up, plane, np.where(np.isnan(sky.ghi), np.nan, 0.0))
    cell = temperature.faiman(plane, sky.dry_bulb_c, at_height(sky, 10.0))
    dc = pvsystem.pvwatts_dc(plane, cell, 1.0, GAMMA) * (1 - LOSSES)
    return np.clip(dc * DC_AC, 0.0, 1.0)


def wind_cf(sky: Sky, turbine: Turbine) -> Array:
    """Capacity factor of each hour at the farm's fence. Raises InputError for a turbine that windpowerlib's table lacks."""
    from windpowerlib import power_curves, power_output
    from windpowerlib.density import ideal_gas
    from windpowerlib.temperature import linear_gradient

    speeds, watts = curve_of(turbine.name)
    smooth = power_curves.smooth_power_curve(
        speeds, watts, standard_deviation_method="Staffell_Pfenninger", mean_gauss=0.0
    )
    kelvin = linear_gradient(pd.Series(sky.dry_bulb_c + 273.15), 2.0, turbine.hub_m)
    density = ideal_gas(pd.Series(sky.pressure_pa), 0.0, turbine.hub_m, kelvin)
    power = power_output.power_curve(
        pd.Series(at_height(sky, turbine.hub_m)), smooth["wind_speed"], smooth["value"], density, True
    )
    return np.clip(np.asarray(power, float) / watts.max() * (1 - WIND_LOSSES), 0.0, 1.0)


def curve_of(name: str) -> tuple[pd.Series, pd.Series]:
    """Speeds (m/s) and power (W) of a turbine of the table that windpowerlib brings. Raises InputError."""
    from windpowerlib import WindTurbine, get_turbine_types

    known = get_turbine_types(turbine_library="local", print_out=False, filter_=True)
    curves = known[known["has_power_curve"]] if "has_power_curve" in known else known
    if name not in set(curves["turbine_type"]):
        raise unknown_name("turbine", name, sorted(set(curves["turbine_type"])), key="--turbine")
    found = WindTurbine(hub_height=100.0, turbine_type=name).power_curve
    if found is None:
        raise InputError("the turbine has no power curve", key="--turbine", value=name, expected="another turbine")
    return found["wind_speed"], found["value"]


def at_height(sky: Sky, height_m: float) -> Array:
    """Wind speed at a height, m/s: the power law through the two known heights that are nearest, or one seventh from the only one."""
    from windpowerlib.wind_speed import hellman

    low, *more = sorted(sky.wind_ms, key=lambda known: abs(known - height_m))
    if low == height_m:
        return sky.wind_ms[low]
    if not more:
        return np.asarray(hellman(sky.wind_ms[low], low, height_m, hellman_exponent=SHEAR), float)
    near, far = sky.wind_ms[low], sky.wind_ms[more[0]]
    known = (near > 0.5) & (far > 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(known, np.log(far / near) / np.log(more[0] / low), SHEAR)
    return near * (height_m / low) ** np.clip(exponent, -0.2, 0.6)
