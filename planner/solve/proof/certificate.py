"""The proof of a solution, from matrices and vectors alone: no solver, no trust.

Violations are absolute (in the row's or bound's own unit) and relative: divided by max(1, sum of |a_ij x_j| over the
row) for a row, by max(1, |bound|) for a bound. The lower bound is safe for any dual vector y: with reduced costs
r = c - A'y,

    b.y + sum_j min over [lower_j, upper_j] of r_j x_j  <=  every feasible cost,

where b is the row's lower side for y > 0 and its upper side for y < 0 (y is set to zero where that side is infinite).
A decomposed problem is checked by blocks, the annual rows and then each cell, without ever building its matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch
from planner.program.linear import LinearProgram
from planner.program.problem import Problem

FEASIBLE = 1e-6
"""Largest relative violation of a plan that may be called feasible."""


@dataclass(frozen=True)
class Certificate:
    """Measured violations, objective, proven lower bound and gap of a solution."""

    row_violation: float
    row_violation_relative: float
    worst_row: str
    bound_violation: float
    bound_violation_relative: float
    worst_bound: str
    integrality: float
    objective: float
    lower_bound: float
    gap: float

    @property
    def feasible(self) -> bool:
        """No relative violation, and no distance from an integer, above 1e-6; and a cost that is a number."""
        missed = (self.row_violation_relative, self.bound_violation_relative, self.integrality)
        return bool(np.isfinite(self.objective)) and all(amount <= FEASIBLE for amount in missed)


def relative_gap(objective: float, lower_bound: float) -> float:
    """(objective - lower bound) / |objective|, zero when the two are equal, infinite where one is no number."""
    if objective == lower_bound:
        return 0.0
    gap = (objective - lower_bound) / max(abs(objective), 1e-12)
    return gap if gap == gap else float("inf")


class _Worst:
    """Keeps the largest violation seen, absolute and relative, and where the largest relative one stands. What is no number is infinite."""

    def __init__(self) -> None:
        self.absolute, self.relative, self.place = 0.0, 0.0, ""

    def see(self, violation: Array, scale: Array, name: object) -> None:
        """`name(i)` names entry i; violations below zero are none."""
        if not len(violation):
            return
        violation = _number(violation)
        self.absolute = max(self.absolute, float(violation.max()))
        with np.errstate(invalid="ignore"):
            relative = _number(violation / np.maximum(1.0, scale))
        worst = int(relative.argmax())
        if relative[worst] > self.relative:
            self.relative = float(relative[worst])
            self.place = name(worst) if callable(name) else str(name)


def _number(values: Array) -> Array:
    """Infinity in the place of what is no number: a comparison with that would hide every other entry."""
    return np.where(np.isnan(values), np.inf, values)


def _name(names: Sequence[str], kind: str) -> object:
    return lambda i: names[i] if names else f"{kind} {i}"


def _finite(bound: Array) -> Array:
    return np.where(np.isfinite(bound), np.abs(bound), 0.0)


def _rows(lp: LinearProgram, x: Array, worst: _Worst) -> None:
    activity, scale = lp.A @ x, abs(lp.A) @ np.abs(x)
    violation = np.maximum(lp.row_lower - activity, activity - lp.row_upper)
    worst.see(violation, scale, _name(lp.row_names, "row"))


def _bounds(lp: LinearProgram, x: Array, worst: _Worst) -> None:
    worst.see(lp.lower - x, _finite(lp.lower), _name(lp.column_names, "column"))
    worst.see(x - lp.upper, _finite(lp.upper), _name(lp.column_names, "column"))


def _integrality(lp: LinearProgram, x: Array) -> float:
    whole = x[lp.integer]
    return float(_number(np.abs(whole - np.round(whole))).max()) if len(whole) else 0.0


def _signed(lp: LinearProgram, y: Array) -> tuple[Array, float]:
    """The dual vector with impossible signs set to zero, and b.y on the side each entry leans on."""
    y = np.where(y > 0, np.where(np.isfinite(lp.row_lower), y, 0.0), np.where(np.isfinite(lp.row_upper), y, 0.0))
    side = np.where(y > 0, lp.row_lower, lp.row_upper)
    return y, float(np.where(y == 0, 0.0, side) @ y) if np.isfinite(side[y != 0]).all() else float("-inf")


def _least(reduced: Array, lower: Array, upper: Array) -> float:
    return float(np.minimum(reduced * lower, reduced * upper).sum())


def safe_bound(lp: LinearProgram, y: Array) -> float:
    """A lower bound on the cost of every feasible x, whatever the dual vector y (one entry per row)."""
    y, total = _signed(lp, y)
    return lp.offset + total + _least(lp.cost - lp.A.T @ y, lp.lower, lp.upper)


def certify_matrix(lp: LinearProgram, x: Array, y: Array) -> Certificate:
    """Violations, objective, safe bound and gap of a solution of one linear program."""
    rows, bounds = _Worst(), _Worst()
    _rows(lp, x, rows)
    _bounds(lp, x, bounds)
    return _certificate(rows, bounds, _integrality(lp, x), lp.offset + float(lp.cost @ x), safe_bound(lp, y))


def certify(problem: Problem, x: Array, dispatch: Sequence[Dispatch], row_dual: Array) -> tuple[Certificate, Array]:
    """The same proof for a problem and its cells, block by block; and the reduced costs of the annual columns.

    The limits of a cell get the best duals that the prices of its hourly rows allow.

    Parameters
    ----------
    x : annual columns. row_dual : one per annual row.
    dispatch : one per cell, with hours and duals.
    """
    annual = problem.annual
    rows, bounds = _Worst(), _Worst()
    _rows(annual, x, rows)
    _bounds(annual, x, bounds)
    y, bound = _signed(annual, row_dual)
    reduced = annual.cost - annual.A.T @ y
    for cell, d in zip(problem.cells, dispatch, strict=True):
        for missed in cell.violations(x, annual.upper, d):
            (bounds if missed.bound else rows).see(missed.amount, missed.scale, missed.name)
        bound += _block_dual(cell, d, reduced)
    bound += annual.offset + _least(reduced, annual.lower, annual.upper)
    objective = annual.offset + float(annual.cost @ x)
    return _certificate(rows, bounds, _integrality(annual, x), objective, bound), reduced


def _certificate(rows: _Worst, bounds: _Worst, integrality: float, objective: float, bound: float) -> Certificate:
    bound = bound if bound == bound else float("-inf")  # of prices that are no numbers nothing follows
    return Certificate(
        row_violation=rows.absolute,
        row_violation_relative=rows.relative,
        worst_row=rows.place,
        bound_violation=bounds.absolute,
        bound_violation_relative=bounds.relative,
        worst_bound=bounds.place,
        integrality=integrality,
        objective=objective,
        lower_bound=bound,
        gap=relative_gap(objective, bound),
    )


def _block_dual(cell: Cell, d: Dispatch, reduced: Array) -> float:
    """Take the cell's rows out of the reduced costs of its annual columns (in place); its share of b.y."""
    weight = max(d.cost_dual, 0.0)
    accounts = {a: max(d.account_duals[a], 0.0) for a in cell.accounts}
    constant, slope = cell.bound(d.price, weight, accounts)
    reduced[cell.cost_column] -= weight
    for account, column in cell.accounts.items():
        reduced[column] -= accounts[account]
    for column, value in slope.items():
        reduced[column] += value
    return constant
