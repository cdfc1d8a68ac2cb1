"""Deployments of language models as the tests of serving place them: a layout of a model on a chip, its tokens/s and watts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from planner.catalog.cards import chip, llm
from planner.catalog.cards_calibration import calibration
from planner.chips.chipspec import ChipSpec, chip_spec
from planner.chips.evidence.serving_rows import engine
from planner.chips.layouts import serving as placed
from planner.chips.serving import Serving
from planner.chips.steps import serving_power_w, tokens_per_second

P = calibration()


def replica(
    chip_name: str = "H100-SXM5-80GB",
    model: str = "Llama-3.1-70B",
    n: ArrayLike = 4,
    batch: ArrayLike = 64,
    prompt: float = 500,
    answer: float = 400,
    precision: str = "bf16",
    name: str = "",
    **layout: float,
) -> tuple[Serving, ChipSpec]:
    """A layout of a model on a chip, with today's engine or that of 2025 (which knows no families, and no limit of memory)."""
    spec = chip_spec(chip(chip_name), P)
    figures = {"input_tokens": prompt, "output_tokens": answer}
    s = placed(spec, llm(model), precision, figures, n_chips=np.asarray(n, float), batch=np.asarray(batch, float))
    if name:
        s = replace(s, overhead=1.0, kernels=1.0, blackwell=float(spec.blackwell), memory_gb=np.inf, tuned=0.0)
    return replace(s, **layout), spec


def rate(s: Serving, name: str = "") -> np.ndarray:
    return tokens_per_second(s, engine(P, name)[0])


def watts(s: Serving, spec: ChipSpec, name: str = "") -> np.ndarray:
    return serving_power_w(s, spec.family_w, spec.tdp_w, spec.idle_loaded_w, *engine(P, name))
