"""Forms of work: what one accelerator does for each kind of workload, and the watts it draws doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from planner.catalog.cards import LlmCard
from planner.chips import node as wall
from planner.chips import power
from planner.chips.chipspec import ChipSpec, precisions
from planner.chips.diffusion import Generation, generation_power_w, generation_seconds, layer_gflop, transformer_tflop
from planner.chips.evidence.measured import correction
from planner.chips.frontier import at, best
from planner.chips.layouts import choose, layouts, only
from planner.chips.parameters import Calibration
from planner.chips.steps import step_seconds
from planner.chips.training import flop_per_chip_hour, mfu_at_scale

Figures = Mapping[str, float]


@dataclass(frozen=True)
class Work:
    """What a form says of one chip: units per second at the planned load, accelerator watts, latency, layout.

    sequences_per_chip : of a language model at full load, without end for other work: how well a prediction is known depends on it.
    """

    per_second: float
    accelerator_w: float
    saturated_w: float
    latency_ms: float = 0.0
    n_chips: int = 1
    batch: int = 1
    notes: str = ""
    sequences_per_chip: float = float("inf")


def training(figures: Figures, spec: ChipSpec, p: Calibration) -> Work:
    """FLOP at MFU x BF16 peak x availability; the accelerator watts that give the measured node power in training.

    With `run_chips` the MFU of the card is taken to that many chips in one run.
    """
    mfu = figures["mfu"]
    if "run_chips" in figures:
        mfu = min(1.0, float(mfu_at_scale(mfu, figures["run_chips"], p["training"])))
    rate = float(flop_per_chip_hour(spec.bf16_tflops, mfu, figures["availability"])) / 3600
    q = p["node"]
    node = wall.training_wall_w(spec.node_chips, 1, spec.tdp_w, spec.air_cooled, 0, q)
    accelerators = (node - wall.base_w(spec.node_chips, spec.tdp_w, spec.scale_up, q)) / q["slope"] / spec.node_chips
    watts = float(np.clip(accelerators, spec.idle_loaded_w, spec.tdp_w))
    return Work(rate, watts, watts)


def simulation(figures: Figures, spec: ChipSpec, p: Calibration) -> Work:
    """FLOP at a share of the roofline min(peak, intensity x bandwidth); watts as of a step that only reads memory."""
    roof_tflops = min(spec.bf16_tflops, figures["flop_per_byte"] * spec.bandwidth_gbs * 1e-3)
    rate = float(flop_per_chip_hour(roof_tflops, figures["mfu"], figures["availability"])) / 3600
    drawn = p["power"]["memory"] * spec.family_w / (spec.tdp_w - spec.idle_loaded_w)
    watts = float(power.between(spec.idle_loaded_w, spec.tdp_w, power.soft_cap(drawn)))
    return Work(rate, watts, watts)


def diffusion(figures: Figures, spec: ChipSpec, p: Calibration) -> Work:
    """Images or videos by a diffusion transformer on one chip."""
    load, batch = figures["target_utilisation"], figures["batch"]
    shape = (figures["params_b"], figures["layers"], figures["hidden"], figures["tokens_per_unit"], figures["passes"])
    linear, attention = transformer_tflop(*shape)
    g = Generation(
        linear_tflop=linear,
        attention_tflop=attention,
        layers=figures["layers"],
        hidden=figures["hidden"],
        steps=figures["steps"],
        batch=batch,
        n_chips=1.0,
        ulysses=1.0,
        ring=1.0,
        megapixels=figures["megapixels"],
        tflops=spec.bf16_tflops,
        link_gbs=spec.link_gbs,
        blackwell=float(spec.blackwell),
        video=figures["video"],
    )
    point = {"chip": spec.name, "model": "", "n_chips": 1.0, "batch": batch, "ring": 1.0, "work": float(layer_gflop(g))}
    known = correction("video" if figures["video"] else "image", point)
    seconds = float(generation_seconds(g, p["diffusion"])) / known.rate
    formed = float(generation_power_w(g, spec.tdp_w, spec.idle_loaded_w, p["diffusion"]))
    saturated = float(np.clip(formed * known.power, spec.idle_loaded_w, spec.tdp_w))
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    return Work(load * batch / seconds, watts, saturated, 0.0, 1, int(batch))


FORMS: dict[str, Callable[[Figures, ChipSpec, Calibration], Work]] = {
    "training": training,
    "simulation": simulation,
    "diffusion": diffusion,
}


def language(figures: Figures, spec: ChipSpec, model: LlmCard, precision: str | None, p: Calibration) -> Work:
    """Output tokens with continuous batching, at the layout (and, unless given, the precision) with most tokens per chip."""
    found = best(figures, spec, model, p, precision, figures.get("latency_limit_ms", np.inf))
    load, layout = figures["target_utilisation"], found.layout
    watts = float(power.replica_w(load, found.w_per_chip, spec.idle_loaded_w, p["power"]))
    rate, note = load * found.tokens_per_s_per_chip, f"{model.name} in {layout}"
    each = layout.sequences / layout.chips
    return Work(rate, watts, found.w_per_chip, found.latency_ms, layout.chips, layout.sequences, note, each)


def policy(figures: Figures, spec: ChipSpec, model: LlmCard, precision: str | None, p: Calibration) -> Work:
    """Robots in control: each action is a prefill and a few decode steps for all robots of a pass, within one limit.

    `per_second` is streams held / 3600, so that work per chip-hour counts streams. Without a precision the narrowest is taken.
    """
    name = precision or precisions(model, spec)[0]
    # Robots send prepared images: the host work per image that chat services were measured with does not arise.
    s = replace(layouts(figures, spec, model, name, p["throughput"], plain=True), vision=0.0)
    cycle = np.asarray(s.output_tokens) * step_seconds(s, p["throughput"])
    streams = np.asarray(s.batch) / (cycle * figures["requests_per_s"])
    i = choose(s, streams, 1e3 * cycle, figures.get("latency_limit_ms", np.inf), spec, model, p["throughput"])
    found = at(only(s, i), name, 1e3 * float(cycle[i]), spec, p)
    load, layout = figures["target_utilisation"], found.layout
    watts = float(power.replica_w(load, found.w_per_chip, spec.idle_loaded_w, p["power"]))
    held, note = load * float(streams[i]) / layout.chips, f"{model.name} in {layout}"
    each = layout.sequences / layout.chips
    return Work(held / 3600, watts, found.w_per_chip, found.latency_ms, layout.chips, layout.sequences, note, each)
