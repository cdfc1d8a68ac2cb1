"""The cheapest way to power given loads of a cell at given prices, by cutting planes on a tiny linear program.

Between two solves of the masters every cell looks on its own for the capacities that serve its loads at the masters' prices:

    minimise  price . (cost, uses, capacities)   subject to every cut known of the cell, loads fixed.

Each step dispatches exactly half way between that program's answer and the best capacities so far, which gives one more cut. A step
takes a millisecond, a master seconds: measured, this saves two of three rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from planner.base.arrays import Array
from planner.solve.masters.links import Link
from planner.solve.masters.records import Record, Request, Shelf

STEPS = 12
"""Most dispatches of one search."""


class Local:
    """The cuts known of a cell, as a program over its cost, its uses and its free capacities."""

    def __init__(self, link: Link, lower: Array, upper: Array) -> None:
        self.free = np.flatnonzero(link.is_supply & ~link.is_load)  # positions in link.decisions
        self.held = np.flatnonzero(link.is_load)
        self.index = np.concatenate([np.arange(link.priced), link.priced + self.free])  # its variables in link.columns
        self.loads_at = link.priced + self.held
        self.numbers: list[int] = []
        self.constants: list[float] = []
        self.load_rows: list[Array] = []
        n = len(self.index)
        self.all = np.arange(n, dtype=np.int32)
        self.h: Any = highspy._core._Highs()  # the stubs do not know all of it
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
            self.h.setOptionValue(option, value)
        roof = np.concatenate([np.full(link.priced, np.inf), upper[link.decisions[self.free]]])
        floor = np.zeros(n)
        floor[: link.priced] = lower[link.columns[: link.priced]]  # a cost may be below zero
        self.h.addVars(n, floor, roof)

    def add(self, number: int, record: Record) -> None:
        """Add the cut of a record."""
        self.numbers.append(number)
        self.constants.append(record.constant)
        self.load_rows.append(record.row[self.loads_at])
        self.h.addRow(-np.inf, np.inf, len(self.all), self.all, record.row[self.index])

    def solve(self, loads: Array, prices: Array) -> tuple[float, Array, Array] | None:
        """Least value as far as the cuts know, the capacities that reach it, and the weight of every cut."""
        lower = np.array(self.constants) - np.array(self.load_rows) @ loads
        rows = np.arange(len(lower), dtype=np.int32)
        self.h.changeRowsBounds(len(rows), rows, lower, np.full(len(rows), np.inf))
        self.h.changeColsCost(len(self.all), self.all, prices)
        self.h.run()
        if self.h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self.h.getSolution()
        capacities = np.array(solution.col_value)[len(self.all) - len(self.free) :]
        return self.h.getInfo().objective_function_value, capacities, np.array(solution.row_dual)


@dataclass
class Search:
    """One search: where it stands between `lower` and `upper`, its best record, and the cuts that carry the lower end."""

    site: int
    x: Array  # decisions; the loads stay, the capacities are where the search begins
    prices: Array  # of cost, uses and capacities, in the order of `Local.index`
    upper: float = float("inf")
    lower: float = float("-inf")
    best: int = -1
    carried: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.next = self.x


def search(
    shelf: Shelf,
    programs: list[Local],
    tasks: list[Search],
    tolerance: float,
    give_up: Callable[[], bool] = lambda: False,
) -> None:
    """Run searches until each is within `tolerance` (of the objective) or `give_up()` is true, at most `STEPS` dispatches each."""
    for _ in range(STEPS):
        if not tasks or give_up():
            return
        numbers = shelf.add([_request(shelf, t) for t in tasks])
        for number, task in zip(numbers, tasks, strict=True):
            _step(shelf, programs[task.site], task, number)
        tasks = [t for t in tasks if t.upper - t.lower > tolerance]


def _request(shelf: Shelf, task: Search) -> Request:
    accounts = shelf.links[task.site].cell.accounts
    prices = {a: float(task.prices[1 + j] / task.prices[0]) for j, a in enumerate(accounts)}
    return Request(task.site, task.next, prices)


def _step(shelf: Shelf, program: Local, task: Search, number: int) -> None:
    record = shelf.records[number]
    program.add(number, record)
    at = record.request.x
    priced = len(record.value)
    value = float(task.prices[:priced] @ record.value + task.prices[priced:] @ at[program.free])
    if value < task.upper:
        task.upper, task.best = value, number
    found = program.solve(task.x[program.held], task.prices)
    if found is None:  # numbers beyond the program: leave the search as it stands
        task.lower = task.upper
        return
    lower, capacities, weights = found
    task.lower = max(task.lower, lower)
    carrying = np.flatnonzero(weights > 1e-3 * task.prices[0])
    task.carried = tuple(program.numbers[i] for i in carrying)
    task.next = at.copy()
    task.next[program.free] = 0.5 * (capacities + shelf.records[task.best].request.x[program.free])
