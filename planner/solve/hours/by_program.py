"""Dispatch of any cell by its own matrix: a linear program over its hours alone, kept in HiGHS between calls."""

from __future__ import annotations

from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import highspy
import numpy as np
import scipy.sparse as sp

from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.program.cell import Cell, Dispatch, Part
from planner.program.linear import LinearProgram
from planner.solve.backends.highs import pass_model
from planner.solve.hours.dispatched import Dispatched


class _Program:
    """The hourly rows of a cell in HiGHS; decisions move its bounds, prices its cost."""

    def __init__(self, cell: Cell) -> None:
        width = 1 + max([cell.cost_column, *cell.accounts.values(), *cell.supply_columns, *cell.load_columns])
        self.part: Part = cell.part(width)
        self.heads = 1 + len(cell.accounts)
        last, hours = cell.last_resort, len(cell.hours)
        self.endless = np.array([] if last is None else self.part.limit_of[last * hours : (last + 1) * hours], np.int64)
        self.annual = sp.csr_array(self.part.annual[self.heads :])
        shared = np.bincount(self.part.limit_of, minlength=len(self.part.limit)) > 1
        self.shared = np.flatnonzero(shared)  # limits of several columns are rows, the others bounds
        self.own = sp.csr_array(sp.vstack([self.part.own[self.heads :], -self.part.limits[self.shared]]))
        self.money = -self.part.own[: self.heads].toarray()  # cost and uses per unit of each hourly column
        rows, columns = self.own.shape
        self.all_rows, self.all_columns = np.arange(rows, dtype=np.int32), np.arange(columns, dtype=np.int32)
        self.h: Any = highspy._core._Highs()  # without the callbacks, whose threads a small program does not need
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self.h.setOptionValue(option, value)
        none = np.zeros(columns)
        program = LinearProgram(
            A=self.own,
            row_lower=np.zeros(rows),
            row_upper=np.full(rows, np.inf),
            lower=none,
            upper=none,
            cost=none,
            offset=0.0,
            integer=np.zeros(columns, bool),
            row_names=[],
            column_names=[],
        )
        pass_model(self.h, program)

    def solve(self, x: Array, price: Array) -> tuple[Array, Array]:
        """Flow of every hourly column and dual of every hourly row at decisions x; `price` of the cost and of each account."""
        limit = np.maximum(self.part.most(x), 0.0)
        limit[self.endless] = np.inf
        side = np.concatenate([-(self.annual @ x[: self.annual.shape[1]]), -limit[self.shared]])
        equal = np.concatenate([self.part.equal, np.zeros(len(self.shared), bool)])
        self.h.changeRowsBounds(len(self.all_rows), self.all_rows, side, np.where(equal, side, np.inf))
        most = limit[self.part.limit_of]
        self.h.changeColsBounds(len(most), self.all_columns, np.zeros(len(most)), most)
        self.h.changeColsCost(len(most), self.all_columns, price @ self.money)
        self.h.clearSolver()  # the same request has the same prices, whatever was asked before
        self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise PlannerError(f"the hours could not be dispatched: HiGHS says {self.h.getModelStatus()}")
        solution = self.h.getSolution()
        return np.array(solution.col_value), np.array(solution.row_dual)[: len(self.part.equal)]


_programs: WeakKeyDictionary[Cell, _Program] = WeakKeyDictionary()
_one_at_a_time = Lock()  # HiGHS may lock up when two of its programs run in threads of one process


def by_program(
    cell: Cell, x: Array, account_prices: dict[str, float] | None = None, cost_weight: float = 1.0
) -> Dispatched:
    """Dispatch a cell exactly (see `dispatch.dispatch`)."""
    accounts = {a: (account_prices or {}).get(a, 0.0) for a in cell.accounts}
    with _one_at_a_time:
        if cell not in _programs:
            _programs[cell] = _Program(cell)
        flow, price = _programs[cell].solve(x, np.array([cost_weight, *accounts.values()]))
    hours = len(cell.hours)
    flow, price = np.maximum(flow, 0.0).reshape(-1, hours), price.reshape(-1, hours)
    return Dispatched(cell, Dispatch(flow, price, cost_weight, accounts))
