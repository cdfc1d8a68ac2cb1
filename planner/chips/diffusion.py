"""Image and video generation by denoising: seconds and accelerator power of one batch, phase by phase."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.chips.parameters import Parameters
from planner.chips.power import between, soft_cap


@dataclass(frozen=True)
class Generation:
    """A batch of images or videos on `n_chips`; every field is a number or an array, all broadcasting together.

    Attributes
    ----------
    linear_tflop, attention_tflop : of one denoising step of one image or video, all guidance passes.
    layers, hidden, steps, batch : layers and their width; denoising steps; images or videos.
    n_chips, ulysses, ring : chips; those that share the heads of attention; those in a ring of attention.
    megapixels : pixels of one image or video over all frames, 1e6 (what the decoder at the end works on).
    tflops, link_gbs : of a chip: dense BF16 rate, scale-up link. blackwell, video : 1 if so, else 0.
    """

    linear_tflop: ArrayLike
    attention_tflop: ArrayLike
    layers: ArrayLike
    hidden: ArrayLike
    steps: ArrayLike
    batch: ArrayLike
    n_chips: ArrayLike
    ulysses: ArrayLike
    ring: ArrayLike
    megapixels: ArrayLike
    tflops: ArrayLike
    link_gbs: ArrayLike
    blackwell: ArrayLike
    video: ArrayLike

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
    """Seconds of one batch by phase: linear, attention, link, launch, decode.

    linear, attention : matrix products at their efficiencies. link : activations that the chips exchange, in proportion to the
    linear products over the width. launch : what launches (per layer and step, more in parallel) add to those, of which most is
    hidden behind them: (work^q + launches^q)^(1/q) - work. decode : the image decoder at the end, on one chip.
    """
    a = g.arrays()
    n, ulysses, ring = a["n_chips"], a["ulysses"], a["ring"]
    rate = n * a["tflops"] * np.where(a["blackwell"] > 0, p["blackwell_factor"], 1.0)
    done = a["steps"] * a["batch"]
    linear = done * a["linear_tflop"] / rate / p["linear_efficiency"]
    attention = done * a["attention_tflop"] / rate / p["attention_efficiency"]
    sent = 1e3 * done * a["linear_tflop"] / a["hidden"] / n / np.maximum(a["link_gbs"], 1e-9)
    link = sent * (p["link_ulysses"] * (ulysses - 1) / ulysses + p["link_ring"] * (ring - 1))
    parallel = p["launch_parallel_us"] * np.log2(n) + p["launch_ring_us"] * (ring - 1)
    launches = a["steps"] * a["layers"] * 1e-6 * (p["launch_us"] + parallel)
    work, q = linear + attention + link, p["launch_overlap"]
    return {
        "linear": linear,
        "attention": attention,
        "link": link,
        "launch": np.maximum(work, launches)
        * (1 + (np.minimum(work, launches) / np.maximum(work, launches)) ** q) ** (1 / q)
        - work,
        "decode": a["batch"] * a["megapixels"] * p["decode_s_per_megapixel"] * np.sqrt(989.4 / a["tflops"]),
    }


def generation_seconds(g: Generation, p: Parameters) -> Array:
    """Seconds of one batch."""
    return np.asarray(sum(generation_phases(g, p).values()))


def layer_gflop(g: Generation) -> Array:
    """GFLOP that one layer of one step gives each chip."""
    a = g.arrays()
    return 1e3 * (a["linear_tflop"] + a["attention_tflop"]) * a["batch"] / a["n_chips"] / a["layers"]


def generation_power_w(g: Generation, tdp_w: ArrayLike, idle_w: ArrayLike, p: Parameters) -> Array:
    """W per accelerator while generating.

    Images: the time-weighted power of the phases; one chip decodes, the others wait. Videos, where launches hardly show and
    chips run near their limit: a saturating function of the work per layer and chip, less per doubling of chips.
    """
    a, phases = g.arrays(), generation_phases(g, p)
    level = np.where(a["blackwell"] > 0, p["power_blackwell"], 1.0)
    drawn = level * (p["power_linear"] * phases["linear"] + p["power_attention"] * phases["attention"])
    drawn = drawn + p["power_link"] * phases["link"] + p["power_launch"] * phases["launch"]
    drawn = drawn + p["power_decode"] * phases["decode"] / a["n_chips"]
    image = drawn / sum(phases.values())
    busy = 1 / (1 + (p["video_half_gflop"] / layer_gflop(g)) ** p["video_steepness"])
    video = p["video_base"] + p["video_busy"] * busy
    video = video - p["video_per_doubling"] * np.log2(a["n_chips"]) - p["video_blackwell"] * a["blackwell"]
    return between(idle_w, tdp_w, soft_cap(np.where(a["video"] > 0, video, image)))
