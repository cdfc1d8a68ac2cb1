"""Weather files of four kinds, each by what its publisher declares: which columns, which clock, which unit, what an hour means.

epw          EnergyPlus weather: local standard time of its header, hours ending, W/m2, 10 m wind
tmy3         NREL's typical years: the same, pressure in mbar
era5         a point's time series of ERA5 as CSV: UTC, irradiance in J/m2 of the hour before, wind as two components
open-meteo   JSON of its historical API: the units and the offset that it says, irradiance of the hour before
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.geo.table import cells, text_of
from planner.imports.cells import at, column, number
from planner.imports.weather.sky import Sky, checked

LARGEST_FILE = 100_000_000  # bytes
HOUR = timedelta(hours=1)
MISSING = {"temp_air": 99.0, "relative_humidity": 900.0, "atmospheric_pressure": 9e5, "wind_speed": 99.0}
"""From which figure on EPW says that it has none."""
TO_MS = {"m/s": 1.0, "km/h": 1 / 3.6, "mp/h": 0.44704, "mph": 0.44704, "kn": 0.514444}
GLOBAL, DIRECT, DIFFUSE = "shortwave_radiation", "direct_normal_irradiance", "diffuse_radiation"


def epw(path: Path, raw: bytes) -> Sky:
    """An EnergyPlus weather file; a whole leap year too (8,784 rows)."""
    from pvlib import iotools

    text = text_of(path, raw)
    if not text.startswith("LOCATION,"):
        raise _not(path, "epw", "a first line that begins with LOCATION")
    try:
        table, head = iotools.read_epw(io.StringIO(text))
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _not(path, "epw", "the 35 columns of EnergyPlus", error) from None
    table = table.mask(table[list(MISSING)].ge(pd.Series(MISSING)).reindex(columns=table.columns, fill_value=False))
    return _of_pvlib(table, head["latitude"], head["longitude"], head["altitude"], head["TZ"], 1.0)


def tmy3(path: Path, raw: bytes) -> Sky:
    """A typical meteorological year of NREL in its third form, whose rows are known by the end of their hour."""
    from pvlib import iotools

    text = text_of(path, raw)
    lines = text.splitlines()
    if len(lines) < 3 or not lines[1].startswith("Date (MM/DD/YYYY)") or len(next(csv.reader(lines[:1]))) < 7:
        raise _not(path, "tmy3", "a line of the station, and one that begins with Date (MM/DD/YYYY)")
    try:
        table, head = iotools.read_tmy3(io.StringIO(text), map_variables=True)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise _not(path, "tmy3", "the columns of TMY3", error) from None
    begin = pd.DatetimeIndex(table.index) - HOUR
    # Its Februaries end on the 28th; of one of a leap year pvlib puts the last hour a day too late.
    begin = begin.where(~((begin.month == 2) & (begin.day == 29)), begin - 24 * HOUR)
    named = table.set_axis(begin).rename(columns={"pressure": "atmospheric_pressure"})
    return _of_pvlib(named, head["latitude"], head["longitude"], head["altitude"], head["TZ"], 100.0)


def _of_pvlib(table: pd.DataFrame, lat: float, lon: float, elevation: float, offset: float, pascal: float) -> Sky:
    """A table of pvlib's names by the start of its hours; `pascal` in a unit of its pressure."""
    starts = pd.DatetimeIndex(table.index).tz_convert("UTC").tz_localize(None)

    def of(name: str) -> Array:
        return table[name].to_numpy(float)

    return Sky(
        lat=float(lat),
        lon=float(lon),
        elevation_m=float(elevation),
        offset_h=float(offset),
        starts=starts.to_numpy("datetime64[s]"),
        dry_bulb_c=of("temp_air"),
        humidity_pct=of("relative_humidity"),
        pressure_pa=of("atmospheric_pressure") * pascal,
        ghi=of("ghi"),
        dni=of("dni"),
        dhi=of("dhi"),
        wind_ms={10.0: of("wind_speed")},
    )


def era5(path: Path, raw: bytes) -> Sky:
    """A point of ERA5 as CSV: valid_time, t2m and d2m in K, sp in Pa, ssrd in J/m2, u10 and v10 (u100, v100) in m/s."""
    header, rows = cells(path, raw)

    def of(*names: str) -> Array:
        place = column(path, header, names, f"column '{names[0]}'", "era5")
        return np.array([number(path, line, row[place]) for line, row in rows])

    when = column(path, header, ("valid_time", "time"), "column 'valid_time'", "era5")
    ends = np.array([at(path, line, row[when]) for line, row in rows], "datetime64[s]")
    lat, lon = of("latitude", "lat"), of("longitude", "lon")
    if np.ptp(lat) > 0 or np.ptp(lon) > 0:
        raise _not(path, "era5", "one point: a single latitude and longitude")
    air, dew = of("t2m", "2m_temperature") - 273.15, of("d2m", "2m_dewpoint_temperature") - 273.15
    wind = {10.0: np.hypot(of("u10"), of("v10"))}
    if {"u100", "v100"} <= {name.casefold() for name in header}:
        wind[100.0] = np.hypot(of("u100"), of("v100"))
    east = float((lon[0] + 180) % 360 - 180)
    return Sky(
        lat=float(lat[0]),
        lon=east,
        elevation_m=0.0,
        offset_h=0.0,
        starts=ends - np.timedelta64(1, "h"),
        dry_bulb_c=air,
        humidity_pct=100 * np.minimum(_vapour(dew) / _vapour(air), 1.0),
        pressure_pa=of("sp", "surface_pressure"),
        ghi=np.maximum(of("ssrd", "surface_solar_radiation_downwards") / 3600.0, 0.0),
        dni=None,
        dhi=None,
        wind_ms=wind,
    )


def _vapour(celsius: Array) -> Array:
    """Pressure of saturated vapour over its value at 0 C: Magnus, with the constants of Alduchov and Eskridge (1996)."""
    return np.exp(17.625 * celsius / (243.04 + celsius))


def open_meteo(path: Path, raw: bytes) -> Sky:
    """JSON of Open-Meteo's historical API, by its `hourly_units` and `utc_offset_seconds`."""
    try:
        said = json.loads(text_of(path, raw))
        hourly, units = said["hourly"], said["hourly_units"]
        ends = pd.to_datetime(pd.Series(hourly["time"])).to_numpy("datetime64[s]")
        offset_h = float(said["utc_offset_seconds"]) / 3600.0
        lat, lon = float(said["latitude"]), float(said["longitude"])
        elevation = float(said.get("elevation") or 0.0)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _not(
            path, "open-meteo", "latitude, longitude, utc_offset_seconds, hourly and hourly_units", error
        ) from None

    def of(name: str, allowed: Mapping[str, float]) -> Array:
        unit = units.get(name)
        if name not in hourly or unit not in allowed or len(hourly[name]) != len(ends):
            raise _not(path, "open-meteo", f"hourly.{name} in {' or '.join(allowed)}", unit)
        return np.array(hourly[name], dtype=float) * allowed[unit]

    heights = {10.0: "wind_speed_10m", 80.0: "wind_speed_80m", 100.0: "wind_speed_100m", 120.0: "wind_speed_120m"}
    wind = {height: of(name, TO_MS) for height, name in heights.items() if name in hourly}
    if not wind:
        raise _not(path, "open-meteo", "hourly.wind_speed_10m or wind_speed_100m")
    return Sky(
        lat=lat,
        lon=lon,
        elevation_m=elevation,
        offset_h=offset_h,
        starts=ends - np.timedelta64(round(offset_h * 3600) + 3600, "s"),
        dry_bulb_c=of("temperature_2m", {"°C": 1.0}),
        humidity_pct=of("relative_humidity_2m", {"%": 1.0}),
        pressure_pa=of("surface_pressure", {"hPa": 100.0}),
        ghi=of(GLOBAL, {"W/m²": 1.0}),
        dni=of(DIRECT, {"W/m²": 1.0}) if DIRECT in hourly and DIFFUSE in hourly else None,
        dhi=of(DIFFUSE, {"W/m²": 1.0}) if DIRECT in hourly and DIFFUSE in hourly else None,
        wind_ms=wind,
    )


def _not(path: Path, form: str, expected: str, value: object = None) -> InputError:
    """The one refusal of a format."""
    shown = None if value is None else str(value)[:100]
    return InputError(f"this is no weather file of the format {form}", file=path, value=shown, expected=expected)


FORMATS: dict[str, Callable[[Path, bytes], Sky]] = {"epw": epw, "tmy3": tmy3, "era5": era5, "open-meteo": open_meteo}


def read(form: str, paths: Sequence[Path]) -> list[Sky]:
    """The sky of each file. Raises InputError for a file of another format, or of another place than the first."""
    skies: list[Sky] = []
    for path in paths:
        sky = checked(FORMATS[form](path, read_bytes(path, LARGEST_FILE, f"a weather file ({form})")), path)
        if skies and (sky.lat, sky.lon) != (skies[0].lat, skies[0].lon):
            place = f"{sky.lat:g}, {sky.lon:g}"
            raise InputError("the files are of different places", file=path, value=place, expected="files of one place")
        skies.append(sky)
    return skies
