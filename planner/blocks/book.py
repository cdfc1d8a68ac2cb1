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

from planner.base.names import CostLine, LimitKind, Scope
from planner.blocks.bounds import Bounds
from planner.instance import Inputs
from planner.program.expression import linear

Terms = list[tuple[float, pyo.Var]]


@dataclass(frozen=True)
class Cost:
    """One term of the objective: `coefficient` M USD per year of the stage, per unit of the variable."""

    line: CostLine
    country: str
    site: str  # empty when the cost belongs to no site
    stage: int  # position of the stage
    variable: pyo.Var
    coefficient: float
    item: str = ""  # technology, chip, terminal: what the money is for


@dataclass(frozen=True)
class Limit:
    """A limit whose dual is worth telling: a constraint, or the upper bound of a variable. Its kind says its units and its words."""

    kind: LimitKind
    place: str
    country: str  # empty when it is everybody's
    stage: int
    constraint: Any = None  # its upper side limits
    variable: Any = None  # its upper bound limits
    part: str = ""  # what of the place is limited: a tier, a technology

    @property
    def label(self) -> str:
        """The place and what of it is limited, as the tables name it."""
        return f"{self.place} {self.part}" if self.part else self.place


@dataclass
class Book:
    """Cost terms, limits and claims on shared markets, in the order the blocks wrote them."""

    inputs: Inputs
    costs: list[Cost] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)
    claims: dict[tuple[str, str, int], Terms] = field(default_factory=dict)  # market, place in it, stage
    guesses: list[pyo.Var] = field(default_factory=list)  # variables of which no rule sets the bound

    def __post_init__(self) -> None:
        self.bounds = Bounds(self.inputs)

    def cost(
        self, line: CostLine, place: str, stage: int, variable: pyo.Var, coefficient: float, item: str = ""
    ) -> None:
        """Charge `coefficient` M USD per year and unit of `variable` at `place`, the site or country that the line belongs to."""
        if coefficient == 0.0:
            return
        at_site = line.home is Scope.SITE
        country, site = (self.inputs.sites[place].country, place) if at_site else (place, "")
        self.costs.append(Cost(line, country, site, stage, variable, float(coefficient), item))

    def claim(self, market: str, place: str, stage: int, variable: pyo.Var, amount: float) -> None:
        """Say that `amount` per unit of `variable` is wanted of a market that several blocks share."""
        self.claims.setdefault((market, place, stage), []).append((amount, variable))

    def objective(self) -> LinearExpression:
        """Discounted sum of all costs, M USD: each stage counts for the discounted years that it stands for."""
        weights = np.array([stage.weight for stage in self.inputs.stages])
        return linear((term.coefficient * weights[term.stage], term.variable) for term in self.costs)
