"""A linear program as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array

TIGHT = 1e-12
"""Relative room of a row that is none."""


@dataclass
class LinearProgram:
    """min cost.x + offset  subject to  row_lower <= A x <= row_upper, lower <= x <= upper. Every bound on x is finite."""

    A: sp.csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    cost: Array
    offset: float
    integer: NDArray[np.bool_]
    row_names: list[str]
    column_names: list[str]

    def held_at_lower(self, passes: int = 6) -> NDArray[np.bool_]:
        """Columns that their rows alone leave no room above their lower bound: what hangs on others that may not be.

        A row whose least possible activity is its upper end already, and one whose largest is its lower end, hold every column that
        would push them further.
        """
        rows = self.A.tocsr()
        ahead, against = rows.maximum(0.0).tocsr(), rows.minimum(0.0).tocsr()
        upper = self.upper.copy()
        scale = 1.0 + np.max(
            [np.where(np.isfinite(end), np.abs(end), 0.0) for end in (self.row_lower, self.row_upper)], axis=0
        )
        for _ in range(passes):
            least = ahead @ self.lower + against @ upper
            most = ahead @ upper + against @ self.lower
            full = np.isfinite(self.row_upper) & (self.row_upper - least <= TIGHT * scale)
            empty = np.isfinite(self.row_lower) & (most - self.row_lower <= TIGHT * scale)
            pushed = (ahead.T @ full.astype(float)) - (against.T @ empty.astype(float)) > 0.0
            new = pushed & (upper > self.lower)
            if not new.any():
                break
            upper[new] = self.lower[new]
        return upper <= self.lower
