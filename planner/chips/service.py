"""The room's front door: what one chip does for a workload, and what it draws. Cards in, plain numbers out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.base.errors import InputError, unknown_name
from planner.base.text import exact
from planner.catalog.cards import ChipCard, LlmCard, WorkloadCard, llm, nodes
from planner.catalog.cards_calibration import calibration, hour_of_week
from planner.catalog.cards_compute import Measured
from planner.chips import node as wall
from planner.chips.chipspec import BYTES_PER_PARAM, NEEDED, ChipSpec, chip_spec
from planner.chips.parameters import Calibration
from planner.chips.uncertainty import relative_error
from planner.chips.work import FORMS, Figures, Work, language, policy
from planner.chips.workloads import year_shape

Errors = Literal["low", "central", "high"]

OPTIONS = ("n_chips", "batch", "latency_limit_ms", "run_chips")


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
    basis : how near the measurements its watts are: "measured" on this chip, on a "sibling" of its family, on a chip of the
        "other generation" that its family is like, or "specs only". Training has its own: few chips were measured in it.
    power_rse, throughput_rse : relative standard errors of one prediction.
    latency_ms : per output token (language) or action (policy); 0 where nobody waits.
    n_chips, batch : of one replica.
    accelerator_w, saturated_w : watts of the accelerator alone, at the planned load and saturated.
    notes : precision and layout.
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


def serve(
    workload: WorkloadCard,
    chip: ChipCard,
    model: LlmCard | None = None,
    *,
    errors: Errors = "central",
    **overrides: float | str | None,
) -> Service:
    """What one `chip` does for `workload`, with `model` or the workload's own.

    errors : "high", one stated error more watts and less work; "low", the other way round.
    overrides : any figure of the workload card by name (input_tokens, target_utilisation, latency_limit_ms, ...), and `n_chips` and
    `batch` (of a tensor-parallel replica; most sequences), `run_chips` (of one training run) and `precision` (bf16, fp8, nvfp4,
    mxfp4, int4); None leaves the card's figure, or the layout and precision with most work per chip.
    Raises `InputError` where the cards do not carry enough figures, the model does not fit the chip's largest scale-up domain,
    or no layout meets the latency limit.
    """
    p = calibration()
    if workload.form == "training" and not chip.trains:
        raise InputError(
            f"chip '{chip.name}' is made for inference", key="chip", value=chip.name, expected="a chip that can train"
        )
    spec = chip_spec(chip, p, ("tdp_w",) if workload.form == "training" else NEEDED)
    figures = {key: item.at() for key, item in workload.figures.items()}
    options = {key: value for key, value in overrides.items() if value is not None}
    precision = options.pop("precision", workload.precision)
    for key, value in options.items():
        figures[key] = option(key, value, figures)
    if workload.form in ("llm", "policy"):
        chosen = model or llm(workload.model or "")
        form = language if workload.form == "llm" else policy
        work = form(figures, spec, chosen, checked_precision(precision) if precision else None, p)
    else:
        work = FORMS[workload.form]({**figures, "video": float(workload.work_unit == "videos")}, spec, p)
    return at_the_wall(workload, spec, work, p, errors)


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
        raise InputError("larger than possible", key=key, value=value, expected=f"at most {exact(limit)}")
    if key in ("n_chips", "batch", "run_chips") and number < 1:
        raise InputError("less than one", key=key, value=value, expected="at least 1")
    return number


def checked_precision(name: str | float) -> str:
    """A precision that the forms know, or an error with the nearest."""
    if name not in BYTES_PER_PARAM:
        raise unknown_name("precision", str(name), BYTES_PER_PARAM, key="precision")
    return str(name)


def at_the_wall(workload: WorkloadCard, spec: ChipSpec, work: Work, p: Calibration, errors: Errors) -> Service:
    """The work of an accelerator as the IT watts per chip that the site must feed."""
    about: Measured = "training" if workload.form == "training" else "power"
    known = {q: relative_error(p, spec.basis[q], q, work.sequences_per_chip) for q in (about, "throughput")}
    sign = {"low": -1, "central": 0, "high": 1}[errors]

    def drawn(watts: float) -> float:
        return float(np.clip(watts * (1 + known[about]) ** sign, spec.idle_loaded_w, spec.tdp_w))

    def per_chip(accelerator_w: float) -> float:
        node = wall.wall_w(spec.node_chips * accelerator_w, spec.node_chips, spec.tdp_w, spec.scale_up, p["node"])
        return float(wall.with_shared_w(node, p["node"])) / spec.node_chips

    nameplate = nameplate_w_per_chip(spec, p)
    provisioned = float(wall.with_shared_w(wall.provision_w(nameplate, p["node"]), p["node"]))
    accelerator, saturated = drawn(work.accelerator_w), drawn(work.saturated_w)
    active = per_chip(accelerator)
    return Service(
        work_unit=workload.work_unit,
        work_per_chip_hour=work.per_second * 3600 / (1 + known["throughput"]) ** sign,
        active_w=active,
        idle_w=min(per_chip(spec.idle_loaded_w), active),
        off_w=float(wall.with_shared_w(p["node"]["standby_w"], p["node"])),
        provision_w=max(provisioned, per_chip(saturated)),
        basis=spec.basis[about],
        power_rse=known[about],
        throughput_rse=known["throughput"],
        latency_ms=work.latency_ms,
        n_chips=work.n_chips,
        batch=work.batch,
        accelerator_w=accelerator,
        saturated_w=saturated,
        notes=work.notes,
    )


def nameplate_w_per_chip(spec: ChipSpec, p: Calibration) -> float:
    """Rated watts per chip of its node or rack card (the smallest if there are several), else by the rule."""
    rated = [
        card.value("nameplate_w") / card.value("n_chips")
        for card in nodes().values()
        if card.chip == spec.name and "nameplate_w" in card.figures and card.figures["nameplate_w"].kind != "modelled"
    ]
    return min(rated) if rated else float(wall.nameplate_w(1, spec.tdp_w, p["node"]))


def profile(
    workload: WorkloadCard, utc_offset_h: float, hours_of_week: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Relative demand (8760 hours of 2023, UTC, mean 1) of an owner whose clock is `utc_offset_h` ahead of UTC.

    The hour-of-week shape is the workload's own unless `hours_of_week` (168, Monday 00:00 local first) is given.
    """
    return year_shape(hour_of_week(workload.shape) if hours_of_week is None else hours_of_week, utc_offset_h)
