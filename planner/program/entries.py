"""Entries of a sparse matrix, put together by broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp


class Entries:
    """Rows, columns and values in the order in which they are put; equal places add up."""

    def __init__(self) -> None:
        self.parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def put(self, row: Any, column: Any, value: Any) -> None:
        """Numbers or arrays of one length."""
        row, column, value = np.broadcast_arrays(row, column, value)
        self.parts.append((row.ravel(), column.ravel(), value.ravel()))

    def matrix(self, rows: int, columns: int) -> sp.csr_array:
        """The matrix of all that was put."""
        row, column, value = (np.concatenate(items) for items in zip(*self.parts, strict=True))
        return sp.csr_array((value, (row, column)), shape=(rows, columns))
