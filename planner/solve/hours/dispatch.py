"""The cheapest hours of a cell at given decisions and prices, exactly, with the bound that their prices prove."""

from __future__ import annotations

from planner.base.arrays import Array
from planner.program.cell import Cell
from planner.program.site_cell import SiteYear
from planner.solve.hours.by_program import by_program
from planner.solve.hours.dispatched import Dispatched
from planner.solve.hours.merit import merit


def dispatch(
    cell: Cell, x: Array, account_prices: dict[str, float] | None = None, cost_weight: float = 1.0
) -> Dispatched:
    """Dispatch a cell: a merit order where one store at most links its hours, else a small linear program.

    Parameters
    ----------
    x : annual columns (GW, GWh and so on); only those that the cell names are read.
    account_prices : M USD per unit of each account, on top of the cost; none by default.
    cost_weight : factor on the cost.
    """
    if isinstance(cell, SiteYear) and len(cell.stores) <= 1:
        return merit(cell, x, account_prices, cost_weight)
    return by_program(cell, x, account_prices, cost_weight)
