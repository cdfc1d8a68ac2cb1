"""The weather of a site of the scenario's own: a year's hours that `planner import epw` (tmy3, era5, open-meteo) made, or any others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from planner.scenario.figures import Figure, Section, problem
from planner.scenario.inline import Hourly, HourlyFigure

COLUMNS = {
    "dry_bulb": "dry_bulb_c",
    "humidity": "rh_pct",
    "pressure": "pressure_pa",
    "solar_pv": "solar_pv",
    "wind_on": "wind_on",
}
"""Key -> its column in a file of hours."""
AIR = ("dry_bulb", "humidity", "pressure")


class SiteWeather(Section):
    """Air, sun and wind of the 8,760 hours of a year (UTC), in the place of the nearest catalog site's."""

    file: str | None = Field(
        default=None,
        description="hours.csv of `planner import epw` (tmy3, era5, open-meteo), seen from the scenario: all five series",
    )
    dry_bulb: Annotated[Hourly, HourlyFigure("", -90, 60)] | None = Field(
        default=None, description="air temperature by hour of the year, degrees Celsius"
    )
    humidity: Annotated[Hourly, HourlyFigure("", 0, 100)] | None = Field(
        default=None, description="relative humidity by hour, per cent"
    )
    pressure: Annotated[Hourly, HourlyFigure("", 4e4, 1.1e5)] | None = Field(
        default=None, description="air pressure by hour, Pa"
    )
    solar_pv: Annotated[Hourly, HourlyFigure("", 0, 1)] | None = Field(
        default=None, description="capacity factor of solar_pv by hour; default: none of it here"
    )
    wind_on: Annotated[Hourly, HourlyFigure("", 0, 1)] | None = Field(
        default=None, description="capacity factor of wind_on by hour; default: none of it here"
    )
    renewable_limit: Annotated[float, Figure("MW")] | None = Field(
        default=None,
        description="most sun, and most wind, that may stand here; default: that of the country in the catalog",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_file(cls, data: Any) -> Any:
        """The columns of the file as if each series named its own."""
        if not isinstance(data, Mapping) or data.get("file") is None:
            return data
        read = {key: {"file": data["file"], "column": column} for key, column in COLUMNS.items()}
        return read | {key: value for key, value in data.items() if key != "file"}

    @model_validator(mode="after")
    def _whole(self) -> SiteWeather:
        missing = [key for key in AIR if getattr(self, key) is None]
        if missing:
            raise problem(f"weather needs {missing[0]}", at=f".{missing[0]}", expected="file, or a series of the year")
        return self
