"""A language model in serving: the seconds of one decode step, phase by phase, and the accelerator power that follows.

With continuous batching every step decodes one token of each of B sequences and prefills B x in/out prompt tokens, so one step
time gives the rate of the whole service. The phases of a step are added; power is the time-weighted mean of what each phase
draws. All functions take and return arrays that broadcast together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.chips.power import between, soft_cap

Array = NDArray[np.float64]
Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Serving:
    """A replica and its work; every field is a number or an array, all broadcasting together.

    Attributes
    ----------
    n_chips, batch : chips of the replica; sequences in flight.
    input_tokens, output_tokens : mean per request.
    bandwidth_gbs, tflops, link_gbs : per chip: memory, dense rate at the precision of the products, scale-up link.
    total_params_b, active_params_b, bytes_per_param : weights (billion) and the bytes each takes.
    n_layers, attn_layers, hidden : layers, those with attention, width.
    kv_bytes_per_token, window_frac, window_tokens : cache per token; share of layers with a sliding window, its length.
    n_experts, top_k : of a mixture of experts; 0 for a dense model.
    hybrid, vision, fp8, mxfp4, blackwell, data_parallel : 1 if so, else 0: state-space hybrid, image encoder, 8-bit weights,
        4-bit weights, Blackwell chip, attention in data parallel.
    wait_s : seconds per step in which the chips wait for something outside the replica.
    """

    n_chips: ArrayLike
    batch: ArrayLike
    input_tokens: ArrayLike
    output_tokens: ArrayLike
    bandwidth_gbs: ArrayLike
    tflops: ArrayLike
    link_gbs: ArrayLike
    total_params_b: ArrayLike
    active_params_b: ArrayLike
    bytes_per_param: ArrayLike
    n_layers: ArrayLike
    attn_layers: ArrayLike
    hidden: ArrayLike
    kv_bytes_per_token: ArrayLike
    window_frac: ArrayLike
    window_tokens: ArrayLike
    n_experts: ArrayLike
    top_k: ArrayLike
    hybrid: ArrayLike
    vision: ArrayLike
    fp8: ArrayLike
    mxfp4: ArrayLike
    blackwell: ArrayLike
    data_parallel: ArrayLike = 0.0
    wait_s: ArrayLike = 0.0

    def arrays(self) -> dict[str, Array]:
        """Every field as an array of floats."""
        return {item.name: np.asarray(getattr(self, item.name), float) for item in fields(self)}


def weights_gb(s: Serving, skew: float) -> Array:
    """GB of weights that one step reads: shared weights and the experts that B sequences touch.

    Each sequence picks k of E experts. With even routing a share 1 - (1 - k/E)^B is touched; real routing is skewed, which a
    power B^skew of the batch stands for.
    """
    a = s.arrays()
    picked = np.where(a["n_experts"] > 0, a["top_k"] / np.maximum(a["n_experts"], 1), 1.0)
    expert_params = (a["total_params_b"] - a["active_params_b"]) / np.maximum(1 - picked, 1e-9)
    untouched = np.where(a["n_experts"] > 0, (1 - picked) ** (a["batch"] ** skew), 0.0)
    return (a["total_params_b"] - np.where(a["n_experts"] > 0, expert_params * untouched, 0.0)) * a["bytes_per_param"]


def cache_gb(s: Serving, context_tokens: ArrayLike) -> Array:
    """GB of key-value cache of one sequence of `context_tokens`; windowed layers keep no more than their window."""
    a, context = s.arrays(), np.asarray(context_tokens, float)
    kept = (1 - a["window_frac"]) * context + a["window_frac"] * np.minimum(context, a["window_tokens"])
    return a["kv_bytes_per_token"] * kept * 1e-9


def memory_needed_gb(s: Serving) -> Array:
    """GB that a replica must hold: all weights and the cache of B full-length sequences."""
    a = s.arrays()
    cache = a["batch"] * cache_gb(s, a["input_tokens"] + a["output_tokens"])
    return a["total_params_b"] * a["bytes_per_param"] + cache


def step_tflop(s: Serving) -> Array:
    """TFLOP of one step: 2 x active parameters per decoded or prefilled token, and attention over the context."""
    a = s.arrays()
    ratio = a["input_tokens"] / a["output_tokens"]
    dense = 2e-3 * a["active_params_b"] * (1 + ratio)
    context = a["input_tokens"] + a["output_tokens"] / 2
    attention = 4e-12 * a["attn_layers"] * a["hidden"] * (context + ratio * a["input_tokens"] / 2)
    return a["batch"] * (dense + attention)


def step_phases(s: Serving, p: Parameters) -> dict[str, Array]:
    """Seconds of one step by phase: memory, experts8, compute, link, overhead, state, wait.

    memory : weights and cache at the achieved bandwidth. experts8 : what block-scaled 8-bit expert kernels take beyond that.
    compute : matrix products. link : all-reduce (2 x 2 per layer) over the scale-up link. overhead : launches per layer, more
    with experts and with chips; host work per sequence and per request. state : the same of state-space hybrids. wait : given.
    """
    a = s.arrays()
    n, batch, layers = a["n_chips"], a["batch"], a["n_layers"]
    moe = np.where(a["n_experts"] > 0, 1.0, 0.0)
    experts8 = moe * a["fp8"]
    per_second = n * a["bandwidth_gbs"]
    weights = weights_gb(s, p["routing_skew"]) / per_second
    all_weights = a["total_params_b"] * a["bytes_per_param"] / per_second
    cache = batch * cache_gb(s, a["input_tokens"] + a["output_tokens"] / 2) / per_second

    compute = step_tflop(s) / (n * a["tflops"])
    compute = compute / np.where(moe > 0, p["compute_efficiency_moe"], p["compute_efficiency"])
    compute = compute * np.where(experts8 * a["data_parallel"] > 0, p["data_parallel_experts8_factor"], 1.0)

    tokens = batch * (1 + a["input_tokens"] / a["output_tokens"])
    sent_gb = (n - 1) / n * 4 * tokens * a["hidden"] * 2 * layers * 1e-9
    link = sent_gb / (np.maximum(a["link_gbs"], 1e-9) * p["link_efficiency"])

    experts = moe * np.where(a["mxfp4"] > 0, p["launch_mxfp4_factor"], 1.0)
    launch = p["launch_us"] + p["launch_moe_us"] * experts
    launch = launch + (p["launch_chips_us"] + p["launch_chips_moe_us"] * experts) * np.log2(n)
    launch = layers * launch * np.where(a["blackwell"] > 0, p["launch_blackwell_factor"], 1.0)
    busy_host = batch ** p["host_exponent"]
    requests = batch / a["output_tokens"]
    overhead = p["step_ms"] * 1e-3 + 1e-6 * (launch + p["host_us"] * busy_host)
    overhead = overhead + 1e-3 * requests * (p["request_ms"] + p["request_vision_ms"] * a["vision"])
    state = a["hybrid"] * (1e-6 * p["host_hybrid_us"] * busy_host + 1e-3 * p["request_hybrid_ms"] * requests)
    return {
        "memory": weights / p["weight_efficiency"] + cache / p["cache_efficiency"],
        "experts8": experts8
        * ((p["experts8_touched"] - 1) * weights + p["experts8_all"] * all_weights)
        / p["weight_efficiency"],
        "compute": compute,
        "link": np.where(n > 1, link, 0.0),
        "overhead": overhead,
        "state": state,
        "wait": a["wait_s"],
    }


def step_seconds(s: Serving, p: Parameters) -> Array:
    """Seconds of one decode step, its share of prefill included."""
    total: Array = np.asarray(sum(step_phases(s, p).values()))
    return total


def tokens_per_second(s: Serving, p: Parameters) -> Array:
    """Output tokens per second of the whole replica at the achieved concurrency `batch`."""
    return np.asarray(s.batch) / step_seconds(s, p)


# Bandwidth and dense BF16 rate per rated watt of the H100 SXM5, at which the phase powers are stated.
REFERENCE_GBS_PER_W = 4.786
REFERENCE_TFLOPS_PER_W = 1.413


def serving_power_w(
    s: Serving, bf16_tflops: ArrayLike, tdp_w: ArrayLike, idle_w: ArrayLike, p: Mapping[str, Parameters]
) -> Array:
    """W per accelerator of a saturated replica: idle + (rated - idle) x soft cap of the time-weighted power of the phases.

    A chip with more bandwidth or rate per watt spends more of its power in that phase (energy per byte and FLOP changes less
    than power), within the range of the measured chips.
    """
    phases = step_phases(s, p["throughput"])
    seconds = np.asarray(sum(phases.values()))
    q, tdp = p["power"], np.asarray(tdp_w, float)
    reach = np.clip(np.asarray(s.bandwidth_gbs) / tdp / REFERENCE_GBS_PER_W, *q_range(q))
    rate = np.clip(np.asarray(bf16_tflops, float) / tdp / REFERENCE_TFLOPS_PER_W, *q_range(q))
    level = {
        "memory": q["memory"] + q["memory_per_gbs_per_w"] * (reach - 1),
        "experts8": q["experts8"],
        "compute": q["compute"] + q["compute_per_tflops_per_w"] * (rate - 1),
        "link": q["overhead"],
        "overhead": q["overhead"],
        "state": q["state"],
    }
    drawn = sum(level[name] * phases[name] for name in level) / seconds
    return between(idle_w, tdp, soft_cap(drawn + q["mxfp4"] * np.asarray(s.mxfp4) + q["engine_offset"]))


def q_range(q: Parameters) -> tuple[float, float]:
    """Specific bandwidth and rate, relative to the reference, between which the phase powers were measured."""
    return q["specific_low"], q["specific_high"]
