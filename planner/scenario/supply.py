"""Where power comes from: sites, grid, fuel, reactors, and how reliable it must be."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from planner.scenario.country import Country
from planner.scenario.figures import Figure, Name, Section, Series, Whole, problem
from planner.scenario.markets import LEVELS, Market
from planner.scenario.own_site import GAS_PRICE, InlineSite
from planner.scenario.site_file import KEYS, read_sites

Years = Annotated[float, Figure("year", 0, 100)]


class Sites(Section):
    """Candidate sites: those of the catalog in the scenario's countries, and the user's own."""

    use: Literal["all"] | list[Name] = Field(
        default="all", description="all sites of the countries, or a list (planner sites list)"
    )
    exclude: list[Name] = Field(default_factory=list, description="sites left out")
    add: list[InlineSite] = Field(default_factory=list, description="sites of your own")
    file: str | None = Field(
        default=None,
        description="file of sites of your own, seen from the scenario: GeoJSON, CSV, KML, GeoPackage or shapefile with points or areas, "
        "whose properties are keys of `add` (planner sites check FILE); they join `add`",
    )
    columns: dict[Name, Name] = Field(
        default_factory=dict, description="key: its column in the file, where that has another name; lat and lon too"
    )
    crs: Name | None = Field(
        default=None, description="coordinate system of a file that does not say its own, such as EPSG:5179"
    )
    country: Country | None = Field(default=None, description="country of the file's sites that do not say theirs")
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

    @model_validator(mode="before")
    @classmethod
    def _with_those_of_the_file(cls, data: Any, info: ValidationInfo) -> Any:
        """Sites of the file as if they stood under `add`, so that everything after this reads one list."""
        if not isinstance(data, dict) or data.get("file") is None:
            return data
        rest = {key: value for key, value in data.items() if key not in KEYS}
        added = rest.get("add") or []
        if not isinstance(added, list):
            return data
        asked = {key: data.get(key) for key in KEYS}
        return rest | {"add": [*added, *read_sites(asked, info.context or {})]}

    @field_validator("use", mode="before")
    @classmethod
    def _all_or_a_list(cls, value: Any) -> Any:
        if value != "all" and not isinstance(value, list):
            raise problem("this is neither all nor a list", expected="all, or a list of sites", value=value)
        return value


GRID_PLANTS = ["gas_cc_h", "gas_ct_frame", "nuc_large_us", "nuc_large_kr", "solar_pv", "wind_on", "battery_4h"]


def _or_yes_or_no(written: dict[str, Any]) -> None:
    """In the schema of a level: `true` and `false` too."""
    written["anyOf"].append({"type": "boolean"})


class Grid(Section):
    """The grid: a tariff that nobody moves, or the power system around the sites; and changes to the catalog's figures of it."""

    model: Literal["tariff", "system"] = Field(
        default="tariff",
        description="tariff: energy at the zone's price in any amount; system: zones with their fleets, planned with the campuses",
    )
    new: list[Name] = Field(
        default_factory=lambda: list(GRID_PLANTS),
        description="system: technologies that the grid may build (planner power list)",
    )
    firm_only: bool = Field(
        default=True,
        description="system: of plants to come only those that are firm; false: announced ones and targets too",
    )
    pace: Market = Field(
        default=Market(),
        description="system: how fast the grid of a zone may build sun, wind and batteries",
        json_schema_extra={"default": "central"},
    )
    wires: Market = Field(
        default=Market(),
        description="system: what a connection pays a year for the network alone",
        json_schema_extra={"default": "central"},
    )
    shortfall: Annotated[float, Figure("USD/kW/year")] = Field(
        default=300.0,
        description="system: price of firm supply that a zone lacks below its reserve margin, twice that of a new turbine (assumed)",
    )
    old_plants: Market | None = Field(
        default=Market(),
        description="system: what a thermal plant past its retirement is paid to stand by for the reserve of its zone and nothing else "
        "(data/system/old_plants.csv); null: they go",
        json_schema_extra={"default": "central"},
    )
    links: bool = Field(default=True, description="system: may zones trade over their links")
    new_links: Market | None = Field(
        default=None,
        json_schema_extra=_or_yes_or_no,
        description="system: may the grid widen its links and build those of published projects, as data/system/new_links.csv says: true "
        "(central cost), low, high, or {level, scale}; false or null: none but those under `links` that say a cost",
    )
    signed: Market | None = Field(
        default=None,
        description="connections signed with utilities or published as room (data/supply/grid_contracts.csv), as the first tier of sites "
        "that they name; default: central for model system, none for a tariff; {scale: 0}: none",
    )
    interruptible: Market | None = Field(
        default=None,
        description="room in each zone for curtailable connections, by the share of the year in which they may be cut "
        "(data/supply/grid_headroom.csv); default: central where model is system, no limit under a tariff",
    )
    zones: list[Name] | None = Field(
        default=None,
        min_length=1,
        description="system: zones of the catalog to plan (planner grid list); default: all of the scenario's countries",
    )

    delay: Years = Field(
        default=0.0,
        description="years that every connection comes later; one that comes within the first year of a stage counts in part, a later one "
        "from the next stage",
    )
    delay_by: dict[Name, Annotated[float, Figure("month", 0, 1200)]] = Field(
        default_factory=dict,
        description="country or site: months that its connections come later still, adding up; a zone's headroom waits for its country",
    )
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

    @field_validator("new_links", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        if isinstance(value, bool):
            return Market() if value else None
        if value is not None and value not in LEVELS and not isinstance(value, dict | Market):
            raise problem(
                "this is not a level", expected="true, false, low, central or high, or {level, scale}", value=value
            )
        return value

    def of_system(self, asked: Market | None) -> Market | None:
        """A level as it is asked for; the central one where the grid is a system and nothing is said."""
        return Market() if asked is None and self.model == "system" else asked

    def years_later(self, *names: str) -> float:
        """Years that the connections of a country, or of a site and its country, come later."""
        return self.delay + sum(self.delay_by.get(name, 0.0) for name in names) / 12.0


Factor = Annotated[Series, Figure("", 0, 1000)]


class FuelScale(Section):
    """Factors on the prices of fuels, whatever they are: of the catalog or of the scenario."""

    gas: Factor = Field(
        default=Series.constant(1.0),
        description="all gas: Henry Hub, the regions' prices, LNG spot; not what a site of your own pays, laterals and fees",
        json_schema_extra={"default": 1.0},
    )
    lng: Factor = Field(
        default=Series.constant(1.0),
        description="LNG spot, besides that of gas",
        json_schema_extra={"default": 1.0},
    )
    uranium: Factor = Field(
        default=Series.constant(1.0),
        description="reactor fuel, as of the first stage",
        json_schema_extra={"default": 1.0},
    )


class Fuel(Section):
    """Gas, LNG and uranium."""

    scale: FuelScale = Field(default_factory=FuelScale, description="factors on the prices of fuels, by stage")

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


class Capex(Section):
    """Overnight costs of plants."""

    scale: dict[Name, Annotated[float, Figure("", 0, 100)]] = Field(
        default_factory=dict,
        description="technology: factor on its overnight cost in every stage; of a storage, on power and energy; besides smr.cost_scale",
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
