"""The room's front door: what one chip does for a workload, and what it draws. Cards in, plain numbers out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.catalog.cards import ChipCard, LlmCard, WorkloadCard, llm, nodes
from planner.catalog.cards_calibration import calibration, hour_of_week
from planner.compute import node as wall
from planner.compute import power
from planner.compute.chipspec import BYTES_PER_PARAM, ChipSpec, chip_spec, model_fields, native_precision
from planner.compute.diffusion import diffusion_fraction, diffusion_seconds
from planner.compute.serving import Serving, memory_needed_gb, serving_power_w, step_seconds
from planner.compute.training import flop_per_chip_hour
from planner.compute.workloads import year_shape
from planner.errors import InputError, unknown_name

Parameters = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Service:
    """One chip in service of a workload.

    Attributes
    ----------
    work_unit : what is counted: FLOP, tokens (output), images, videos, streams (one stream served for an hour).
    work_per_chip_hour : units per chip and hour at the planned load and batch.
    active_w, idle_w, off_w : IT watts per chip at the wall, host, fabric and storage included: at the planned load; with the
        model in memory but no work; parked.
    provision_w : IT watts per chip that must be connectable.
    basis : "measured" (this chip's power was measured), "same vendor" or "specs only".
    power_rse, throughput_rse : relative standard errors of one prediction.
    latency_ms : per output token (language) or action (policy); 0 where nobody waits.
    n_chips, batch : of one replica.
    accelerator_w : watts of the accelerator alone at the planned load.
    """

    work_unit: str
    work_per_chip_hour: float
    active_w: float
    idle_w: float
    off_w: float
    provision_w: float
    basis: str
    power_rse: float
    throughput_rse: float
    latency_ms: float
    n_chips: int
    batch: int
    accelerator_w: float
    notes: str = ""


@dataclass(frozen=True)
class Work:
    """What a form says of one chip at the planned load: units per second, accelerator watts, latency, layout."""

    per_second: float
    accelerator_w: float
    latency_ms: float = 0.0
    n_chips: int = 1
    batch: int = 1
    notes: str = ""


def serve(
    workload: WorkloadCard, chip: ChipCard, model: LlmCard | None = None, **overrides: float | str | None
) -> Service:
    """What one `chip` does for `workload`, with `model` or the workload's own.

    overrides : any figure of the workload card by name (batch, input_tokens, target_utilisation, latency_limit_ms, ...), and
    `n_chips` and `precision`; None leaves the card's figure.
    Raises `InputError` where the cards do not carry enough figures, the model does not fit the chip's largest scale-up domain,
    or no layout meets the latency limit.
    """
    p = calibration()
    spec = chip_spec(chip, p["power"])
    figures = {key: item.at() for key, item in workload.figures.items()}
    options = {key: value for key, value in overrides.items() if value is not None}
    precision = options.pop("precision", workload.precision)
    for key, value in options.items():
        if key not in (*OVERRIDES, *figures):
            raise unknown_name("option", key, {*OVERRIDES, *figures}, key=key)
        figures[key] = float(value)
    if workload.form in ("llm", "policy"):
        chosen = model or llm(workload.model or "")
        form = language if workload.form == "llm" else policy
        work = form(figures, spec, chosen, str(precision or native_precision(chosen, spec)), p)
    else:
        work = FORMS[workload.form](figures, spec, p)
    return at_the_wall(workload, spec, work, p)


OVERRIDES = ("n_chips", "latency_limit_ms", "batch")


def at_the_wall(workload: WorkloadCard, spec: ChipSpec, work: Work, p: Parameters) -> Service:
    """The work of an accelerator as the IT watts per chip that the site must feed."""

    def per_chip(accelerator_w: float) -> float:
        node = wall.wall_w(spec.node_chips * accelerator_w, spec.node_chips, spec.tdp_w, p["node"])
        return float(wall.with_shared_w(node, p["node"])) / spec.node_chips

    nameplate = nameplate_w_per_chip(spec, p) * spec.node_chips
    provisioned = wall.with_shared_w(wall.provision_w(nameplate, p["node"]), p["node"]) / spec.node_chips
    active = per_chip(work.accelerator_w)
    error = p["uncertainty"]
    key = spec.basis.replace(" ", "_")
    return Service(
        work_unit=workload.work_unit,
        work_per_chip_hour=work.per_second * 3600,
        active_w=active,
        idle_w=min(per_chip(spec.idle_loaded_w), active),
        off_w=float(wall.with_shared_w(p["node"]["standby_w"], p["node"])) / spec.node_chips,
        provision_w=max(float(provisioned), active),
        basis=spec.basis,
        power_rse=error[f"power_{key}"],
        throughput_rse=error[f"throughput_{key}"],
        latency_ms=work.latency_ms,
        n_chips=work.n_chips,
        batch=work.batch,
        accelerator_w=work.accelerator_w,
        notes=work.notes,
    )


def nameplate_w_per_chip(spec: ChipSpec, p: Parameters) -> float:
    """Rated watts per chip of its node or rack card (the smallest if there are several), else by the rule."""
    rated = [
        card.value("nameplate_w") / card.value("n_chips")
        for card in nodes().values()
        if card.chip == spec.name and "nameplate_w" in card.figures and card.figures["nameplate_w"].kind != "modelled"
    ]
    return min(rated) if rated else float(wall.nameplate_w(1, spec.tdp_w, p["node"]))


def training(figures: Mapping[str, float], spec: ChipSpec, p: Parameters) -> Work:
    """FLOP at MFU x BF16 peak x availability; the node draws its measured multiple of the accelerators' rated power."""
    rate = flop_per_chip_hour(spec.bf16_tflops, figures["mfu"], figures["availability"]) / 3600
    rated = spec.node_chips * spec.tdp_w
    node = p["node"]["training_per_tdp"] * rated
    accelerators = (node - wall.wall_w(0.0, spec.node_chips, spec.tdp_w, p["node"])) / p["node"]["slope"]
    return Work(float(rate), float(np.clip(accelerators / spec.node_chips, spec.idle_loaded_w, spec.tdp_w)))


def simulation(figures: Mapping[str, float], spec: ChipSpec, p: Parameters) -> Work:
    """FLOP at a share of the roofline min(peak, intensity x bandwidth); memory-bound, so watts as a saturated decode."""
    roof_tflops = min(spec.bf16_tflops, figures["flop_per_byte"] * (spec.bandwidth_gbs or 0) * 1e-3)
    rate = flop_per_chip_hour(roof_tflops, figures["mfu"], figures["availability"]) / 3600
    flags = {"fp8_moe": 0.0, "vision": 0.0, "slow_host": 0.0}
    share = power.serving_fraction(
        figures["mfu"], figures["mfu"] * roof_tflops / spec.bf16_tflops, 1, flags, p["power"]
    )
    return Work(float(rate), float(np.clip(share * spec.tdp_w, spec.idle_loaded_w, spec.tdp_w)))


def diffusion(figures: Mapping[str, float], spec: ChipSpec, p: Parameters) -> Work:
    """Images or videos by transformer FLOP per denoising step."""
    batch, load = figures["batch"], figures["target_utilisation"]
    work = (figures["params_b"], figures["tokens_per_unit"], figures["steps"], batch)
    seconds = float(diffusion_seconds(*work, spec.bf16_tflops, p["diffusion"]))
    share = float(diffusion_fraction(*work, 1, float(spec.blackwell), p["diffusion"]))
    saturated = max(share * spec.tdp_w, spec.idle_loaded_w)
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    return Work(load * batch / seconds, watts, 0.0, 1, int(batch))


FORMS = {"training": training, "simulation": simulation, "diffusion": diffusion}


def layouts(figures: Mapping[str, float], spec: ChipSpec, model: LlmCard, precision: str) -> Serving:
    """Every replica worth trying: powers of two of chips (axis 0) and of sequences (axis 1), within the scale-up domain."""
    most = int(figures.get("n_chips", min(spec.scaleup_chips, 64)))
    smallest = int(figures.get("n_chips", 1))
    n = smallest * 2.0 ** np.arange(int(np.log2(most / smallest)) + 1)
    top = figures["batch"]
    batch = np.unique(np.append(2.0 ** np.arange(int(np.log2(top)) + 1), top))
    return Serving(
        n_chips=n[:, None],
        batch=batch[None, :],
        input_tokens=figures["input_tokens"],
        output_tokens=figures["output_tokens"],
        bandwidth_gbs=spec.bandwidth_gbs or 0.0,
        tflops=spec.tflops(precision),
        bytes_per_param=BYTES_PER_PARAM[precision],
        fp8=float(precision == "fp8"),
        slow_host=float(spec.blackwell),
        **model_fields(model),
    )


def choose(
    s: Serving,
    rate: NDArray[np.float64],
    latency_ms: NDArray[np.float64],
    limit_ms: float,
    spec: ChipSpec,
    model: LlmCard,
    p: Parameters,
) -> tuple[int, int]:
    """Positions (chips, sequences) of the layout with most work per chip that fits in memory and meets the latency limit."""
    fits = memory_needed_gb(s) <= p["throughput"]["memory_fill"] * np.asarray(s.n_chips) * spec.memory_gb
    if not fits.any():
        raise InputError(
            f"'{model.name}' does not fit {int(np.max(s.n_chips))} x {spec.name}: it needs at least "
            f"{float(np.min(memory_needed_gb(s))):.0f} GB",
            key="chip",
            value=spec.name,
            expected=f"a chip with more memory than {spec.memory_gb:g} GB, or a smaller model",
        )
    quick = fits & (latency_ms <= limit_ms)
    if not quick.any():
        raise InputError(
            f"'{model.name}' on {spec.name} cannot answer within {limit_ms:g} ms",
            key="latency_limit_ms",
            value=limit_ms,
            expected=f"at least {float(latency_ms[fits].min()):.0f} ms",
        )
    per_chip = np.where(quick, rate / np.asarray(s.n_chips), -np.inf)
    row, column = np.unravel_index(int(np.argmax(per_chip)), per_chip.shape)
    return int(row), int(column)


def language(figures: Mapping[str, float], spec: ChipSpec, model: LlmCard, precision: str, p: Parameters) -> Work:
    """Output tokens with continuous batching, at the layout with most tokens per chip."""
    s = layouts(figures, spec, model, precision)
    seconds = step_seconds(s, p["throughput"])
    rate = np.asarray(s.batch) / seconds
    i, j = choose(s, rate, 1e3 * seconds, figures.get("latency_limit_ms", np.inf), spec, model, p)
    n, batch = float(np.asarray(s.n_chips)[i, 0]), float(np.asarray(s.batch)[0, j])
    load = figures["target_utilisation"]
    one = replace(s, n_chips=n, batch=batch)
    saturated = float(serving_power_w(one, spec.tdp_w, spec.idle_loaded_w, p))
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    note = f"{model.name} in {precision}, {n:.0f} chips per replica, batch {batch:.0f}"
    return Work(load * float(rate[i, j]) / n, watts, 1e3 * float(seconds[i, j]), int(n), int(batch), note)


def policy(figures: Mapping[str, float], spec: ChipSpec, model: LlmCard, precision: str, p: Parameters) -> Work:
    """Robots in control: each action is a prefill and a few decode steps for all robots of the batch, within one limit."""
    s = layouts(figures, spec, model, precision)
    cycle = np.asarray(s.output_tokens) * step_seconds(s, p["throughput"])
    streams = np.asarray(s.batch) / (cycle * figures["requests_per_s"])
    i, j = choose(s, streams, 1e3 * cycle, figures["latency_limit_ms"], spec, model, p)
    n, batch = float(np.asarray(s.n_chips)[i, 0]), float(np.asarray(s.batch)[0, j])
    load = figures["target_utilisation"]
    saturated = float(serving_power_w(replace(s, n_chips=n, batch=batch), spec.tdp_w, spec.idle_loaded_w, p))
    watts = float(power.replica_w(load, saturated, spec.idle_loaded_w, p["power"]))
    note = f"{model.name} in {precision}, {n:.0f} chips per replica, {batch:.0f} robots per pass"
    # work_per_chip_hour counts stream-hours, so the streams held are per hour, not per second.
    return Work(load * float(streams[i, j]) / n / 3600, watts, 1e3 * float(cycle[i, j]), int(n), int(batch), note)


def profile(
    workload: WorkloadCard, utc_offset_h: float, hours_of_week: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Relative demand (8760, UTC, mean 1) of an owner whose local time is `utc_offset_h` ahead of UTC; 1 January a Sunday."""
    return year_shape(hour_of_week(workload.shape) if hours_of_week is None else hours_of_week, utc_offset_h)
