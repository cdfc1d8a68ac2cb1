"""The matrices of a problem: the annual model out of Pyomo, and the full program with every hour written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from pyomo.common.collections import ComponentMap
from pyomo.common.gc_manager import PauseGC
from pyomo.environ import Var
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from planner.program.problem import Array, LinearProgram, Problem, SiteYear


def annual_from_pyomo(model: Any) -> tuple[LinearProgram, ComponentMap]:
    """The matrix of a linear Pyomo model, and the column of each of its variables.

    Every unfixed variable gets a column, in the order of declaration, whether it is used or not.

    Raises
    ------
    ValueError : a variable without finite bounds (the safe dual bound needs them), or an objective that is missing.
    """
    with PauseGC():
        variables = [v for v in model.component_data_objects(Var, descend_into=True) if not v.fixed]
        form = LinearStandardFormCompiler().write(model, mixed_form=True, column_order=True)
    if len(form.objectives) != 1:
        raise ValueError(f"expected one objective, found {len(form.objectives)}")
    column_of = ComponentMap((v, i) for i, v in enumerate(variables))
    n = len(variables)
    place = np.fromiter((column_of[v] for v in form.columns), np.int64, len(form.columns))

    # A ranged constraint comes as two equal rows, upper then lower: keep the first, give it both bounds.
    constraints = [row.constraint for row in form.rows]
    kind = np.fromiter((row.bound_type for row in form.rows), np.int64, len(form.rows))
    second = np.zeros(len(kind), bool)
    second[1:] = [a is b for a, b in zip(constraints[1:], constraints[:-1], strict=True)]
    rhs = np.asarray(form.rhs, float)
    upper = np.where(kind >= 0, rhs, np.inf)
    lower = np.where(kind <= 0, rhs, -np.inf)
    lower[:-1][second[1:]] = rhs[1:][second[1:]]
    keep = np.flatnonzero(~second)

    A = sp.coo_array(form.A.tocsr()[keep])
    A = sp.csr_array((A.data, (A.row, place[A.col])), shape=(len(keep), n))
    cost = np.zeros(n)
    cost[place] = form.c.toarray()[0]
    bounds = np.array([v.bounds for v in variables], dtype=object)
    unbounded = [v.name for v, (low, high) in zip(variables, bounds, strict=True) if low is None or high is None]
    if unbounded:
        raise ValueError(f"variables without finite bounds: {', '.join(unbounded[:5])}")
    names = [c.name for c in constraints]
    program = LinearProgram(
        A=A,
        row_lower=lower[keep],
        row_upper=upper[keep],
        lower=bounds[:, 0].astype(float),
        upper=bounds[:, 1].astype(float),
        cost=cost,
        offset=float(form.c_offset[0]),
        integer=np.array([not v.is_continuous() for v in variables]),
        row_names=[names[i] for i in keep],
        column_names=[v.name for v in variables],
    )
    return program, column_of


@dataclass(frozen=True)
class Block:
    """Where one site-year stands in the full matrix. Each part is a run of columns or rows, hour by hour.

    Columns: one run of hours per piece from `supply`, then charge, discharge and the level at the hour's end.
    Rows: the cost, one per account, the balance, in a site-year that is `paid` what may be taken, one run per piece in `limited`
    (those with a capacity variable), then the limits of power and level, and the dynamics of the level.
    """

    hours: int
    supply: int
    charge: int
    discharge: int
    level: int
    cost_row: int
    account_row: int
    balance: int
    taken: int  # equal to `limit` where the site-year is not paid
    limited: tuple[int, ...]
    limit: int
    dynamics: int
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
    """Where each site-year will stand in the full matrix (see `Block`)."""
    columns, rows = problem.annual.A.shape[1], problem.annual.A.shape[0]
    first = Layout(columns, rows, [])
    for s in problem.site_years:
        hours, pieces = len(s.hours), len(s.pieces)
        limited = tuple(i for i, piece in enumerate(s.pieces) if piece.column >= 0)
        balance = rows + 1 + len(s.accounts)
        taken = balance + hours
        limit = taken + (hours if s.paid else 0)
        dynamics = limit + (len(limited) + (2 if s.store else 0)) * hours
        charge = columns + pieces * hours
        block = Block(
            hours=hours,
            supply=columns,
            charge=charge,
            discharge=charge + hours,
            level=charge + 2 * hours,
            cost_row=rows,
            account_row=rows + 1,
            balance=balance,
            taken=taken,
            limited=limited,
            limit=limit,
            dynamics=dynamics,
            first_column=columns,
            stop_column=charge + (3 * hours if s.store else 0),
            first_row=rows,
            stop_row=dynamics + (hours if s.store else 0),
        )
        first.blocks.append(block)
        columns, rows = block.stop_column, block.stop_row
    return first


def block_matrix(s: SiteYear, b: Block, annual_upper: Array) -> dict[str, Any]:
    """The entries (row, column, value), row bounds and column bounds of one site-year at its place in the full matrix.

    Column bounds follow from the bounds of the capacities, so that every hourly column is bounded too.
    """
    hours, n_rows, n_columns = b.hours, b.stop_row - b.first_row, b.stop_column - b.first_column
    h = np.arange(hours)
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    values: list[np.ndarray] = []

    def put(row: Any, column: Any, value: Any) -> None:
        row, column, value = np.broadcast_arrays(row, column, value)
        rows.append(row.ravel())
        columns.append(column.ravel())
        values.append(value.ravel())

    row_lower, row_upper = np.zeros(n_rows), np.full(n_rows, np.inf)
    column_upper = np.empty(n_columns)

    put(b.cost_row, s.cost_column, 1.0)
    for k, column in enumerate(s.accounts.values()):
        put(b.account_row + k, column, 1.0)
    for i, piece in enumerate(s.pieces):
        p = b.supply + i * hours + h
        put(b.balance + h, p, 1.0)
        if s.paid:
            put(b.taken + h, p, 1.0)
        put(b.cost_row, p, -s.weights * piece.cost)
        for k, account in enumerate(s.accounts):
            if account in piece.use:
                put(b.account_row + k, p, -s.weights * piece.use[account])
        scale = 1.0 if piece.column < 0 else annual_upper[piece.column]
        column_upper[p - b.first_column] = scale * piece.available
    for k, i in enumerate(b.limited):
        row = b.limit + k * hours + h
        put(row, b.supply + i * hours + h, 1.0)
        put(row, s.pieces[i].column, -s.pieces[i].available)
    for profile, sign in [(p, 1.0) for p in s.must_take] + [(p, -1.0) for p in s.loads]:
        put(b.balance + h, profile.column, sign * profile.values)
    if s.paid:
        for profile in s.loads:
            put(b.taken + h, profile.column, -profile.values)
    if s.store:
        row = b.limit + len(b.limited) * hours + h
        for k, start, column in (
            (0, b.charge, s.store.power_column),
            (0, b.discharge, s.store.power_column),
            (1, b.level, s.store.energy_column),
        ):
            put(row + k * hours, start + h, 1.0)
            column_upper[start - b.first_column + h] = annual_upper[column]
        put(row, s.store.power_column, -1.0)
        put(row + hours, s.store.energy_column, -1.0)
        for rows_of_power in (b.balance, b.taken) if s.paid else (b.balance,):
            put(rows_of_power + h, b.discharge + h, 1.0)
            put(rows_of_power + h, b.charge + h, -1.0)
        if s.paid:
            column_upper[b.level - b.first_column + np.flatnonzero(s.ends)] = 0.0
        if s.store.cost:
            put(b.cost_row, b.discharge + h, -s.weights * s.store.cost)
        put(b.dynamics + h, b.level + h, 1.0)
        put(b.dynamics + h, b.charge + h, -s.store.eta_charge)
        put(b.dynamics + h, b.discharge + h, 1.0 / s.store.eta_discharge)
        inside = np.flatnonzero(~s.starts)
        put(b.dynamics + inside, b.level + inside - 1, -1.0)
        row_upper[b.dynamics - b.first_row :] = 0.0
    limits = slice(b.taken - b.first_row, b.dynamics - b.first_row)
    row_lower[limits], row_upper[limits] = -np.inf, 0.0
    return {
        "row": np.concatenate(rows),
        "column": np.concatenate(columns),
        "value": np.concatenate(values),
        "row_lower": row_lower,
        "row_upper": row_upper,
        "lower": np.zeros(n_columns),
        "upper": column_upper,
    }


def full_matrix(problem: Problem, *, names: bool = False) -> tuple[LinearProgram, Layout]:
    """The whole problem as one linear program, and where each site-year stands in it.

    Parameters
    ----------
    problem : the annual model and its site-years.
    names : also name every row and column (a list of millions of strings: for export and explanation only).
    """
    annual, where = problem.annual, layout(problem)
    parts = [block_matrix(s, b, annual.upper) for s, b in zip(problem.site_years, where.blocks, strict=True)]
    A = sp.coo_array(annual.A)
    stop_row = where.blocks[-1].stop_row if parts else where.rows
    stop_column = where.blocks[-1].stop_column if parts else where.columns

    def join(key: str, head: Array) -> Array:
        return np.concatenate([head, *(part[key] for part in parts)])

    matrix = sp.csr_array(
        (join("value", A.data), (join("row", A.row), join("column", A.col))), shape=(stop_row, stop_column)
    )
    matrix.sum_duplicates()
    hourly = stop_column - where.columns
    program = LinearProgram(
        A=matrix,
        row_lower=join("row_lower", annual.row_lower),
        row_upper=join("row_upper", annual.row_upper),
        lower=join("lower", annual.lower),
        upper=join("upper", annual.upper),
        cost=np.concatenate([annual.cost, np.zeros(hourly)]),
        offset=annual.offset,
        integer=np.concatenate([annual.integer, np.zeros(hourly, bool)]),
        row_names=list(annual.row_names) if names else [],
        column_names=list(annual.column_names) if names else [],
    )
    if names:
        for s, b in zip(problem.site_years, where.blocks, strict=True):
            program.row_names += _row_names(s, b)
            program.column_names += _column_names(s)
    return program, where


def _row_names(s: SiteYear, b: Block) -> list[str]:
    limits = ["taken"] * s.paid + [f"limit {s.pieces[i].name}" for i in b.limited]
    if s.store:
        limits += [f"limit {s.store.name} {part}" for part in ("power", "level")]
        limits += [f"level {s.store.name}"]
    hourly = [f"{s.name}: {what} hour {hour}" for what in ["balance", *limits] for hour in s.hours]
    return [f"{s.name}: cost", *(f"{s.name}: {account}" for account in s.accounts), *hourly]


def _column_names(s: SiteYear) -> list[str]:
    what = [piece.name for piece in s.pieces]
    if s.store:
        what += [f"{s.store.name} {part}" for part in ("charge", "discharge", "level")]
    return [f"{s.name}: {name} hour {hour}" for name in what for hour in s.hours]
