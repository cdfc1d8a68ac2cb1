"""From accelerators to the wall: node power, fabric, storage, and what must be connected. Watts AC at the node's plug."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.chips.parameters import Parameters


def base_w(n_chips: ArrayLike, tdp_w: ArrayLike, scale_up: ArrayLike, p: Parameters) -> Array:
    """Watts of a node without its accelerators: host, and per accelerator its board, links and network card.

    scale_up : 1 where accelerators have their own link and switch (SXM, OAM, racks), 0 for PCIe cards.
    """
    board_w = p["board_per_rated_w"] * np.minimum(tdp_w, p["board_rated_limit_w"])
    per_chip = np.where(np.asarray(scale_up) > 0, board_w, p["card_w"])
    return p["host_w"] + per_chip * np.asarray(n_chips, float)


def wall_w(
    accelerators_w: ArrayLike, n_chips: ArrayLike, tdp_w: ArrayLike, scale_up: ArrayLike, p: Parameters
) -> Array:
    """Wall watts of a node from the sum of its accelerators' watts: base + slope x sum (supplies and fans in the slope).

    Slope from 11 capped runs of one H200 node (MLPerf Inference v4.1), base from measured idle nodes.
    """
    return base_w(n_chips, tdp_w, scale_up, p) + p["slope"] * np.asarray(accelerators_w, float)


def with_shared_w(node_w: ArrayLike, p: Parameters) -> Array:
    """Node watts with the share of fabric and storage, fractions of IT power that are used up outside the node."""
    return np.asarray(node_w, float) / (1 - p["fabric_share"] - p["storage_share"])


def rated_wall_w(
    n_chips: ArrayLike,
    tdp_w: ArrayLike,
    n_nodes: ArrayLike,
    processors_w: ArrayLike,
    work: ArrayLike,
    tuned: ArrayLike,
    asic: ArrayLike,
    p: Parameters,
) -> Array:
    """Wall watts of a busy system from data-sheet figures alone.

    host + a share of the rated watts of its processors (`processors_w`, of one node) + per accelerator + rated accelerator
    watts x factor of the kind of `work` (language, vision, volume, encoder, recommendation, speech, diffusion, graph), lower
    where the run was tuned for efficiency and for inference ASICs.
    """
    n, kind = np.asarray(n_chips, float), np.asarray(work)
    factor = np.select([kind == name[6:] for name in WORK_FACTORS], [p[name] for name in WORK_FACTORS], default=np.nan)
    factor = factor * np.where(np.asarray(tuned) > 0, p["rated_tuned"], 1.0)
    factor = factor * np.where(np.asarray(asic) > 0, p["rated_asic"], 1.0)
    host = np.asarray(n_nodes, float) * (p["rated_host_w"] + p["rated_processor"] * np.asarray(processors_w, float))
    return host + n * (p["rated_card_w"] + np.asarray(tdp_w, float) * factor)


WORK_FACTORS = (
    "rated_language",
    "rated_vision",
    "rated_volume",
    "rated_encoder",
    "rated_recommendation",
    "rated_speech",
    "rated_diffusion",
    "rated_graph",
)


def training_wall_w(
    n_chips: ArrayLike, n_nodes: ArrayLike, tdp_w: ArrayLike, air_cooled: ArrayLike, starved: ArrayLike, p: Parameters
) -> Array:
    """Wall watts of one node in training: a multiple of its accelerators' rated watts, more with fans.

    starved : 1 where the global batch has fewer samples than accelerators (strong scaling): less per doubling of nodes.
    """
    nodes = np.asarray(n_nodes, float)
    full = p["training_per_tdp"] * np.asarray(n_chips, float) / nodes * np.asarray(tdp_w, float)
    full = full * np.where(np.asarray(air_cooled) > 0, p["fan_factor"], 1.0)
    return full * (1 - np.where(np.asarray(starved) > 0, p["starved_per_doubling"], 0.0) * np.log2(nodes))


def nameplate_w(n_chips: ArrayLike, tdp_w: ArrayLike, p: Parameters) -> Array:
    """Rated watts of a node whose card does not say: a multiple of its accelerators' rated watts."""
    return p["nameplate_per_tdp"] * np.asarray(n_chips, float) * np.asarray(tdp_w, float)


def provision_w(nameplate_w: ArrayLike, p: Parameters) -> Array:
    """Watts to connect: nameplate x the provisioning factor (largest measured / rated power of a node)."""
    return p["provisioning_factor"] * np.asarray(nameplate_w, float)
