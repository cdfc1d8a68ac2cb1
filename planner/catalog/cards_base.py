"""Cards: one thing per YAML file in `models/`, every figure with value, unit, source and kind.

A card is `{name, title, ..., figures: {key: {value, unit, source, kind, low, high}}}`. Unknown keys, a wrong unit, or a name
that differs from its file name are errors that say where. A user adds a chip by adding a file.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from planner.base.errors import InputError, nearest, unknown_name
from planner.base.files import not_yaml, read_bytes

LARGEST_CARD = 1_000_000  # bytes
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the safe loader, in C where it was built: ten times faster
Finite = Annotated[float, Field(allow_inf_nan=False)]
Kind = Literal["measured", "datasheet", "published", "modelled", "assumed"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Figure(Strict):
    """A number, or one number per year, with its unit and where it comes from."""

    value: Finite | dict[int, Finite]
    unit: str
    source: str = Field(min_length=3)
    kind: Kind
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _range_holds_the_value(self) -> Figure:
        values = self.value.values() if isinstance(self.value, dict) else [self.value]
        if not values:
            raise ValueError("no year given")
        if any((self.low is not None and v < self.low) or (self.high is not None and v > self.high) for v in values):
            raise ValueError(f"value {self.value} lies outside low {self.low} .. high {self.high}")
        return self

    def at(self, year: int | None = None) -> float:
        """The value in `year`: linear between the years given, held before the first and after the last."""
        if not isinstance(self.value, dict):
            return self.value
        years = sorted(self.value)
        if year is None or year <= years[0]:
            return self.value[years[0]]
        for before, after in pairwise(years):
            if year <= after:
                share = (year - before) / (after - before)
                return self.value[before] + share * (self.value[after] - self.value[before])
        return self.value[years[-1]]


class Card(Strict):
    """Any card: descriptive keys and figures. Which figures, in which units, is checked by the reader."""

    name: str
    title: str
    notes: str | None = None
    figures: dict[str, Figure]

    def value(self, key: str, year: int | None = None) -> float:
        """The figure `key` as a number (in `year` if it varies); an error naming card and key if it is missing."""
        if key not in self.figures:
            raise InputError(
                f"the card of '{self.name}' has no figure '{key}'",
                key=key,
                expected=f"one of {', '.join(self.figures)}",
            )
        return self.figures[key].at(year)

    def get(self, key: str, default: float | None = None) -> float | None:
        """The figure `key` as a number, or `default` if the card does not have it."""
        return self.figures[key].at() if key in self.figures else default


C = TypeVar("C", bound=Card)
T = TypeVar("T")


def load_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an `InputError` names the file and the line if it is not one."""
    raw = read_bytes(path, LARGEST_CARD, "a card in YAML")
    try:
        content = yaml.load(raw.decode("utf-8-sig"), Loader=LOADER)
    except UnicodeDecodeError as problem:
        message = f"the file is not UTF-8 text (byte {problem.start})"
        raise InputError(message, file=path, expected="a card in YAML") from None
    except (yaml.YAMLError, RecursionError) as problem:
        raise not_yaml(path, problem, "a card in YAML") from None
    if not isinstance(content, dict):
        raise InputError("a card is a mapping of keys to values", file=path, expected="name, title, figures")
    return content


def first_problem(problem: ValidationError, path: Path, fields: list[str]) -> InputError:
    """The first finding of pydantic as an error for people."""
    found = problem.errors()[0]
    key = ".".join(str(part) for part in found["loc"])
    expected = None
    if found["type"] == "extra_forbidden":
        near = nearest(str(found["loc"][-1]), fields)
        expected = f"did you mean {' or '.join(near)}?" if near else f"one of {', '.join(fields)}"
    more = f" ({problem.error_count() - 1} more)" if problem.error_count() > 1 else ""
    return InputError(f"{found['msg']}{more}", file=path, key=key, value=found.get("input"), expected=expected)


def read_folder(model: type[C], folder: Path, units: dict[str, str] | None = None) -> dict[str, C]:
    """Every card of a folder by name, validated against `model` and, if given, against the figures' `units`."""
    found = [read_card(model, path, units) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        raise InputError("no cards found", file=folder, expected="at least one NAME.yaml")
    return {card.name: card for card in found}


def read_card(model: type[C], path: Path, units: dict[str, str] | None = None) -> C:
    """One card, which has the name of its file. Raises InputError."""
    try:
        card = model.model_validate(load_yaml(path))
    except ValidationError as problem:
        fields = [*(item.alias or name for name, item in model.model_fields.items()), *Figure.model_fields]
        raise first_problem(problem, path, fields) from problem
    if card.name != path.stem:
        raise InputError("a card has the name of its file", file=path, key="name", value=card.name, expected=path.stem)
    if units is not None:
        check_units(card, units, path)
    return card


def check_units(card: Card, units: dict[str, str], path: Path) -> None:
    """Refuse a figure that the card may not have, or one in another unit than the planner computes in."""
    for key, item in card.figures.items():
        if key not in units:
            raise unknown_name("figure", key, units, file=path, key=f"figures.{key}")
        if item.unit != units[key]:
            raise InputError("wrong unit", file=path, key=f"figures.{key}.unit", value=item.unit, expected=units[key])
        if min(item.value.values() if isinstance(item.value, dict) else [item.value]) < 0:
            raise InputError(
                "negative figure", file=path, key=f"figures.{key}.value", value=item.value, expected=">= 0"
            )


def pick(kind: str, name: str, cards: dict[str, T]) -> T:
    """The card of that name; `unknown_name` with the nearest names if there is none.

    >>> pick("chip", "H100", {"H100-SXM5-80GB": 1})
    Traceback (most recent call last):
    ...
    planner.base.errors.InputError: unknown chip 'H100'
      value: H100
      expected: did you mean H100-SXM5-80GB?
    """
    if name not in cards:
        raise unknown_name(kind, name, cards)
    return cards[name]
