"""A linear program as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from planner.base.arrays import Array


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
