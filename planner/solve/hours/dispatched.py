"""What dispatching a cell gives: its hours, their sums, and a cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch


@dataclass(frozen=True)
class Dispatched:
    """The cheapest dispatch at given annual decisions and account prices, its sums, and the cut its prices give.

    The cut reads: cost_weight cost + sum_a price_a use_a >= constant + sum over columns of slope x; it is met with equality here.
    Sums and cut are worked out when they are first asked for: a plan that is put together asks for the hours alone.
    """

    cell: Cell
    dispatch: Dispatch

    @cached_property
    def _sums(self) -> tuple[float, dict[str, float]]:
        return self.cell.cost_and_use(self.dispatch.flow)

    @cached_property
    def _bound(self) -> tuple[float, dict[int, float]]:
        return self.cell.bound(self.dispatch.price, self.dispatch.cost_dual, self.dispatch.account_duals)

    @property
    def cost(self) -> float:
        """M USD a year."""
        return self._sums[0]

    @property
    def use(self) -> dict[str, float]:
        """Use of every account a year."""
        return self._sums[1]

    @property
    def constant(self) -> float:
        """The cut's constant."""
        return self._bound[0]

    @property
    def slope(self) -> dict[int, float]:
        """The cut's coefficients by annual column."""
        return self._bound[1]

    def slack(self, x: Array) -> float:
        """Value of this dispatch less the cut's value at the decisions that it is of: zero but for rounding."""
        prices = self.dispatch.account_duals
        value = self.dispatch.cost_dual * self.cost + sum(prices[a] * use for a, use in self.use.items())
        return value - self.constant - sum(slope * x[column] for column, slope in self.slope.items())
