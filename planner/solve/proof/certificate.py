"""The proof of a solution, from matrices and vectors alone: no solver, no trust.

Violations are absolute (in the row's or bound's own unit) and relative: divided by max(1, sum of |a_ij x_j| over the
row) for a row, by max(1, |bound|) for a bound. The lower bound is safe for any dual vector y: with reduced costs
r = c - A'y,

    b.y + sum_j min over [lower_j, upper_j] of r_j x_j  <=  every feasible cost,

where b is the row's lower side for y > 0 and its upper side for y < 0 (y is set to zero where that side is infinite).
A decomposed problem is checked by blocks, the annual rows and then each site-year, without ever building its matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.program.problem import Array, LinearProgram, Problem, SiteYear
from planner.solve.hours.cut import cut, piece_prices
from planner.solve.hours.dispatch import Dispatch

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
        """No relative violation, and no distance from an integer, above 1e-6."""
        return max(self.row_violation_relative, self.bound_violation_relative, self.integrality) <= FEASIBLE


def relative_gap(objective: float, lower_bound: float) -> float:
    """(objective - lower bound) / |objective|, zero when the two are equal."""
    return (objective - lower_bound) / max(abs(objective), 1e-12) if objective != lower_bound else 0.0


class _Worst:
    """Keeps the largest violation seen, absolute and relative, and where the largest relative one stands."""

    def __init__(self) -> None:
        self.absolute, self.relative, self.place = 0.0, 0.0, ""

    def see(self, violation: Array, scale: Array, name: object) -> None:
        """`name(i)` names entry i; violations below zero are none."""
        if not len(violation):
            return
        self.absolute = max(self.absolute, float(violation.max()))
        relative = violation / np.maximum(1.0, scale)
        worst = int(relative.argmax())
        if relative[worst] > self.relative:
            self.relative = float(relative[worst])
            self.place = name(worst) if callable(name) else str(name)


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
    return float(np.abs(whole - np.round(whole)).max()) if len(whole) else 0.0


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
    """The same proof for a problem and its site-years, block by block; and the reduced costs of the annual columns.

    The limit rows of a site-year get the best duals that its energy and storage prices allow.

    Parameters
    ----------
    x : annual columns. row_dual : one per annual row.
    dispatch : one per site-year, with hours and duals.
    """
    annual = problem.annual
    rows, bounds = _Worst(), _Worst()
    _rows(annual, x, rows)
    _bounds(annual, x, bounds)
    y, bound = _signed(annual, row_dual)
    reduced = annual.cost - annual.A.T @ y
    for s, d in zip(problem.site_years, dispatch, strict=True):
        _block_violation(s, x, annual.upper, d, rows, bounds)
        bound += _block_dual(s, d, reduced)
    bound += annual.offset + _least(reduced, annual.lower, annual.upper)
    objective = annual.offset + float(annual.cost @ x)
    return _certificate(rows, bounds, _integrality(annual, x), objective, bound), reduced


def _certificate(rows: _Worst, bounds: _Worst, integrality: float, objective: float, bound: float) -> Certificate:
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


def _block_dual(s: SiteYear, d: Dispatch, reduced: Array) -> float:
    """Take the site-year's rows out of the reduced costs of its annual columns (in place); its share of b.y."""
    weight = max(d.cost_dual, 0.0)
    accounts = {a: max(d.account_duals[a], 0.0) for a in s.accounts}
    prices = piece_prices(s, weight, accounts)
    energy = d.balance_dual if s.paid else np.maximum(d.balance_dual, 0.0)
    constant, slope = cut(s, prices, energy, -d.level_dual, weight)
    reduced[s.cost_column] -= weight
    for account, column in s.accounts.items():
        reduced[column] -= accounts[account]
    for column, value in slope.items():
        reduced[column] += value
    return constant


def _block_violation(s: SiteYear, x: Array, upper: Array, d: Dispatch, rows: _Worst, bounds: _Worst) -> None:
    def at(what: str) -> object:
        return lambda h: f"{s.name}: {what} hour {s.hours[h]}"

    balance = d.supply.sum(axis=0) + d.discharge - d.charge
    scale = np.abs(d.supply).sum(axis=0) + np.abs(d.discharge) + np.abs(d.charge)
    for profile, sign in [(p, -1.0) for p in s.loads] + [(p, 1.0) for p in s.must_take]:
        flow = x[profile.column] * profile.values
        balance = balance + sign * flow
        scale = scale + np.abs(flow)
    rows.see(-balance, scale, at("balance"))
    if s.paid:
        spilled = sum((x[p.column] * p.values for p in s.must_take), np.zeros(len(s.hours)))
        rows.see(balance - spilled, scale, at("taken"))

    spent = [float(d.supply[i] @ (s.weights * piece.cost)) for i, piece in enumerate(s.pieces)]
    if s.store:
        spent.append(float(d.discharge @ s.weights) * s.store.cost)
    _sum_row(rows, x[s.cost_column], np.array(spent), f"{s.name}: cost")
    for account, column in s.accounts.items():
        used = [d.supply[i] @ (s.weights * p.use[account]) for i, p in enumerate(s.pieces) if account in p.use]
        _sum_row(rows, x[column], np.array(used), f"{s.name}: {account}")

    for i, piece in enumerate(s.pieces):
        p, limit = d.supply[i], piece.available * (1.0 if piece.column < 0 else x[piece.column])
        high = piece.available * (1.0 if piece.column < 0 else upper[piece.column])
        if piece.column >= 0:
            rows.see(p - limit, np.abs(p) + np.abs(limit), at(f"limit {piece.name}"))
        bounds.see(np.maximum(-p, p - high), np.abs(high), at(piece.name))
    if s.store:
        power, energy = x[s.store.power_column], x[s.store.energy_column]
        before = np.concatenate([[0.0], d.level[:-1]])
        before[s.starts] = 0.0
        step = d.level - before - s.store.eta_charge * d.charge + d.discharge / s.store.eta_discharge
        scale = np.abs(d.level) + np.abs(before) + np.abs(d.charge) + np.abs(d.discharge)
        rows.see(np.abs(step), scale, at(f"level {s.store.name}"))
        both = d.charge + d.discharge
        rows.see(both - power, np.abs(d.charge) + np.abs(d.discharge) + abs(power), at(f"limit {s.store.name} power"))
        rows.see(d.level - energy, np.abs(d.level) + abs(energy), at(f"limit {s.store.name} level"))
        for values, column in (
            (d.charge, s.store.power_column),
            (d.discharge, s.store.power_column),
            (d.level, s.store.energy_column),
        ):
            high = np.full(len(values), upper[column])
            if s.paid and values is d.level:
                high[s.ends] = 0.0
            bounds.see(np.maximum(-values, values - high), np.abs(high), at(s.store.name))


def _sum_row(rows: _Worst, column: float, parts: Array, name: str) -> None:
    total = np.array([parts.sum() - column])
    rows.see(total, np.array([abs(column) + np.abs(parts).sum()]), name)
