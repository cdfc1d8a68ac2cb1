"""What every section is made of: figures with a unit, stage series, and mappings that name what they do not know."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from planner.base import units
from planner.base.errors import InputError, nearest

Whole = Annotated[int, Field(strict=True)]
"""A whole number; `true` is none."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST, LARGEST_COUNT, SMALLEST = 1e10, 1e36, 1e-30
"""No figure of this world is larger (power, money, time; then what is counted, as FLOP a year) or, if it is not nothing, smaller."""


def problem(
    message: str, *, at: str = "", expected: str | None = None, value: object | None = None
) -> PydanticCustomError:
    """An error that pydantic carries to the reader of the file; `at` continues the key (".2028", "[3].chip")."""
    context = {"message": message.replace("{", "(").replace("}", ")"), "at": at, "expected": expected, "value": value}
    return PydanticCustomError("planner", "{message}", context)


def _in_one_line(name: str) -> str:
    if {*name} & {*"\n\r\t"}:
        raise problem("a name stands in one line", expected="letters, digits, signs and spaces", value=name)
    return name


Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_in_one_line)]


@dataclass(frozen=True)
class Series:
    """A figure by stage year: straight lines between the years given, the ends held.

    >>> Series(((2028, 10.0), (2032, 30.0))).at(2030), Series.constant(4.0).at(2050)
    (20.0, 4.0)
    """

    points: tuple[tuple[int, float], ...]

    @classmethod
    def constant(cls, value: float) -> Series:
        """The same figure in every year."""
        return cls(((0, value),))

    def at(self, year: int) -> float:
        """The figure of a year, in the unit that the key documents."""
        years = [point[0] for point in self.points]
        after = bisect_right(years, year)
        if after == 0:
            return self.points[0][1]
        if after == len(years):
            return self.points[-1][1]
        (y0, v0), (y1, v1) = self.points[after - 1 : after + 1]
        return v0 + (v1 - v0) * (year - y0) / (y1 - y0)

    def plain(self) -> float | dict[int, float]:
        """As a scenario writes it: one figure, or years with figures."""
        return self.points[0][1] if self.points[0][0] == 0 else dict(self.points)


@dataclass(frozen=True)
class Figure:
    """Annotation of a `float` or a `Series`: its unit and its range. Text with another such unit is converted.

    Outside the `usual` range a figure is taken for a slip: above it unless its unit stands beside it, below it (but for 0) always.
    """

    unit: str
    low: float = 0.0
    high: float = math.inf
    usual: tuple[float, float] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        series = source is Series
        return core_schema.with_info_plain_validator_function(
            self._series if series else self._number,
            serialization=core_schema.plain_serializer_function_ser_schema(self._plain) if series else None,
            metadata={"series": series},
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        number: dict[str, Any] = {"type": "number"}
        number |= {"minimum": self.low} if math.isfinite(self.low) else {}
        number |= {"maximum": self.high} if math.isfinite(self.high) else {}
        one = [number, {"type": "string", "pattern": r"^\s*[+-]?[0-9.]"}]
        if schema.get("metadata", {}).get("series"):
            years = {"type": "object", "minProperties": 1, "additionalProperties": False}
            years["patternProperties"] = {r"^2[01]\d\d$": {"anyOf": one}}
            return {"anyOf": [*one, years], "unit": self.unit}
        return {"anyOf": one, "unit": self.unit}

    def _number(self, value: Any, info: core_schema.ValidationInfo, at: str = "") -> float:
        fx = (info.context or {}).get("fx")
        try:
            number = units.quantity(value, self.unit, low=self.low, high=self.high, fx=fx)
        except InputError as error:
            raise problem(error.message, at=at, expected=error.expected, value=value) from None
        counted = any(name in self.unit for name in (*units.COUNTS, "1/"))
        if abs(number) > (largest := LARGEST_COUNT if counted else LARGEST):
            expected = f"{units.describe(self.unit, self.low)} and at most {largest:g}"
            raise problem("this figure is too large to be meant", at=at, expected=expected, value=value)
        if 0 < abs(number) < SMALLEST:
            expected = f"0, or at least {SMALLEST:g} in size"
            raise problem("this figure is too small to be meant", at=at, expected=expected, value=value)
        self._usual(value, number, at)
        return number

    def _usual(self, value: Any, number: float, at: str) -> None:
        """Refuses a figure that says another unit than was meant: far above what is usual without its unit, or far below it."""
        if self.usual is None or number == 0:
            return
        low, high = self.usual
        if abs(number) > high and not units.has_unit(value):
            message = f"{number:,.10g} {self.unit} is far above what is usual; is another unit meant?"
            local = self.unit.replace("USD", "KRW")
            expected = (
                f"the figure with its unit, such as '{number:.10g} {local}' (usual: {low:g} to {high:g} {self.unit})"
            )
            raise problem(message, at=at, expected=expected, value=value)
        if abs(number) < low:
            message = f"{number:.3g} {self.unit} is far below what is usual; is another unit meant?"
            expected = f"0, or {low:g} {self.unit} and more"
            raise problem(message, at=at, expected=expected, value=value)

    def _plain(self, series: Series) -> Any:
        """As a scenario writes it: with its unit what is far above the usual, so that it may be read again."""
        plain = series.plain()

        def written(number: float) -> float | str:
            return f"{number!r} {self.unit}" if self.usual and abs(number) > self.usual[1] else number

        return {year: written(n) for year, n in plain.items()} if isinstance(plain, dict) else written(plain)

    def _series(self, value: Any, info: core_schema.ValidationInfo) -> Series:
        if isinstance(value, Series):
            return value
        if not isinstance(value, Mapping):
            return Series.constant(self._number(value, info))
        if not value:
            raise problem("no year is given", expected=f"years with {units.describe(self.unit, self.low, self.high)}")
        points: dict[int, float] = {}
        for year, figure in value.items():
            whole = str(year)
            if (
                isinstance(year, bool)
                or not (whole.isascii() and whole.isdecimal())
                or not FIRST_YEAR <= int(whole) <= LAST_YEAR
            ):
                raise problem("this is not a year", at=f".{year}", expected="a year such as 2028", value=year)
            if int(whole) in points:
                raise problem("this year is given twice", at=f".{year}", expected="each year once", value=figure)
            points[int(whole)] = self._number(figure, info, at=f".{year}")
        return Series(tuple(sorted(points.items())))


class Section(BaseModel):
    """A mapping of a scenario. Unknown and missing keys are refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            if isinstance(data, cls):
                return data
            raise problem("this is not a mapping", expected=f"keys among {', '.join(cls.model_fields)}", value=data)
        for key in data:
            if key not in cls.model_fields:
                close = nearest(str(key), cls.model_fields, limit=1)
                hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(cls.model_fields)}"
                raise problem(f"unknown key '{key}'", at=f".{key}", expected=hint, value=data[key])
        for name, field in cls.model_fields.items():
            if field.is_required() and name not in data:
                raise problem(f"missing key '{name}'", at=f".{name}", expected=field.description)
        return data
