"""Seconds, tokens per second and watts of a deployment that serves a language model.

    step of a replica = memory + compute + link + overhead (+ state, experts8, wait)
    memory   : (weights read / weight efficiency + cache read / cache efficiency) / (n x bandwidth)
    compute  : FLOP / (n x rate x compute efficiency); rate at 4 bit: 16-bit rate x (4-bit / 16-bit rate)^fp4_exponent
    efficiencies are over the `kernels` of the chip's family, and never above 1; weights of 4-bit integers take `int4_kernels` times longer
    link     : GB sent / (link x link efficiency)
    overhead : overhead x (step + layers x launches x (width / 6144)^width exponent + host work of B sequences) + work per request
    tokens/s : replicas x sequences / step x (1 + gain of speculation); with prompts on chips of their own no more than these give

Watts are the time-weighted mean of what the phases draw, in watts of the chip's family, softly held at the rated watts.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from planner.chips.power import between, soft_cap
from planner.chips.serving import (
    Array,
    Parameters,
    Serving,
    all_chips,
    cache_gb,
    cache_share,
    decode_tflop,
    held_weights_gb,
    prefill_tflop,
    sent_gb,
    sequences_held,
    weights_gb,
)

WIDTH = 6144.0  # at which launches are stated


def weight_kernels(s: Serving, p: Parameters) -> Array:
    """How much longer reading weights and multiplying by them takes: the family's factor, more for 4-bit integers, which are unpacked."""
    a = s.arrays()
    return a["kernels"] * p["int4_kernels"] ** a["int4"]


def rate_tflops(s: Serving, p: Parameters) -> Array:
    """TFLOP/s of one chip that the products reach, never more than its rate."""
    a = s.arrays()
    moe = a["n_experts"] > 0
    efficiency = np.where(moe, p["compute_efficiency_moe"], p["compute_efficiency"])
    efficiency = efficiency * np.where(moe & (a["spread"] * a["fp8"] > 0), p["compute_spread_fp8"], 1.0)
    reached = np.minimum(efficiency * p["compute_tuned"] ** a["tuned"] / weight_kernels(s, p), 1.0)
    return a["tflops"] * a["fp4_ratio"] ** p["fp4_exponent"] * reached


def prefill_chip_seconds(s: Serving, p: Parameters) -> tuple[Array, Array]:
    """(seconds of products, seconds of links) of one request's prompt, of all its chips together."""
    a = s.arrays()
    group = np.where(a["prefill_chips"] > 0, a["prefill_group"], a["n_chips"])
    link = a["link_gbs"] * p["link_efficiency"] * p["link_tuned"] ** a["tuned"]
    sent = a["input_tokens"] * sent_gb(s, group) * group / np.maximum(link, 1e-9)
    return prefill_tflop(s) / rate_tflops(s, p), sent


def memory_seconds(s: Serving, p: Parameters, sequences: Array) -> tuple[Array, Array]:
    """(reading of weights, reading of cache) in a step of a replica."""
    a = s.arrays()
    reach = np.where(
        a["fp4"] > 0,
        p["weight_efficiency_fp4"],
        np.where(a["fp8"] > 0, p["weight_efficiency_fp8"], p["weight_efficiency"]),
    )
    per_second = a["n_chips"] * a["bandwidth_gbs"]
    weights = weights_gb(s, p["routing_skew"], sequences) / per_second / np.minimum(reach / weight_kernels(s, p), 1.0)
    cache = sequences * cache_gb(s, a["input_tokens"] + a["output_tokens"] / 2) * cache_share(s, p["cache_low_bit"])
    return weights, cache / per_second / np.minimum(p["cache_efficiency"] / a["kernels"], 1.0)


def overhead_seconds(s: Serving, p: Parameters, sequences: Array) -> Array:
    """Launches per layer, more with experts, with an index of tokens and with chips; host work per sequence and per request."""
    a = s.arrays()
    moe = np.where(a["n_experts"] > 0, 1.0, 0.0)
    spread = moe * a["spread"] > 0
    experts = moe * np.where(a["fp4"] > 0, p["launch_fp4_factor"], 1.0)
    chips = np.where(spread, p["launch_spread_us"], p["launch_chips_us"] + p["launch_chips_moe_us"] * experts)
    launch = p["launch_us"] + p["launch_moe_us"] * experts + p["launch_index_us"] * a["token_index"]
    launch = (launch + chips * np.log2(a["n_chips"])) * (a["hidden"] / WIDTH) ** p["launch_width_exponent"]
    launch = launch * np.where(a["blackwell"] > 0, p["launch_blackwell_factor"], 1.0)
    own = np.where(spread, sequences / a["n_chips"], sequences)  # every chip of a spread group has a scheduler
    steady = p["step_ms"] * 1e-3 + 1e-6 * (a["n_layers"] * launch + p["host_us"] * own ** p["host_exponent"])
    requests = sequences / a["output_tokens"]
    each = p["request_ms"] + p["request_vision_ms"] * a["vision"]
    return a["overhead"] * steady * p["overhead_tuned"] ** a["tuned"] + 1e-3 * requests * each


def step_phases(s: Serving, p: Parameters) -> dict[str, Array]:
    """Seconds of one step of a replica by phase; the module's docstring names them.

    state : what state-space hybrids add. experts8 : what the block-scaled 8-bit expert kernels of 2025 took beyond memory; engines
    without that fault have no such parameters. wait : given.
    """
    a, sequences = s.arrays(), sequences_held(s, p)
    weights, cache = memory_seconds(s, p, sequences)
    link = a["link_gbs"] * p["link_efficiency"] * p["link_tuned"] ** a["tuned"]
    own_prompts = np.where(a["prefill_chips"] > 0, 0.0, sequences / a["output_tokens"] / a["n_chips"])
    products, sent = prefill_chip_seconds(s, p)
    decode = sequences * decode_tflop(s) / (a["n_chips"] * rate_tflops(s, p))
    together = (a["n_experts"] > 0) & (a["spread"] > 0)
    others = np.where(together, a["n_chips"] - 1, 0.0)  # experts are called together: all wait for the prompts of each
    waiting = p["spread_wait"] * others * own_prompts * products
    requests = sequences / a["output_tokens"]
    busy_host = 1e-6 * p["host_hybrid_us"] * sequences ** p["host_exponent"]
    phases = {
        "memory": weights + cache,
        "compute": decode + own_prompts * products,
        "link": sequences * sent_gb(s, a["n_chips"]) / np.maximum(link, 1e-9) + own_prompts * sent,
        "overhead": overhead_seconds(s, p, sequences) + waiting,
        "state": a["hybrid"] * (busy_host + 1e-3 * p["request_hybrid_ms"] * requests),
        "wait": a["wait_s"],
    }
    if "experts8_touched" in p:
        experts8 = np.where(a["n_experts"] > 0, a["fp8"], 0.0)
        whole = held_weights_gb(s) / (a["n_chips"] * a["bandwidth_gbs"] * p["weight_efficiency_fp8"])
        phases["experts8"] = experts8 * ((p["experts8_touched"] - 1) * weights + p["experts8_all"] * whole)
    return phases


def step_seconds(s: Serving, p: Parameters) -> Array:
    """Seconds of one step of a replica, its prompts included where it computes them itself."""
    total: Array = np.asarray(sum(step_phases(s, p).values()))
    return total


def speculation(s: Serving, p: Parameters) -> Array:
    """Tokens per step and sequence with drafted tokens: 1 + gain / (1 + sequences per chip / load)^exponent, measured at equal
    layouts: much at little load, little at much."""
    a = s.arrays()
    load = a["batch"] * a["replicas"] / all_chips(s)
    gain = p["speculation_gain"] / (1 + load / p["speculation_load"]) ** p["speculation_exponent"]
    return 1 + a["speculative"] * gain


def token_seconds(s: Serving, p: Parameters) -> Array:
    """Seconds between the tokens of a sequence."""
    return step_seconds(s, p) / speculation(s, p)


def tokens_per_second(s: Serving, p: Parameters) -> Array:
    """Output tokens per second of the whole deployment.

    Where prompts have chips of their own, a sequence is away from decoding for the time of its prompt, and the rate stays below
    what these chips give: (decoding^-q + prompts^-q)^(-1/q).
    """
    a = s.arrays()
    decode = a["replicas"] * sequences_held(s, p) / token_seconds(s, p)
    split = a["prefill_chips"] > 0
    prompt = np.where(split, np.maximum(sum(prefill_chip_seconds(s, p)), 1e-12), 1.0)
    flight = np.maximum(a["batch"] * a["replicas"], 1e-9)
    away = prompt / a["prefill_group"] / a["output_tokens"] / flight
    at_peak = prefill_tflop(s) / (a["tflops"] * a["fp4_ratio"])
    busy = np.maximum(prompt / p["prefill_efficiency"], at_peak)
    prompts = np.where(split, a["prefill_chips"] * a["output_tokens"] / busy, 1.0)
    q = p["prefill_sharpness"]
    both = ((1 / decode + away) ** q + prompts**-q) ** (-1 / q)
    return np.where(split, both, decode)


def shares(s: Serving, p: Parameters) -> dict[str, Array]:
    """Shares of the chips' time by phase. Chips for prompts compute them or wait, which counts as overhead."""
    a, phases = s.arrays(), step_phases(s, p)
    step = np.asarray(sum(phases.values()))
    split = a["prefill_chips"] > 0
    prompts = a["prefill_chips"] / all_chips(s)
    busy = tokens_per_second(s, p) / a["output_tokens"] * prefill_chip_seconds(s, p)[0]
    busy = np.where(split, np.minimum(busy / np.maximum(a["prefill_chips"], 1e-9), 1.0), 0.0)
    out = {name: (1 - prompts) * seconds / step for name, seconds in phases.items()}
    return out | {"compute": out["compute"] + prompts * busy, "overhead": out["overhead"] + prompts * (1 - busy)}


def serving_power_w(
    s: Serving, family_w: ArrayLike, most_w: ArrayLike, idle_w: ArrayLike, p: Parameters, q: Mapping[str, float]
) -> Array:
    """W per accelerator of a saturated deployment: idle + (most - idle) x softcap(family_w x drawn / (most - idle)).

    drawn = sum of the share of each phase x its level. p, q : parameters of time and of power of the engine.
    `family_w` is what the chips of one architecture have in common, whatever they are rated at: measured at the same work, chips
    rated 10 % more draw the same.
    """
    share, most, idle = shares(s, p), np.asarray(most_w, float), np.asarray(idle_w, float)
    level = {"memory": q["memory"], "compute": q["compute"], "link": q["overhead"], "overhead": q["overhead"]}
    level |= {"state": q["state"]} | ({"experts8": q["experts8"]} if "experts8" in share else {})
    drawn = np.asarray(sum(level[name] * share[name] for name in level))
    drawn = drawn + q["speculative"] * np.asarray(s.speculative) + q["fp4"] * np.asarray(s.fp4) + q["engine_offset"]
    return between(idle, most, soft_cap(np.asarray(family_w, float) * drawn / (most - idle)))
