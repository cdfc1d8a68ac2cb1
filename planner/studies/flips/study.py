"""`planner flips`: for what a plan does not use the factor on its cost at which it would enter, for what it uses that at which it leaves.

Unused: from the plan's own prices (`directions.py`), then sought by solving below that. Used: sought from the plan itself, which costs
`without` if it has to do without. The least cost as a function of the factor f is concave and piecewise linear, and equals the cost
without the group from the flip on; so a plan found at f that spends B on the group at a factor of 1, and A = cost - f B on the rest,
crosses that cost at

    f' = (cost without - A) / B  >= f,

and a few such steps end at the flip itself (Dinkelbach). A row is verified if a plan 2 % below its flip uses the group, and the plan at
the flip costs what it costs without the group, so that none above it does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.program.problem import Problem
from planner.run.many import run_all
from planner.solve import solve
from planner.solve.backends.again import Again, Vectors
from planner.solve.choose import choose
from planner.solve.masters.remembered import memory_of
from planner.solve.proof import kept
from planner.solve.proof.certificate import certify
from planner.studies.flips.directions import Directions
from planner.studies.flips.fuel import gas_groups, turning
from planner.studies.flips.groups import Group, closed, groups, scaled
from planner.studies.near.quantities import Names

COLUMNS = {
    "what": "technology, chip, site, route or fuel",
    "item": "which",
    "country": "country, or empty",
    "stage": "investment year",
    "unit": "what the factors are of",
    "value": "1: the cost as it is",
    "flip": "factor at which it enters the plan (below 1; 0 or below: not even for nothing) or leaves it (above 1; gas: half), else none",
    "verified": "true where plans at the flip and 2 % below it were solved and differ",
}
STEP, SMALLEST_STEP = 0.02, 1e-3
"""Share of a flip by which it is verified, and the least step, as a factor."""
TRIES = 12
"""Most plans made to find one flip."""
Flip = tuple[float | None, bool]
"""A factor, and whether plans on both sides of it were found."""
EXACT = 1e-9
"""Gap of a plan from which flips are read; relative cost below which two plans cost the same, for small programs."""


@dataclass(frozen=True)
class Ground:
    """The program of a run with its units relaxed, its optimum, what solves it again, and its groups; `exact`: to the last digit."""

    problem: Problem
    best: Vectors
    again: Callable[[Array, Array], Vectors | None]
    gap: float
    exact: bool
    groups: list[Group]
    fuels: list[Group] = field(
        default_factory=list
    )  # of a small program alone: a plan a factor takes too long for a large one


def flips(
    run: Path,
    *,
    verify: int | None = None,
    processes: int = 2,
    tell: Callable[[str], None] = lambda text: None,
) -> pd.DataFrame:
    """The flips of a run as a table with the columns `COLUMNS`.

    verify : groups that are verified by solving, those on which most is spent and then in order; default: all of a small program, none of
    a large one, of which then only what is not used is told. The turn of gas of a small program is sought by solving too, but with 0.
    Raises InputError for a folder that is no run.
    """
    ground = _ground(run)
    count = len(ground.groups)
    sure = count if verify is None and ground.exact else min(verify or 0, count)
    spent = [group.spent(ground.problem.annual, ground.best.x) for group in ground.groups]
    order = sorted(range(count), key=lambda i: -spent[i])
    tell(f"{count} flips, {sure} of them verified")
    parts = max(1, min(processes, sure)) if ground.exact else 1
    chunks = [order[part:sure:parts] for part in range(parts)]
    alone = parts == 1
    answers = [sought(ground, chunks[0], tell)] if alone else run_all(partial(_chunk, run), chunks, workers=parts)
    found = {number: row for answer in answers for number, row in answer.items()}
    by_prices = Directions(ground.problem.annual, ground.best)
    for number in order[sure:]:
        if not _used(ground, ground.groups[number]):
            found[number] = by_prices.flip(ground.groups[number]), False
    rows = [
        (g.what, g.item, g.country, g.stage, g.unit, 1.0, *found[i]) for i, g in enumerate(ground.groups) if i in found
    ]
    if sure and ground.fuels:
        tell("the cost of gas at which the plan turns away from it")
        rows += [
            (g.what, g.item, g.country, g.stage, g.unit, 1.0, *turning(partial(_at, ground, g), _same(ground)))
            for g in ground.fuels
            if _used(ground, g)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _ground(run: Path) -> Ground:
    for name in ("proof.npz", "summary.json", "tables/sites.parquet"):
        if not (run / name).is_file():
            raise InputError(f"the run lacks {name}", file=run, expected="the folder of a finished run")
    problem, x, dispatch, row_dual, _ = kept.read(run / "proof.npz")
    annual = replace(problem.annual, integer=np.zeros_like(problem.annual.integer))
    problem = replace(problem, annual=annual)
    sites = pd.read_parquet(run / "tables" / "sites.parquet", columns=["site", "country"])
    years = [int(year) for year in json.loads((run / "summary.json").read_text("utf-8"))["stages"]]
    names = Names.of(annual, years, dict(zip(sites["site"], sites["country"], strict=True)))
    if choose(problem) == "simplex":
        return exact(problem, names)
    every = groups(names, annual)
    certificate, reduced = certify(problem, x, dispatch, row_dual)
    memory, gap = memory_of(problem, x, dispatch), max(EXACT, certificate.gap)

    def decomposed(cost: Array, upper: Array) -> Vectors | None:
        found = solve(replace(problem, annual=replace(annual, cost=cost, upper=upper)), "decompose", gap, start=memory)
        if not len(found.x):
            return None
        return Vectors(found.objective, found.x, found.row_dual, found.reduced_cost)

    best = Vectors(annual.offset + float(annual.cost @ x), x, row_dual, reduced)
    return Ground(problem, best, decomposed, gap, False, every)


def exact(problem: Problem, names: Names) -> Ground:
    """The ground of a small program, solved to the last digit. Raises InputError for one without a plan."""
    again = Again(problem)
    best = again.solve(problem.annual.cost, problem.annual.upper)
    if best is None:
        raise InputError("the program has no optimum", expected="a run with a plan")
    annual = problem.annual
    return Ground(problem, best, again.solve, EXACT, True, groups(names, annual), list(gas_groups(names, annual)))


def _used(ground: Ground, group: Group) -> bool:
    return group.spent(ground.problem.annual, ground.best.x) > 1e-3 * ground.gap * abs(ground.best.cost)


def _chunk(run: Path, numbers: Sequence[int]) -> dict[int, Flip]:
    return sought(_ground(run), numbers, lambda text: None)


def sought(ground: Ground, numbers: Sequence[int], tell: Callable[[str], None]) -> dict[int, Flip]:
    """Flips by number of the group, found from prices and by solving."""
    found: dict[int, Flip] = {}
    annual, best = ground.problem.annual, ground.best
    own = Directions(annual, best)
    for done, number in enumerate(numbers):
        group = ground.groups[number]
        tell(f"{done} of {len(numbers)}: {group.what} {group.item} {group.country} {group.stage}")
        if not _used(ground, group):
            found[number] = _entering(ground, group, own.flip(group))
            continue
        without = ground.again(annual.cost, closed(annual, group))
        if without is None:
            found[number] = None, True  # no plan does without it, at any price
            continue
        spent = group.spent(annual, best.x)
        found[number] = _crossing(ground, group, without.cost, 1.0, best.cost, spent)
    return found


def _at(ground: Ground, group: Group, factor: float) -> tuple[float, float]:
    """The least cost at a factor on a group's cost, and what is spent on the group at a factor of 1."""
    found = ground.again(scaled(ground.problem.annual, group, factor), ground.problem.annual.upper)
    return (np.inf, 0.0) if found is None else (found.cost, group.spent(ground.problem.annual, found.x))


def _same(ground: Ground) -> float:
    """Difference of two costs, M USD, that says nothing."""
    return max(10 * EXACT, 0.0 if ground.exact else ground.gap) * abs(ground.best.cost)


def _entering(ground: Ground, group: Group, guess: float | None) -> Flip:
    """The flip of what is not used, from what prices say of it: no plan uses it above that."""
    if guess is None:
        return None, False
    if guess <= SMALLEST_STEP:
        return guess, False  # not even for nothing; what is paid for has no end
    for down in (1.0, 4.0, 16.0):
        factor = max(0.0, guess - down * max(SMALLEST_STEP, STEP * guess))
        cost, spent = _at(ground, group, factor)
        if cost < ground.best.cost - _same(ground):
            return _crossing(ground, group, ground.best.cost, factor, cost, spent)
    return guess, False


def _crossing(ground: Ground, group: Group, without: float, factor: float, cost: float, spent: float) -> Flip:
    """The flip above a factor at which a plan of that cost spends something on the group."""
    first = factor
    for _ in range(TRIES):
        if cost >= without - _same(ground) or spent <= 0:
            below, _ = _at(ground, group, factor - max(SMALLEST_STEP, STEP * abs(factor)))
            return factor, bool(factor > first and below < without - _same(ground))
        factor += (without - cost) / spent
        cost, spent = _at(ground, group, factor)
    return factor, False
