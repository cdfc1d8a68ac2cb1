"""The power bill of a plan: every cost line but those of the campus and its chips, which are four fifths of the objective.

    power gap = (objective - proven lower bound) / power bill

A gap that is small beside the whole may be large beside what the choice of power can change; this one says how much.
"""

from __future__ import annotations

from planner.base.names import Part
from planner.blocks.annual import Built
from planner.solve import Solution


def power_bill(built: Built, solution: Solution) -> float:
    """Present value of all cost lines that are no part of the campus, M USD."""
    weights = [stage.weight for stage in built.inputs.stages]
    return sum(
        float(solution.x[built.columns[term.variable]]) * term.coefficient * weights[term.stage]
        for term in built.book.costs
        if term.line.part is not Part.CAMPUS
    )


def power_gap(built: Built, solution: Solution) -> float:
    """The proven gap as a share of the power bill; infinite where there is no bill and a gap."""
    apart, bill = solution.objective - solution.lower_bound, power_bill(built, solution)
    if apart <= 0.0:
        return 0.0
    return apart / bill if bill > 0.0 else float("inf")
