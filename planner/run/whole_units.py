"""Whole reactors and real campuses: a relaxed plan rounded, dispatched again with these fixed, and its gap to the relaxed bound.

Units of a design at a site are rounded to the nearest number, what a stage rounds away is owed to the next, and no order book takes more
than its limit (the largest fractions go first). Sites that never hold more than `SMALLEST_CAMPUS_GW` of IT power are closed; a campus
with a fixed cost is open where the plan uses it. Everything else is decided anew by the same program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from planner.blocks.annual import Built
from planner.program.problem import Problem
from planner.readout.answer import Answer, Place
from planner.solve import Solution
from planner.solve.proof.certificate import relative_gap

SMALLEST_CAMPUS_GW = (
    0.005  # below this nobody opens a campus (planning assumption; Korea counts sites from 5 MW on as large)
)
SAME = 1e-6  # units: closer than this a number is whole

Key = tuple[str, str, int]  # design, site, position of the stage


@dataclass(frozen=True)
class Rounding:
    """What is fixed: whole units by design, site and stage, campuses open or not, and sites that are closed."""

    wanted: dict[Key, float]
    units: dict[Key, int]
    share_open: dict[Place, float]
    opened: dict[Place, int]
    closed: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Does rounding change the plan at all?"""
        reactors = any(abs(self.wanted[key] - n) > SAME for key, n in self.units.items())
        campuses = any(abs(self.share_open[place] - n) > SAME for place, n in self.opened.items())
        return bool(self.closed) or reactors or campuses


def rounding(answer: Answer) -> Rounding:
    """The whole units and closed sites nearest to a relaxed plan."""
    m, inputs = answer.m, answer.inputs
    unit = {g: tech.unit_gw for g, tech in inputs.technologies.items() if tech.kind == "nuclear"}
    wanted = {(g, s, y): answer.value(m.built[g, s, y]) / unit[g] for g, s, y in m.built if g in unit}
    annual = answer.built.problem.annual
    room = {
        (g, who, y): float(annual.row_upper[answer.built.rows[m.order_book[g, who, y].name]]) / unit[g]
        for g, who, y in m.order_book
    }
    pooled = "smr_orders" in inputs.pooled
    books = {(g, s, y): (g, "all" if pooled else inputs.sites[s].country, y) for g, s, y in wanted}
    largest: defaultdict[str, float] = defaultdict(float)
    for s, y in m.places:
        largest[s] = max(largest[s], answer.value(m.it[s, y]))
    closed = tuple(sorted(s for s, gw in largest.items() if SAME < gw < SMALLEST_CAMPUS_GW))
    share_open = {place: answer.value(m.opened[place]) for place in m.opened}
    opened = {(s, y): int(s not in closed and share > SAME) for (s, y), share in share_open.items()}
    return Rounding(wanted, whole_units(wanted, books, room), share_open, opened, closed)


def whole_units(wanted: Mapping[Key, float], books: Mapping[Key, Key], room: Mapping[Key, float]) -> dict[Key, int]:
    """Whole numbers near `wanted`, stage by stage; `room` is what each order book of `books` takes in a stage (absent: no limit).

    >>> whole_units({("r", "a", 0): 0.6, ("r", "a", 1): 0.6, ("r", "b", 1): 1.4}, {}, {})
    {('r', 'a', 0): 1, ('r', 'b', 1): 1, ('r', 'a', 1): 0}
    """
    taken: dict[Key, int] = {}
    owed: defaultdict[tuple[str, str], float] = defaultdict(float)
    left = dict(room)
    for y in sorted({key[2] for key in wanted}):
        now = {key: max(0.0, units + owed[key[:2]]) for key, units in wanted.items() if key[2] == y}

        def take(key: Key, most: int) -> None:
            book = books.get(key, key)
            units = min(most, int(left.get(book, most) + SAME))
            taken[key] = taken.get(key, 0) + units
            if book in left:
                left[book] -= units

        by_fraction = sorted(now, key=lambda key: -(now[key] % 1.0))
        for key in by_fraction:
            take(key, int(now[key] + SAME))
        for key in by_fraction:
            if now[key] - taken[key] >= 0.5:
                take(key, 1)
        for key in now:
            owed[key[:2]] += wanted[key] - taken[key]
    return taken


def fixed(built: Built, found: Rounding) -> Problem:
    """The program with its reactors fixed to whole units and closed sites kept empty."""
    annual, m = built.problem.annual, built.model
    lower, upper = annual.lower.copy(), annual.upper.copy()
    for (g, s, y), units in found.units.items():
        column = built.columns[m.built[g, s, y]]
        gw = units * built.inputs.technologies[g].unit_gw
        lower[column], upper[column] = gw, gw
        capacity = built.columns[m.capacity[g, s, y]]
        upper[capacity] = max(upper[capacity], _standing(found, built, g, s))
    for place, whole in found.opened.items():
        column = built.columns[m.opened[place]]
        lower[column], upper[column] = whole, whole
    for s, y in m.places:
        if s in found.closed:
            upper[built.columns[m.it[s, y]]] = 0.0
    return replace(built.problem, annual=replace(annual, lower=lower, upper=upper))


def _standing(found: Rounding, built: Built, g: str, s: str) -> float:
    return sum(n for key, n in found.units.items() if key[:2] == (g, s)) * built.inputs.technologies[g].unit_gw


def rounded(built: Built, relaxed: Solution, again: Callable[[Problem], Solution]) -> dict[str, Any]:
    """Round a relaxed plan and solve again with `again`; the figures of `summary["rounded"]`.

    The gap is to the bound of the relaxed program: no plan with whole reactors costs less than that.
    """
    found = rounding(Answer(built, relaxed))
    objective, status = relaxed.objective, relaxed.status
    if found.changes:
        solution = again(fixed(built, found))
        objective, status = solution.objective, solution.status
    years = built.inputs.years
    return {
        "status": status,
        "objective_musd": objective if np.isfinite(objective) else None,
        "lower_bound_musd": relaxed.lower_bound,
        "gap": relative_gap(objective, relaxed.lower_bound) if np.isfinite(objective) else None,
        "reactors": [
            {"design": g, "site": s, "stage": years[y], "units_relaxed": found.wanted[g, s, y], "units": n}
            for (g, s, y), n in found.units.items()
            if n > 0 or found.wanted[g, s, y] > SAME
        ],
        "closed": list(found.closed),
    }
