"""Countries in a scenario, and their currencies: those of `data/countries.yaml`, or of the scenario's own folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from planner.base.countries import Countries, countries
from planner.base.errors import InputError, nearest
from planner.base.names import EVERYBODY
from planner.base.units import describe, has_unit, quantity
from planner.scenario.figures import problem

WIDEST = (
    14.0  # a rate of exchange lies within so many times the usual one: beyond, it is upside down or another currency's
)


@dataclass(frozen=True)
class OneOf:
    """Annotation of a name: a country that can be planned, or `also`."""

    also: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._known)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        own = {"type": "string", "pattern": "^[A-Z][A-Z0-9]{1,11}$"}  # a nation or company of the scenario
        return {"anyOf": [{"type": "string", "enum": [*countries(), *self.also]}, own]}

    def _known(self, value: Any, info: ValidationInfo) -> str:
        known = [*_countries(info), *self.also]
        if value in known:
            return str(value)
        close = nearest(str(value), known, limit=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        text = str(value)[:60]
        raise problem(f"unknown name '{text}'", expected=f"one of {', '.join(known)}{hint}", value=value)


Country = Annotated[str, OneOf()]
Who = Annotated[str, OneOf((EVERYBODY,))]


@dataclass(frozen=True)
class Rates:
    """Annotation of exchange rates: local currency per USD; those that are not given are those of `money.csv`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._filled)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        known = {}
        for code, usual in countries().rates().items():
            number = {"type": "number", "minimum": usual / WIDEST, "maximum": usual * WIDEST}
            known[code] = {
                "anyOf": [number, {"type": "string", "pattern": r"^\s*[+-]?[0-9.]"}],
                "default": usual,
                "description": f"{code} per USD",
            }
        return {"type": "object", "additionalProperties": False, "properties": known}

    def _filled(self, value: Any, info: ValidationInfo) -> dict[str, float]:
        known = _rates(info)
        if not isinstance(value, Mapping):
            raise problem("this is not a mapping", expected=f"keys among {', '.join(known)}", value=value)
        for code, rate in value.items():
            if code not in known:
                close = nearest(str(code), known, limit=1)
                hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(known)}"
                raise problem(f"unknown key '{code}'", at=f".{code}", expected=hint, value=rate)
            known[code] = self._rate(code, rate, known[code])
        return known

    def _rate(self, code: str, value: Any, usual: float) -> float:
        """A rate may carry its own unit and no other: any other would be converted at the rate itself."""
        at, low, high = f".{code}", usual / WIDEST, usual * WIDEST
        if has_unit(value):
            number, unit = value.replace(" ", "").split(code, 1) if code in value else ("", "")
            if unit != "/USD" or has_unit(number):
                expected = f"{code} per USD, such as {usual:g}"
                raise problem("this is no exchange rate", at=at, expected=expected, value=value)
            value = number
        try:
            return quantity(value, "", low=low, high=high)
        except InputError as error:
            raise problem(error.message, at=at, expected=describe("", low, high), value=value) from None


Fx = Annotated[dict[str, float], Rates()]


def _countries(info: ValidationInfo) -> Countries:
    return (info.context or {}).get("countries") or countries()


def _rates(info: ValidationInfo) -> dict[str, float]:
    """The rates of the countries' currencies, as the scenario's folder has them."""
    return _countries(info).rates((info.context or {}).get("tables"))
