"""What solving a problem leaves: the annual decisions, each site-year's hours, and the dual of every row."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.solve.backends.highs import Basis
from planner.solve.masters.remembered import Memory
from planner.solve.proof.certificate import Certificate


@dataclass(frozen=True)
class Solution:
    """The answer to a problem, with its proof.

    `status` is "proven" (feasible within 1e-6 relative, gap within the asked one), "feasible" (feasible, the gap is
    what it says), "approximate" (limits are violated by more than 1e-6 relative), "interrupted" (time limit or
    Ctrl-C; the best feasible plan with its gap), "infeasible" or "unbounded" (then there are no vectors).
    """

    status: str
    method: str
    objective: float
    lower_bound: float
    gap: float
    x: Array
    dispatch: list[Dispatch]
    row_dual: Array  # one per annual row
    reduced_cost: Array  # one per annual column, all its uses in site-years counted
    certificate: Certificate | None
    iterations: int
    seconds: dict[str, float]
    stopped: bool = False  # by the time limit or Ctrl-C, whatever was proven by then: no further step begins
    log: list[str] = field(default_factory=list)
    memory: Memory = field(
        default_factory=dict
    )  # starts the next, similar problem: `solve(..., start=solution.memory)`
    basis: Basis | None = None  # the same where the simplex method solved it: `solve(..., basis=solution.basis)`
