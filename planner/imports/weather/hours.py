"""Weather files as rows of an import: the air for the cooling, and what sun and wind make of it, each at its own moment.

Plants are worked out hour by hour at the true dates, leap days and all; the year of 8,760 hours is made of that (imports/year.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.base.text import exact, signed
from planner.imports.cells import Asked
from planner.imports.weather.files import read
from planner.imports.weather.plants import HUB_M, TURBINE, Turbine, at_height, solar_cf, wind_cf
from planner.imports.weather.sky import Sky
from planner.imports.year import Rows

UNITS = {
    "dry_bulb_c": "C",
    "rh_pct": "pct",
    "pressure_pa": "Pa",
    "ghi": "W/m2",
    "wind_10m": "m/s",
    "solar_pv": "",
    "wind_on": "",
}
"""Columns of `hours.csv`; the five that a site's `weather` reads are named in scenario/site_weather.py."""


def rows(form: str, paths: Sequence[Path], asked: Asked) -> Rows:
    """Every hour of some weather files of one place. Raises InputError; where pvlib or windpowerlib is missing, with how to get it."""
    try:
        import pvlib
        import windpowerlib
    except ImportError as error:
        expected = "pip install 'planner[weather]'"
        raise InputError("weather needs pvlib and windpowerlib", value=error.name, expected=expected) from None
    turbine = Turbine(asked.turbine or TURBINE, asked.hub_m or HUB_M)
    skies = read(form, paths)
    starts = [moment for sky in skies for moment in pd.DatetimeIndex(sky.starts, tz=UTC).to_pydatetime()]
    series = [columns(sky, turbine) for sky in skies]
    found = {name: np.concatenate([one[name] for one in series]).tolist() for name in UNITS}
    return Rows(
        starts, found, UNITS, skies[0].offset_h, notes(skies[0], turbine, (pvlib.__version__, windpowerlib.__version__))
    )


def columns(sky: Sky, turbine: Turbine) -> dict[str, Array]:
    """The series of one file."""
    return {
        "dry_bulb_c": sky.dry_bulb_c,
        "rh_pct": np.minimum(sky.humidity_pct, 100.0),
        "pressure_pa": sky.pressure_pa,
        "ghi": sky.ghi,
        "wind_10m": at_height(sky, 10.0),
        "solar_pv": solar_cf(sky),
        "wind_on": wind_cf(sky, turbine),
    }


def notes(sky: Sky, turbine: Turbine, versions: tuple[str, str]) -> list[str]:
    """What was taken for granted."""
    heights = " and ".join(exact(height) for height in sorted(sky.wind_ms))
    parted = "; direct and diffuse irradiance by Erbs, the file has the global one alone" if sky.dni is None else ""
    return [
        f"the place is {exact(sky.lat)} north, {exact(sky.lon)} east; its clock UTC{signed(exact(sky.offset_h))}, as the file says",
        f"solar_pv: single-axis tracker, 14 % losses, DC over AC 1.25, by pvlib {versions[0]}{parted}",
        f"wind_on: {turbine.name} at {exact(turbine.hub_m)} m from wind of {heights} m, 8 % losses, by windpowerlib {versions[1]}",
    ]
