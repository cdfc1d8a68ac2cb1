"""Every dispatch made so far. Each is a cut that holds its cell from below and a point that holds it from above."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.base.room import keep_freed
from planner.program.problem import Problem
from planner.solve.hours.dispatch import dispatch
from planner.solve.hours.dispatched import Dispatched
from planner.solve.masters.links import Link

FAINT = 1e-6
"""GW below which decisions are dust: what was dispatched there is no point, because solvers drop its parts beside others."""
KEPT = 1_000_000_000
"""Bytes of hourly prices that are kept; what does not fit is dispatched again at the end."""
LONG = 1_000
"""Hours of a cell from which threads pay: a shorter one's dispatch holds Python's lock for most of its 0.2 ms, and two threads
that wait for each other's take twice as long as one (measured with 240 hours)."""


@dataclass(frozen=True)
class Request:
    """Where to dispatch a cell: values of its link's decisions, and prices of its accounts."""

    site: int
    x: Array
    prices: dict[str, float]


@dataclass(frozen=True)
class Record:
    """A request and what came of it.

    cut : `row` . x[link.columns] >= `constant`, for all annual decisions x.
    point : cost, uses and decisions (negative: they go to the left of the inner master's rows), then the largest share of each
        kind of fixed size; all divided by `scale`, so that points of small sites are not lost to rounding.
    value : the cost and uses themselves.
    """

    request: Request
    row: Array
    constant: float
    point: Array
    scale: float
    value: Array

    @classmethod
    def of(cls, request: Request, row: Array, constant: float, value: Array, fixed: Array) -> Record:
        """A record of a cut, and of the cost and uses (`value`) and shares of fixed size of a dispatch."""
        scale = max(float(request.x.max(initial=0.0)), FAINT)
        return cls(request, row, constant, np.concatenate([-value, -request.x, fixed]) / scale, scale, value)

    @property
    def faint(self) -> bool:
        """Is there next to nothing in its decisions?"""
        return self.scale <= FAINT


class Shelf:
    """Records by number. Dispatches of long cells run in threads: they work outside Python's lock."""

    def __init__(self, problem: Problem, links: list[Link], threads: int) -> None:
        self.links = links
        long = max((len(link.cell.hours) for link in links), default=0) >= LONG
        self.threads = threads if long else 1
        if long:
            keep_freed()
        self.columns = len(problem.annual.cost)
        self.records: list[Record] = []
        self.hourly: dict[int, Array] = {}  # prices of the hourly rows, by record
        self.bytes = 0

    def map(self, function: Callable[[Any], Any], jobs: Iterable[Any]) -> list[Any]:
        """Apply a function to every job, in threads where that pays."""
        if self.threads == 1:
            return [function(job) for job in jobs]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(function, jobs))

    def add(self, requests: list[Request]) -> list[int]:
        """Dispatch exactly at each request; the numbers of the records."""
        first = len(self.records)
        for number, (record, hourly) in enumerate(self.map(self._record, requests), first):
            self.records.append(record)
            if self.bytes < KEPT:
                self.hourly[number] = hourly
                self.bytes += hourly.nbytes
        return list(range(first, len(self.records)))

    def put(self, records: list[Record]) -> list[int]:
        """Take records that were made before, without their hourly prices; their numbers."""
        first = len(self.records)
        self.records += records
        return list(range(first, len(self.records)))

    def let_go(self, numbers: Iterable[int]) -> None:
        """Forget the hourly prices of records that no master took."""
        for number in numbers:
            hourly = self.hourly.pop(number, None)
            if hourly is not None:
                self.bytes -= hourly.nbytes

    def dispatch(self, request: Request) -> Dispatched:
        """The dispatch at a request."""
        link = self.links[request.site]
        x = np.zeros(self.columns)
        x[link.decisions] = request.x
        return dispatch(link.cell, x, request.prices)

    def _record(self, request: Request) -> tuple[Record, Array]:
        link, m = self.links[request.site], self.dispatch(request)
        accounts = link.cell.accounts
        row = np.concatenate(
            [
                [1.0],
                [request.prices.get(a, 0.0) for a in accounts],
                [-m.slope.get(int(c), 0.0) for c in link.decisions],
            ]
        )
        value = np.array([m.cost, *(m.use[a] for a in accounts)])
        fixed = np.array(link.cell.fixed_use(m.dispatch.flow))
        return Record.of(request, row, m.constant, value, fixed), m.dispatch.price
