"""A power purchase agreement that a site is offered: so many MW of somebody's plant, all of whose output is paid at a price."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.figures import Figure, Name, Section, Whole
from planner.scenario.inline import Hourly, HourlyFigure


class Ppa(Section):
    """An offer of power over a line of its own: it takes none of the grid connection, and what is not used is paid all the same."""

    name: Name = Field(description="name in tables, beside the site's")
    mw: Annotated[float, Figure("MW")] = Field(description="most that can be signed")
    price: Annotated[float, Figure("USD/MWh")] = Field(
        description="price of what its plant gives, delivered at the site, real USD of 2023"
    )
    profile: Literal["solar_pv", "wind_on", "flat"] = Field(
        default="flat", description="when it comes: as sun or wind at the site, or always the same"
    )
    hours: Annotated[Hourly, HourlyFigure("", 0, 1)] | None = Field(
        default=None, description="share of its MW that comes by modelled hour (UTC), in place of the profile"
    )
    first_year: Whole = Field(default=2000, ge=2000, le=2100, description="year from which it delivers")
    years: Annotated[float, Figure("year", 1, 100)] = Field(
        default=15.0, description="length of the contract; it may be signed again"
    )
