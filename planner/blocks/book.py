"""The book that the blocks of the model write into: what things cost, and what is limited.

Costs are kept as (line, place, stage, variable, coefficient) so that the objective and the report read the same entries:
the lines sum to the objective because they are the objective.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from planner.instance import Inputs
from planner.program.expression import linear


@dataclass(frozen=True)
class Cost:
    """One term of the objective: `coefficient` M USD per year of the stage, per unit of the variable."""

    line: str
    country: str
    site: str  # empty when the cost belongs to no site
    stage: int  # position of the stage
    variable: pyo.Var
    coefficient: float
    item: str = ""  # technology, chip, terminal: what the money is for


@dataclass(frozen=True)
class Limit:
    """A limit whose dual is worth telling: a constraint, or the upper bound of a variable.

    `value_factor` turns M USD per unit of the limit into `value_unit` (per year of the stage).
    """

    kind: str
    place: str
    country: str
    stage: int
    unit: str
    value_unit: str
    value_factor: float
    constraint: Any = None  # its upper side limits
    variable: Any = None  # its upper bound limits


@dataclass
class Book:
    """Cost terms and limits, in the order the blocks wrote them."""

    inputs: Inputs
    costs: list[Cost] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)

    def cost(self, line: str, place: str, stage: int, variable: pyo.Var, coefficient: float, item: str = "") -> None:
        """Charge `coefficient` M USD per year and unit of `variable` at a site, or in a country when `place` is one."""
        if coefficient == 0.0:
            return
        site = self.inputs.sites.get(place)
        country = site.country if site else place
        self.costs.append(Cost(line, country, place if site else "", stage, variable, float(coefficient), item))

    def objective(self) -> LinearExpression:
        """Discounted sum of all costs, M USD: each stage counts for the discounted years that it stands for."""
        weights = np.array([stage.weight for stage in self.inputs.stages])
        return linear((term.coefficient * weights[term.stage], term.variable) for term in self.costs)
