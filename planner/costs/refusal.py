"""One way to refuse a figure that no formula of this room takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.base.errors import InputError


def refuse(wrong: Any, message: str, value: Any, expected: str) -> None:
    """Raises InputError with the first value where `wrong` holds."""
    if np.any(wrong):
        shown = value if np.ndim(value) == 0 else np.asarray(value)[wrong][0]
        raise InputError(message, value=shown, expected=expected)
