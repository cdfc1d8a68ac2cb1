"""Known combinations: what the measurements of this very chip, model, precision and layout say of the fitted form.

The ratio measured / form is interpolated in log2(batch), held at the ends of what was measured, and applied to the form. The form
carries the mix of prompt and answer tokens, so that a measurement of one mix also serves another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.catalog.cards_calibration import known_combinations

FITTED = "fitted form"


@dataclass(frozen=True)
class Correction:
    """Factors on the form's tokens per second and watts, and which it was."""

    rate: float
    power: float
    note: str


def correction(chip: str, model: str, precision: str, n_chips: float, batch: float) -> Correction:
    """Measured / form at `batch` for a known combination, clamped at the measured ends; ones for an unknown combination."""
    rows = known_combinations().get((chip, model, precision, int(n_chips)))
    if rows is None:
        return Correction(1.0, 1.0, FITTED)
    at = np.log2(rows["batch"].to_numpy(float))
    rate = float(np.interp(np.log2(batch), at, rows["rate_ratio"].to_numpy(float)))
    power = float(np.interp(np.log2(batch), at, rows["power_ratio"].to_numpy(float)))
    return Correction(rate, power, f"measured at batch {rows['batch'].min():g} to {rows['batch'].max():g}")
