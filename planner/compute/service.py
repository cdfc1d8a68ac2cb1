"""The room's front door: what one chip does for a workload, and what it draws. Cards in, plain numbers out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from planner.catalog.cards import ChipCard, LlmCard, WorkloadCard, llm, nodes
from planner.catalog.cards_calibration import calibration, hour_of_week
from planner.compute import node as wall
from planner.compute import power
from planner.compute.chipspec import BYTES_PER_PARAM, NEEDED, ChipSpec, chip_spec, model_fields, native_precision
from planner.compute.diffusion import Generation, generation_power_w, generation_seconds, transformer_tflop
from planner.compute.measured import Correction, correction
from planner.compute.serving import Serving, memory_needed_gb, serving_power_w, step_seconds
from planner.compute.training import flop_per_chip_hour
from planner.compute.workloads import year_shape
from planner.errors import InputError, unknown_name

Parameters = Mapping[str, Mapping[str, float]]
Figures = Mapping[str, float]

OPTIONS = ("n_chips", "latency_limit_ms")
MOST_CHIPS = 512  # of one replica, where the scale-up domain is larger


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
    accelerator_w, saturated_w : watts of the accelerator alone, at the planned load and saturated.
    notes : layout, and whether measurements of this very model and chip corrected the form.
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
    saturated_w: float
    notes: str = ""


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


def serve(
    workload: WorkloadCard, chip: ChipCard, model: LlmCard | None = None, **overrides: float | str | None
) -> Service:
    """What one `chip` does for `workload`, with `model` or the workload's own.

    overrides : any figure of the workload card by name (batch, input_tokens, target_utilisation, latency_limit_ms, ...), and
    `n_chips` and `precision` (bf16, fp8, mxfp4); None leaves the card's figure.
    Raises `InputError` where the cards do not carry enough figures, the model does not fit the chip's largest scale-up domain,
    or no layout meets the latency limit.
    """
    p = calibration()
    spec = chip_spec(chip, p["power"], ("tdp_w",) if workload.form == "training" else NEEDED)
    figures = {key: item.at() for key, item in workload.figures.items()}
    options = {key: value for key, value in overrides.items() if value is not None}
    precision = options.pop("precision", workload.precision)
    for key, value in options.items():
        figures[key] = option(key, value, figures)
    if workload.form in ("llm", "policy"):
        chosen = model or llm(workload.model or "")
        form = language if workload.form == "llm" else policy
        work = form(figures, spec, chosen, checked_precision(precision or native_precision(chosen, spec)), p)
    else:
        work = FORMS[workload.form](figures, spec, p)
    return at_the_wall(workload, spec, work, p)


def option(key: str, value: float | str, figures: Figures) -> float:
    """An override as a positive number, or an error that names it."""
    if key not in figures and key not in OPTIONS:
        raise unknown_name("option", key, {*OPTIONS, *figures, "precision"}, key=key)
    try:
        number = float(value)
    except ValueError:
        number = np.nan
    if not (np.isfinite(number) and number > 0):
        raise InputError("not a positive number", key=key, value=value, expected="a number above 0")
    limit = {"target_utilisation": 1.0, "mfu": 1.0, "availability": 1.0}.get(key, np.inf)
    if number > limit:
        raise InputError("larger than possible", key=key, value=value, expected=f"at most {limit:g}")
    if key in ("n_chips", "batch") and number < 1:
        raise InputError("less than one", key=key, value=value, expected="at least 1")
    return number


def checked_precision(name: str | float) -> str:
    """A precision that the forms know, or an error with the nearest."""
    if name not in BYTES_PER_PARAM:
        raise unknown_name("precision", str(name), BYTES_PER_PARAM, key="precision")
    return str(name)


def at_the_wall(workload: WorkloadCard, spec: ChipSpec, work: Work, p: Parameters) -> Service:
    """The work of an accelerator as the IT watts per chip that the site must feed."""

    def per_chip(accelerator_w: float) -> float:
        node = wall.wall_w(spec.node_chips * accelerator_w, spec.node_chips, spec.tdp_w, spec.scale_up, p["node"])
        return float(wall.with_shared_w(node, p["node"])) / spec.node_chips

    nameplate = nameplate_w_per_chip(spec, p)
    provisioned = float(wall.with_shared_w(wall.provision_w(nameplate, p["node"]), p["node"]))
    active = per_chip(work.accelerator_w)
    key = spec.basis.replace(" ", "_")
    return Service(
        work_unit=workload.work_unit,
        work_per_chip_hour=work.per_second * 3600,
        active_w=active,
        idle_w=min(per_chip(spec.idle_loaded_w), active),
        off_w=float(wall.with_shared_w(p["node"]["standby_w"], p["node"])),
        provision_w=max(provisioned, per_chip(work.saturated_w)),
        basis=spec.basis,
        power_rse=p["uncertainty"][f"power_{key}"],
        throughput_rse=p["uncertainty"][f"throughput_{key}"],
        latency_ms=work.latency_ms,
        n_chips=work.n_chips,
        batch=work.batch,
        accelerator_w=work.accelerator_w,
        saturated_w=work.saturated_w,
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


def training(figures: Figures, spec: ChipSpec, p: Parameters) -> Work:
    """FLOP at MFU x BF16 peak x availability; the accelerator watts that give the measured node power in training."""
    rate = float(flop_per_chip_hour(spec.bf16_tflops, figures["mfu"], figures["availability"])) / 3600
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
        steps=figures["steps"],
        batch=batch,
        n_chips=1.0,
        ring=1.0,
        megapixels=figures["megapixels"],
        tflops=spec.bf16_tflops,
        blackwell=float(spec.blackwell),
    )
    seconds = float(generation_seconds(g, p["diffusion"]))
    saturated = float(generation_power_w(g, spec.tdp_w, spec.idle_loaded_w, p["diffusion"]))
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
    known = correction(spec.name, model.name, precision, n, batch)
    formed = float(serving_power_w(one, spec.bf16_tflops, spec.tdp_w, spec.idle_loaded_w, p))
    saturated = float(np.clip(formed * known.power, spec.idle_loaded_w, spec.tdp_w))
    note = f"{model.name} in {precision}, {n:.0f} chips per replica, batch {batch:.0f}; {known.note}"
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


def profile(
    workload: WorkloadCard, utc_offset_h: float, hours_of_week: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Relative demand (8760 hours of 2023, UTC, mean 1) of an owner whose clock is `utc_offset_h` ahead of UTC.

    The hour-of-week shape is the workload's own unless `hours_of_week` (168, Monday 00:00 local first) is given.
    """
    return year_shape(hour_of_week(workload.shape) if hours_of_week is None else hours_of_week, utc_offset_h)
