"""A language model in serving: what a deployment holds, reads, computes and sends. Counts only; `steps` makes seconds of them.

With continuous batching every step decodes one token of each of B sequences. A deployment is one or more replicas; a replica is a
group of chips that holds the model once, with attention split over its chips (tensor parallel) or a copy of attention on every
chip and the experts spread over all (`spread`). Prompts are computed by the same chips, or by chips of their own.
All functions take and return arrays that broadcast together.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.chips.parameters import Parameters

FITS_SHARPNESS = 4.0


@dataclass(frozen=True)
class Serving:
    """A deployment and its work; every field is a number or an array, all broadcasting together.

    Attributes
    ----------
    n_chips, batch : chips of a replica; sequences in flight in a replica.
    input_tokens, output_tokens : mean per request.
    bandwidth_gbs, tflops, link_gbs, memory_gb : per chip: memory, dense rate of the products at 16 or 8 bit, scale-up link, size.
    fp4_ratio : 4-bit over 16-bit dense rate; 1 where products run in 16 bit.
    total_params_b, active_params_b, bytes_per_param : weights (billion) and the bytes each takes.
    n_layers, attn_layers, hidden : layers, those with attention, width.
    kv_bytes_per_token, kv_heads, window_frac, window_tokens : cache per token at 16 bit; heads it can be split over; share of
        layers with a sliding window, its length.
    n_experts, top_k : of a mixture of experts; 0 for a dense model.
    hybrid, vision, token_index, fp8, fp4, int4 : 1 if so, else 0: state-space hybrid, image encoder, attention by an index of
        tokens, 8-bit weights, weights of 4 bits, these integers.
    overhead, kernels : how much longer launches and host work, and memory and products, take on this family of chips.
    blackwell : 1 for a Blackwell chip (an engine of 2025 was slow to launch on it).
    tuned : share of engines that the maker tuned (TensorRT-LLM, ATOM) against open ones.
    spread, speculative : 1 if so: experts spread and attention in data parallel; further tokens drafted.
    replicas, prefill_chips, prefill_group : replicas; chips that only compute prompts (0: none), in groups of.
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
    kv_heads: ArrayLike
    window_frac: ArrayLike
    window_tokens: ArrayLike
    n_experts: ArrayLike
    top_k: ArrayLike
    hybrid: ArrayLike
    vision: ArrayLike
    token_index: ArrayLike
    fp8: ArrayLike
    fp4: ArrayLike
    memory_gb: ArrayLike = np.inf
    fp4_ratio: ArrayLike = 1.0
    int4: ArrayLike = 0.0
    overhead: ArrayLike = 1.0
    kernels: ArrayLike = 1.0
    blackwell: ArrayLike = 0.0
    tuned: ArrayLike = 0.0
    spread: ArrayLike = 0.0
    speculative: ArrayLike = 0.0
    replicas: ArrayLike = 1.0
    prefill_chips: ArrayLike = 0.0
    prefill_group: ArrayLike = 1.0
    wait_s: ArrayLike = 0.0

    def arrays(self) -> dict[str, Array]:
        """Every field as an array of floats."""
        return {item.name: np.asarray(getattr(self, item.name), float) for item in fields(self)}


def all_chips(s: Serving) -> Array:
    """Chips of the whole deployment."""
    return np.asarray(s.n_chips, float) * np.asarray(s.replicas, float) + np.asarray(s.prefill_chips, float)


def expert_params_b(s: Serving) -> Array:
    """Parameters (billion) that sit in experts: what is not active, over the share of experts that a token does not pick."""
    a = s.arrays()
    picked = np.where(a["n_experts"] > 0, a["top_k"] / np.maximum(a["n_experts"], 1), 1.0)
    return np.where(
        a["n_experts"] > 0, (a["total_params_b"] - a["active_params_b"]) / np.maximum(1 - picked, 1e-9), 0.0
    )


def copies(s: Serving) -> Array:
    """Copies of the shared weights in a replica: one, or one per chip where experts are spread."""
    a = s.arrays()
    return np.where((a["spread"] > 0) & (a["n_experts"] > 0), a["n_chips"], 1.0)


def weights_gb(s: Serving, skew: float, batch: ArrayLike | None = None) -> Array:
    """GB of weights that one step of a replica reads: its copies of the shared weights, and the experts that B sequences touch.

    Each sequence picks k of E experts. With even routing a share 1 - (1 - k/E)^B is touched; real routing is skewed, which a
    power B^skew of the batch stands for.
    """
    a, experts = s.arrays(), expert_params_b(s)
    sequences = a["batch"] if batch is None else np.asarray(batch, float)
    picked = np.where(a["n_experts"] > 0, a["top_k"] / np.maximum(a["n_experts"], 1), 1.0)
    touched = 1 - (1 - picked) ** (sequences**skew)
    return (copies(s) * (a["total_params_b"] - experts) + experts * touched) * a["bytes_per_param"]


def held_weights_gb(s: Serving) -> Array:
    """GB of weights in the memory of a replica."""
    a, experts = s.arrays(), expert_params_b(s)
    return (copies(s) * (a["total_params_b"] - experts) + experts) * a["bytes_per_param"]


def cache_gb(s: Serving, context_tokens: ArrayLike) -> Array:
    """GB of key-value cache (16 bit) of one sequence of `context_tokens`; windowed layers keep no more than their window."""
    a, context = s.arrays(), np.asarray(context_tokens, float)
    kept = (1 - a["window_frac"]) * context + a["window_frac"] * np.minimum(context, a["window_tokens"])
    return a["kv_bytes_per_token"] * kept * 1e-9


def cache_share(s: Serving, low_bit: float) -> Array:
    """Bytes that a replica holds and reads of each sequence's cache, over its 16-bit size.

    low_bit : bytes over 16 bit where weights have 8 or 4 bits. Under tensor parallelism chips beyond the heads that the cache
    can be split over keep copies (a compressed cache has one head).
    """
    a = s.arrays()
    whole = np.where(a["spread"] > 0, 1.0, a["n_chips"] / np.minimum(a["n_chips"], a["kv_heads"]))
    return whole * np.where(a["fp8"] + a["fp4"] > 0, low_bit, 1.0)


def memory_needed_gb(s: Serving, p: Parameters) -> Array:
    """GB that a replica must hold: its weights and the cache of B full-length sequences."""
    a = s.arrays()
    cache = a["batch"] * cache_gb(s, a["input_tokens"] + a["output_tokens"]) * cache_share(s, p["cache_low_bit"])
    return held_weights_gb(s) + cache


def sequences_held(s: Serving, p: Parameters) -> Array:
    """Sequences of a replica that decode at a time: those in flight, smoothly bent to those whose cache fits; the rest wait."""
    a = s.arrays()
    room = p["memory_fill"] * a["n_chips"] * a["memory_gb"]
    room = np.maximum(room - held_weights_gb(s), 0.05 * a["n_chips"] * a["memory_gb"])
    each = cache_gb(s, a["input_tokens"] + a["output_tokens"] / 2) * cache_share(s, p["cache_low_bit"])
    fit = np.maximum(room / np.maximum(each, 1e-12), 1.0)
    return (a["batch"] ** -FITS_SHARPNESS + fit**-FITS_SHARPNESS) ** (-1 / FITS_SHARPNESS)


def decode_tflop(s: Serving) -> Array:
    """TFLOP of one output token: 2 x active parameters, and attention over the context."""
    a = s.arrays()
    context = a["input_tokens"] + a["output_tokens"] / 2
    return 2e-3 * a["active_params_b"] + 4e-12 * a["attn_layers"] * a["hidden"] * context


def prefill_tflop(s: Serving) -> Array:
    """TFLOP of one request's prompt."""
    a = s.arrays()
    each = 2e-3 * a["active_params_b"] + 4e-12 * a["attn_layers"] * a["hidden"] * a["input_tokens"] / 2
    return a["input_tokens"] * each


def step_tflop(s: Serving) -> Array:
    """TFLOP of one step of a replica that computes its own prompts: B tokens and the prompts of B/out requests."""
    return np.asarray(s.batch) * (decode_tflop(s) + prefill_tflop(s) / np.asarray(s.output_tokens))


def sent_gb(s: Serving, chips: ArrayLike) -> Array:
    """GB that every chip of a group of `chips` sends per token: 4 x width per layer in all-reduces (16 bit) under tensor
    parallelism; where experts are spread, its share of the token's way to k experts (8 bit) and back (16 bit)."""
    a, n = s.arrays(), np.asarray(chips, float)
    reduced = 8 * a["hidden"] * a["n_layers"]
    routed = 3 * a["top_k"] * a["hidden"] * a["n_layers"] / n
    return np.where((a["spread"] > 0) & (a["n_experts"] > 0), routed, reduced) * (n - 1) / n * 1e-9
