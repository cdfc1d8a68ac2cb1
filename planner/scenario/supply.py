"""Where power comes from: sites, grid, fuel, reactors, and how reliable it must be."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, Series, Whole, problem
from planner.scenario.inline import Hourly, HourlyFigure

GAS_PRICE = (0.01, 500.0)  # USD/MMBtu; Europe paid some 100 at most in 2022
ENERGY_PRICE = (1e-6, 20_000.0)  # USD/MWh; a mean above it is won or yen
Years = Annotated[float, Figure("year", 0, 100)]


class InlineSite(Section):
    """A site of the user's own. What is left out comes from the nearest site of the whole catalog in the country (`sites.inherit`).

    With `inherit: none`, the default where `sites.use` is empty, it is neutral, that is PUE 1, land and connection without limit,
    no charge, no shell cost. Only the price of grid energy must be given.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        description="identifier: letters, digits, - and _"
    )
    country: Country = Field(description="country of the site")
    lat: Annotated[float, Figure("", -90, 90)] = Field(description="latitude, degrees north")
    lon: Annotated[float, Figure("", -180, 180)] = Field(description="longitude, degrees east")
    zone: Name | None = Field(
        default=None,
        description="grid zone; of one of the catalog, price, carbon, charge and connection are its nearest site's; "
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
    campus_cost: Annotated[float, Figure("MUSD/year")] | None = Field(
        default=None, description="yearly cost of a campus here, whatever its size; default: sites.campus_cost"
    )
    carbon_intensity: Annotated[Series, Figure("kg/MWh")] | None = Field(
        default=None, description="CO2 of grid energy, by stage; default: that of the zone"
    )
    headroom: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="grid connection that can be had, by stage; default: the tiers of the zone"
    )
    land_limit: Annotated[float, Figure("MW")] | None = Field(
        default=None, description="most IT load the land can take; default: that of the catalog"
    )
    gas_price: Annotated[Series, Figure("USD/MMBtu", usual=GAS_PRICE)] | None = Field(
        default=None, description="price of gas at the site, by stage; default: pipeline or LNG chain of the catalog"
    )
    smr: bool = Field(default=True, description="may reactors be built here")
    shell_cost: Annotated[float, Figure("USD/W")] | None = Field(
        default=None,
        description="shell, mechanical and electrical cost per W of IT (= M USD per MW); default: that of the nearest site",
    )


class Sites(Section):
    """Candidate sites: those of the catalog in the scenario's countries, and the user's own."""

    use: Literal["all"] | list[Name] = Field(
        default="all", description="all sites of the countries, or a list (planner sites list)"
    )
    exclude: list[Name] = Field(default_factory=list, description="sites left out")
    add: list[InlineSite] = Field(default_factory=list, description="sites of your own")
    inherit: Literal["catalog", "none"] | None = Field(
        default=None,
        description="what sites of your own leave out: catalog, as the nearest of all the catalog's sites of the country, planned or not; "
        "none, neutral (PUE 1, no limit, no charge); default: catalog, but none where `use` is an empty list",
    )
    campus_cost: Annotated[float, Figure("MUSD/year")] = Field(
        default=0.0, description="yearly cost of each campus that is opened, whatever its size (million USD)"
    )

    @property
    def inherits(self) -> str:
        """Where sites of the scenario's own take what they leave out: catalog or none."""
        return self.inherit or ("catalog" if self.use else "none")

    @field_validator("use", mode="before")
    @classmethod
    def _all_or_a_list(cls, value: Any) -> Any:
        if value != "all" and not isinstance(value, list):
            raise problem("this is neither all nor a list", expected="all, or a list of sites", value=value)
        return value


class Grid(Section):
    """Changes to the grid figures of the catalog."""

    delay: Years = Field(default=0.0, description="years that every connection comes later")
    headroom_scale: Annotated[float, Figure("", 0, 100)] = Field(
        default=1.0, description="factor on every headroom tier"
    )
    price_scale: Annotated[Series, Figure("", 0, 100)] = Field(
        default=Series.constant(1.0),
        description="factor on grid energy prices, by stage",
        json_schema_extra={"default": 1.0},
    )
    carbon_scale: Annotated[float, Figure("", 0, 100)] = Field(
        default=1.0, description="factor on grid carbon intensity"
    )
    curtailable_hours: Annotated[float, Figure("h", 0, 8760)] = Field(
        default=0.0, description="hours a year in which the grid may cut curtailable connections"
    )
    curtailable_share: Annotated[float, Figure("", 0, 1)] = Field(
        default=0.0, description="share of each connection that may be taken as curtailable"
    )
    tariffs: dict[Name, Name] = Field(
        default_factory=dict,
        description="zone: tariff (planner power tariff list) or file of one, seen from the scenario, that its sites pay in the place of "
        "the zone's prices, with its minimum take and years",
    )


class Fuel(Section):
    """Gas, LNG and uranium."""

    henry_hub: Annotated[Series, Figure("USD/MMBtu", usual=GAS_PRICE)] | None = Field(
        default=None, description="Henry Hub price, by stage; default: that of the catalog"
    )
    lng_spot: Annotated[Series, Figure("USD/MMBtu", usual=GAS_PRICE)] | None = Field(
        default=None, description="Asian spot price (JKM), by stage; default: that of the catalog"
    )
    lng_contract: bool | list[Country] = Field(
        default=True,
        description="who may sign Henry-Hub-indexed LNG contracts: true (all), false (nobody) or a list of countries; the others buy spot",
    )
    panama_open: bool = Field(default=True, description="is the Panama canal open to LNG ships (else the Cape)")
    export_cap: Annotated[Series, Figure("Mt/year")] | None = Field(
        default=None, description="most US LNG that may go to the plan's sites, by stage; null: only terminals limit it"
    )
    uranium: Annotated[Series, Figure("USD/MMBtu")] | None = Field(
        default=None, description="reactor fuel, by stage; default: that of each technology card"
    )


class Smr(Section):
    """Small modular reactors: which designs is said under `power`; how fast they come and get cheaper, here."""

    learning: Literal["own", "pooled", "none"] = Field(
        default="pooled",
        description="cost falls with each country's own orders, with those of all members, or not at all",
    )
    cost_scale: Annotated[float, Figure("", 0, 100)] = Field(default=1.0, description="factor on overnight cost")
    first_year_shift: Whole = Field(
        default=0, ge=-20, le=30, description="years that first power comes later (negative: earlier)"
    )
    orders_scale: Annotated[float, Figure("", 0, 100)] = Field(
        default=1.0, description="factor on modules that can be delivered per year"
    )


class Reliability(Section):
    """How sure the power must be."""

    availability: Annotated[float, Figure("", 0, 1)] = Field(
        default=0.9999, description="availability of supply that on-site units must reach when they carry the load"
    )
    reserve_margin: Annotated[float, Figure("", 0, 2)] = Field(
        default=0.15, description="firm capacity above the peak load, as a share of it (assumed)"
    )
    reserve: Literal["both", "blocks", "margin"] = Field(
        default="both",
        description="where outages are counted: by spare units of each block (availability), by the margin above the peak load, or by both",
    )
    island: bool = Field(default=False, description="no grid: every site carries its own load")

    @property
    def margin(self) -> float:
        """The margin that counts: none where the spare units of blocks are the reserve."""
        return 0.0 if self.reserve == "blocks" else self.reserve_margin
