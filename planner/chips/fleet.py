"""Fleets by the hour: chips at work, idle and parked, and the megawatts of the facility that feeds them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.chips.service import Service


def chips_active(work_per_hour: ArrayLike, work_per_chip_hour: ArrayLike) -> Array:
    """Chips at work for a demand in units of work per hour; the work of a chip is already at its planned load."""
    return np.asarray(work_per_hour, float) / np.asarray(work_per_chip_hour, float)


def fleet_w(active: ArrayLike, idle: ArrayLike, parked: ArrayLike, service: Service) -> Array:
    """IT watts at the wall of a fleet: chips at work, idle with the model in memory, and parked."""
    counts = [np.asarray(count, float) for count in (active, idle, parked)]
    if any((count < 0).any() for count in counts):
        raise InputError(
            "a negative number of chips", key="chips", expected="active, idle and parked chips of at least 0"
        )
    return counts[0] * service.active_w + counts[1] * service.idle_w + counts[2] * service.off_w


def layers_w(service: Service, pue: ArrayLike, fabric_share: float, storage_share: float) -> dict[str, Array]:
    """Facility watts of one active chip by layer; they sum to active_w x PUE, each loss once.

    accelerator; node (host, board, supplies, fans); fabric; storage; facility (cooling, distribution, lighting).
    """
    it = service.active_w
    ones = np.ones(np.shape(pue))
    outside = fabric_share + storage_share
    return {
        "accelerator": service.accelerator_w * ones,
        "node": (it * (1 - outside) - service.accelerator_w) * ones,
        "fabric": it * fabric_share * ones,
        "storage": it * storage_share * ones,
        "facility": it * (np.asarray(pue, float) - 1),
    }


def facility_mw(share: Array, chips: Array, active_w: Array, idle_w: Array, pue: Array) -> Array:
    """Facility MW of every site, pair of chip and workload, and hour.

    share : (pairs, hours) of the standing chips at work, 0 to 1; chips : (sites, pairs) standing; active_w, idle_w : (pairs,)
    IT watts per chip at the wall; pue : (sites, hours). Returns (sites, pairs, hours):
    chips x (idle + (active - idle) x share) x PUE. A site is finished before the next, so that its rows stay in cache.
    """
    sites, pairs = chips.shape
    hours = share.shape[1]
    if share.shape[0] != pairs or pue.shape != (sites, hours) or len(active_w) != pairs or len(idle_w) != pairs:
        raise InputError(
            f"shapes do not fit: share {share.shape}, chips {chips.shape}, pue {pue.shape}",
            key="facility_mw",
            expected="share (pairs, hours), chips (sites, pairs), pue (sites, hours)",
        )
    watts = idle_w[:, None] + (active_w - idle_w)[:, None] * share
    out = np.empty((sites, pairs, hours))
    for site in range(sites):
        np.multiply(watts, pue[site], out=out[site])
        out[site] *= (chips[site] * 1e-6)[:, None]
    return out
