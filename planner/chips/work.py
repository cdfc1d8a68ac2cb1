"""Forms of work: what one accelerator does for each kind of workload, and the watts it draws doing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.base.errors import InputError
from planner.catalog.cards import LlmCard
from planner.chips import node as wall
from planner.chips import power
from planner.chips.chipspec import BYTES_PER_PARAM, ChipSpec, model_fields
from planner.chips.diffusion import Generation, generation_power_w, generation_seconds, layer_gflop, transformer_tflop
from planner.chips.evidence.measured import Correction, correction
from planner.chips.serving import Serving, memory_needed_gb, serving_power_w, step_seconds
from planner.chips.training import flop_per_chip_hour, mfu_at_scale

Parameters = Mapping[str, Mapping[str, float]]
Figures = Mapping[str, float]

MOST_CHIPS = 512  # of one replica, where the scale-up domain is larger


@dataclass(frozen=True)
class Work:
    """What a form says of one chip: units per second at the planned load, accelerator watts, latency, layout."""

    per_second: float
    accelerator_w: float
    saturated_w: float
    latency_ms: float = 0.0
    n_chips: int = 1
    batch: int = 1
    notes: str = ""


def training(figures: Figures, spec: ChipSpec, p: Parameters) -> Work:
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


def simulation(figures: Figures, spec: ChipSpec, p: Parameters) -> Work:
    """FLOP at a share of the roofline min(peak, intensity x bandwidth); watts as of a step that only reads memory."""
    roof_tflops = min(spec.bf16_tflops, figures["flop_per_byte"] * spec.bandwidth_gbs * 1e-3)
    rate = float(flop_per_chip_hour(roof_tflops, figures["mfu"], figures["availability"])) / 3600
    watts = float(power.between(spec.idle_loaded_w, spec.tdp_w, power.soft_cap(p["power"]["memory"])))
    return Work(rate, watts, watts)


def diffusion(figures: Figures, spec: ChipSpec, p: Parameters) -> Work:
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


FORMS: dict[str, Callable[[Figures, ChipSpec, Parameters], Work]] = {
    "training": training,
    "simulation": simulation,
    "diffusion": diffusion,
}


def layouts(figures: Figures, spec: ChipSpec, model: LlmCard, precision: str) -> Serving:
    """Every replica worth trying: doublings of chips (axis 0) and of sequences (axis 1), within the scale-up domain."""
    if "n_chips" in figures:
        n = np.array([float(int(figures["n_chips"]))])
    else:
        n = 2.0 ** np.arange(int(np.log2(min(spec.scaleup_chips, MOST_CHIPS))) + 1)
    top = float(int(figures["batch"]))
    batch = np.unique(np.append(2.0 ** np.arange(int(np.log2(top)) + 1), top))
    return Serving(
        n_chips=n[:, None],
        batch=batch[None, :],
        input_tokens=figures["input_tokens"],
        output_tokens=figures["output_tokens"],
        bandwidth_gbs=spec.bandwidth_gbs,
        tflops=spec.tflops(precision),
        link_gbs=spec.link_gbs,
        bytes_per_param=BYTES_PER_PARAM[precision],
        fp8=float(precision == "fp8"),
        mxfp4=float(precision == "mxfp4"),
        blackwell=float(spec.blackwell),
        **model_fields(model),
    )


def choose(
    s: Serving,
    rate: NDArray[np.float64],
    latency_ms: NDArray[np.float64],
    limit_ms: float,
    spec: ChipSpec,
    model: LlmCard,
    fill: float,
) -> tuple[int, int]:
    """Positions (chips, sequences) of the layout with most work per chip that fits in memory and meets the latency limit."""
    needed, n = memory_needed_gb(s), np.asarray(s.n_chips, float)
    fits = needed <= fill * n * spec.memory_gb
    if not fits.any():
        raise InputError(
            f"'{model.name}' does not fit {int(n.max())} x {spec.name}: it needs at least {float(needed.min()):.0f} GB",
            key="chip",
            value=spec.name,
            expected=f"a chip with more memory than {spec.memory_gb:g} GB, more chips, or a smaller model",
        )
    quick = fits & (latency_ms <= limit_ms)
    if not quick.any():
        raise InputError(
            f"'{model.name}' on {spec.name} cannot answer within {limit_ms:g} ms",
            key="latency_limit_ms",
            value=limit_ms,
            expected=f"at least {np.ceil(float(latency_ms[fits].min())):.0f} ms",
        )
    per_chip = np.where(quick, rate / n, -np.inf)
    row, column = np.unravel_index(int(np.argmax(per_chip)), per_chip.shape)
    return int(row), int(column)


def replica(
    s: Serving, i: int, j: int, spec: ChipSpec, model: LlmCard, precision: str, p: Parameters
) -> tuple[Serving, Correction, float, str]:
    """The chosen replica, what measurements say of the form there, its saturated watts, and a note on the layout."""
    n, batch = float(np.asarray(s.n_chips)[i, 0]), float(np.asarray(s.batch)[0, j])
    one = replace(s, n_chips=n, batch=batch)
    known = correction(
        "language",
        {
            "chip": spec.name,
            "model": model.name,
            "architecture": model.architecture,
            "precision": precision,
            "n_chips": n,
            "batch": batch,
            "input_tokens": float(np.asarray(s.input_tokens)),
            "output_tokens": float(np.asarray(s.output_tokens)),
            "size_b": model.value("active_params_b"),
        },
    )
    formed = float(serving_power_w(one, spec.bf16_tflops, spec.tdp_w, spec.idle_loaded_w, p))
    saturated = float(np.clip(formed * known.power, spec.idle_loaded_w, spec.tdp_w))
    note = f"{model.name} in {precision}, {n:.0f} {'chip' if n == 1 else 'chips'} per replica, batch {batch:.0f}; {known.note}"
    return one, known, saturated, note


def language(figures: Figures, spec: ChipSpec, model: LlmCard, precision: str, p: Parameters) -> Work:
    """Output tokens with continuous batching, at the layout with most tokens per chip."""
    s = layouts(figures, spec, model, precision)
    seconds = step_seconds(s, p["throughput"])
    limit = figures.get("latency_limit_ms", np.inf)
    i, j = choose(s, np.asarray(s.batch) / seconds, 1e3 * seconds, limit, spec, model, p["throughput"]["memory_fill"])
    one, known, saturated, note = replica(s, i, j, spec, model, precision, p)
    load, n, batch = figures["target_utilisation"], float(one.n_chips), float(one.batch)  # type: ignore[arg-type]
    step = float(seconds[i, j]) / known.rate
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    return Work(load * batch / step / n, watts, saturated, 1e3 * step, int(n), int(batch), note)


def policy(figures: Figures, spec: ChipSpec, model: LlmCard, precision: str, p: Parameters) -> Work:
    """Robots in control: each action is a prefill and a few decode steps for all robots of a pass, within one limit.

    `per_second` is streams held / 3600, so that work per chip-hour counts streams.
    """
    # Robots send prepared images: the host work per image that chat services were measured with does not arise.
    s = replace(layouts(figures, spec, model, precision), vision=0.0)
    cycle = np.asarray(s.output_tokens) * step_seconds(s, p["throughput"])
    streams = np.asarray(s.batch) / (cycle * figures["requests_per_s"])
    limit = figures.get("latency_limit_ms", np.inf)
    i, j = choose(s, streams, 1e3 * cycle, limit, spec, model, p["throughput"]["memory_fill"])
    one, _, saturated, note = replica(s, i, j, spec, model, precision, p)
    load, n, batch = figures["target_utilisation"], float(one.n_chips), float(one.batch)  # type: ignore[arg-type]
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    held = load * float(streams[i, j]) / n
    return Work(held / 3600, watts, saturated, 1e3 * float(cycle[i, j]), int(n), int(batch), note)
