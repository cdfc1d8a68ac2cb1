"""The full program with every hour written out: the annual matrix first, then the cells one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch, Part
from planner.program.linear import LinearProgram
from planner.program.problem import Problem


@dataclass(frozen=True)
class Block:
    """Where a cell stands in the full matrix: its rows of `Cell.part` from `first_row`, then its limits that have an annual column."""

    first_column: int
    stop_column: int
    first_row: int
    stop_row: int


@dataclass(frozen=True)
class Layout:
    """Where everything stands in the full matrix: the annual columns and rows first, then the blocks."""

    columns: int
    rows: int
    blocks: list[Block]


def layout(problem: Problem) -> Layout:
    """Where each cell will stand in the full matrix."""
    rows, columns = problem.annual.A.shape
    where = Layout(columns, rows, [])
    for cell in problem.cells:
        size = cell.size()
        where.blocks.append(Block(columns, columns + size.columns, rows, rows + size.rows))
        columns, rows = columns + size.columns, rows + size.rows
    return where


def full_matrix(problem: Problem, *, names: bool = False) -> tuple[LinearProgram, Layout]:
    """The whole problem as one linear program, and where each cell stands in it.

    Column bounds of the hours follow from the bounds of the annual columns, so that every column is bounded.

    Parameters
    ----------
    problem : the annual model and its cells.
    names : also name every row and column (a list of millions of strings: for export and explanation only).
    """
    annual, where = problem.annual, layout(problem)
    parts = [cell.part(where.columns) for cell in problem.cells]
    A = sp.coo_array(annual.A)
    entries = [(A.row, A.col, A.data)]
    row_upper = [annual.row_upper]
    row_lower = [annual.row_lower]
    upper = [annual.upper]
    for cell, part, block in zip(problem.cells, parts, where.blocks, strict=True):
        entries += _entries(part, block)
        heads = np.full(1 + len(cell.accounts), np.inf)
        limits = part.limit_rows
        limit_side = np.where(part.limit_column[limits] < 0, part.limit[limits], 0.0)
        row_lower += [np.zeros(part.own.shape[0]), np.full(len(limits), -np.inf)]
        row_upper += [heads, np.where(part.equal, 0.0, np.inf), limit_side]
        upper.append(part.most(annual.upper)[part.limit_of])
    row, column, value = (np.concatenate(items) for items in zip(*entries, strict=True))
    stop_row, stop_column = (
        (where.blocks[-1].stop_row, where.blocks[-1].stop_column) if parts else (where.rows, where.columns)
    )
    hourly = stop_column - where.columns
    program = LinearProgram(
        A=sp.csr_array((value, (row, column)), shape=(stop_row, stop_column)),
        row_lower=np.concatenate(row_lower),
        row_upper=np.concatenate(row_upper),
        lower=np.concatenate([annual.lower, np.zeros(hourly)]),
        upper=np.concatenate(upper),
        cost=np.concatenate([annual.cost, np.zeros(hourly)]),
        offset=annual.offset,
        integer=np.concatenate([annual.integer, np.zeros(hourly, bool)]),
        row_names=list(annual.row_names) if names else [],
        column_names=list(annual.column_names) if names else [],
    )
    if names:
        for cell, part in zip(problem.cells, parts, strict=True):
            program.row_names += _row_names(cell, part)
            program.column_names += [cell.column_name(i) for i in range(part.own.shape[1])]
    return program, where


def _entries(part: Part, block: Block) -> Iterator[tuple[NDArray[Any], NDArray[Any], Array]]:
    """Rows, columns and values of a cell at its place; a limit reads sum of v - limit * x[limit_column] <= 0."""
    own, annual = sp.coo_array(part.own), sp.coo_array(part.annual)
    yield own.row + block.first_row, own.col + block.first_column, own.data
    yield annual.row + block.first_row, annual.col, annual.data
    together = sp.coo_array(part.limits[part.limit_rows])
    first = block.first_row + part.own.shape[0]
    yield together.row + first, together.col + block.first_column, together.data
    held = np.flatnonzero(part.limit_column[part.limit_rows] >= 0)
    limit = part.limit_rows[held]
    yield held + first, part.limit_column[limit], -part.limit[limit]


def _row_names(cell: Cell, part: Part) -> list[str]:
    return [cell.row_name(i) for i in range(part.own.shape[0])] + [cell.limit_name(int(i)) for i in part.limit_rows]


def read_dispatch(problem: Problem, where: Layout, x: Array, y: Array) -> list[Dispatch]:
    """The hours of every cell out of the vectors of the full matrix."""
    return [_read(cell, block, x, y) for cell, block in zip(problem.cells, where.blocks, strict=True)]


def _read(cell: Cell, block: Block, x: Array, y: Array) -> Dispatch:
    hours, first = len(cell.hours), block.first_row + 1 + len(cell.accounts)
    price = y[first : first + len(cell.rows) * hours]
    return Dispatch(
        flow=x[block.first_column : block.stop_column].reshape(-1, hours).copy(),
        price=price.reshape(-1, hours).copy(),
        cost_dual=float(y[block.first_row]),
        account_duals={a: float(y[block.first_row + 1 + k]) for k, a in enumerate(cell.accounts)},
    )
