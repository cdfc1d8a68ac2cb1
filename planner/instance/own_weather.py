"""What a site's own weather makes of it: PUE and water of each cooling system, derating of turbines, sun and wind.

The series are of the year (8,760 hours, UTC); typical days take them as they take the catalog's, with their means kept.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.cooling import CoolingSystem, design_pue, pue, wue
from planner.cooling.psychrometrics import wet_bulb_c
from planner.costs.reliability import turbine_derate
from planner.instance.inline import LENGTHS
from planner.scenario.inline import Hourly
from planner.scenario.site_weather import SiteWeather
from planner.timeline import Timeline

PLANTS = ("solar_pv", "wind_on")


def of_year(series: Hourly | None, timeline: Timeline, key: str) -> Array:
    """The 8,760 hours of a series. Raises InputError for another length, and for a plan of hours of the scenario's own."""
    values = np.array((0.0,) if series is None else series.values)
    if not timeline.repeats:
        raise InputError(
            "weather is of a year; these are hours of your own", key=key, expected="no time.hours, or no weather"
        )
    if len(values) == 1:
        return np.full(HOURS, values[0])
    if len(values) != HOURS:
        message = f"the series has {len(values)} figures{LENGTHS.get(len(values), '')}"
        raise InputError(message, key=key, expected=f"{HOURS} figures: the hours of a year in UTC")
    return values


def weathered(
    weather: SiteWeather,
    timeline: Timeline,
    cooling: Mapping[str, CoolingSystem],
    limit_gw: float | None,
    plants: Container[str],
    key: str,
) -> dict[str, Any]:
    """The fields of a site's weather (`site_hours.Weathered`). Raises InputError.

    limit_gw : most sun and most wind that may stand there where the weather says none; None: nobody knows. plants : that the scenario has.
    """
    dry, humidity, pressure = (
        of_year(getattr(weather, one), timeline, f"{key}.{one}") for one in ("dry_bulb", "humidity", "pressure")
    )
    air = (dry, np.minimum(wet_bulb_c(dry, humidity, pressure), dry), humidity, pressure)
    known = [g for g in PLANTS if g in plants and getattr(weather, g) is not None]
    years = {g: of_year(getattr(weather, g), timeline, f"{key}.{g}") for g in known}
    limit = limit_gw if weather.renewable_limit is None else weather.renewable_limit * 1e-3
    if years and limit is None:
        message = "how much sun and wind may stand here? No table knows the country"
        raise InputError(message, key=f"{key}.renewable_limit", expected="MW")
    return {
        "derate": 1.0 - turbine_derate(dry)[timeline.hours],
        "pue": {c: 1.0 + timeline.sample(pue(*air, system=system) - 1.0) for c, system in cooling.items()},
        "design_pue": {c: float(design_pue(*air, system=system)) for c, system in cooling.items()},
        "wue": {c: float(wue(*air, system=system).mean()) for c, system in cooling.items()},
        "capacity_factor": {g: timeline.sample(year, most=1.0) for g, year in years.items()},
        "renewable_limit_gw": dict.fromkeys(years, limit or 0.0),
    }
