"""Speed and memory from demand profile to facility megawatts, as multiples of the time in which NumPy copies the result.

Run with `python -m tests.benchmarks.compute`.
"""

from __future__ import annotations

import timeit
import tracemalloc

import numpy as np

from planner.catalog.cards import chip, workload
from planner.chips.fleet import facility_mw
from planner.chips.service import profile, serve

SITES, HOURS = 76, 8760
CHIPS = ("H100-SXM5-80GB", "B200-SXM-180GB", "GB300-288GB")
WORKLOADS = ("frontier-training", "chat", "coding", "physical-ai")


def arguments() -> tuple[np.ndarray, ...]:
    """(chips by site and pair, active W, idle W, PUE by site and hour) of 76 sites and 12 pairs of chip and workload."""
    rng = np.random.default_rng(0)
    services = [serve(workload(job), chip(name)) for job in WORKLOADS for name in CHIPS]
    active = np.array([service.active_w for service in services])
    idle = np.array([service.idle_w for service in services])
    return rng.uniform(0, 1e5, (SITES, len(services))), active, idle, rng.uniform(1.05, 1.4, (SITES, HOURS))


def from_profile(chips: np.ndarray, active: np.ndarray, idle: np.ndarray, pue: np.ndarray) -> np.ndarray:
    """Profiles of the owners, chips at work, IT and facility megawatts."""
    shapes = np.array([profile(workload(job), 9) for job in WORKLOADS for _ in CHIPS])
    return facility_mw(shapes / shapes.max(axis=1, keepdims=True), chips, active, idle, pue)


def measure() -> dict[str, float]:
    """Best of ten: seconds, time over the time to copy the result, peak memory over the size of the result."""
    given = arguments()
    result = from_profile(*given)
    copy = min(timeit.repeat(result.copy, number=1, repeat=20))
    seconds = min(timeit.repeat(lambda: from_profile(*given), number=1, repeat=10))
    tracemalloc.start()
    from_profile(*given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    one = min(timeit.repeat(lambda: serve(workload("chat"), chip("H100-SXM5-80GB")), number=20, repeat=5)) / 20
    return {"seconds": seconds, "copies": seconds / copy, "memory": peak / result.nbytes, "serve_ms": 1e3 * one}


if __name__ == "__main__":
    found = measure()
    print(
        f"profile to facility MW, {SITES} sites x {HOURS} h x {len(CHIPS) * len(WORKLOADS)} pairs: "
        f"{found['seconds']:.3f} s, {found['copies']:.1f} x copy, {found['memory']:.2f} x the result's memory; "
        f"one service {found['serve_ms']:.1f} ms"
    )
