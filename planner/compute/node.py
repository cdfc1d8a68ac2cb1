"""From accelerators to the wall: node power, fabric, storage, and what must be connected. Watts AC at the node's plug."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Parameters = Mapping[str, float]


def wall_w(accelerators_w: ArrayLike, n_chips: ArrayLike, tdp_w: ArrayLike, p: Parameters) -> Array:
    """Wall watts of a node from the sum of its accelerators' watts: base + slope x sum.

    The slope holds power supplies and fans, the base the host: `host_w` per node and `host_per_tdp` x rated accelerator watts
    (bigger accelerators sit in bigger hosts).
    """
    rated = np.asarray(n_chips, float) * np.asarray(tdp_w, float)
    return p["host_w"] + p["host_per_tdp"] * rated + p["slope"] * np.asarray(accelerators_w, float)


def with_shared_w(node_w: ArrayLike, p: Parameters) -> Array:
    """Node watts with the share of fabric and storage, fractions of IT power that are used up outside the node."""
    return np.asarray(node_w, float) / (1 - p["fabric_share"] - p["storage_share"])


def nameplate_w(n_chips: ArrayLike, tdp_w: ArrayLike, p: Parameters) -> Array:
    """Rated watts of a node whose card does not say: a multiple of its accelerators' rated watts."""
    return p["nameplate_per_tdp"] * np.asarray(n_chips, float) * np.asarray(tdp_w, float)


def provision_w(nameplate_w: ArrayLike, p: Parameters) -> Array:
    """Watts to connect: nameplate x the provisioning factor (largest measured / rated power of a node)."""
    return p["provisioning_factor"] * np.asarray(nameplate_w, float)
