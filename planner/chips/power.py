"""Power of an accelerator: idle, between idle and rated, against load, and under a cap.

Every form is idle + (ceiling - idle) x share with a share in [0, 1], so idle <= P <= rated power holds by construction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.chips.parameters import Parameters

SHARPNESS = 12.0


def soft_cap(z: ArrayLike) -> Array:
    """z below 1, bent smoothly towards 1 above it: 1 - ln(1 + exp(12 (1 - z))) / 12, and never below 0."""
    z = np.asarray(z, float)
    return np.clip(1 - np.logaddexp(0, SHARPNESS * (1 - z)) / SHARPNESS, 0.0, 1.0)


def idle_cold_w(tdp_w: ArrayLike, p: Parameters) -> Array:
    """W of an idle accelerator without a model, where its card does not say."""
    return p["idle_cold_fraction"] * np.asarray(tdp_w, float)


def idle_loaded_w(tdp_w: ArrayLike, p: Parameters) -> Array:
    """W of an idle accelerator with a model in memory, where its card does not say."""
    return p["idle_loaded_fraction"] * np.asarray(tdp_w, float)


def between(idle_w: ArrayLike, ceiling_w: ArrayLike, share: ArrayLike) -> Array:
    """W at a share of the way from idle to the ceiling; shares outside [0, 1] are held at the ends."""
    idle = np.asarray(idle_w, float)
    return idle + (np.asarray(ceiling_w, float) - idle) * np.clip(share, 0.0, 1.0)


def load_fraction(load: ArrayLike, p: Parameters) -> Array:
    """P / P(saturated) of an active replica at relative throughput `load` in [0, 1]: high even at little load.

    floor + (1 - floor) x load^exponent, deployments measured at four loads or more (InferenceX).
    """
    return p["load_floor"] + (1 - p["load_floor"]) * np.clip(load, 0.0, 1.0) ** p["load_exponent"]


def replica_w(load: ArrayLike, saturated_w: ArrayLike, idle_w: ArrayLike, p: Parameters) -> Array:
    """W of a replica at hourly mean load in [0, 1]; below `load_knee` it is busy only part of the time, else loaded-idle."""
    share = np.clip(load, 0.0, 1.0)
    knee = p["load_knee"]
    idle = np.asarray(idle_w, float)
    busy = np.maximum(np.asarray(saturated_w, float) * load_fraction(np.maximum(share, knee), p), idle)
    return between(idle, busy, np.minimum(share / knee, 1.0))


def capped(cap_w: ArrayLike, uncapped_w: ArrayLike, idle_w: ArrayLike, exponent: ArrayLike) -> tuple[Array, Array]:
    """(power W, share of the uncapped throughput) under a power cap.

    Throughput falls slower than power: share = (power above idle / uncapped power above idle) ^ exponent, with exponent
    `cap_exponent` for serving (capped H200 nodes) or `cap_exponent_training` (Zeus sweeps on V100, A40, RTX 6000, P100).
    A cap below idle cannot be held: power stays at idle, nothing runs.
    """
    uncapped, idle = np.asarray(uncapped_w, float), np.asarray(idle_w, float)
    power = np.clip(cap_w, idle, np.maximum(uncapped, idle))
    span = uncapped - idle
    dynamic = np.where(span > 0, (power - idle) / np.where(span > 0, span, 1.0), 1.0)
    return power, dynamic ** np.asarray(exponent, float)
