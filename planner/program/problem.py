"""The planning problem as the solver sees it: one annual linear program and many cells, which hold the hours."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planner.program.cell import Cell
from planner.program.linear import LinearProgram


@dataclass
class Problem:
    """What `solve` solves. `annual` has the cost and account columns but not the rows that define them: the cells do."""

    name: str
    annual: LinearProgram
    cells: list[Cell]
    notes: dict[str, Any] = field(default_factory=dict)
