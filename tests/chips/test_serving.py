"""Serving: units, limits, published points, and what must hold for any model and chip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog.cards import chip, llm
from planner.catalog.cards_calibration import calibration
from planner.chips.chipspec import BYTES_PER_PARAM, chip_spec, model_fields
from planner.chips.serving import (
    Serving,
    cache_gb,
    memory_needed_gb,
    serving_power_w,
    step_phases,
    step_seconds,
    step_tflop,
    tokens_per_second,
    weights_gb,
)

P = calibration()
CHIPS = ("A100-SXM4-80GB", "H100-SXM5-80GB", "B200-SXM-180GB", "MI300X-192GB", "Furiosa-RNGD")
MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-235B-A22B", "gpt-oss-20b", "Nemotron-Nano-9B-v2")


def replica(
    chip_name: str = "H100-SXM5-80GB",
    model: str = "Llama-3.1-70B",
    n: float = 4,
    batch: float = 64,
    prompt: float = 500,
    answer: float = 400,
    precision: str = "bf16",
) -> tuple[Serving, float, float, float]:
    spec = chip_spec(chip(chip_name), P["power"])
    serving = Serving(
        n_chips=n,
        batch=batch,
        input_tokens=prompt,
        output_tokens=answer,
        bandwidth_gbs=spec.bandwidth_gbs,
        tflops=spec.tflops(precision),
        link_gbs=spec.link_gbs,
        bytes_per_param=BYTES_PER_PARAM[precision],
        fp8=float(precision == "fp8"),
        mxfp4=0.0,
        blackwell=float(spec.blackwell),
        **model_fields(llm(model)),
    )
    return serving, spec.bf16_tflops, spec.tdp_w, spec.idle_loaded_w


layouts = st.fixed_dictionaries(
    {
        "chip_name": st.sampled_from(CHIPS),
        "model": st.sampled_from(MODELS),
        "n": st.sampled_from([1, 2, 4, 8, 16]),
        "batch": st.floats(1, 4096),
        "prompt": st.floats(1, 8000),
        "answer": st.floats(1, 8000),
        "precision": st.sampled_from(["bf16", "fp8"]),
    }
)


def test_a_dense_model_reads_all_its_weights_each_step() -> None:
    serving, *_ = replica()
    assert weights_gb(serving, 0.8) == pytest.approx(70.6 * 2)


def test_experts_are_touched_between_the_active_and_all() -> None:
    one, many = (replica(model="Qwen3-235B-A22B", batch=b)[0] for b in (1, 100_000))
    assert weights_gb(one, 1.0) == pytest.approx(22.2 * 2, rel=1e-6)
    assert weights_gb(many, 1.0) == pytest.approx(235.1 * 2, rel=1e-6)


def test_cache_of_llama_3_1_70b_is_its_published_size() -> None:
    serving, *_ = replica()
    assert cache_gb(serving, 1000) == pytest.approx(0.327680)


def test_a_sliding_window_bounds_the_cache() -> None:
    gemma, *_ = replica(model="gemma-3-12b")
    assert cache_gb(gemma, 100_000) < 0.2 * 100_000 * 393216e-9


def test_flop_of_a_decoded_token_is_twice_the_active_parameters() -> None:
    serving, *_ = replica(batch=1, prompt=1e-9, answer=1e-6)
    assert step_tflop(serving) == pytest.approx(2 * 70.6e9 * 1e-12 * (1 + 1e-3), rel=1e-6)


def test_memory_holds_weights_and_every_sequence() -> None:
    serving, *_ = replica()
    assert memory_needed_gb(serving) == pytest.approx(70.6 * 2 + 64 * 900 * 327680e-9)


def test_published_llama_3_1_8b_on_one_h100() -> None:
    """1,070 tokens/s at 8 sequences and 9,806 at 512 (ML.ENERGY v3, chat); an unseen combination of the fit."""
    small, *_ = replica(model="Llama-3.1-8B", n=1, batch=8, prompt=100, answer=400)
    large, *_ = replica(model="Llama-3.1-8B", n=1, batch=512, prompt=100, answer=400)
    assert tokens_per_second(small, P["throughput"]) == pytest.approx(1070, rel=0.3)
    assert tokens_per_second(large, P["throughput"]) == pytest.approx(9806, rel=0.3)


def test_published_joules_per_token_of_llama_3_1_70b_on_four_h100() -> None:
    """3.76 J/token at 8 sequences, 0.479 at 256 (ML.ENERGY v3, chat)."""
    for batch, joules in ((8, 3.76), (256, 0.479)):
        serving, bf16, tdp, idle = replica(n=4, batch=batch, prompt=100, answer=360)
        watts = serving_power_w(serving, bf16, tdp, idle, P)
        assert watts * 4 / tokens_per_second(serving, P["throughput"]) == pytest.approx(joules, rel=0.25)


@pytest.mark.parametrize(("chip_name", "watts"), [("H200-SXM-141GB", 517), ("B200-SXM-180GB", 606)])
def test_published_power_on_chips_and_a_model_outside_the_fit(chip_name: str, watts: float) -> None:
    """Phi-3-mini with 128 sequences (Alice benchmark; another campaign, prompt lengths not stated)."""
    serving, bf16, tdp, idle = replica(chip_name, "Phi-3-mini", 1, 128, 200, 400)
    assert serving_power_w(serving, bf16, tdp, idle, P) == pytest.approx(watts, rel=0.1)


def test_published_throughput_of_another_maker_is_within_its_stated_error() -> None:
    """Llama 3.1 405B in FP8 on 8 MI300X, 128 in and out (Oracle, vLLM of 2024): a third less than today's NVIDIA software would
    do, and alike at every batch, so that the shape of the form holds."""
    batch = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256], float)
    published = np.array([36, 71, 137, 258, 468, 798, 1184, 1585, 1846])
    serving, *_ = replica("MI300X-192GB", "Llama-3.1-405B", 8, batch, 128, 128, "fp8")  # type: ignore[arg-type]
    ratio = tokens_per_second(serving, P["throughput"]) / published
    assert np.median(np.log(ratio)) < 2 * P["uncertainty"]["throughput_specs_only"]
    assert ratio == pytest.approx(np.median(ratio), rel=0.1)


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_power_stays_between_idle_and_rated(layout: dict) -> None:
    serving, bf16, tdp, idle = replica(**layout)
    assert idle <= serving_power_w(serving, bf16, tdp, idle, P) <= tdp


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_no_step_is_faster_than_memory_and_products_allow(layout: dict) -> None:
    serving, *_ = replica(**layout)
    phases = step_phases(serving, P["throughput"])
    assert all(seconds >= 0 for seconds in phases.values())
    rate = serving.tflops * np.asarray(serving.n_chips)
    assert step_seconds(serving, P["throughput"]) >= step_tflop(serving) / rate


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_more_sequences_take_longer_steps_and_give_more_tokens(layout: dict) -> None:
    serving, *_ = replica(**layout)
    double = replace(serving, batch=2 * np.asarray(serving.batch))
    assert step_seconds(double, P["throughput"]) > step_seconds(serving, P["throughput"])
    if layout["batch"] >= 2:
        assert tokens_per_second(double, P["throughput"]) > tokens_per_second(serving, P["throughput"])


@settings(max_examples=30, deadline=None)
@given(layouts)
def test_a_faster_memory_never_slows_a_step(layout: dict) -> None:
    serving, *_ = replica(**layout)
    faster = replace(serving, bandwidth_gbs=2 * np.asarray(serving.bandwidth_gbs))
    assert step_seconds(faster, P["throughput"]) < step_seconds(serving, P["throughput"])


def test_arrays_in_arrays_out() -> None:
    serving, bf16, tdp, idle = replica(n=np.array([[1.0], [2.0]]), batch=np.array([[1.0, 2.0, 4.0]]))  # type: ignore[arg-type]
    assert step_seconds(serving, P["throughput"]).shape == (2, 3)
    assert serving_power_w(serving, bf16, tdp, idle, P).shape == (2, 3)


def test_efficiencies_are_physical() -> None:
    p = P["throughput"]
    for name in (
        "weight_efficiency",
        "cache_efficiency",
        "compute_efficiency",
        "compute_efficiency_moe",
        "link_efficiency",
    ):
        assert 0 < p[name] <= 1
