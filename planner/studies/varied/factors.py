"""What a study varies: a key of the scenario or a figure of the catalog, with values, or a range and how likely its parts are.

A quantile q of a range from a (low) to b (high):

    uniform      a + q (b - a)
    triangular   the inverse of its distribution function, with its peak at `mode`
    normal       cut off at a and b; mean and spread by `mode` (default: the middle) and a, b at 3 standard deviations
    lognormal    the same in logarithms
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator
from scipy import stats

from planner.scenario.figures import Section, Whole, problem

BY_NAME = "by name"
LEVELS = ("low", "central", "high")
WITH_UNIT = re.compile(r"\s*([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*$")
SPREAD = 3.0  # standard deviations from the mode to an end of a normal range


class Span(Section):
    """A range of a figure; both ends in the unit of its key, or both with the same unit."""

    low: float | str = Field(description="low end")
    high: float | str = Field(description="high end")
    mode: float | str | None = Field(
        default=None, description="most likely figure; default: the middle (lognormal: of the logarithms)"
    )
    distribution: Literal["uniform", "triangular", "normal", "lognormal"] = Field(
        default="uniform", description="how likely its parts are; normal and lognormal are cut off at the ends"
    )
    steps: Whole = Field(default=3, ge=2, le=1000, description="values of a grid, even from low to high")

    @model_validator(mode="after")
    def _rising(self) -> Span:
        low, high, unit = *self.ends, self.unit
        if any(_split(end)[1] != unit for end in (self.high, self.mode) if end is not None):
            raise problem(
                "the ends of a range have different units",
                at=".high",
                value=self.high,
                expected=f"a figure in {unit or 'the unit of low'}",
            )
        if not low < high:
            raise problem("the range is empty", at=".high", value=self.high, expected=f"more than {self.low}")
        if not low <= self.peak <= high:
            raise problem(
                "the most likely figure lies outside of the range",
                at=".mode",
                value=self.mode,
                expected=f"{self.low} to {self.high}",
            )
        if self.distribution == "lognormal" and low <= 0:
            raise problem("a lognormal range begins above 0", at=".low", value=self.low, expected="more than 0")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Low and high as numbers."""
        return _split(self.low)[0], _split(self.high)[0]

    @property
    def unit(self) -> str:
        """The unit that stands beside the ends; empty where none does."""
        return _split(self.low)[1]

    @property
    def peak(self) -> float:
        """The most likely figure."""
        low, high = self.ends
        if self.mode is not None:
            return _split(self.mode)[0]
        return math.sqrt(low * high) if self.distribution == "lognormal" and low > 0 else (low + high) / 2

    def quantile(self, q: float) -> float:
        """The figure below which a share q of the range lies."""
        low, high = self.ends
        if self.distribution == "triangular":
            return float(stats.triang.ppf(q, (self.peak - low) / (high - low), low, high - low))
        if self.distribution == "uniform":
            return low + q * (high - low)
        logs = self.distribution == "lognormal"
        a, b, m = (math.log(end) if logs else end for end in (low, high, self.peak))
        spread = (b - a) / (2 * SPREAD)
        found = float(stats.truncnorm.ppf(q, (a - m) / spread, (b - m) / spread, m, spread))
        return math.exp(found) if logs else found


def _split(end: float | str) -> tuple[float, str]:
    """A figure and its unit.

    >>> _split("8 USD/MMBtu"), _split(0.5)
    ((8.0, 'USD/MMBtu'), (0.5, ''))
    """
    found = WITH_UNIT.match(str(end))
    if found is None:
        raise problem("an end of a range is no figure", value=end, expected="a number, or a number with its unit")
    return float(found[1]), found[2]


@dataclass(frozen=True)
class Factor:
    """One thing that a study varies; with a range, or with `values` alone."""

    key: str
    values: tuple[Any, ...]
    span: Span | None = None

    def at(self, q: float) -> object:
        """The value at a quantile; of a list every value is as likely as any other."""
        if self.span is None:
            return self.values[min(int(q * len(self.values)), len(self.values) - 1)]
        return self._written(self.span.quantile(q))

    @property
    def grid(self) -> tuple[Any, ...]:
        """The values of a grid."""
        if self.span is None:
            return self.values
        (low, high), n = self.span.ends, self.span.steps
        return tuple(self._written(low + i * (high - low) / (n - 1)) for i in range(n))

    @property
    def ends(self) -> tuple[Any, ...]:
        """What is tried one at a time: both ends, or every value."""
        return (
            self.values if self.span is None else (self._written(self.span.ends[0]), self._written(self.span.ends[1]))
        )

    def _written(self, number: float) -> Any:
        unit = self.span.unit if self.span is not None else ""
        if "/" in self.key and number in (-1.0, 0.0, 1.0):  # an end of a figure's range has a name
            return LEVELS[int(number) + 1]
        return f"{number!r} {unit}" if unit else number

    def number(self, value: Any) -> float:
        """A value as a number, for pictures and ranks: itself, or its place in the list."""
        if value in LEVELS:
            return float(LEVELS.index(value) - 1)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return float(self.values.index(value)) if value in self.values else math.nan
        found = WITH_UNIT.match(str(value))
        return float(found[1]) if found else float(self.values.index(value)) if value in self.values else math.nan


def factor(key: str, given: Any) -> Factor:
    """What a study says of one key: a list of values, a range, or `by name`. Raises pydantic's error, as `Section` does."""
    if given == BY_NAME:
        if "/" not in key:
            return Factor(key, LEVELS)
        return Factor(key, (), Span(low=-1.0, high=1.0, mode=0.0, distribution="triangular"))
    if isinstance(given, list):
        if not given:
            raise problem("no value is given", expected="a list of values, a range {low, high}, or 'by name'")
        return Factor(key, tuple(given))
    if isinstance(given, dict):
        return Factor(key, (), Span.model_validate(given))
    raise problem(
        "this is no way to vary a key", value=given, expected="a list of values, a range {low, high}, or 'by name'"
    )
