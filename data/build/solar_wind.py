"""Solar and wind plant models, plain NumPy: irradiance and wind of a year -> AC capacity factor of each hour.

Sources: sun position, Spencer (1971) series for declination and equation of time; true single-axis tracking, Lorenzo
et al. (2011); Hay and Davies (1980) sky; module temperature, Faiman (2008); losses 14 % (PVWatts version 5 default);
wind from 10 to 100 m by the one-seventh power law, cubic curve 3/12/25 m/s smoothed over a farm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
SOLAR_CONSTANT = 1361.0  # W/m2
LOSSES, DC_AC, ALBEDO, GAMMA = 0.14, 1.25, 0.2, -0.0035  # -, -, -, 1/K
MAX_TILT = np.radians(60.0)


def sun(lat: float, lon: float, utc_offset_h: float) -> tuple[Array, Array, Array]:
    """Cosine of zenith, azimuth (rad, clockwise from north), extraterrestrial normal W/m2, in the middle of hours."""
    hour = np.arange(8760) + 0.5
    day = 2 * np.pi * (hour / 24 // 1) / 365
    declination = (
        0.006918 - 0.399912 * np.cos(day) + 0.070257 * np.sin(day) - 0.006758 * np.cos(2 * day)
        + 0.000907 * np.sin(2 * day) - 0.002697 * np.cos(3 * day) + 0.00148 * np.sin(3 * day)
    )  # fmt: skip
    equation_min = 229.18 * (
        0.000075
        + 0.001868 * np.cos(day)
        - 0.032077 * np.sin(day)
        - 0.014615 * np.cos(2 * day)
        - 0.040849 * np.sin(2 * day)
    )
    solar_hour = hour % 24 + lon / 15 - utc_offset_h + equation_min / 60
    angle, phi = np.radians(15 * (solar_hour - 12)), np.radians(lat)
    cos_zenith = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(angle)
    south = np.cos(declination) * np.cos(angle) * np.sin(phi) - np.sin(declination) * np.cos(phi)
    azimuth = np.pi + np.arctan2(np.sin(angle) * np.cos(declination), south)
    return cos_zenith, azimuth, SOLAR_CONSTANT * (1 + 0.033 * np.cos(day))


def move(
    ghi: Array, dhi: Array, here: tuple[Array, Array, Array], there: tuple[Array, Array, Array]
) -> tuple[Array, Array]:
    """Irradiance of a station at another place: clearness index and diffuse share of each hour kept, the sun moved."""
    up, up_there = np.maximum(here[0], 0), np.maximum(there[0], 0)
    day_clear = (ghi.reshape(365, 24).sum(1) / np.maximum((here[2] * up).reshape(365, 24).sum(1), 1)).repeat(24)
    known = up > 0.087  # five degrees; nearer the horizon the index is noise and the day's mean stands in
    clear = np.where(known, ghi / np.maximum(here[2] * up, 1), day_clear)
    share = np.where(ghi > 5, np.clip(dhi / np.maximum(ghi, 1), 0, 1), 1.0)
    moved = np.clip(clear, 0, 0.85) * there[2] * up_there
    return moved, moved * share


def tracking_cf(ghi: Array, dhi: Array, air_c: Array, wind_ms: Array, place: tuple[Array, Array, Array]) -> Array:
    """AC capacity factor of a north-south single-axis tracker, per unit of AC rating."""
    cos_zenith, azimuth, extra = place
    day = cos_zenith > 0.035
    mu = np.where(day, cos_zenith, 1.0)
    dni = np.where(day, np.minimum((ghi - dhi) / mu, 0.9 * extra), 0.0)
    sin_zenith = np.sqrt(1 - np.clip(mu, -1, 1) ** 2)
    tilt = np.clip(
        np.arctan2(sin_zenith * np.sin(azimuth - np.pi) * -1, mu), -MAX_TILT, MAX_TILT
    )  # to the east, positive
    cos_aoi = np.maximum(mu * np.cos(tilt) + sin_zenith * np.sin(azimuth) * np.sin(tilt), 0)
    beam_ratio = np.where(day, cos_aoi / np.maximum(mu, 0.087), 0)
    anisotropy = dni / extra
    sky = dhi * (anisotropy * beam_ratio + (1 - anisotropy) * (1 + np.cos(tilt)) / 2)
    plane = np.where(day, dni * cos_aoi + sky + ghi * ALBEDO * (1 - np.cos(tilt)) / 2, 0)
    cell_c = air_c + plane / (25.0 + 6.84 * wind_ms)
    dc = plane / 1000 * (1 + GAMMA * (cell_c - 25)) * (1 - LOSSES)
    return np.clip(dc * DC_AC, 0, 1)


def wind_cf(speed_10m: Array, scale: float) -> Array:
    """Capacity factor of a farm at 100 m, 8 % losses; the curve is averaged over 0.6 m/s + 10 % of wind speed."""
    speed = speed_10m * scale * 10 ** (1 / 7)
    spread = 0.6 + 0.1 * speed
    steps, weights = np.polynomial.hermite_e.hermegauss(9)
    v = np.maximum(speed[:, None] + spread[:, None] * steps, 0)
    power = np.where((v >= 3) & (v < 25), np.clip((v**3 - 27) / (12**3 - 27), 0, 1), 0)
    return 0.92 * power @ (weights / weights.sum())


def wind_cf_at_mean(speed_10m: Array, mean: float) -> tuple[Array, float]:
    """The wind year scaled in speed so that the mean capacity factor is `mean`, and the scale."""
    low, high = 0.1, 6.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if wind_cf(speed_10m, middle).mean() < mean else (low, middle)
    return wind_cf(speed_10m, low), low


def scaled_to_mean(cf: Array, mean: float) -> Array:
    """A capacity-factor shape multiplied so that its mean is `mean`, never above 1."""
    factor = mean / cf.mean()
    for _ in range(20):
        out = np.minimum(cf * factor, 1.0)
        factor *= mean / out.mean()
    return out
