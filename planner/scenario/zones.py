"""The power system around the sites: changes to the zones of the catalog, zones of the scenario's own, and links between them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, Series, problem
from planner.scenario.inline import Hourly, HourlyFigure

ONE = Series.constant(1.0)
Factor = Annotated[Series, Figure("", 0, 100)]
OWN = ("load", "store", "store_content", "store_efficiency", "utc_offset")
CATALOG = ("growth_scale", "fleet_scale", "yearly_limit")
"""Keys of zones of the scenario's own, and of those of the catalog."""


class ZonePlant(Section):
    """A plant, or a heat-rate band of many, that stands in a zone of the scenario's own, or beside the fleet of one of the catalog."""

    name: Name = Field(description="name in tables")
    capacity: Annotated[Series, Figure("MW")] = Field(description="what stands, by stage")
    variable_cost: Annotated[float, Figure("USD/MWh", -1000)] = Field(
        default=0.0, description="cost of a MWh, fuel in it; the price of carbon comes on top"
    )
    co2: Annotated[float, Figure("kg/MWh")] = Field(default=0.0, description="CO2 per MWh")
    availability: Annotated[Hourly, HourlyFigure("", 0, 1)] = Field(
        default=Hourly((1.0,)),
        description="share of capacity that can run, for all hours or by hour",
        json_schema_extra={"default": 1.0},
    )
    least_output: Annotated[float, Figure("", 0, 1)] = Field(default=0.0, description="share that always runs")
    yearly_limit: Annotated[float, Figure("", 0, 1)] = Field(
        default=1.0, description="most that it may give over the year, as a share of running always"
    )
    must_take: bool = Field(default=False, description="sun, wind, river: gives what its hours allow, free to spill")


class Zone(Section):
    """A zone: what the scenario changes of a zone of the catalog, or with `country` and `load` a zone of its own."""

    load_scale: Factor = Field(
        default=ONE, description="factor on the load, by stage", json_schema_extra={"default": 1.0}
    )
    growth_scale: Annotated[float, Figure("", 0, 100)] = Field(
        default=1.0, description="factor on the growth of load since 2024"
    )
    fleet_scale: dict[Name, Factor] = Field(
        default_factory=dict,
        description="kind of plant (planner grid show ZONE), or a store: factor on what stands of it, by stage; 0 removes it",
    )
    yearly_limit: dict[Name, Annotated[Series, Figure("", 0, 1)]] = Field(
        default_factory=dict,
        description="kind of plant that runs by order of cost: most that it may give over the year, by stage, as a share of running always",
    )
    new: list[Name] | None = Field(
        default=None, description="technologies that the grid may build here; default: grid.new"
    )
    new_limit: dict[Name, Annotated[Series, Figure("MW")]] = Field(
        default_factory=dict, description="technology: most of it that the grid may have built here, by stage"
    )
    reserve_margin: Annotated[float, Figure("", 0, 2)] | None = Field(
        default=None,
        description="firm supply above the peak load, as a share of it; default: that of the zone, own zones 0",
    )
    country: Country | None = Field(default=None, description="own zone: its country")
    load: Annotated[Hourly, HourlyFigure("MW")] | None = Field(
        default=None, description="own zone: load by modelled hour (UTC)"
    )
    plants: list[ZonePlant] = Field(
        default_factory=list, description="plants that stand; in a zone of the catalog beside its fleet"
    )
    store: Annotated[float, Figure("MW")] = Field(default=0.0, description="own zone: power of its standing stores")
    store_content: Annotated[float, Figure("MWh")] = Field(default=0.0, description="own zone: their content")
    store_efficiency: Annotated[float, Figure("", 0.01, 1)] = Field(
        default=1.0, description="own zone: of a round trip"
    )
    utc_offset: Annotated[float, Figure("h", -12, 14)] = Field(
        default=0.0, description="own zone: standard time less UTC"
    )

    @property
    def own(self) -> bool:
        """Is it a zone of the scenario's own?"""
        return self.country is not None

    @model_validator(mode="after")
    def _whole(self) -> Zone:
        if self.own and self.load is None:
            raise problem(
                "a zone of your own needs a load", at=".load", expected="MW, one figure or one for every modelled hour"
            )
        other, whose = (CATALOG, "of the catalog") if self.own else (OWN, "of your own")
        for key in other:
            # Not what was written but what it says: a scenario with every default filled in reads as it was meant.
            if getattr(self, key) != type(self).model_fields[key].get_default(
                call_default_factory=True, validated_data={}
            ):
                expected = "no such key, or no country" if self.own else "country beside it, or no such key"
                raise problem(f"{key} belongs to a zone {whose}", at=f".{key}", expected=expected)
        names = [plant.name for plant in self.plants]
        if len(names) > len(set(names)):
            twice = next(name for name in names if names.count(name) > 1)
            raise problem(f"the plant '{twice}' is given twice", at=".plants", expected="each name once", value=twice)
        return self


class Link(Section):
    """What may flow between two zones; in the place of the catalog's links between them."""

    between: list[Name] = Field(min_length=2, max_length=2, description="two zones")
    capacity: Annotated[Series, Figure("MW")] = Field(description="most from the first to the second, by stage")
    back: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="most from the second to the first; default: as `capacity`"
    )
    hurdle: Annotated[float, Figure("USD/MWh")] = Field(default=0.0, description="cost of trading a MWh either way")
    cost: Annotated[Series, Figure("USD/kW")] | None = Field(
        default=None,
        description="overnight cost of a kW more, both ways, by stage, paid over the lifetime; with it or `annual_cost` the grid may "
        "widen the link",
    )
    annual_cost: Annotated[float, Figure("USD/kW/year")] | None = Field(
        default=None, description="cost of a new kW and year: fixed O&M, or the whole of it where no cost is given"
    )
    lifetime: Annotated[float, Figure("year", 1, 200)] | None = Field(
        default=None, description="years that a new kW stands; default: 40"
    )
    most: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="most that may have been added, by stage; default: no limit"
    )

    @property
    def widens(self) -> bool:
        """May the grid add to it?"""
        return self.cost is not None or self.annual_cost is not None

    @model_validator(mode="after")
    def _priced(self) -> Link:
        for key in ("lifetime", "most"):
            if getattr(self, key) is not None and not self.widens:
                raise problem(
                    f"{key} belongs to a link that the grid may widen",
                    at=f".{key}",
                    expected="cost or annual_cost beside it, or no such key",
                )
        return self

    @model_validator(mode="after")
    def _two(self) -> Link:
        if self.between[0] == self.between[1]:
            raise problem(
                "a link leads back to its own zone", at=".between", expected="two zones", value=self.between[0]
            )
        return self
