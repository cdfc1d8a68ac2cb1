"""Image and video generation by denoising: seconds and accelerator power of one batch, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from planner.compute.power import between, soft_cap

Array = NDArray[np.float64]
Parameters = Mapping[str, float]


@dataclass(frozen=True)
class Generation:
    """A batch of images or videos on `n_chips`; every field is a number or an array, all broadcasting together.

    Attributes
    ----------
    linear_tflop, attention_tflop : of one denoising step of one image or video, all guidance passes.
    layers, steps, batch, n_chips, ring : layers; denoising steps; images or videos; chips; those in a ring of attention.
    megapixels : pixels of one image or video over all frames, 1e6 (what the decoder at the end works on).
    tflops : dense BF16 rate of a chip. blackwell : 1 if so, else 0.
    """

    linear_tflop: ArrayLike
    attention_tflop: ArrayLike
    layers: ArrayLike
    steps: ArrayLike
    batch: ArrayLike
    n_chips: ArrayLike
    ring: ArrayLike
    megapixels: ArrayLike
    tflops: ArrayLike
    blackwell: ArrayLike

    def arrays(self) -> dict[str, Array]:
        """Every field as an array of floats."""
        return {item.name: np.asarray(getattr(self, item.name), float) for item in fields(self)}


def transformer_tflop(
    params_b: ArrayLike, layers: ArrayLike, hidden: ArrayLike, tokens: ArrayLike, passes: ArrayLike
) -> tuple[Array, Array]:
    """(linear, attention) TFLOP of one denoising step of one image or video by a diffusion transformer of `tokens`."""
    t, guided = np.asarray(tokens, float), np.asarray(passes, float)
    linear = 2e-3 * np.asarray(params_b, float) * t * guided
    return linear, 4e-12 * np.asarray(layers, float) * np.asarray(hidden, float) * t**2 * guided


def generation_phases(g: Generation, p: Parameters) -> dict[str, Array]:
    """Seconds of one batch by phase: linear, attention, launch (per layer and step, more in parallel), decode (one chip)."""
    a = g.arrays()
    rate = a["n_chips"] * a["tflops"] * np.where(a["blackwell"] > 0, p["blackwell_factor"], 1.0)
    batches = a["steps"] * a["batch"] / rate
    parallel = p["launch_parallel_us"] * np.log2(a["n_chips"]) + p["launch_ring_us"] * (a["ring"] - 1)
    return {
        "linear": batches * a["linear_tflop"] / p["linear_efficiency"],
        "attention": batches * a["attention_tflop"] / p["attention_efficiency"],
        "launch": a["steps"] * a["layers"] * 1e-6 * (p["launch_us"] + parallel),
        "decode": a["batch"] * a["megapixels"] * p["decode_s_per_megapixel"] * np.sqrt(989.4 / a["tflops"]),
    }


def generation_seconds(g: Generation, p: Parameters) -> Array:
    """Seconds of one batch."""
    return np.asarray(sum(generation_phases(g, p).values()))


def generation_power_w(g: Generation, tdp_w: ArrayLike, idle_w: ArrayLike, p: Parameters) -> Array:
    """W per accelerator while generating: the time-weighted power of the phases; one chip decodes, the others wait."""
    a, phases = g.arrays(), generation_phases(g, p)
    kind = p["power_blackwell"] * a["blackwell"]
    drawn = (p["power_linear"] + kind) * phases["linear"] + (p["power_attention"] + kind) * phases["attention"]
    drawn = drawn + p["power_launch"] * phases["launch"]
    drawn = drawn + p["power_decode"] * phases["decode"] / a["n_chips"]
    return between(idle_w, tdp_w, soft_cap(drawn / sum(phases.values())))
