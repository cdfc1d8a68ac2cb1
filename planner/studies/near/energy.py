"""Energy by source, which only the hours know, as annual columns: every site-year gets an account per source.

    energy[source, site-year] >= sum_h w_h p_h over the pieces of the source            GWh a year

An account counts from below, as all accounts do. So the least of a source is the least of its own accounts (and of what its must-take
plants could give), and the most of it is what all others leave of the load:

    most of a source = most of (load - energy of all other sources),     must-take supply of the others before any spill.

Energy that is burnt to be thrown away or lost in a storage does not count as more of a source.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from planner.base.names import CURTAILABLE_GRID, GRID, MINIMUM
from planner.program.cell import Cell
from planner.program.linear import LinearProgram
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear

Terms = dict[int, float]
"""Coefficients by annual column."""


@dataclass(frozen=True)
class Sources:
    """Of one site-year: what each source gives at least as much as (GWh), and the load (GWh), by annual column."""

    name: str
    given: dict[str, Terms]
    load: Terms


def source_of(name: str) -> str:
    """The source that a piece or a must-take profile belongs to; what is bought of a zone is grid.

    >>> source_of("smr_ismr minimum"), source_of("grid flat")
    ('smr_ismr', 'grid')
    """
    if name == CURTAILABLE_GRID or name.startswith(f"{GRID} "):
        return GRID
    return name.removesuffix(MINIMUM)


def with_energy(problem: Problem, sites: Container[str] | None = None) -> tuple[Problem, list[Sources]]:
    """The problem with an account of energy per site-year and source, and how they are to be read; other cells stay as they are.

    sites : whose cells, called `site|year`, are meant (None: all), and not those of a grid zone.
    """
    cells: list[Cell] = []
    found: list[Sources] = []
    names: list[str] = []
    most: list[float] = []
    first = problem.annual.A.shape[1]
    for cell in problem.cells:
        if not isinstance(cell, SiteYear) or (sites is not None and cell.name.rpartition("|")[0] not in sites):
            cells.append(cell)
            continue
        columns = {source: first + len(names) + i for i, source in enumerate(_drawn(cell))}
        names += [f"energy of {source}[{cell.name}]" for source in columns]
        most += [_most(cell, problem.annual)] * len(columns)
        cells.append(_accounted(cell, columns))
        found.append(_read(cell, columns))
    return Problem(problem.name, _wider(problem.annual, names, most), cells, problem.guessed, problem.traded), found


def _drawn(cell: SiteYear) -> list[str]:
    return list(dict.fromkeys(source_of(piece.name) for piece in cell.pieces))


def _accounted(cell: SiteYear, columns: dict[str, int]) -> SiteYear:
    account = {source: f"energy of {source}" for source in columns}
    pieces = tuple(replace(p, use=p.use | {account[source_of(p.name)]: 1.0}) for p in cell.pieces)
    accounts = cell.accounts | {account[source]: column for source, column in columns.items()}
    return replace(cell, pieces=pieces, accounts=accounts)


def _read(cell: SiteYear, columns: dict[str, int]) -> Sources:
    given: dict[str, Terms] = {source: {column: 1.0} for source, column in columns.items()}
    for profile in cell.must_take:
        terms = given.setdefault(source_of(profile.name), {})
        terms[profile.column] = terms.get(profile.column, 0.0) + float(cell.weights @ profile.values)
    load: Terms = {}
    for profile in cell.loads:
        load[profile.column] = load.get(profile.column, 0.0) + float(cell.weights @ profile.values)
    return Sources(cell.name, given, load)


def _most(cell: SiteYear, annual: LinearProgram) -> float:
    """More energy than a source can give in a year: every hour all of its largest piece."""
    upper = [1.0 if p.column < 0 else float(annual.upper[p.column]) for p in cell.pieces]
    return sum(u * float(cell.weights @ p.available) for u, p in zip(upper, cell.pieces, strict=True)) + 1.0


def _wider(annual: LinearProgram, names: list[str], most: list[float]) -> LinearProgram:
    n = len(names)
    rows = annual.A.shape[0]
    return replace(
        annual,
        A=sp.csr_array(sp.hstack([annual.A, sp.csr_array((rows, n))])),
        lower=np.concatenate([annual.lower, np.zeros(n)]),
        upper=np.concatenate([annual.upper, np.array(most)]),
        cost=np.concatenate([annual.cost, np.zeros(n)]),
        integer=np.concatenate([annual.integer, np.zeros(n, bool)]),
        column_names=[*annual.column_names, *names],
    )
