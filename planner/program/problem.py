"""The planning problem as the solver sees it: one annual linear program and many cells, which hold the hours."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from planner.program.cell import Cell
from planner.program.linear import LinearProgram


@dataclass
class Problem:
    """What `solve` solves. `annual` has the cost and account columns but not the rows that define them: the cells do.

    `guessed` are the annual columns of which no rule sets the bound: one that decides a plan is widened (`planner.solve.widen`).
    `traded`: do cells sell to each other, as zones of a power system do to campuses?
    `places` names the place of every cell ("" for none), where there are many like it that a plan may leave empty (`places.py`).
    """

    name: str
    annual: LinearProgram
    cells: list[Cell]
    guessed: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    traded: bool = False
    places: list[str] = field(default_factory=list)
