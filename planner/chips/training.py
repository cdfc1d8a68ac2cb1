"""Training: FLOP, time, and the throughput of a chip."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array


def training_flop(active_params: ArrayLike, tokens: ArrayLike) -> Array:
    """FLOP of a training run, 6 x N x D (forward 2, backward 4; Kaplan et al. 2020). N counts active parameters."""
    return 6 * np.asarray(active_params, float) * np.asarray(tokens, float)


def chip_hours(flop: ArrayLike, tflops: ArrayLike, mfu: ArrayLike, availability: ArrayLike = 1.0) -> Array:
    """Chip-hours of `flop` at a share `mfu` of the dense peak `tflops`, available a share of the time."""
    useful = np.asarray(tflops, float) * 1e12 * np.asarray(mfu, float) * np.asarray(availability, float)
    return np.asarray(flop, float) / useful / 3600


def flop_per_chip_hour(tflops: ArrayLike, mfu: ArrayLike, availability: ArrayLike = 1.0) -> Array:
    """Useful FLOP of one chip in one hour."""
    return np.asarray(tflops, float) * 1e12 * np.asarray(mfu, float) * np.asarray(availability, float) * 3600


def mfu_at_scale(mfu: ArrayLike, run_chips: ArrayLike, p: Mapping[str, float]) -> Array:
    """MFU of a run on `run_chips`, from the MFU at the reference scale: falls with a power of the number of chips."""
    return np.asarray(mfu, float) * (np.asarray(run_chips, float) / p["scale_reference_chips"]) ** p["scale_exponent"]
