"""What governments and partners decide: carbon, clean energy, shares of countries, pools, shared facilities."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.scenario.country import Country, Who
from planner.scenario.figures import Figure, Name, Section, Series, Whole

Pool = Literal["sites", "lng", "smr_orders", "chips", "testbed"]
POOLS: tuple[Pool, ...] = ("sites", "lng", "smr_orders", "chips", "testbed")
PRICES = ("carbon_price", "pue_limit", "impact_assessment")
BOUNDS = ("carbon_cap", "clean_share", "hourly_clean_share", "country_share")
"""Keys of `policy` that hold a figure by country: those that mean nothing where there is no site, and those that ask something of it."""


class Policy(Section):
    """Rules by country."""

    carbon_price: dict[Country, Annotated[Series, Figure("USD/t", usual=(0.01, 2000.0))]] = Field(
        default_factory=dict,
        description="country: price of a tonne of CO2, by stage; paid by plants "
        "(grid energy has it in its price); not named: 0",
    )
    carbon_cap: dict[Who, Annotated[Series, Figure("kt/year")]] | None = Field(
        default=None, description="country or all: most CO2 per year, by stage; null: no cap"
    )
    clean_share: dict[Who, Annotated[Series, Figure("", 0, 1)]] | None = Field(
        default=None, description="country or all: least share of energy from clean sources, by stage; null: none asked"
    )
    hourly_clean_share: dict[Who, Annotated[Series, Figure("", 0, 1)]] | None = Field(
        default=None,
        description="country or all: the same for every hour at every site, by stage, held by what of grid and fossil plant may be used; "
        "null: none asked",
    )
    water_limit: bool = Field(default=True, description="no evaporative cooling in basins of high water stress")
    capital_area_limit: Annotated[Series, Figure("MW")] | None = Field(
        default=None, description="most IT power of all sites in the capital area (of Korea), by stage; null: no limit"
    )
    pue_limit: dict[Country, Annotated[Series, Figure("", 1, 10)]] = Field(
        default_factory=dict,
        description="country: highest annual mean PUE, by stage: chips whose cooling exceeds it at a site may not stand there; "
        "not named: no limit (Japan asks 1.4 on average by 2030 and 1.3 of new sites from 2029)",
    )
    impact_assessment: dict[Country, Annotated[float, Figure("year", 0, 100)]] = Field(
        default_factory=dict,
        description="country: years from base_year that the grid's assessment of a load from 10 MW on takes: no catalog tier this large "
        "opens before; not named: none (Korea asks for one)",
    )
    country_share: dict[Country, Annotated[Series, Figure("", 0, 1)]] = Field(
        default_factory=dict,
        description="country: largest share of all load that may stand there, by stage; not named: no limit",
    )


class Facility(Section):
    """A facility with a fixed cost that members share (a testbed for physical AI, a research hub)."""

    capex: Annotated[float, Figure("MUSD")] = Field(description="overnight cost, once (bare numbers: million USD)")
    opex: Annotated[float, Figure("MUSD/year")] = Field(default=0.0, description="running cost per year (million USD)")
    lifetime: Annotated[float, Figure("year", 1, 100)] = Field(
        default=20.0, description="years over which it is paid (assumed)"
    )
    first_year: Whole = Field(default=2026, ge=2026, le=2060, description="year from which it stands")
    cost_factor: dict[Country, Annotated[float, Figure("", 0.01, 100)]] = Field(
        default_factory=dict, description="country: factor on both costs if it stands there; not named: 1"
    )
    needed_by: list[Name] = Field(min_length=1, description="uses (workload cards) whose owners need it")


class ExportRestriction(Section):
    """A member that sells less to its partners; `planner alliance` tells what that costs them all."""

    member: Country = Field(description="country that restricts")
    lng: Annotated[float, Figure("", 0, 1)] = Field(
        default=1.0, description="share of its free liquefaction that it still sells"
    )
    chips: dict[Name, Annotated[float, Figure("", 0, 1)]] = Field(
        default_factory=dict,
        description="chip: share of their own supply that the partners still get; such a chip is no longer pooled",
    )


class Alliance(Section):
    """Who plans together, what they pool, and how the saving is shared."""

    members: list[Country] | None = Field(
        default=None, min_length=1, description="countries that may cooperate; default: all"
    )
    pools: list[Pool] = Field(default=list(POOLS), description="what members share")
    governance: Literal["equal", "proportional", "shapley", "nucleolus", "per_capita_nucleolus"] = Field(
        default="nucleolus",
        description="rule that shares the saving; the nucleolus holds whenever any sharing does",
    )
    dominance_limit: Annotated[float, Figure("", 0, 1)] | None = Field(
        default=None, description="largest share of the saving that one member may take; null: no limit"
    )
    export_restriction: ExportRestriction | None = Field(
        default=None, description="a restriction of trade between members, to be priced; null: none"
    )
