"""What of a problem belongs to one place alone, and the problem of some of its places.

A place is a site with its cells of all stages. Its columns are those that its cells touch, and those that hang on them by rows of the
place alone; every other row couples places (work to be served, chips on the market, reactor orders), every other column is shared.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.program.cell import Cell
from planner.program.joint import moved
from planner.program.linear import LinearProgram
from planner.program.problem import Problem

SHARED = -1
LENGTHS = (16, 64, 256)
"""Rows are looked at in the order of their length: short ones are a place's own, and say whose the columns of the long ones are."""


@dataclass(frozen=True)
class Places:
    """To which place every column, row and cell of a problem belongs, by its number in `names`; SHARED for none.

    idle : may the place be left empty? By its own rows and bounds, all of its columns may be zero.
    """

    names: list[str]
    of_column: NDArray[np.int64]
    of_row: NDArray[np.int64]
    of_cell: NDArray[np.int64]
    idle: NDArray[np.bool_]


def places(problem: Problem) -> Places:
    """Divide a problem by `Problem.places`."""
    names = [name for name in dict.fromkeys(problem.places) if name]
    number = {name: i for i, name in enumerate(names)} | {"": SHARED}
    of_cell = np.array([number[name] for name in problem.places], np.int64)
    columns = problem.annual.A.shape[1]
    lowest, highest = np.full(columns, len(names)), np.full(columns, SHARED)
    for k, cell in zip(of_cell, problem.cells, strict=True):
        touched = [cell.cost_column, *cell.accounts.values(), *cell.supply_columns, *cell.load_columns]
        lowest[touched], highest[touched] = np.minimum(lowest[touched], k), np.maximum(highest[touched], k)
    known = highest >= 0
    of_column = np.where(known & (lowest == highest), lowest, SHARED)
    known |= lowest == SHARED  # of a cell without a place
    A = sp.csr_array(problem.annual.A)
    length = np.diff(A.indptr)
    for longest in (*LENGTHS, int(length.max(initial=0))):
        while _spread(A, np.flatnonzero(length <= longest), of_column, known, len(names)):
            pass
    of_row = _one_place(A, np.where(of_column == SHARED, len(names), of_column), len(names))
    return Places(names, of_column, of_row, of_cell, _may_be_empty(problem.annual, of_column, of_row, len(names)))


def _spread(
    A: sp.csr_array, short: NDArray[np.int64], of_column: NDArray[np.int64], known: NDArray[np.bool_], n: int
) -> bool:
    """Give columns that are not known yet the one place that rows of known columns say, in place; whether any was given."""
    part = A[short]
    row = np.repeat(np.arange(len(short)), np.diff(part.indptr))
    told = known[part.indices] & (of_column[part.indices] != SHARED)
    lowest, highest = np.full(len(short), n), np.full(len(short), SHARED)
    np.minimum.at(lowest, row[told], of_column[part.indices[told]])
    np.maximum.at(highest, row[told], of_column[part.indices[told]])
    says = (lowest == highest)[row] & ~known[part.indices]
    low, high = np.full(A.shape[1], n), np.full(A.shape[1], SHARED)
    np.minimum.at(low, part.indices[says], lowest[row[says]])
    np.maximum.at(high, part.indices[says], lowest[row[says]])
    new = (high >= 0) & ~known
    of_column[new] = np.where(low == high, low, SHARED)[new]
    known |= new
    return bool(new.any())


def _one_place(A: sp.csr_array, label: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """The place of every row whose columns are all of one; `label` n for shared columns."""
    row = np.repeat(np.arange(A.shape[0]), np.diff(A.indptr))
    low, high = np.full(A.shape[0], n), np.full(A.shape[0], SHARED)
    np.minimum.at(low, row, label[A.indices])
    np.maximum.at(high, row, label[A.indices])
    return np.where((low == high) & (high < n), low, SHARED)


def _may_be_empty(
    annual: LinearProgram, of_column: NDArray[np.int64], of_row: NDArray[np.int64], n: int
) -> NDArray[np.bool_]:
    must = np.zeros(n + 1, bool)  # the last entry: shared
    must[of_column[annual.lower > 0.0]] = True
    must[of_row[(annual.row_lower > 0.0) | (annual.row_upper < 0.0)]] = True
    return ~must[:n]


@dataclass(frozen=True)
class Some:
    """The problem of some places, with which columns, rows and cells of the whole one it has, in its own order."""

    problem: Problem
    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    cells: NDArray[np.int64]


def some(problem: Problem, division: Places, chosen: NDArray[np.bool_]) -> Some:
    """The problem in which only the chosen places may hold anything; what is shared stays."""
    here = np.append(chosen, True)  # the last entry: shared
    columns, rows, cells = (np.flatnonzero(here[of]) for of in (division.of_column, division.of_row, division.of_cell))
    whole = problem.annual
    annual = LinearProgram(
        A=sp.csr_array(whole.A[rows][:, columns]),
        row_lower=whole.row_lower[rows],
        row_upper=whole.row_upper[rows],
        lower=whole.lower[columns],
        upper=whole.upper[columns],
        cost=whole.cost[columns],
        offset=whole.offset,
        integer=whole.integer[columns],
        row_names=[whole.row_names[i] for i in rows],
        column_names=[whole.column_names[i] for i in columns],
    )
    place = np.full(len(whole.cost), -1)
    place[columns] = np.arange(len(columns))
    kept: list[Cell] = [moved(problem.cells[i], problem.cells[i].name, place.__getitem__) for i in cells]
    guessed = place[problem.guessed]
    part = replace(problem, annual=annual, cells=kept, guessed=guessed[guessed >= 0], places=[])
    return Some(part, columns, rows, cells)
