"""A cell: hours that the annual program sees only through annual columns, whatever is inside.

Hourly columns v >= 0 come in kinds, one column an hour each (a plant's output, a store's charge); so do the hourly rows that
are no limits (a balance, the level of a store). For annual columns x, a cell with hours h is

    minimise  cost . v                                                      -> x[cost_column]
              use_a . v                            for every account a      -> x[account column]
    subject to
        own v + annual x  >= 0  or  = 0            its hourly rows
        sum of the v of a limit <= limit * x[limit_column], or <= limit, of fixed size, where it has no column
        v >= 0

so that all but what has a fixed size is homogeneous: cuts and points of a cell may be scaled and mixed. A proof needs one
price for each hourly row, a weight of the cost and a price for each account; the best prices of the limits follow.

Certificate, masters, store, written-out form and memory estimate ask a cell by the verbs below and know nothing of what is inside.
How a cell is dispatched at given decisions and prices stands in `solve/hours/`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array


@dataclass(frozen=True)
class Dispatch:
    """The hours of a cell in a plan, and the prices that prove it.

    flow : (kinds of hourly columns, hours), in the units of the cell.
    price : (kinds of hourly rows, hours), duals of the full matrix: M USD per unit in that hour, weight and stage factor included.
    cost_dual, account_duals : duals of the rows that define the cost and account columns.
    """

    flow: Array
    price: Array
    cost_dual: float
    account_duals: dict[str, float]


@dataclass(frozen=True)
class Part:
    """A cell's rows and columns in numbers of its own.

    Rows: the cost, one per account, then the hourly rows, kind by kind. Columns: the hourly ones, kind by kind.

    own : (rows, hourly columns). annual : (rows, annual columns).
    equal : hourly rows that hold with equality; all other rows are >= 0.
    limit_of : the limit in which each hourly column stands: one column for most, two where charge and discharge share power.
    limit, limit_column : the columns of a limit are together at most limit * x[limit_column], or the limit itself where that is -1.
    """

    own: sp.csr_array
    annual: sp.csr_array
    equal: NDArray[np.bool_]
    limit_of: NDArray[np.int64]
    limit: Array
    limit_column: NDArray[np.int64]

    @property
    def limits(self) -> sp.csr_array:
        """(limits, hourly columns): one where a column stands in a limit."""
        columns = np.arange(len(self.limit_of))
        return sp.csr_array((np.ones(len(columns)), (self.limit_of, columns)), shape=(len(self.limit), len(columns)))

    @property
    def limit_rows(self) -> NDArray[np.int64]:
        """Limits that need a row; the others are bounds of their one column."""
        shared = np.bincount(self.limit_of, minlength=len(self.limit)) > 1
        return np.flatnonzero((self.limit_column >= 0) | shared)

    def most(self, x: Array) -> Array:
        """Every limit at annual columns x."""
        return self.limit * np.where(self.limit_column < 0, 1.0, x[self.limit_column])


@dataclass(frozen=True)
class Size:
    """What a cell adds to the written-out program."""

    columns: int
    rows: int
    nonzeros: int


@dataclass(frozen=True)
class Violation:
    """How far some rows or bounds are missed (below zero: kept), what to measure that by, and where entry i stands."""

    amount: Array
    scale: Array
    name: Callable[[int], str]
    bound: bool  # of a column's bound, not of a row


class Cell(ABC):
    """See the module. A subclass says what its hours are; where it knows a faster way than its matrix, it overrides."""

    name: str
    hours: NDArray[np.int64]  # index of each hour in the timeline
    weights: Array  # hours of the year that each hour stands for
    spans: tuple[tuple[int, int], ...]  # [start, stop) of each run of consecutive hours: a typical day, or the year
    cost_column: int
    accounts: dict[str, int]  # account -> annual column

    # What it is made of

    @property
    @abstractmethod
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds of hourly columns."""

    @property
    @abstractmethod
    def rows(self) -> tuple[str, ...]:
        """Names of the kinds of hourly rows that are no limits."""

    @property
    @abstractmethod
    def limit_kinds(self) -> tuple[str, ...]:
        """Names of the kinds of limits."""

    @property
    def may_earn(self) -> bool:
        """May its cost be below zero?"""
        return False

    @property
    @abstractmethod
    def supply_columns(self) -> frozenset[int]:
        """Annual columns that must reach what a mixture of dispatches needs: capacities, must-take supply."""

    @property
    @abstractmethod
    def load_columns(self) -> frozenset[int]:
        """Annual columns that may not exceed what a mixture of dispatches serves. One that is a supply too equals it."""

    @property
    def last_resort(self) -> int | None:
        """Kind that gives whatever is left of a load, beyond its own size, so that hours can always be dispatched; None without one."""
        return None

    @property
    @abstractmethod
    def fixed(self) -> tuple[int, ...]:
        """Kinds whose limit has no annual column."""

    @abstractmethod
    def part(self, annual_columns: int) -> Part:
        """Its rows and columns; `annual_columns` is the width of the annual program."""

    @abstractmethod
    def size(self) -> Size:
        """Columns, rows and nonzeros of its written-out form, counted without building it."""

    # What the search for a plan asks

    @abstractmethod
    def highest_prices(self, cost_weight: float) -> Array:
        """Objective per unit of each account at which nothing that draws on it is worth running any more."""

    @abstractmethod
    def ready_made(self) -> Iterator[dict[int, float]]:
        """Decisions (column -> amount) that serve one unit of each load by one supply alone: points to begin with."""

    @abstractmethod
    def strain(self) -> Array:
        """How hard each whole day is to serve."""

    @abstractmethod
    def on_hours(self, keep: NDArray[np.int64], weights: Array, spans: tuple[tuple[int, int], ...]) -> Self:
        """The same cell on some of its hours."""

    @abstractmethod
    def in_units(self, size: float) -> Self:
        """The same cell with what has a fixed size divided by `size`."""

    @abstractmethod
    def repaired(self, x: Array, dispatch: Dispatch) -> Dispatch:
        """A dispatch cut back to its limits, with what is then missing served at the price of shortage."""

    # How it is kept in a file

    @abstractmethod
    def kept(self, put: Callable[[Any], str]) -> dict[str, Any]:
        """What `restored` needs, plain but for the names that `put` gives to arrays."""

    @classmethod
    @abstractmethod
    def restored(cls, entry: dict[str, Any], arrays: dict[str, Array]) -> Self:
        """The cell of a kept entry."""

    # What follows from the matrix

    def cost_and_use(self, flow: Array) -> tuple[float, dict[str, float]]:
        """The cost of hours (M USD per year) and their use of every account."""
        own = self.part(self._width).own
        sums = -(own[: 1 + len(self.accounts)] @ flow.ravel())
        return float(sums[0]), dict(zip(self.accounts, map(float, sums[1:]), strict=True))

    def bound(
        self, price: Array, cost_weight: float, account_prices: dict[str, float]
    ) -> tuple[float, dict[int, float]]:
        """Constant and coefficients (by annual column) of what any prices prove, with the best prices of the limits:

        cost_weight cost + sum_a price_a use_a  >=  constant + sum_c coefficient_c x_c   for every x and its hours.
        """
        part = self.part(self._width)
        dual = np.concatenate([[cost_weight], [account_prices[a] for a in self.accounts], price.ravel()])
        dual = np.where(_is_equal(part, len(self.accounts)), dual, np.maximum(dual, 0.0))
        rent = np.zeros(len(part.limit))
        np.maximum.at(rent, part.limit_of, part.own.T @ dual)
        rent *= part.limit
        free = part.limit_column < 0
        slope = -(part.annual.T @ dual)
        np.subtract.at(slope, part.limit_column[~free], rent[~free])
        # Cost and accounts stand on the left side of the bound.
        slope[self.cost_column] += cost_weight
        for account, column in self.accounts.items():
            slope[column] += account_prices[account]
        return -float(rent[free].sum()), {int(c): float(slope[c]) for c in np.flatnonzero(slope)}

    def violations(self, x: Array, upper: Array, dispatch: Dispatch) -> Iterator[Violation]:
        """How far a plan's hours miss the cell's rows, limits and bounds; `upper` bounds the annual columns."""
        part, flow = self.part(len(x)), dispatch.flow.ravel()
        activity, scale = part.own @ flow + part.annual @ x, abs(part.own) @ np.abs(flow) + abs(part.annual) @ np.abs(x)
        missed = np.where(_is_equal(part, len(self.accounts)), np.abs(activity), -activity)
        yield Violation(missed, scale, self.row_name, False)
        rows, together, limit = part.limit_rows, part.limits, part.most(x)
        missed, scale = together @ flow - limit, together @ np.abs(flow) + np.abs(limit)
        yield Violation(missed[rows], scale[rows], lambda i: self.limit_name(int(rows[i])), False)
        most = part.most(upper)[part.limit_of]
        yield Violation(np.maximum(-flow, flow - most), np.abs(most), self.column_name, True)

    def fixed_use(self, flow: Array) -> list[float]:
        """Largest share of each kind of fixed size that is drawn in any hour."""
        shares = []
        limits = self.limits(np.empty(0), self.fixed)
        for kind, limit in zip(self.fixed, limits, strict=True):
            drawn = flow[kind] > 0
            shares.append(float((flow[kind][drawn] / limit[drawn]).max()) if drawn.any() else 0.0)
        return shares

    @abstractmethod
    def limits(self, x: Array, kinds: tuple[int, ...]) -> list[Array]:
        """Largest flow of some kinds by the hour at annual decisions x (which kinds of fixed size do not read)."""

    @property
    def _width(self) -> int:
        """Least number of annual columns that holds all that it touches."""
        return 1 + max([self.cost_column, *self.accounts.values(), *self.supply_columns, *self.load_columns])

    def row_name(self, i: int) -> str:
        """What row i of `part` is called."""
        heads = ["cost", *self.accounts]
        if i < len(heads):
            return f"{self.name}: {heads[i]}"
        kind, hour = divmod(i - len(heads), len(self.hours))
        return f"{self.name}: {self.rows[kind]} hour {self.hours[hour]}"

    def column_name(self, i: int) -> str:
        """What hourly column i is called."""
        kind, hour = divmod(i, len(self.hours))
        return f"{self.name}: {self.kinds[kind]} hour {self.hours[hour]}"

    def limit_name(self, i: int) -> str:
        """What limit i of `part` is called."""
        kind, hour = divmod(i, len(self.hours))
        return f"{self.name}: limit {self.limit_kinds[kind]} hour {self.hours[hour]}"

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """True for the hours that open a span."""
        return np.isin(np.arange(len(self.hours)), [start for start, _ in self.spans])

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """True for the last hour of every span."""
        return np.isin(np.arange(len(self.hours)), [stop - 1 for _, stop in self.spans])


def _is_equal(part: Part, accounts: int) -> NDArray[np.bool_]:
    return np.concatenate([np.zeros(1 + accounts, bool), part.equal])
