"""One way to refuse a figure that no formula of this room takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.base.errors import InputError


def refuse(wrong: ArrayLike, message: str, value: ArrayLike, expected: str) -> None:
    """Raises InputError with the first value where `wrong` holds; `wrong` is one flag, or one for each of the values."""
    if np.any(wrong):
        shown = value if np.ndim(value) == 0 else np.asarray(value)[np.asarray(wrong, bool)][0]
        raise InputError(message, value=shown, expected=expected)
