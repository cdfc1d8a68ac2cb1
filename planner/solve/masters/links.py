"""The annual columns that a cell touches, in the order of the masters' rows."""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Cell


class Link:
    """The annual columns that a cell touches: its cost, its accounts, then its loads and capacities."""

    def __init__(self, cell: Cell) -> None:
        supplies, loads = cell.supply_columns, cell.load_columns
        self.cell = cell
        self.decisions = np.array(sorted(supplies | loads), np.int64)
        self.is_supply = np.array([c in supplies for c in self.decisions], bool)
        self.is_load = np.array([c in loads for c in self.decisions], bool)
        self.columns = np.concatenate([[cell.cost_column], list(cell.accounts.values()), self.decisions]).astype(
            np.int64
        )

    @property
    def priced(self) -> int:
        """How many of `columns` are the cost and the accounts."""
        return 1 + len(self.cell.accounts)

    def load(self, x: Array) -> float:
        """Sum of the cell's loads in annual decisions, GW."""
        return float(x[self.decisions[self.is_load]].sum())
