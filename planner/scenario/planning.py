"""How a plan is made: its hours, the solver, sizes below which nobody builds, and folders of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, field_serializer, model_validator

from planner.scenario.figures import Figure, Name, Section, Whole, problem
from planner.scenario.inline import Hourly, HourlyFigure
from planner.scenario.markets import LEVELS


def _place(value: Any) -> str | float:
    """A place in the range of a figure: by name, or from -1 to 1."""
    number = isinstance(value, int | float) and not isinstance(value, bool) and -1 <= value <= 1
    if not (number or value in LEVELS):
        expected = "low, central or high, or a number from -1 (low) to 1 (high)"
        raise problem("this is no place in a range", expected=expected, value=value)
    return float(value) if number else str(value)


PLACE = {"anyOf": [{"enum": list(LEVELS)}, {"type": "number", "minimum": -1, "maximum": 1}]}
Place = Annotated[str | float, PlainValidator(_place), WithJsonSchema(PLACE)]


class Time(Section):
    """Which hours of a stage's year are planned."""

    method: Literal["typical_days", "full_year"] = Field(
        default="typical_days", description="chosen days with weights, or 8,760 hours"
    )
    days: Whole = Field(default=12, ge=1, le=365, description="number of typical days")
    hours: Whole | None = Field(
        default=None,
        ge=1,
        le=8760,
        description="hours of your own in place of days (a load duration curve, a textbook's three hours); no catalog sites",
    )
    step_hours: Annotated[float, Figure("h", 1e-3, 8760)] = Field(
        default=1.0,
        description="with hours of your own: how long each of them lasts, for a storage that fills and empties",
    )
    weights: Annotated[Hourly, HourlyFigure("")] | None = Field(
        default=None, description="how much each of these hours counts, scaled to a year; default: all the same"
    )

    @model_validator(mode="after")
    def _one_weight_per_hour(self) -> Time:
        if self.weights is not None and len(self.weights.values) != (self.hours or 0):
            expected = "time.hours weights" if self.hours is None else f"{self.hours} weights, one per hour"
            raise problem("the weights do not fit the hours", at=".weights", expected=expected)
        if self.step_hours != 1.0 and self.hours is None:
            raise problem(
                "only hours of your own have another length", at=".step_hours", expected="time.hours, or no such key"
            )
        if self.weights is not None and min(self.weights.values) <= 0:
            raise problem("an hour counts for nothing", at=".weights", expected="weights above 0, or fewer hours")
        return self


class Smallest(Section):
    """Sizes below which nothing is built."""

    campus: Annotated[float, Figure("MW")] = Field(
        default=5.0, description="IT power of a campus (planning assumption; Korea counts sites from 5 MW on as large)"
    )
    plant: Annotated[float, Figure("MW")] = Field(
        default=1.0, description="plant or store at a site (planning assumption: the smallest engine)"
    )
    connection: Annotated[float, Figure("MW")] = Field(
        default=1.0, description="grid connection of a site (planning assumption)"
    )
    chips: Annotated[float, Figure("")] = Field(
        default=100.0, description="chips of a kind that serve a workload at a site (planning assumption)"
    )


class Solve(Section):
    """How the program is solved."""

    method: Literal["auto", "simplex", "ipx", "hipo", "hipdlp", "decompose"] = Field(
        default="auto", description="solver method; auto: by size"
    )
    gap: Annotated[float, Figure("", 1e-12, 1)] = Field(default=1e-4, description="relative gap that must be proven")
    power_gap: Annotated[float, Figure("", 1e-9, 1)] | None = Field(
        default=None,
        description="gap that must be proven of the power bill too (all but chips, shells, site O&M and shared facilities)",
    )
    threads: Whole = Field(default=2, ge=1, le=256, description="threads")
    time_limit: Annotated[float, Figure("s", 1)] = Field(
        default=600.0, description="after which the best plan so far is taken"
    )
    whole_units: bool = Field(
        default=True,
        description="the plan has whole reactors and nothing too small to be built (smallest); its gap is to the relaxed bound",
    )
    smallest: Smallest = Field(
        default_factory=Smallest,
        description="below these nobody builds; where the whole plan is small, what is less than a thousandth of it",
    )
    integer: bool = Field(default=False, description="whole reactor modules and campuses (typical days only)")


class Folders(Section):
    """A folder of tables of your own, seen from the scenario file, in place of the catalog's; figures at another end of their range."""

    data: Path | None = Field(default=None, description="folder of tables in the schema of data/")
    models: Path | None = Field(
        default=None,
        description="folder of cards that join those of models/: chips, nodes, llm, workloads, power, cooling, tariffs "
        "(planner chips check CARD)",
    )
    figures: dict[Name, Place] = Field(
        default_factory=dict,
        description="figure of a card or table that carries a range, such as power/smr_ismr/learning_rate or zone_headroom/KR: "
        "low, central or high, or a place between -1 (low) and 1 (high)",
    )

    @field_serializer("data", "models")
    def _plain(self, value: Path | None) -> str | None:
        return None if value is None else str(value)
