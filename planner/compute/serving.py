"""Throughput of a language model in serving: one decode step as roofline plus overheads.

With continuous batching every step decodes one token of each of B sequences and prefills B x in/out prompt tokens, so that one
step time gives the rate of the whole service. All functions take and return arrays that broadcast together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.compute.power import serving_fraction

Array = NDArray[np.float64]
Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Serving:
    """A replica and its work; every field is a number or an array, all broadcasting together.

    Attributes
    ----------
    n_chips, batch : chips of the replica; sequences in flight.
    input_tokens, output_tokens : mean per request.
    bandwidth_gbs, tflops : per chip; dense rate at the precision of the matrix products.
    total_params_b, active_params_b, bytes_per_param : weights (billion) and their size.
    n_layers, attn_layers, hidden : layers, those with attention, width.
    kv_bytes_per_token, window_frac, window_tokens : cache per token; share of layers with a sliding window, its length.
    n_experts, top_k : of a mixture of experts; 0 for a dense model.
    hybrid, vision, fp8 : 1 for state-space hybrids, models with an image encoder, 8-bit weights; else 0.
    slow_host : 1 where the accelerator outruns the host's launch rate (Blackwell), else 0.
    """

    n_chips: ArrayLike
    batch: ArrayLike
    input_tokens: ArrayLike
    output_tokens: ArrayLike
    bandwidth_gbs: ArrayLike
    tflops: ArrayLike
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
    slow_host: ArrayLike


def weights_read_gb(s: Serving) -> Array:
    """GB of weights read in one step by the whole replica: shared weights and the experts that B sequences touch.

    Each sequence picks k of E experts, so a share 1 - (1 - k/E)^B of them is read (published: uniform routing).
    """
    total, active = np.asarray(s.total_params_b, float), np.asarray(s.active_params_b, float)
    experts, chosen = np.asarray(s.n_experts, float), np.asarray(s.top_k, float)
    share = np.divide(chosen, experts, out=np.ones(np.broadcast(experts, chosen).shape), where=experts > 0)
    expert_params = np.where(experts > 0, (total - active) / np.maximum(1 - share, 1e-9), 0.0)
    touched = 1 - (1 - share) ** np.asarray(s.batch, float)
    return (total - expert_params * (1 - touched)) * np.asarray(s.bytes_per_param)


def cache_gb(s: Serving, context_tokens: ArrayLike) -> Array:
    """GB of key-value cache of one sequence of `context_tokens`; windowed layers keep no more than their window."""
    context = np.asarray(context_tokens, float)
    frac = np.asarray(s.window_frac, float)
    kept = (1 - frac) * context + frac * np.minimum(context, np.asarray(s.window_tokens, float))
    return np.asarray(s.kv_bytes_per_token) * kept * 1e-9


def memory_needed_gb(s: Serving) -> Array:
    """GB that a replica must hold: all weights and the cache of B full-length sequences."""
    weights = np.asarray(s.total_params_b) * np.asarray(s.bytes_per_param)
    return weights + np.asarray(s.batch) * cache_gb(s, np.asarray(s.input_tokens) + np.asarray(s.output_tokens))


def mean_context(s: Serving) -> Array:
    """Tokens in the cache of a sequence, averaged over its life."""
    return np.asarray(s.input_tokens) + np.asarray(s.output_tokens) / 2


def step_bytes_gb(s: Serving) -> Array:
    """GB read from memory in one step by the whole replica."""
    return weights_read_gb(s) + np.asarray(s.batch) * cache_gb(s, mean_context(s))


def step_tflop(s: Serving) -> Array:
    """TFLOP of one step: 2 x active parameters per decoded and prefilled token, and attention over the context."""
    ratio = np.asarray(s.input_tokens) / np.asarray(s.output_tokens)
    dense = 2 * np.asarray(s.active_params_b) * 1e-3 * (1 + ratio)
    attention = 4e-12 * np.asarray(s.attn_layers) * np.asarray(s.hidden)
    attention = attention * (mean_context(s) + ratio * np.asarray(s.input_tokens) / 2)
    return np.asarray(s.batch) * (dense + attention)


def step_seconds(s: Serving, p: Parameters) -> Array:
    """Seconds of one decode step, prefill included: memory time + compute time + launch, link and host overheads."""
    n, layers, batch = np.asarray(s.n_chips, float), np.asarray(s.n_layers), np.asarray(s.batch)
    moe = np.asarray(s.n_experts) > 0
    memory = step_bytes_gb(s) / (n * np.asarray(s.bandwidth_gbs) * p["memory_efficiency"])
    memory = memory * np.where(moe & (np.asarray(s.fp8) > 0), p["fp8_moe_memory_factor"], 1.0)
    compute = step_tflop(s) / (n * np.asarray(s.tflops) * p["compute_efficiency"])
    launch = layers * p["launch_us_per_layer"]
    launch = launch * np.where(np.asarray(s.slow_host) > 0, p["launch_slow_host_factor"], 1.0)
    launch = launch * np.where(np.asarray(s.hybrid) > 0, p["launch_hybrid_factor"], 1.0)
    link = layers * np.log2(n) * p["link_us_per_layer"]
    host = p["host_ms_per_step"] * 1e3 + p["host_us_per_sequence"] * batch
    return memory + compute + 1e-6 * (launch + link + host)


def tokens_per_second(s: Serving, p: Parameters) -> Array:
    """Output tokens per second of the whole replica at the achieved concurrency `batch`."""
    return np.asarray(s.batch) / step_seconds(s, p)


def serving_power_w(s: Serving, tdp_w: ArrayLike, idle_w: ArrayLike, p: Mapping[str, Parameters]) -> Array:
    """W per accelerator of a saturated replica, from the achieved memory and compute rates."""
    n, seconds = np.asarray(s.n_chips, float), step_seconds(s, p["throughput"])
    memory_use = step_bytes_gb(s) / (n * np.asarray(s.bandwidth_gbs) * seconds)
    compute_use = step_tflop(s) / (n * np.asarray(s.tflops) * seconds)
    moe = (np.asarray(s.n_experts) > 0).astype(float)
    flags = {"fp8_moe": moe * np.asarray(s.fp8), "vision": s.vision, "slow_host": s.slow_host}
    fraction = serving_fraction(memory_use, compute_use, n, flags, p["power"])
    return np.maximum(fraction * np.asarray(tdp_w), np.asarray(idle_w))
