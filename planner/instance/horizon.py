"""The years that a plan looks at, and what is worth how much in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.scenario.figures import Series
from planner.timeline import Stage


@dataclass(frozen=True)
class Horizon:
    """Stages with what a year in each is worth, seen from `base_year` at a real rate."""

    base_year: int
    stages: tuple[Stage, ...]
    discount_rate: float

    @property
    def years(self) -> list[int]:
        return [stage.year for stage in self.stages]

    def of(self, series: Series) -> Array:
        """A series of the scenario at the stages' years."""
        return np.array([series.at(year) for year in self.years])

    def even(self, value: float) -> Array:
        """The same figure in every stage."""
        return np.full(len(self.stages), value)
