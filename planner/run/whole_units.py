"""Whole reactors, real campuses and no dust: what of a relaxed plan is rounded, and the program with that fixed.

Units of a design at a site are rounded to the nearest number, or so that a country's total is kept (the largest fractions go up); what a
stage rounds away is owed to the next, and no order book takes more than its limit. A campus with a fixed cost is open where the plan uses
it. What is smaller than anybody would build (`Smallest`: campuses, plants, connections, chips for a kind of work) is left out; where the
whole plan is small, only what is less than a thousandth of it. Everything else is decided anew by the same program (`made_whole.py`), and
no plan with whole units can cost less than the bound of the relaxed program.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo

from planner.blocks.annual import Built
from planner.program.problem import Problem
from planner.readout.answer import TINY, Answer, Place
from planner.solve import Solution

SAME = 1e-6  # units: closer than this a number is whole
REAL = 0.5  # units of a design in all: less than would be rounded to one is no reactor to tell of
TRACE = 1e-3  # share of the whole below which a small plan's parts are dust

Key = tuple[str, str, int]  # design, site, position of the stage


@dataclass(frozen=True)
class Smallest:
    """Below this nobody builds; what the scenario asks as `solve.smallest`."""

    campus_gw: float
    plant_gw: float
    connection_gw: float
    chips_thousand: float


@dataclass(frozen=True)
class Rounding:
    """What is fixed: whole units by design, site and stage, campuses open or not, sites that are closed, and dust by kind."""

    wanted: dict[Key, float]
    units: dict[Key, int]
    share_open: dict[Place, float]
    opened: dict[Place, int]
    closed: tuple[str, ...]
    dust: dict[str, tuple[pyo.Var, ...]]  # variables that are held at zero: plants, connections, chips

    @property
    def changes(self) -> bool:
        """Does rounding change the plan at all?"""
        reactors = any(abs(self.wanted[key] - n) > SAME for key, n in self.units.items())
        campuses = any(abs(self.share_open[place] - n) > SAME for place, n in self.opened.items())
        return bool(self.closed) or any(self.dust.values()) or reactors or campuses


def rounding(answer: Answer, smallest: Smallest, totals: bool = False) -> Rounding:
    """The whole units nearest to a relaxed plan, or as many of a design in a country, and what of it is too small to be built."""
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
    campuses = _largest({(s, y): m.it[s, y] for s, y in m.places}, answer)
    bound = {s for s, site in inputs.sites.items() if site.existing_gw > 0 or site.committed_gw is not None}
    closed = tuple(sorted(set(_small(campuses, smallest.campus_gw)) - bound))
    share_open = {place: answer.value(m.opened[place]) for place in m.opened}
    opened = {(s, y): int(s not in closed and share > SAME) for (s, y), share in share_open.items()}
    standing = {
        (limit.design, limit.country, y): float(gw) / unit[limit.design]
        for limit in inputs.markets.reactors
        if limit.design in unit
        for y, gw in enumerate(limit.gw)
    }
    countries = {s: site.country for s, site in inputs.sites.items()}
    limits = {g: tech.limit_gw for g, tech in inputs.technologies.items() if tech.limit_gw is not None}
    at_site = {g: limits[g] / size for g, size in unit.items() if g in limits}
    units = whole_units(wanted, books, room, standing, countries, at_site, totals)
    return Rounding(wanted, units, share_open, opened, closed, _dust(answer, smallest))


def shown(answer: Answer, found: Rounding) -> Rounding:
    """What a plan by branch and bound has, in the place of what rounding gave it."""
    m, techs = answer.m, answer.inputs.technologies
    units = {(g, s, y): round(answer.value(m.built[g, s, y]) / techs[g].unit_gw) for g, s, y in found.units}
    opened = {place: round(answer.value(m.opened[place])) for place in found.opened}
    return replace(found, units=units, opened=opened, closed=(), dust=dict.fromkeys(found.dust, ()))


def _largest(variables: Mapping[tuple, pyo.Var], answer: Answer) -> dict[tuple, float]:
    """The largest value over the stages, by everything of a key but its last part, the stage."""
    largest: defaultdict[tuple, float] = defaultdict(float)
    for key, variable in variables.items():
        largest[key[:-1]] = max(largest[key[:-1]], answer.value(variable))
    return {key if len(key) > 1 else key[0]: value for key, value in largest.items()}


def _small(sizes: Mapping[Any, float], smallest: float) -> list[Any]:
    """What is there and smaller than anybody would build."""
    least = min(smallest, TRACE * sum(sizes.values()))
    return [key for key, size in sizes.items() if TINY < size < least]


def _dust(answer: Answer, smallest: Smallest) -> dict[str, tuple[pyo.Var, ...]]:
    """Variables to hold at zero: what adds to plants and connections that stay too small, and chips of a work in traces."""
    m, inputs = answer.m, answer.inputs
    reactors = {g for g, tech in inputs.technologies.items() if tech.kind == "nuclear"}
    plants = set(
        _small(_largest({k: m.capacity[k] for k in m.capacity if k[0] not in reactors}, answer), smallest.plant_gw)
    )
    grid = set(_small(_largest({(s, y): m.grid[s, y] for s, y in m.grid}, answer), smallest.connection_gw))
    serving: defaultdict[tuple[str, int], dict[tuple, float]] = defaultdict(dict)
    for key in m.serve:
        serving[key[0], key[3]][key] = answer.value(m.serve[key])
    chips = [key for parts in serving.values() for key in _small(parts, smallest.chips_thousand)]
    return {
        "plants": tuple(m.built[g, s, y] for g, s, y in m.built if (g, s) in plants),
        "connections": tuple(m.tier[s, t, y] for s, t, y in m.tier if s in grid),
        "chips": tuple(m.serve[key] for key in chips),
    }


def whole_units(
    wanted: Mapping[Key, float],
    books: Mapping[Key, Key],
    room: Mapping[Key, float],
    standing: Mapping[Key, float] | None = None,
    countries: Mapping[str, str] | None = None,
    at_site: Mapping[str, float] | None = None,
    totals: bool = False,
) -> dict[Key, int]:
    """Whole numbers near `wanted`, stage by stage: the nearest at every site, or those of largest fraction that keep a country's total.

    room : what each order book of `books` takes in a stage. standing : units of a design that may stand in a country by a stage;
    `countries` says where a site lies. at_site : units of a design that may stand at any one site. What is absent has no limit.

    >>> whole_units({("r", "a", 0): 0.6, ("r", "a", 1): 0.6, ("r", "b", 1): 1.4}, {}, {})
    {('r', 'a', 0): 1, ('r', 'b', 1): 1, ('r', 'a', 1): 0}
    >>> whole_units({("r", "a", 0): 1.6, ("r", "a", 1): 1.0}, {}, {}, {("r", "KR", 0): 1.7, ("r", "KR", 1): 2.9}, {"a": "KR"})
    {('r', 'a', 0): 1, ('r', 'a', 1): 1}
    >>> whole_units({("r", "a", 0): 1.6, ("r", "b", 0): 0.6}, {}, {}, at_site={"r": 1.9})
    {('r', 'a', 0): 1, ('r', 'b', 0): 1}
    >>> whole_units({("r", "a", 0): 0.4, ("r", "b", 0): 0.3, ("r", "c", 0): 0.3}, {}, {}, totals=True)
    {('r', 'a', 0): 1, ('r', 'b', 0): 0, ('r', 'c', 0): 0}
    """
    limits, where, sites = standing or {}, countries or {}, at_site or {}
    taken: dict[Key, int] = {}
    owed: defaultdict[tuple[str, str], float] = defaultdict(float)
    left = dict(room)

    def may_stand(key: Key, most: int) -> int:
        """Units that a site has room for, and its country in this stage and all later ones."""
        if key[0] in sites:
            most = min(most, int(sites[key[0]] + SAME) - sum(n for at, n in taken.items() if at[:2] == key[:2]))
        design, country = key[0], where.get(key[1], "")
        there = sum(n for (g, s, _), n in taken.items() if g == design and where.get(s, "") == country)
        later = [units for (g, c, y), units in limits.items() if (g, c) == (design, country) and y >= key[2]]
        return min(most, int(min(later) + SAME) - there) if later else most

    for y in sorted({key[2] for key in wanted}):
        now = {key: max(0.0, units + owed[key[:2]]) for key, units in wanted.items() if key[2] == y}

        def take(key: Key, most: int) -> None:
            book = books.get(key, key)
            units = max(0, min(most, int(left.get(book, most) + SAME), may_stand(key, most)))
            taken[key] = taken.get(key, 0) + units
            if book in left:
                left[book] -= units

        by_fraction = sorted(now, key=lambda key: -(now[key] % 1.0))
        missing: defaultdict[tuple[str, str], float] = defaultdict(float)
        for key in by_fraction:
            take(key, int(now[key] + SAME))
            missing[key[0], where.get(key[1], "")] += now[key] - taken[key]
        for key in by_fraction:
            group = key[0], where.get(key[1], "")
            if missing[group] >= 0.5 if totals else now[key] - taken[key] >= 0.5:
                before = taken[key]
                take(key, 1)
                missing[group] -= taken[key] - before
        for key in now:
            owed[key[:2]] += wanted[key] - taken[key]
    return taken


def make_room(built: Built, found: Rounding) -> None:
    """Widen guessed bounds, in place, that are too narrow for whole units: they limit nothing (`solve/widen.py`)."""
    m, annual, guessed = built.model, built.problem.annual, {int(column) for column in built.problem.guessed}
    upper = annual.upper.copy()
    for g, s, y in found.units:
        for variable in (m.built[g, s, y], m.capacity[g, s, y]):
            if (column := built.columns[variable]) in guessed:
                upper[column] = max(upper[column], _standing(found, built, g, s))
    built.problem.annual = replace(annual, upper=upper)


def fixed(built: Built, found: Rounding) -> Problem:
    """The program with its reactors fixed to whole units and closed sites kept empty, and what hangs on these alone with them."""
    annual, m = built.problem.annual, built.model
    lower, upper = annual.lower.copy(), annual.upper.copy()
    for (g, s, y), units in found.units.items():
        column = built.columns[m.built[g, s, y]]
        gw = units * built.inputs.technologies[g].unit_gw
        lower[column], upper[column] = gw, gw
    for place, whole in found.opened.items():
        column = built.columns[m.opened[place]]
        lower[column], upper[column] = whole, whole
    for s, y in m.places:
        if s in found.closed:
            upper[built.columns[m.it[s, y]]] = 0.0
    for variable in (variable for kind in found.dust.values() for variable in kind):
        upper[built.columns[variable]] = max(0.0, float(lower[built.columns[variable]]))
    held = replace(annual, lower=lower, upper=upper)
    return replace(built.problem, annual=replace(held, upper=np.where(held.held_at_lower(), lower, upper)))


def _standing(found: Rounding, built: Built, g: str, s: str) -> float:
    return sum(n for key, n in found.units.items() if key[:2] == (g, s)) * built.inputs.technologies[g].unit_gw


def _by_design(found: Rounding) -> dict[str, float]:
    """Units of the relaxed plan by design, over all sites and stages."""
    units: defaultdict[str, float] = defaultdict(float)
    for (design, _, _), wanted in found.wanted.items():
        units[design] += wanted
    return units


def told(built: Built, found: Rounding, relaxed: Solution, whole: Solution | None) -> dict[str, Any]:
    """`rounded` of the summary: what the whole plan costs beside the relaxed one, its reactors and what was left out.

    `reactors` are the units that are built; what the relaxed plan has of a design at all its sites stands beside their number under
    `designs`, but for traces (a relaxed plan is no corner, and has next to nothing of a design nearly everywhere). `whole` is None where
    there is no plan with these units: then the relaxed plan is the plan.
    """
    years = built.inputs.years
    return {
        "status": "no plan" if whole is None else whole.status,
        "objective_musd": None if whole is None else whole.objective,
        "relaxed_objective_musd": relaxed.objective,
        "lower_bound_musd": relaxed.lower_bound if whole is None else whole.lower_bound,
        "gap": None if whole is None else whole.gap,
        "reactors": [
            {"design": g, "site": s, "stage": years[y], "units_relaxed": found.wanted[g, s, y], "units": n}
            for (g, s, y), n in found.units.items()
            if n > 0
        ],
        "designs": [
            {"design": g, "units_relaxed": wanted, "units": sum(n for key, n in found.units.items() if key[0] == g)}
            for g, wanted in _by_design(found).items()
            if wanted > REAL
        ],
        "closed": list(found.closed),
        "left_out": {kind: len(variables) for kind, variables in found.dust.items()},
    }
