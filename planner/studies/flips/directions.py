"""The flip of a group from prices and reduced costs: by how much its cost must fall before a plan begins to use it.

At an optimum x with prices y and reduced costs r (the cells' own prices counted in r) every direction d that the annual program lets x move
in costs (r + A'y) d >= 0: columns leave their bounds inwards, tight rows their sides. The cheapest direction that spends one million on
the group tells by how much of that million its cost must fall:

    fall = min (r + A'y) d    over these d,  with    sum over the group of cost_j d_j = 1,        flip = 1 - fall.

The prices inside the cells stay as they are, which lets them serve a little too well: no plan uses the group while it costs more than that.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp

from planner.program.linear import LinearProgram
from planner.solve.backends.again import Vectors
from planner.solve.backends.highs import pass_model
from planner.studies.flips.groups import Group

TIGHT = 1e-7
"""Relative distance from a bound or a side within which a plan rests on it."""
FAR = 1e7
"""No direction goes further than that for one million: a bound for what rounding leaves open."""


class Directions:
    """The directions in which a plan may move, as a linear program with one row more for the group that is asked about."""

    def __init__(self, annual: LinearProgram, best: Vectors) -> None:
        self.annual, x, row_dual, reduced = annual, best.x, best.row_dual, best.reduced
        low = x <= annual.lower + TIGHT * np.maximum(1.0, np.abs(annual.lower))
        high = x >= annual.upper - TIGHT * np.maximum(1.0, np.abs(annual.upper))
        sides, activity = np.maximum(1.0, abs(annual.A) @ np.abs(x)), annual.A @ x
        floor, roof = activity <= annual.row_lower + TIGHT * sides, activity >= annual.row_upper - TIGHT * sides
        tight = np.flatnonzero(floor | roof)
        # What is off its bounds has no reduced cost but for a tolerance.
        priced = np.where(low & ~high, np.maximum(reduced, 0.0), np.where(high & ~low, np.minimum(reduced, 0.0), 0.0))
        self.cost = priced + annual.A[tight].T @ row_dual[tight]
        self.lower, self.upper = np.where(low, 0.0, -FAR), np.where(high, 0.0, FAR)
        self.rows = annual.A[tight]
        self.row_lower, self.row_upper = np.where(floor, 0.0, -np.inf)[tight], np.where(roof, 0.0, np.inf)[tight]
        self.h: Any = highspy.Highs()
        self.h.setOptionValue("output_flag", False)
        self._pass()

    def _pass(self) -> None:
        n = len(self.cost)
        A = sp.csr_array(sp.vstack([self.rows, sp.csr_array((1, n))]))
        program = LinearProgram(
            A=A,
            row_lower=np.append(self.row_lower, -np.inf),
            row_upper=np.append(self.row_upper, np.inf),
            lower=self.lower,
            upper=self.upper,
            cost=self.cost,
            offset=0.0,
            integer=np.zeros(n, bool),
            row_names=[],
            column_names=[],
        )
        pass_model(self.h, program)

    def flip(self, group: Group) -> float | None:
        """Factor on the group's cost at which it would begin to be used; None if no plan can use it."""
        last, columns = len(self.row_lower), list(group.columns)
        opened = [c for c in columns if self.annual.upper[c] > self.annual.lower[c]]
        for c in opened:
            self.h.changeCoeff(last, c, float(self.annual.cost[c]))
        self.h.changeRowBounds(last, 1.0, 1.0)
        self.h.run()
        optimal = self.h.getModelStatus() == highspy.HighsModelStatus.kOptimal
        fall = float(self.h.getInfo().objective_function_value) if optimal else None
        for c in opened:
            self.h.changeCoeff(last, c, 0.0)
        self.h.changeRowBounds(last, -highspy.kHighsInf, highspy.kHighsInf)
        return None if fall is None else 1.0 - fall
