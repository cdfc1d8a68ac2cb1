"""`planner near`: least and most of any quantity over all plans that cost at most so much more than a run's own.

    cap = cost of the plan + within x cost of the plan             (`of` total)
    cap = cost of the plan + within x its power bill               (`of` power)

Which plans those are is that of the run's own program, as its proof holds it, with whole units relaxed. Both ends are proven: no such plan
has less than `least_proven` or more than `most_proven`; the masters have plans with `least` and `most`. Every plan that is found for one
end is a witness for all other quantities too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.program.problem import Problem
from planner.run import start_file
from planner.run.many import run_all
from planner.run.start import started
from planner.solve.masters.masters import LARGE
from planner.solve.masters.remembered import Memory, memory_of
from planner.solve.proof import kept
from planner.studies.near.ends import Ends
from planner.studies.near.energy import Sources, Terms, with_energy
from planner.studies.near.quantities import DEFAULT, KINDS, Names, Quantity, quantities

COLUMNS = {
    "quantity": "energy, capacity, sites, country, lng, reactors or chips",
    "item": "source, technology, site, terminal fuel or chip",
    "country": "country",
    "stage": "investment year",
    "unit": "unit of the figures",
    "plan": "in the run's own plan",
    "least": "in the plan with the least of it that was found; missing where none was",
    "most": "in the plan with the most of it that was found; of energy: of the load, what the other sources leave",
    "least_proven": "no plan within the cost has less",
    "most_proven": "no plan within the cost has more",
}
"""The table `ranges`: a row per quantity."""
FAINT_SHARE = 0.1
"""Share of the largest figure of its kind below which a quantity is measured by that instead of by itself."""
LEAST_MONEY = 1e-9
Found = tuple[dict[int, tuple[float, float]], list[Array]]
"""Proven least and most by number of the quantity, and the plans that were met."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a run."""

    run: Path
    within: float
    of: str  # total or power
    kinds: tuple[str, ...]
    only: tuple[str, ...]


@dataclass(frozen=True)
class Ground:
    """The program of a run with energy accounts, its plan in it, the cap on the cost, and what there is to start from."""

    problem: Problem
    x: Array
    cap: float
    money: float
    quantities: list[Quantity]
    starts: tuple[Memory, ...]
    load_twh: dict[str, float]  # of the plan, by "country stage", where energy was asked for


def near(
    run: Path,
    within: float = 0.005,
    *,
    of: str = "total",
    kinds: Sequence[str] = DEFAULT,
    only: Sequence[str] = (),
    processes: int = 2,
    tell: Callable[[str], None] = lambda text: None,
) -> pd.DataFrame:
    """The ends of quantities of a run, as a table with the columns `COLUMNS`.

    Its `attrs` say `within`, `of`, and the plan's load (`load_twh`, by "country stage").

    Parameters
    ----------
    run : folder of a finished run. within : relative to the plan's cost, or to its power bill (`of` "power"). kinds : of `KINDS`.
    only : words of which every one must be the item (or begin it), country or stage of a quantity, or several of these with bars
        between them; none: all.
    processes : at a time; a large program takes two for itself.

    Raises InputError for a folder that is no run or a question that is none.
    """
    asked = Asked(run, within, of, tuple(kinds), tuple(only))
    _check(asked)
    ground = _ground(asked)
    count = len(ground.quantities)
    tell(f"{count} quantities, {2 * count} ends")
    large = len(ground.problem.annual.cost) > LARGE
    parts = 1 if large else max(1, min(processes, count))
    chunks = [list(range(part, count, parts)) for part in range(parts)]
    found: dict[int, tuple[float, float]] = {}
    witnesses: list[Array] = [ground.x]
    alone = parts == 1
    answers = [_ends(ground, chunks[0], 2, tell)] if alone else run_all(partial(_chunk, asked), chunks, workers=parts)
    for ends, attained in answers:
        found |= ends
        witnesses += attained
    table = _table(ground, found, witnesses)
    table.attrs = {"within": within, "of": of, "load_twh": ground.load_twh}
    return table


def _check(asked: Asked) -> None:
    if not 0 < asked.within <= 1:
        raise InputError(
            "no such distance from the plan", key="--within", value=asked.within, expected="above 0, up to 100 %"
        )
    if asked.of not in ("total", "power"):
        raise unknown_name("cost", asked.of, ("total", "power"), key="--of")
    for kind in asked.kinds:
        if kind not in KINDS:
            raise unknown_name("quantity", kind, KINDS, key="--of-what")
    for name in ("proof.npz", "summary.json", "tables/sites.parquet"):
        if not (asked.run / name).is_file():
            raise InputError(f"the run lacks {name}", file=asked.run, expected="the folder of a finished run")


def _ground(asked: Asked) -> Ground:
    problem, x, dispatch, _, _ = kept.read(asked.run / "proof.npz")
    names_of = pd.read_parquet(asked.run / "tables" / "sites.parquet", columns=["site", "country"])
    summary, solver = (json.loads((asked.run / name).read_text("utf-8")) for name in ("summary.json", "solver.json"))
    objective = problem.annual.offset + float(problem.annual.cost @ x)
    base = abs(objective) if asked.of == "total" else float(solver["certificate"]["power_bill_musd"])
    sources: list[Sources] = []
    country = dict(zip(names_of["site"], names_of["country"], strict=True))
    if "energy" in asked.kinds:
        problem, sources = with_energy(problem, country)
    wide = np.concatenate([x, np.zeros(len(problem.annual.cost) - len(x))])
    for cell, d in zip(problem.cells, dispatch, strict=True):
        use = cell.cost_and_use(d.flow)[1]
        for account, column in cell.accounts.items():
            wide[column] = max(wide[column], use[account])
    starts = [memory_of(problem, wide, dispatch)]
    try:
        left = started(problem, start_file.of_run(asked.run).records)
        starts = [left, *starts] if left else starts
    except InputError:  # a run of an older version, or a damaged file: the plan itself is a start
        pass
    names = Names.of(problem.annual, [int(y) for y in summary["stages"]], country)
    money = max(asked.within * base, LEAST_MONEY)
    found = [q for q in quantities(asked.kinds, names, problem.annual, sources) if _wanted(q, asked.only)]
    if not found:
        expected = "an item, country or stage of the run, such as 2040 or KR"
        raise InputError(
            "no quantity of the run is called that", key="--only", value=" ".join(asked.only), expected=expected
        )
    return Ground(problem, wide, objective + money, money, found, tuple(starts), _loads(sources, country, wide))


def _loads(sources: Sequence[Sources], country: Mapping[str, str], x: Array) -> dict[str, float]:
    """Energy that a plan's sites draw a year, TWh, by "country stage"."""
    total: dict[str, float] = {}
    for of in sources:
        site, _, year = of.name.rpartition("|")
        place = f"{country[site]} {year}"
        total[place] = total.get(place, 0.0) + 1e-3 * _sum(of.load, x)
    return total


def _wanted(quantity: Quantity, only: Sequence[str]) -> bool:
    """Does every word name it, or one of the names between bars in it?"""
    said = (quantity.country, str(quantity.stage))
    return all(any(name in said or quantity.item.startswith(name) for name in word.split("|")) for word in only)


def _chunk(asked: Asked, numbers: list[int]) -> Found:
    """The ends of some quantities, in a process of its own."""
    return _ends(_ground(asked), numbers, 1)


def _ends(
    ground: Ground, numbers: Sequence[int], threads: int, tell: Callable[[str], None] = lambda text: None
) -> Found:
    """Proven ends by number of the quantity, and every plan that was met on the way."""
    scales = _scales(ground)
    ends: dict[int, tuple[float, float]] = {}
    plans: list[Array] = []
    masters = Ends(ground.problem, ground.cap, ground.starts, threads=threads)
    try:
        for done, number in enumerate(numbers):
            q = ground.quantities[number]
            tell(f"{done} of {len(numbers)}: {q.quantity} {q.item} {q.country} {q.stage}")
            low = masters.least(q.least, scales[number], ground.money)
            high = masters.least({c: -value for c, value in q.most.items()}, scales[number], ground.money)
            ends[number] = (low.proven, -high.proven)
            plans += [end.x for end in (low, high) if end.x is not None]
    finally:
        masters.close()
    return ends, plans


def _scales(ground: Ground) -> list[float]:
    """What a difference of each quantity is measured by: itself in the plan, but not less than a share of the largest of its kind."""
    values = [abs(q.at(ground.x)) for q in ground.quantities]
    largest: dict[tuple[str, str], float] = {}
    for q, value in zip(ground.quantities, values, strict=True):
        largest[q.quantity, q.unit] = max(largest.get((q.quantity, q.unit), 0.0), value)
    return [
        max(v, FAINT_SHARE * largest[q.quantity, q.unit], 1e-9) for q, v in zip(ground.quantities, values, strict=True)
    ]


def _table(ground: Ground, ends: dict[int, tuple[float, float]], plans: Sequence[Array]) -> pd.DataFrame:
    rows = []
    for number, q in enumerate(ground.quantities):
        least = min(_sum(q.least, x) for x in plans)
        most = max(_sum(q.most, x) for x in plans)
        plan, (low, high) = q.at(ground.x), ends[number]
        # The plan is one of those asked about, and no figure of a plan is below zero; rounding aside, ends hold all that was found.
        rows.append(
            (
                q.quantity,
                q.item,
                q.country,
                q.stage,
                q.unit,
                plan,
                max(0.0, min(least, plan)),
                max(most, plan),
                max(0.0, min(low, least, plan)),
                max(high, most, plan),
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _sum(terms: Terms, x: Array) -> float:
    return float(sum(coefficient * x[column] for column, coefficient in terms.items()))
