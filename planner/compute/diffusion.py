"""Image and video generation by diffusion transformers: FLOP, time and accelerator power of one batch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.compute.power import soft_cap

Array = NDArray[np.float64]
Parameters = Mapping[str, float]


def diffusion_tflop(params_b: ArrayLike, tokens: ArrayLike, steps: ArrayLike, batch: ArrayLike) -> Array:
    """TFLOP of one batch: 2 x parameters x tokens per denoising step (attention left to the efficiency)."""
    return 2e-3 * np.asarray(params_b, float) * np.asarray(tokens) * np.asarray(steps) * np.asarray(batch)


def diffusion_seconds(
    params_b: ArrayLike, tokens: ArrayLike, steps: ArrayLike, batch: ArrayLike, tflops: ArrayLike, p: Parameters
) -> Array:
    """Seconds of one batch on one chip of dense rate `tflops`."""
    return diffusion_tflop(params_b, tokens, steps, batch) / (np.asarray(tflops) * p["efficiency"])


def diffusion_fraction(
    params_b: ArrayLike,
    tokens: ArrayLike,
    steps: ArrayLike,
    batch: ArrayLike,
    n_chips: ArrayLike,
    blackwell: ArrayLike,
    p: Parameters,
) -> Array:
    """Fraction of rated power while generating."""
    return soft_cap(
        p["base"] + 0 * diffusion_tflop(params_b, tokens, steps, batch) * np.asarray(n_chips) * np.asarray(blackwell)
    )
