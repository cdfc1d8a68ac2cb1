"""Power of an accelerator: idle, serving, generating, capped; and of a replica against its load.

Every form is idle + (ceiling - idle) x share with a share in [0, 1], so idle <= P <= rated power holds by construction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Parameters = Mapping[str, float]

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


def serving_fraction(
    memory_use: ArrayLike, compute_use: ArrayLike, n_chips: ArrayLike, flags: Mapping[str, ArrayLike], p: Parameters
) -> Array:
    """Fraction of rated power while serving, from the achieved rates.

    memory_use : bytes read / (time x n x bandwidth); compute_use : FLOP / (time x n x dense peak); flags : fp8_moe, vision,
    slow_host as 0 or 1. Form: softcap(c0 + c1 u_m + c2 sqrt(u_c) + c3 log2 n + flags), fitted on ML.ENERGY v3.
    """
    z = p["base"] + p["memory"] * np.clip(memory_use, 0, 1) + p["compute"] * np.sqrt(np.clip(compute_use, 0, 1))
    z = z + p["log2_chips"] * np.log2(np.asarray(n_chips, float))
    z = z + sum(p[name] * np.asarray(flags[name], float) for name in ("fp8_moe", "vision", "slow_host"))
    return soft_cap(z)


def load_fraction(load: ArrayLike, p: Parameters) -> Array:
    """P / P(saturated) of an active replica at relative throughput `load` in [0, 1]: high even at little load.

    floor + (1 - floor) x load, from 0.71 of saturated power (ML.ENERGY v3, one deployment at many batches).
    """
    return p["load_floor"] + (1 - p["load_floor"]) * np.clip(load, 0.0, 1.0)


def replica_w(load: ArrayLike, saturated_w: ArrayLike, idle_w: ArrayLike, p: Parameters) -> Array:
    """W of a replica at hourly mean load in [0, 1]; below `load_knee` it is busy only part of the time, else loaded-idle."""
    load = np.clip(load, 0.0, 1.0)
    knee = p["load_knee"]
    busy = np.asarray(saturated_w, float) * load_fraction(np.maximum(load, knee), p)
    return between(idle_w, np.maximum(busy, idle_w), np.minimum(load / knee, 1.0))


def capped(cap_w: ArrayLike, uncapped_w: ArrayLike, idle_w: ArrayLike, p: Parameters) -> tuple[Array, Array]:
    """(power W, throughput share) under a power cap.

    Dynamic power falls as a power of the clock, so throughput falls slower than power: share = (dynamic power share)^exponent;
    exponent and its spread from the Zeus power-limit sweeps (V100, A40, RTX 6000, P100).
    """
    uncapped, idle = np.asarray(uncapped_w, float), np.asarray(idle_w, float)
    power = np.clip(cap_w, idle, np.maximum(uncapped, idle))
    dynamic = np.divide(power - idle, uncapped - idle, out=np.ones(np.shape(power)), where=uncapped > idle)
    return power, dynamic ** p["cap_exponent"]
