"""What a place that is left out would be worth at the prices of a plan without it.

With duals y of the rows that couple places, the bound of the whole problem is that of the chosen places plus, for every other place p,

    v_p = minimise  (cost - A' y) . x   over the rows and bounds of the place alone, with its cells,

because the Lagrangian falls apart into places. x = 0 is allowed, so v_p <= 0, and v_p = 0 says that no plan gains from the place at
these prices. The cells are held by cuts (Kelley 1960): every answer of the small program is dispatched exactly, which gives one cut more
of each cell. Cuts hold at any prices and are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.joint import moved
from planner.program.linear import LinearProgram
from planner.program.places import SHARED, Places
from planner.program.problem import Problem
from planner.solve.backends.highs import pass_model
from planner.solve.masters.assembled import assembled
from planner.solve.masters.links import Link
from planner.solve.masters.masters import Answer
from planner.solve.masters.records import Request, Shelf
from planner.solve.masters.remembered import Memory, memory_of_records

STEPS = 40
"""Most dispatches of every cell of a place at one set of prices."""
CLOSE = 0.05
"""How close, relative, the value of a place that is worth something gets to what is known of it."""


@dataclass(frozen=True)
class Value:
    """What a place is worth: v_p is at least `lower`, M USD; duals of the place's rows and weights of cuts that prove it."""

    lower: float
    row_dual: Array
    weights: dict[int, float]


@dataclass
class Alone:
    """One place as a problem of its own: its columns, rows and cells by their numbers in the whole problem."""

    problem: Problem
    columns: NDArray[np.int64]
    rows: NDArray[np.int64]
    cells: NDArray[np.int64]

    def __post_init__(self) -> None:
        self.links = [Link(cell) for cell in self.problem.cells]
        self.shelf = Shelf(self.problem, self.links, 1)

    def value(self, cost: Array, tolerance: float, give_up: Callable[[], bool]) -> Value:
        """v_p at a cost of the annual columns (prices of coupling rows taken off), to `tolerance` M USD if it is zero."""
        program = replace(self.problem.annual, cost=cost)
        best = 0.0
        master = _Master(program, self.links, self.shelf)
        for _ in range(STEPS):
            lower, x, y = master.solve()
            if lower >= -tolerance or best - lower <= CLOSE * abs(best) or give_up():
                break
            price = cost - program.A.T @ y
            numbers = self.shelf.add(
                [
                    Request(k, np.maximum(x[link.decisions], 0.0), _ratios(link, price))
                    for k, link in enumerate(self.links)
                    if link.load(x) > 0.0 or link.cell.may_earn
                ]
            )
            for number in numbers:
                record = self.shelf.records[number]
                link = self.links[record.request.site]
                x[link.columns[: link.priced]] = record.value
                master.add(number)
            best = min(best, float(cost @ x))
        return Value(lower, y, master.weights())

    def dispatch(self, cost: Array, value: Value) -> list[Dispatch]:
        """Empty hours of every cell, with the prices that prove a value."""
        problem = replace(self.problem, annual=replace(self.problem.annual, cost=cost))
        nothing = np.zeros(len(cost))
        plan = Answer("optimal", nothing, value.row_dual, 0.0, {})
        bound = Answer("optimal", nothing, value.row_dual, value.lower, value.weights)
        return assembled(problem, self.shelf, plan, bound)[1]

    def memory(self) -> Memory:
        """Its cuts and points, for a problem that it joins."""
        return memory_of_records(self.problem, self.links, self.shelf.records)


def _ratios(link: Link, price: Array) -> dict[str, float]:
    """Prices of a cell's accounts beside one unit of its cost."""
    unit = max(float(price[link.cell.cost_column]), 1e-9)
    return {a: max(0.0, float(price[c])) / unit for a, c in link.cell.accounts.items()}


class _Master:
    """The annual program of a place with the cuts of its cells."""

    def __init__(self, program: LinearProgram, links: Sequence[Link], shelf: Shelf) -> None:
        self.links, self.shelf, self.rows = links, shelf, program.A.shape[0]
        self.h: Any = highspy._core._Highs()  # the stubs do not know all of it
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
            self.h.setOptionValue(option, value)
        pass_model(self.h, program)
        self.numbers: list[int] = []
        for number in range(len(shelf.records)):
            self.add(number)

    def add(self, number: int) -> None:
        """Take the cut of a record."""
        record = self.shelf.records[number]
        columns = self.links[record.request.site].columns.astype(np.int32)
        self.h.addRow(record.constant, np.inf, len(columns), columns, record.row)
        self.numbers.append(number)

    def solve(self) -> tuple[float, Array, Array]:
        """The least value that the cuts allow, where, and the duals of the place's rows."""
        self.h.run()
        solution = self.h.getSolution()
        self.dual = np.array(solution.row_dual)
        return self.h.getInfo().objective_function_value, np.array(solution.col_value), self.dual[: self.rows]

    def weights(self) -> dict[int, float]:
        """The dual of every cut that has one; those that came after the last answer have none."""
        return {n: float(w) for n, w in zip(self.numbers, self.dual[self.rows :], strict=False) if w > 0.0}


def apart(problem: Problem, division: Places, left: NDArray[np.bool_]) -> dict[int, Alone]:
    """Every place that is left out as a problem of its own, by number."""
    annual = problem.annual
    columns, rows, cells = (_grouped(of, len(left)) for of in (division.of_column, division.of_row, division.of_cell))
    column_order = np.concatenate(columns) if columns else np.empty(0, np.int64)
    A = sp.csr_array(sp.csc_array(annual.A)[:, column_order])
    first = np.cumsum([0] + [len(c) for c in columns])
    place = np.full(len(annual.cost), -1)
    place[column_order] = np.arange(len(column_order)) - np.repeat(first[:-1], np.diff(first))
    found = {}
    for p in np.flatnonzero(left).tolist():
        own, held = columns[p], rows[p]
        program = LinearProgram(
            A=sp.csr_array(A[held][:, first[p] : first[p + 1]]),
            row_lower=annual.row_lower[held],
            row_upper=annual.row_upper[held],
            lower=annual.lower[own],
            upper=annual.upper[own],
            cost=annual.cost[own],
            offset=0.0,
            integer=annual.integer[own],
            row_names=[annual.row_names[i] for i in held],
            column_names=[annual.column_names[i] for i in own],
        )
        kept = [moved(problem.cells[k], problem.cells[k].name, place.__getitem__) for k in cells[p]]
        found[p] = Alone(Problem(division.names[p], program, kept), own, held, cells[p])
    return found


def _grouped(of: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    """The numbers of what belongs to each place."""
    order = np.argsort(of, kind="stable")
    ends = np.searchsorted(of[order], np.arange(SHARED, n), side="right")
    return [order[start:stop] for start, stop in pairwise(ends)]
