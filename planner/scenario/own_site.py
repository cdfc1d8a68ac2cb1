"""A site of the scenario's own, as the keys of `sites.add` or the properties of a file say it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, Series, Whole, problem
from planner.scenario.inline import Hourly, HourlyFigure
from planner.scenario.ppa import Ppa
from planner.scenario.site_weather import SiteWeather

GAS_PRICE = (0.01, 500.0)  # USD/MMBtu; Europe paid some 100 at most in 2022
ENERGY_PRICE = (1e-6, 20_000.0)  # USD/MWh; a mean above it is won or yen


class Offer(Section):
    """A connection that the grid offers at a site: so much, from a year on, at a cost of reinforcement."""

    mw: Annotated[float, Figure("MW")] = Field(description="size of the connection")
    first_year: Whole = Field(default=2000, ge=2000, le=2100, description="year from which it can be used")
    cost: Annotated[float, Figure("USD/kW")] = Field(default=0.0, description="reinforcement that it needs")


class InlineSite(Section):
    """A site of the user's own. What is left out comes from the nearest site of the whole catalog in the country (`sites.inherit`).

    With `inherit: none`, the default where `sites.use` is empty, it is neutral, that is PUE 1, land and connection without limit,
    no charge, no shell cost. Only the price of grid energy must be given.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        description="identifier: letters, digits, - and _"
    )
    title: Name | None = Field(default=None, description="name in report and maps; default: the identifier")
    country: Country = Field(description="country of the site")
    lat: Annotated[float, Figure("", -90, 90)] = Field(description="latitude, degrees north")
    lon: Annotated[float, Figure("", -180, 180)] = Field(description="longitude, degrees east")
    owner: Country | None = Field(
        default=None, description="country or company whose site it is: its work alone runs here; default: anybody's"
    )
    ppa: list[Ppa] = Field(default_factory=list, description="power purchase agreements on offer at the site")
    zone: Name | None = Field(
        default=None,
        description="zone that prices are of (planner sites list), or of the power system (planner grid list, or your own under zones), in "
        "which it then lies; price, carbon, charge and connection are those of the nearest catalog site in it; "
        "default: that of the nearest site of the country",
    )
    pue: Annotated[float, Figure("", 1, 3)] | None = Field(
        default=None, description="constant PUE in place of the hourly one from weather"
    )
    energy_price: Annotated[Series, Figure("USD/MWh", -1000, usual=ENERGY_PRICE)] | None = Field(
        default=None, description="mean price of grid energy, by stage; default: that of the zone"
    )
    capacity_charge: Annotated[float, Figure("USD/kW/month")] | None = Field(
        default=None, description="charge on the connected capacity; default: that of the zone"
    )
    hourly_price: Annotated[Hourly, HourlyFigure("USD/MWh", -1000)] | None = Field(
        default=None, description="price of grid energy by modelled hour (UTC), in place of energy_price"
    )
    hourly_carbon: Annotated[Hourly, HourlyFigure("kg/MWh")] | None = Field(
        default=None, description="CO2 of grid energy by modelled hour (UTC), in place of carbon_intensity"
    )
    capacity_factor: dict[Name, Annotated[Hourly, HourlyFigure("", 0, 1)]] = Field(
        default_factory=dict,
        description="technology: its capacity factor here by modelled hour (UTC); default: its availability",
    )
    weather: SiteWeather | None = Field(
        default=None,
        description="weather of the site by hour of the year: PUE, water, turbines, sun and wind follow; default: that of the nearest site",
    )
    campus_cost: Annotated[float, Figure("MUSD/year")] | None = Field(
        default=None, description="yearly cost of a campus here, whatever its size; default: sites.campus_cost"
    )
    carbon_intensity: Annotated[Series, Figure("kg/MWh")] | None = Field(
        default=None, description="CO2 of grid energy, by stage; default: that of the zone"
    )
    headroom: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="grid connection that can be had, by stage; default: the tiers of the zone"
    )
    offers: Annotated[list[Offer], Field(min_length=1)] | None = Field(
        default=None, description="connections on offer, which add up; in place of headroom"
    )
    land_limit: Annotated[float, Figure("MW")] | None = Field(
        default=None, description="most IT load the land can take (in a file also `mw`); default: that of the catalog"
    )
    first_year: Whole = Field(default=2000, ge=2000, le=2100, description="year before which no IT load can stand here")
    existing: Annotated[float, Figure("MW")] = Field(
        default=0.0, description="IT power whose building stands already: it is paid, and counts in the land"
    )
    committed: Annotated[Series, Figure("MW")] = Field(
        default=Series.constant(0.0),
        description="IT power that must stand, by stage from first_year on: a campus that is signed for",
        json_schema_extra={"default": 0.0},
    )
    must_build: bool = Field(default=False, description="all of land_limit must stand from first_year on")
    gas: Literal["none"] | Name | None = Field(
        default=None,
        description="gas connection: none, or a division of pipeline gas or LNG terminal of the catalog; default: that of the nearest site",
    )
    water_limit: Annotated[float, Figure("ML/year")] | None = Field(
        default=None, description="water that cooling may take (million litres a year); default: no limit"
    )
    gas_price: Annotated[Series, Figure("USD/MMBtu", usual=GAS_PRICE)] | None = Field(
        default=None, description="price of gas at the site, by stage; default: pipeline or LNG chain of the catalog"
    )
    smr: bool = Field(default=True, description="may reactors be built here")
    shell_cost: Annotated[float, Figure("USD/W")] | None = Field(
        default=None,
        description="shell, mechanical and electrical cost per W of IT (= M USD per MW); default: that of the nearest site",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> InlineSite:
        if self.offers is not None and self.headroom is not None:
            raise problem("the connection is given twice", at=".offers", expected="headroom, or offers")
        if self.gas is not None and self.gas_price is not None:
            raise problem("gas is given twice", at=".gas", expected="gas_price, or gas")
        if self.must_build and self.land_limit is None:
            raise problem("what must be built?", at=".must_build", expected="land_limit (mw) beside it, or committed")
        largest = max(self.existing, *(mw for _, mw in self.committed.points))
        if self.land_limit is not None and largest > self.land_limit:
            message = f"{largest:g} MW that stand or must stand do not fit"
            raise problem(message, at=".land_limit", expected=f"{largest:g} MW or more", value=self.land_limit)
        return self
