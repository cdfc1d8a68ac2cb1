"""Layouts of a language model on a chip: every one worth trying, and the one with most work per chip that fits and is quick enough.

A replica is tensor parallel over 1, 2, 4, ... chips of one scale-up domain. Where the chip's card says that it is known to run, the
experts are spread with attention in data parallel (`spread`) and prompts have chips of their own in the same domain (`split`). No
more sequences per chip are tried than were measured on the chip; engines are the mix that was measured on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import product

import numpy as np

from planner.base.errors import InputError
from planner.base.text import exact, whole
from planner.catalog.cards import LlmCard
from planner.chips.chipspec import BYTES_PER_PARAM, FOUR_BIT, ChipSpec, model_fields
from planner.chips.parameters import Parameters
from planner.chips.serving import Array, Serving, all_chips, held_weights_gb, memory_needed_gb

Figures = Mapping[str, float]

MOST_CHIPS = 512  # of one replica, where the scale-up domain is larger
MOST_SPREAD = 64  # chips that experts were measured spread over
PROMPT_GROUPS = (1, 2, 4, 8, 16)  # groups of chips for prompts beside one replica


@dataclass(frozen=True)
class Layout:
    """One deployment as people say it."""

    precision: str
    chips: int
    prompt_chips: int
    sequences: int
    spread: bool
    speculative: bool

    def __str__(self) -> str:
        """As in "nvfp4, 32 chips with experts spread and 8 for prompts, 4096 sequences, speculative"."""
        n = self.chips - self.prompt_chips
        text = f"{self.precision}, {n} chip{'' if n == 1 else 's'}{' with experts spread' if self.spread else ''}"
        text += f" and {self.prompt_chips} for prompts" if self.prompt_chips else ""
        text += f", {self.sequences} sequence{'' if self.sequences == 1 else 's'}"
        return text + (", speculative" if self.speculative else "")


def doublings(top: float) -> Array:
    """1, 2, 4, ... up to `top`, and `top` itself."""
    return np.unique(np.append(2.0 ** np.arange(int(np.log2(max(top, 1.0))) + 1), max(float(int(top)), 1.0)))


def serving(spec: ChipSpec, model: LlmCard, precision: str, figures: Figures, **placed: Array) -> Serving:
    """A model on a chip at a precision, with the prompt and answer of `figures`, in the layouts of `placed`."""
    return Serving(
        input_tokens=figures["input_tokens"],
        output_tokens=figures["output_tokens"],
        bandwidth_gbs=spec.bandwidth_gbs,
        memory_gb=spec.memory_gb,
        tflops=spec.tflops(precision),
        fp4_ratio=spec.fp4_ratio(precision),
        link_gbs=spec.link_gbs,
        bytes_per_param=BYTES_PER_PARAM[precision],
        fp8=float(precision == "fp8"),
        fp4=float(precision in FOUR_BIT),
        int4=float(precision == "int4"),
        overhead=spec.overhead,
        kernels=spec.kernels,
        tuned=spec.tuned_share,
        **placed,  # type: ignore[arg-type]
        **model_fields(model),
    )


def layouts(
    figures: Figures, spec: ChipSpec, model: LlmCard, precision: str, p: Parameters, *, plain: bool = False
) -> Serving:
    """Every layout worth trying, as one array per field. `plain`: tensor parallel on one engine, as robots' controllers run.

    `figures` may set `n_chips` (of a tensor-parallel replica) and `batch` (most sequences of a replica).
    """
    given = "n_chips" in figures
    sizes = np.array([float(int(figures["n_chips"]))]) if given else doublings(min(spec.scaleup_chips, MOST_CHIPS))
    wide = not given and not plain and model.value("n_experts") > 0  # no dense model was measured so
    one_copy = serving(spec, model, precision, figures, n_chips=sizes, batch=np.ones(len(sizes)))
    held = held_weights_gb(one_copy) <= p["memory_fill"] * sizes * spec.memory_gb
    prompt_group = float(sizes[held][0]) if held.any() else np.inf
    spreads = (False, True) if wide and "spread" in spec.layouts else (False,)
    prompts = [0.0]
    if wide and "split" in spec.layouts and np.isfinite(prompt_group):
        prompts += [k * prompt_group for k in PROMPT_GROUPS]
    drafts = (False, True) if model.speculative and not plain else (False,)
    rows = []
    for n, spread, own, draft in product(sizes, spreads, prompts, drafts):
        if (spread and not 1 < n <= MOST_SPREAD) or (own and n + own > spec.scaleup_chips):
            continue
        most = figures["batch"] if "batch" in figures else (n + own) * spec.sequences_per_chip
        rows += [(n, b, spread, own, draft) for b in doublings(most)]
    n, batch, spread, own, draft = np.array(rows, float).T
    placed = {"n_chips": n, "batch": batch, "spread": spread, "prefill_chips": own, "speculative": draft}
    group = np.where(own > 0, prompt_group if np.isfinite(prompt_group) else 1.0, n)
    return serving(spec, model, precision, figures, **placed, prefill_group=group)


def choose(
    s: Serving, rate: Array, latency_ms: Array, limit_ms: float, spec: ChipSpec, model: LlmCard, p: Parameters
) -> int:
    """Position of the layout with most work per chip that fits in memory and meets the latency limit."""
    needed, n = np.broadcast_to(memory_needed_gb(s, p), rate.shape), np.asarray(s.n_chips, float)
    fits = needed <= p["memory_fill"] * n * spec.memory_gb
    if not fits.any():
        raise InputError(
            f"'{model.name}' does not fit {int(n.max())} x {spec.name}: it needs at least {whole(float(needed.min()))} GB",
            key="chip",
            value=spec.name,
            expected=f"a chip with more memory than {exact(spec.memory_gb)} GB, more chips, or a smaller model",
        )
    quick = fits & (latency_ms <= limit_ms)
    if not quick.any():
        raise InputError(
            f"'{model.name}' on {spec.name} cannot answer within {exact(limit_ms)} ms",
            key="latency_limit_ms",
            value=limit_ms,
            expected=f"at least {whole(np.ceil(float(latency_ms[fits].min())))} ms",
        )
    return int(np.argmax(np.where(quick, rate / all_chips(s), -np.inf)))


def only(s: Serving, i: int) -> Serving:
    """One of the layouts."""
    values = s.arrays()
    return Serving(
        **{item.name: values[item.name] if values[item.name].ndim == 0 else values[item.name][i] for item in fields(s)}
    )


def described(s: Serving, precision: str) -> Layout:
    """A single layout in words."""
    a = s.arrays()
    return Layout(
        precision=precision,
        chips=int(all_chips(s)),
        prompt_chips=int(a["prefill_chips"]),
        sequences=int(a["batch"]),
        spread=bool(a["spread"] > 0),
        speculative=bool(a["speculative"] > 0),
    )
