"""The same program solved by a second method, and how far the two plans lie apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planner.base.text import whole
from planner.blocks.annual import Built
from planner.readout.summary import size
from planner.scenario import Scenario
from planner.solve import Solution, solve
from planner.solve.backends import memory
from planner.solve.choose import SMALL, hourly_rows

PATIENCE, LEAST = 20.0, 60.0
"""The second method gets so many times the seconds of the first, and at least so many."""


def second_method(built: Built, first: Solution) -> str:
    """A method that shares nothing with the first: hours written out against the decomposition, and the other way round."""
    if not first.method.startswith("decompose"):
        return "decompose"
    return "simplex" if hourly_rows(built.problem) <= SMALL else "hipo"


def cross_checked(built: Built, scenario: Scenario, first: Solution, tell: Callable[[str], None]) -> dict[str, Any]:
    """Solve again with a second method; compare objectives and capacities.

    `agree` says whether each method's bound holds for the other's plan. Capacities may differ where a plan of the same cost exists.
    """
    if built.inputs.integer:
        return {"method": "none", "status": "branch and bound has no second method"}
    method = second_method(built, first)
    if method != "decompose":
        need = memory.START + size(built.problem)["nonzeros"] * memory.PER_NONZERO[method]
        if need > memory.available():
            return {"method": method, "status": f"not tried, it takes {whole(need / 1e9)} GB of memory"}
    tell(f"solving again with {method}")
    asked = scenario.solve
    limit = max(LEAST, PATIENCE * first.seconds.get("solver", 0.0))
    second = solve(built.problem, method, asked.gap, limit, asked.threads)
    if not len(second.x):
        return {"method": second.method, "status": second.status}
    scale = max(1.0, abs(first.objective))
    slack = 1e-6 * scale
    place, apart = largest_difference(built, first, second)
    return {
        "method": second.method,
        "status": second.status,
        "objective_musd": second.objective,
        "gap": second.gap,
        "difference": abs(second.objective - first.objective) / scale,
        "agree": second.lower_bound <= first.objective + slack and first.lower_bound <= second.objective + slack,
        "capacity_difference_mw": apart,
        "capacity_difference_at": place,
    }


def largest_difference(built: Built, first: Solution, second: Solution) -> tuple[str, float]:
    """The plant, connection or campus whose size differs most between two plans, in words, and by how many MW."""
    m, years = built.model, built.inputs.years
    sizes = {f"{g} at {s}, {years[y]}": variable for (g, s, y), variable in m.capacity.items()}
    sizes |= {f"grid at {s}, {years[y]}": variable for (s, y), variable in m.grid.items()}
    sizes |= {f"IT at {s}, {years[y]}": variable for (s, y), variable in m.it.items()}
    apart = {
        place: abs(float(first.x[built.columns[v]] - second.x[built.columns[v]])) * 1e3 for place, v in sizes.items()
    }
    place = max(apart, key=lambda name: apart[name])
    return place, apart[place]
