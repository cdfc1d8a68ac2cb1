"""The tables that are read out of made-up vectors, as text, compared with the stored files of this folder.

The programs are those of `tests/blocks/golden`; their answers are figures counted up from nothing, which no solver has seen: what a table
says of them hangs on its formulas alone. `python -m tests.readout.golden` writes the files anew; a change of a formula then shows as a
change of a file.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from planner.blocks.annual import Built, build
from planner.plan.tables import TABLES
from planner.program.cell import Dispatch
from planner.program.linear import Array
from planner.program.site_cell import SiteYear
from planner.readout import summary, system
from planner.readout.answer import Answer
from planner.readout.plan import result_tables
from planner.solve.solution import Solution
from tests.blocks.golden import built, system_world

FOLDER = Path(__file__).parent
WORLDS = ("plain", "markets", "system", "alone", "sparse")
FROM_VECTORS = tuple(name for name in TABLES if name not in ("assumptions", "sources"))
PARTS = (*FROM_VECTORS, "summary")
DIGITS = 9


def counted(count: int, start: int, step: int, among: int) -> Array:
    """Figures that differ and follow no order: (start + step n) modulo a prime, as tenths above zero."""
    return 0.1 * (1.0 + (start + step * np.arange(count)) % among)


def dispatch(cell: SiteYear, start: int, x: Array) -> Dispatch:
    """Made-up hours of a site or zone in which a quarter of sun and wind is left over, and their prices."""
    hours, flows, rows = len(cell.hours), len(cell.kinds), len(cell.rows)
    flow = 0.1 * counted(flows * hours, start, 5, 13).reshape(flows, hours)
    made = Dispatch(flow, np.zeros((rows, hours)), 2.0, {})
    spare = sum((0.25 * x[profile.column] * profile.values for profile in cell.must_take), np.zeros(hours))
    flow[cell.last_resort] = np.maximum(flow[cell.last_resort] + spare - cell.spill(x, made), 0.0)
    return Dispatch(
        flow=flow,
        price=counted(rows * hours, start, 3, 7).reshape(rows, hours) * 100.0,
        cost_dual=2.0,
        account_duals={account: 0.01 * (n + 1) for n, account in enumerate(cell.accounts)},
    )


def made_up(made: Built, nothing: int = 0) -> Solution:
    """An answer to a program that nobody solved. Every limit binds: its dual is below zero. `nothing`: every so many columns are zero."""
    rows, columns = made.problem.annual.A.shape
    x = counted(columns, 2, 7, 23) * (1.0 if nothing == 0 else np.arange(columns) % nothing > 0)
    return Solution(
        status="proven",
        method="none",
        objective=1234.5,
        lower_bound=1233.5,
        gap=8e-4,
        x=x,
        dispatch=[dispatch(cell, n, x) for n, cell in enumerate([*made.site_years, *made.zone_years])],
        row_dual=-counted(rows, 1, 3, 11),
        reduced_cost=-counted(columns, 4, 5, 17),
        certificate=None,
        iterations=0,
        seconds={},
    )


@cache
def program(world: str) -> Built:
    """The program of a world: of `tests/blocks/golden`, of a power system whose reference says all that the tables set beside the plan, or
    of one `alone`, which has no reference."""
    if world in ("plain", "markets", "sparse"):
        return built("markets" if world == "sparse" else world)
    inputs = system_world()
    assert inputs.system is not None and inputs.system.reference is not None
    if world == "alone":
        return build(replace(inputs, system=replace(inputs.system, reference=None)))
    plain = inputs.system.reference
    hour = np.arange(len(inputs.timeline))
    reference = replace(
        plain,
        price={place: 0.05 + 0.01 * hour + 0.002 * n for n, place in enumerate(plain.cost)},
        capacity_price={place: 40.0 + 3.0 * n for n, place in enumerate(plain.cost)},
        unserved={place: 0.001 * (hour + n) for n, place in enumerate(plain.cost)},
        flow=dict.fromkeys(plain.trade, 0.1 * hour - 0.2),
        capacity={place: 0.3 * (1.0 + np.arange(3)) for place in plain.cost},
        energy={place: {"gas": 900.0, "sun": 300.0, "river": 50.0 + n} for n, place in enumerate(plain.cost)},
    )
    return build(replace(inputs, system=replace(inputs.system, reference=reference)))


@cache
def answer(world: str) -> Answer:
    """The made-up answer of a world; in `sparse` a third of everything is not there."""
    return Answer(program(world), made_up(program(world), 3 if world == "sparse" else 0))


@cache
def tables(world: str) -> dict[str, pd.DataFrame]:
    """All tables of it."""
    return result_tables(answer(world))


def in_short(world: str) -> str:
    """Totals, headline and power system of `summary.json`."""
    inputs, found = answer(world).inputs, tables(world)
    told = {
        "totals": summary.totals(inputs.years, inputs.countries, found),
        "headline": summary.headline(inputs.years[-1], 8e-4, found),
        "power_system": system.summary(found),
        "size": summary.size(answer(world).built.problem),
    }
    return json.dumps(
        json.loads(json.dumps(told), parse_float=lambda text: float(f"{float(text):.{DIGITS}g}")), indent=1
    )


def text(part: str) -> str:
    """What a table, or the summary, says of every world."""
    blocks = []
    for world in WORLDS:
        if part == "summary":
            told = in_short(world)
        else:
            frame = tables(world)[part][list(TABLES[part])]
            told = frame.to_csv(index=False, float_format=f"%.{DIGITS}g", lineterminator="\n").rstrip("\n")
        blocks.append(f"[{world}]\n{told}\n")
    return "\n".join(blocks)
