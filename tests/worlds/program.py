"""A linear program by hand: columns with bounds and a cost, rows with bounds, solved by HiGHS through scipy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

Terms = Iterable[tuple[float, int]]


@dataclass
class Found:
    """An optimum: its status in scipy's numbers (0 optimal, 2 infeasible, 3 unbounded), its cost, the value of every column."""

    status: int
    cost: float
    x: np.ndarray


@dataclass
class Program:
    """Columns and rows in the order in which they were added."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[list[tuple[float, int]]] = field(default_factory=list)
    at_least: list[float] = field(default_factory=list)
    at_most: list[float] = field(default_factory=list)

    def column(self, high: float = np.inf, cost: float = 0.0, whole: bool = False) -> int:
        """A new column from 0 to `high`; its number."""
        self.low.append(0.0)
        self.high.append(high)
        self.cost.append(cost)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: Terms, at_least: float = -np.inf, at_most: float = np.inf) -> None:
        """`at_least <= sum of terms <= at_most`."""
        self.rows.append(list(terms))
        self.at_least.append(at_least)
        self.at_most.append(at_most)

    def hold(self, column: int, value: float, slack: float) -> None:
        """Keep a column within `slack` of a value."""
        self.low[column] = max(self.low[column], value - slack)
        self.high[column] = max(self.low[column], min(self.high[column], value + slack))

    def solve(self) -> Found:
        """The cheapest point."""
        counts = [len(row) for row in self.rows]
        entries = [term for row in self.rows for term in row]
        matrix = sp.coo_matrix(
            (
                [factor for factor, _ in entries],
                (np.repeat(np.arange(len(counts)), counts), [column for _, column in entries]),
            ),
            shape=(len(counts), len(self.cost)),
        ).tocsr()
        limits = LinearConstraint(matrix, np.array(self.at_least), np.array(self.at_most))
        found = milp(
            np.array(self.cost),
            constraints=limits,
            bounds=Bounds(np.array(self.low), np.array(self.high)),
            integrality=np.array(self.whole, int),
            options={"mip_rel_gap": 1e-9},
        )
        cost = np.nan if found.fun is None else float(found.fun)
        return Found(int(found.status), cost, np.array([]) if found.x is None else found.x)
