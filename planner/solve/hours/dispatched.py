"""What dispatching a cell gives: its hours, their sums, and a cut."""

from __future__ import annotations

from dataclasses import dataclass

from planner.base.arrays import Array
from planner.program.cell import Cell, Dispatch


@dataclass(frozen=True)
class Dispatched:
    """The cheapest dispatch at given annual decisions and account prices, its sums, and the cut its prices give.

    The cut reads: cost_weight cost + sum_a price_a use_a >= constant + sum over columns of slope x; it is met with equality here.
    """

    dispatch: Dispatch
    cost: float
    use: dict[str, float]
    constant: float
    slope: dict[int, float]
    slack: float  # value of this dispatch less the cut's value here: zero but for rounding


def dispatched(
    cell: Cell, x: Array, flow: Array, price: Array, cost_weight: float, accounts: dict[str, float]
) -> Dispatched:
    """Sums and cut of hours that were found."""
    cost, use = cell.cost_and_use(flow)
    constant, slope = cell.bound(price, cost_weight, accounts)
    value = cost_weight * cost + sum(accounts[a] * use[a] for a in use)
    slack = value - constant - sum(value_of * x[column] for column, value_of in slope.items())
    return Dispatched(Dispatch(flow, price, cost_weight, accounts), cost, use, constant, slope, slack)
