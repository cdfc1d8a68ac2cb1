"""What a scenario gives itself, so that it needs no catalog: hourly series, plants, and what a chip does and draws."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from planner.base.names import GIVEN_LOAD
from planner.scenario.csv_column import read_column
from planner.scenario.figures import Figure, Name, Section, Series, Whole, problem


@dataclass(frozen=True)
class Hourly:
    """A series over the modelled hours: one figure for all of them, or one for each, from the scenario or a CSV file."""

    values: tuple[float, ...]
    file: str | None = None
    column: str | None = None

    @property
    def varies(self) -> bool:
        """Is there more than one figure?"""
        return len(self.values) > 1

    def plain(self) -> float | list[float] | dict[str, str]:
        """As a scenario writes it."""
        if self.file is not None and self.column is not None:
            return {"file": self.file, "column": self.column}
        return list(self.values) if self.varies else self.values[0]


@dataclass(frozen=True)
class HourlyFigure(Figure):
    """Annotation of an `Hourly`: unit and range of its figures. A CSV file is seen from the scenario's folder."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._hourly, serialization=core_schema.plain_serializer_function_ser_schema(Hourly.plain)
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        one = super().__get_pydantic_json_schema__(schema, handler)["anyOf"]
        file = {
            "type": "object",
            "properties": {"file": {"type": "string"}, "column": {"type": "string"}},
            "required": ["file", "column"],
            "additionalProperties": False,
        }
        listed = {"type": "array", "items": {"anyOf": one}, "minItems": 1}
        return {"anyOf": [*one, listed, file], "unit": self.unit}

    def _hourly(self, value: Any, info: core_schema.ValidationInfo) -> Hourly:
        if isinstance(value, Hourly):
            return value
        if isinstance(value, list):
            if not value:
                raise problem("the list is empty", expected="one figure for every modelled hour")
            return Hourly(tuple(self._number(item, info, at=f"[{i}]") for i, item in enumerate(value)))
        if not isinstance(value, Mapping):
            return Hourly((self._number(value, info),))
        if set(value) != {"file", "column"}:
            raise problem("this is no series", expected="a figure, a list of figures, or {file, column}", value=value)
        folder = (info.context or {}).get("folder", Path())
        path = Path(os.path.realpath(Path(folder) / str(value["file"])))
        column = str(value["column"])
        figures = tuple(self._number(text, info, at=f".file line {i}") for i, text in read_column(path, column))
        return Hourly(figures, str(path), column)


ONLY: dict[str, tuple[str, ...]] = {
    "energy_capex": ("storage",),
    "efficiency": ("storage",),
    "firm_hours": ("storage",),
    "min_output": ("nuclear",),
    "unit_size": ("nuclear",),
    "fuel": ("thermal", "must_take"),
    "heat_rate": ("thermal", "nuclear", "must_take"),
    "fuel_price": ("thermal", "nuclear", "must_take"),
    "co2": ("thermal", "nuclear", "must_take"),
    "availability": ("thermal", "nuclear", "must_take"),
}
"""Figures of a plant that only some kinds have."""


class InlineTechnology(Section):
    """A plant of the scenario's own; every site may have it. What is left out costs nothing and always runs."""

    name: Name = Field(description="name in tables, unlike any under power")
    kind: Literal["thermal", "nuclear", "must_take", "storage"] = Field(
        default="thermal",
        description="thermal: runs by the hour; nuclear: never below min_output; must_take: sun, wind; storage",
    )
    annual_cost: Annotated[float, Figure("USD/kW/year")] = Field(
        default=0.0, description="cost of a kW and year: fixed O&M, or the whole of it where no capex is given"
    )
    capex: Annotated[Series, Figure("USD/kW")] = Field(
        default=Series.constant(0.0),
        description="overnight cost, by stage, paid over the lifetime",
        json_schema_extra={"default": 0.0},
    )
    energy_capex: Annotated[Series, Figure("USD/kWh")] = Field(
        default=Series.constant(0.0),
        description="storage: overnight cost of its content, by stage",
        json_schema_extra={"default": 0.0},
    )
    lifetime: Annotated[float, Figure("year", 1, 200)] = Field(default=25.0, description="years that it stands")
    variable_cost: Annotated[float, Figure("USD/MWh")] = Field(
        default=0.0, description="cost of a MWh without fuel; without a heat rate its whole marginal cost"
    )
    heat_rate: Annotated[float, Figure("MMBtu/MWh")] = Field(default=0.0, description="fuel per MWh, HHV")
    fuel: Literal["gas"] | None = Field(
        default=None, description="gas: it burns the site's gas at its price; null: fuel_price holds"
    )
    fuel_price: Annotated[float, Figure("USD/MMBtu")] = Field(
        default=0.0,
        description="price of a fuel of its own; a plant with a heat rate and no `fuel` must say it, 0 included",
    )
    co2: Annotated[float, Figure("kg/MMBtu")] = Field(default=0.0, description="CO2 of its fuel")
    availability: Annotated[Hourly, HourlyFigure("", 0, 1)] = Field(
        default=Hourly((1.0,)),
        description="share of capacity that can run, for all hours or by hour; must_take: its capacity factor",
        json_schema_extra={"default": 1.0},
    )
    min_output: Annotated[float, Figure("", 0, 1)] = Field(default=0.0, description="nuclear: share that always runs")
    efficiency: Annotated[float, Figure("", 0.01, 1)] = Field(default=1.0, description="storage: of a round trip")
    firm: Annotated[float, Figure("", 0, 1)] | None = Field(
        default=None, description="share of capacity that counts as firm; default: 1, must_take: 0"
    )
    firm_hours: Annotated[float, Figure("h", 0.01, 1000)] = Field(
        default=4.0,
        description="storage: hours of content at which all of `firm` counts; with less it counts by its hours",
    )
    limit: Annotated[float, Figure("MW")] | None = Field(
        default=None, description="most that may stand at a site; must_take needs it; default: what the site could use"
    )
    unit_size: Annotated[float, Figure("MW", 1e-6)] = Field(default=1.0, description="size of one unit (reactors)")
    first_year: Whole = Field(default=2000, ge=2000, le=2100, description="year from which it can run")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> InlineTechnology:
        if self.kind == "must_take" and self.limit is None:
            raise problem("a must_take plant needs a limit", at=".limit", expected="the most MW that a site can take")
        if self.kind in ("nuclear", "storage") and self.availability.varies:
            expected = "one figure; a series only for thermal and must_take"
            raise problem(f"{self.kind} has no hourly availability", at=".availability", expected=expected)
        for key, kinds in ONLY.items():
            if self.kind not in kinds and getattr(self, key) != type(self).model_fields[key].default:
                expected = f"no such key, or a plant that is {' or '.join(kinds)}"
                raise problem(f"{key} says nothing of a {self.kind} plant", at=f".{key}", expected=expected)
        if self.fuel is not None and self.fuel_price > 0:
            message = "gas has the price of its site; fuel_price says nothing"
            raise problem(message, at=".fuel_price", expected="sites.add with gas_price, or no fuel")
        for key in ("fuel", "fuel_price", "co2"):
            if self.heat_rate == 0 and getattr(self, key) not in (None, 0.0):
                raise problem(f"{key} says nothing without a heat rate", at=f".{key}", expected="heat_rate: MMBtu/MWh")
        if self.heat_rate > 0 and self.fuel is None and "fuel_price" not in self.model_fields_set:
            expected = "fuel_price: USD/MMBtu, 0 if it costs nothing; or fuel: gas, which has the price of its site"
            raise problem(
                "a plant that burns a fuel needs its price", at=".heat_rate", expected=expected, value=self.heat_rate
            )
        return self


class ChipUse(Section):
    """What one chip does and draws in a workload, in place of cards."""

    chip: Name | None = Field(default=None, description="name of the chip; default: the workload's name and 'chip'")
    work_per_hour: Annotated[float, Figure("1/h", 1e-12)] = Field(description="units of work per chip and hour")
    active: Annotated[float, Figure("W")] = Field(description="IT power of a chip at work, with its share of the node")
    idle: Annotated[float, Figure("W")] = Field(default=0.0, description="IT power of a chip that waits")
    provision: Annotated[float, Figure("W", 1e-6)] | None = Field(
        default=None, description="IT power to provide for a chip; default: active"
    )
    price: Annotated[Series, Figure("USD")] = Field(
        default=Series.constant(0.0),
        description="price of a chip with its share of servers and network, by stage",
        json_schema_extra={"default": 0.0},
    )

    @model_validator(mode="after")
    def _provides(self) -> ChipUse:
        if self.idle > self.active:
            raise problem("a chip cannot draw more when it waits", at=".idle", expected="at most active")
        if self.provision is None and self.active == 0:
            raise problem("a chip that draws nothing needs a provision", at=".provision", expected="watts to provide")
        return self


LOAD = ChipUse(chip=GIVEN_LOAD, work_per_hour=1.0, active=1e6)
"""A workload given as a load: one "chip" is one MW, its work one MWh per hour."""
