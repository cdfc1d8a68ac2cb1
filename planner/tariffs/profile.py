"""A year of load: flat, or the shape in a file with its highest hour set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError


def yearly_load(peak_mw: float, file: Path | None = None) -> Array:
    """8,760 hours of MW, standard time: `peak_mw` in every hour, or the last column of a CSV scaled so that its highest hour is that."""
    if file is None:
        return np.full(HOURS, peak_mw)
    try:
        values = pd.read_csv(file).iloc[:, -1].to_numpy(float)
    except (OSError, ValueError, IndexError) as problem:
        raise InputError(
            "the profile cannot be read", file=file, value=str(problem), expected="CSV with a column of 8,760 figures"
        ) from None
    if values.shape != (HOURS,) or not np.all(np.isfinite(values)) or values.min() < 0 or values.max() <= 0:
        raise InputError("this profile is no year", file=file, value=len(values), expected="8,760 figures of 0 or more")
    return values * (peak_mw / values.max())
