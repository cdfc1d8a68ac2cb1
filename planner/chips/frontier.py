"""The most output tokens per second and chip that a chip gives within a time per output token, by its best layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from planner.base.errors import InputError
from planner.catalog.cards import ChipCard, LlmCard
from planner.chips.chipspec import Basis, ChipSpec, chip_spec, precisions
from planner.chips.layouts import Figures, Layout, choose, described, layouts, only
from planner.chips.serving import Serving, all_chips
from planner.chips.steps import serving_power_w, token_seconds, tokens_per_second
from planner.chips.uncertainty import relative_error

Calibration = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Best:
    """The best layout within a limit, fully loaded: rate and accelerator watts per chip, time per token, how well it is known."""

    serving: Serving
    layout: Layout
    tokens_per_s_per_chip: float
    w_per_chip: float
    latency_ms: float
    basis: Basis
    throughput_error: float

    @property
    def j_per_token(self) -> float:
        """J of accelerators per output token."""
        return self.w_per_chip / self.tokens_per_s_per_chip


def best(
    figures: Figures, spec: ChipSpec, model: LlmCard, p: Calibration, precision: str | None, limit_ms: float
) -> Best:
    """The best layout of a model on a chip over its precisions (or the given one).

    figures : input_tokens, output_tokens and, if given, n_chips and batch. Raises the `InputError` of the last precision that fails
    where none has a layout that fits and is quick enough.
    """
    found: list[Best] = []
    problem: InputError | None = None
    for name in [precision] if precision else precisions(model, spec):
        s = layouts(figures, spec, model, name, p["throughput"])
        rate, latency = tokens_per_second(s, p["throughput"]), 1e3 * token_seconds(s, p["throughput"])
        try:
            i = choose(s, rate, latency, limit_ms, spec, model, p["throughput"])
        except InputError as error:
            problem = error
            continue
        found.append(at(only(s, i), name, float(latency[i]), spec, p))
    if not found:
        raise problem or InputError(f"'{model.name}' has no precision for {spec.name}", key="precision")
    return max(found, key=lambda item: item.tokens_per_s_per_chip)


def at(s: Serving, precision: str, latency_ms: float, spec: ChipSpec, p: Calibration) -> Best:
    """Figures of one layout."""
    n = float(all_chips(s))
    load = float(np.asarray(s.batch)) / n
    watts = serving_power_w(s, spec.family_w, spec.served_w, spec.idle_loaded_w, p["throughput"], p["power"])
    return Best(
        serving=s,
        layout=described(s, precision),
        tokens_per_s_per_chip=float(tokens_per_second(s, p["throughput"])) / n,
        w_per_chip=float(watts),
        latency_ms=latency_ms,
        basis=spec.basis["throughput"],
        throughput_error=relative_error(p, spec.basis["throughput"], "throughput", load),
    )


def frontier(
    cards: list[ChipCard],
    model: LlmCard,
    input_tokens: float,
    output_tokens: float,
    limits_ms: list[float],
    p: Calibration,
) -> Iterator[dict[str, object]]:
    """One row per chip and limit that it meets, in the order given; chips and limits that cannot be met are left out."""
    figures = {"input_tokens": input_tokens, "output_tokens": output_tokens}
    for card in cards:
        try:
            spec = chip_spec(card, p)
        except InputError:
            continue
        for limit in limits_ms:
            try:
                found = best(figures, spec, model, p, None, limit)
            except InputError:
                continue
            yield {
                "chip": card.name,
                "model": model.name,
                "tpot_ms": limit,
                "output_tokens_per_s_per_chip": found.tokens_per_s_per_chip,
                "w_per_chip": found.w_per_chip,
                "j_per_output_token": found.j_per_token,
                "layout": str(found.layout),
                "basis": found.basis,
                "relative_error": found.throughput_error,
            }
