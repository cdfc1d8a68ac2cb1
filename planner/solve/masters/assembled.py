"""The hours of an answer of the masters, put together from what was dispatched."""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch
from planner.program.problem import Problem
from planner.solve.masters.fewer import fewer_cuts, fewer_points
from planner.solve.masters.masters import Answer
from planner.solve.masters.records import Shelf

DUST = 1e-6
"""Relative size up to which the difference of a price from its worth is taken for a tolerance of the master."""
TRACE = 1e-7
"""Share of its cell's weight below which a record does not count for a bound."""


def assembled(problem: Problem, shelf: Shelf, plan: Answer, bound: Answer) -> tuple[Array, list[Dispatch]]:
    """The hours of the plan and the hourly duals of the bound: the weighted sums of what was dispatched at the records."""
    annual = problem.annual
    worth = annual.cost - annual.A.T @ bound.y
    mixed, prices = _by_cell(shelf, plan.weights), _by_cell(shelf, weighty(shelf, bound, TRACE))

    def combine(k: int) -> Dispatch:
        cell = shelf.links[k].cell
        hours = len(cell.hours)
        flow, price = np.zeros((len(cell.kinds), hours)), np.zeros((len(cell.rows), hours))
        cost_dual, accounts = 0.0, dict.fromkeys(cell.accounts, 0.0)
        points, cuts = _few(shelf, k, mixed[k], prices[k], plan.x)
        for number in sorted(points.keys() | cuts.keys()):
            record = shelf.records[number]
            share, weight = points.get(number, 0.0) / record.scale, cuts.get(number, 0.0)
            kept = shelf.hourly.get(number)
            if share > 0 or kept is None:
                d = shelf.dispatch(record.request).dispatch
                flow += share * d.flow
                kept = d.price
            if weight > 0:
                price += weight * kept
                cost_dual += weight
                for a in accounts:
                    accounts[a] += weight * record.request.prices.get(a, 0.0)
        cost_dual = _at_worth(cost_dual, worth[cell.cost_column])
        accounts = {a: _at_worth(value, worth[cell.accounts[a]]) for a, value in accounts.items()}
        return Dispatch(flow, price, cost_dual, accounts)

    dispatch = shelf.map(combine, range(len(shelf.links)))
    x = plan.x.copy()
    for k, link in enumerate(shelf.links):
        dispatch[k] = _within_limits(link.cell, x, dispatch[k])
    return x, dispatch


def _by_cell(shelf: Shelf, weights: dict[int, float]) -> list[dict[int, float]]:
    """Weights of records, those of every cell apart."""
    found: list[dict[int, float]] = [{} for _ in shelf.links]
    for number, weight in weights.items():
        found[shelf.records[number].request.site][number] = weight
    return found


def _few(
    shelf: Shelf, k: int, points: dict[int, float], cuts: dict[int, float], x: Array
) -> tuple[dict[int, float], dict[int, float]]:
    """The same plan and the same bound of a cell, or better ones, on few records (see `fewer.py`)."""
    link, records = shelf.links[k], shelf.records
    mixed = fewer_points(link, [records[n] for n in points], np.array(list(points.values())), x)
    priced = fewer_cuts(link, [records[n] for n in cuts], np.array(list(cuts.values())))
    above = [
        {n: float(w) for n, w in zip(at, new, strict=True) if w > 0} for at, new in ((points, mixed), (cuts, priced))
    ]
    return above[0], above[1]


def _at_worth(price: float, worth: float) -> float:
    """A price without what a tolerance lets it differ from its worth: that much, times a column's wide bound, is a lot of money.

    What differs by more has a reason: the column is at a bound.
    """
    return max(float(worth), 0.0) if abs(price - worth) <= DUST * max(1.0, price) else price


def _within_limits(cell: Cell, x: Array, d: Dispatch) -> Dispatch:
    """Cut back what the tolerance of the masters left outside of limits; what is then missing counts as shortage (x pays, in place)."""
    mended = cell.repaired(x, d)
    cost, use = cell.cost_and_use(mended.flow)
    x[cell.cost_column] = max(x[cell.cost_column], cost)
    for account, column in cell.accounts.items():
        if use[account] <= x[column] + 1e-6 * max(1.0, abs(use[account])):  # more is no rounding: leave it to be seen
            x[column] = max(x[column], use[account])
    return mended


def weighty(shelf: Shelf, answer: Answer, share: float) -> dict[int, float]:
    """The weights of an answer that are more than a share of their cell's."""
    total = np.zeros(len(shelf.links))
    site = {number: shelf.records[number].request.site for number in answer.weights}
    for number, weight in answer.weights.items():
        total[site[number]] += weight
    return {number: weight for number, weight in answer.weights.items() if weight > share * total[site[number]]}
