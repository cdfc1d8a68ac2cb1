"""Serving: units, limits, and what must hold for any model and chip. What was measured: `test_against_measurements`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.chips.serving import (
    all_chips,
    cache_gb,
    cache_share,
    decode_tflop,
    held_weights_gb,
    memory_needed_gb,
    prefill_tflop,
    sequences_held,
    step_tflop,
    weights_gb,
)
from planner.chips.steps import shares, speculation, step_phases, step_seconds, token_seconds
from tests.chips.deployments import P, rate, replica, watts

CHIPS = ("A100-SXM4-80GB", "H100-SXM5-80GB", "B200-SXM-180GB", "MI300X-192GB", "Furiosa-RNGD")
MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Qwen3-235B-A22B", "gpt-oss-20b", "Nemotron-Nano-9B-v2", "DeepSeek-V4-Pro")

layouts = st.fixed_dictionaries(
    {
        "chip_name": st.sampled_from(CHIPS),
        "model": st.sampled_from(MODELS),
        "n": st.sampled_from([1, 2, 4, 8, 16]),
        "batch": st.floats(1, 4096),
        "prompt": st.floats(1, 8000),
        "answer": st.floats(1, 8000),
        "precision": st.sampled_from(["bf16", "fp8", "nvfp4", "int4"]),
        "spread": st.sampled_from([0.0, 1.0]),
        "prefill_chips": st.sampled_from([0.0, 1.0, 8.0]),
        "speculative": st.sampled_from([0.0, 1.0]),
        "tuned": st.sampled_from([0.0, 1.0]),
    }
)


def test_a_dense_model_reads_all_its_weights_each_step() -> None:
    serving, _ = replica()
    assert weights_gb(serving, 0.8) == pytest.approx(70.6 * 2)


def test_experts_are_touched_between_the_active_and_all() -> None:
    one, many = (replica(model="Qwen3-235B-A22B", batch=b)[0] for b in (1, 100_000))
    assert weights_gb(one, 1.0) == pytest.approx(22.2 * 2, rel=1e-6)
    assert weights_gb(many, 1.0) == pytest.approx(235.1 * 2, rel=1e-6)


def test_spread_experts_stand_once_and_the_rest_on_every_chip() -> None:
    """DeepSeek-R1: 256 experts, 8 picked; what is not active over the share not picked is 633.4 / 0.96875 billion, the rest 17.17."""
    one, eight = (replica(model="DeepSeek-R1-0528", n=n, spread=1.0)[0] for n in (1, 8))
    assert held_weights_gb(one) == pytest.approx(2 * 671, rel=1e-6)
    assert held_weights_gb(eight) == pytest.approx(2 * (653.83 + 8 * 17.17), rel=1e-4)


def test_cache_of_llama_3_1_70b_is_its_published_size() -> None:
    serving, _ = replica()
    assert cache_gb(serving, 1000) == pytest.approx(0.327680)


def test_a_compressed_cache_is_copied_under_tensor_parallelism() -> None:
    """One head cannot be split: eight chips keep eight copies, unless each keeps its own sequences. Eight heads split eight ways."""
    for model, copied in (("DeepSeek-R1-0528", 8.0), ("Llama-3.1-70B", 1.0), ("MiniMax-M3", 2.0)):
        assert cache_share(replica(model=model, n=8)[0], 0.5) == copied
        assert cache_share(replica(model=model, n=8, precision="fp8")[0], 0.5) == copied / 2
        assert cache_share(replica(model=model, n=8, spread=1.0)[0], 0.5) == 1.0


def test_a_sliding_window_bounds_the_cache() -> None:
    gemma, _ = replica(model="gemma-3-12b")
    assert cache_gb(gemma, 100_000) < 0.2 * 100_000 * 393216e-9


def test_flop_of_a_decoded_token_is_twice_the_active_parameters() -> None:
    serving, _ = replica(batch=1, prompt=1e-9, answer=1e-6)
    assert step_tflop(serving) == pytest.approx(2 * 70.6e9 * 1e-12 * (1 + 1e-3), rel=1e-6)


def test_memory_holds_weights_and_every_sequence() -> None:
    serving, _ = replica()
    assert memory_needed_gb(serving, P["throughput"]) == pytest.approx(70.6 * 2 + 64 * 900 * 327680e-9)


def test_sequences_that_do_not_fit_wait() -> None:
    """Four H100 hold 288 GB, 141.2 of them weights; 700 tokens of Llama 3.1 70B take 0.229 GB: 639 sequences."""
    few, many = (sequences_held(replica(batch=b)[0], P["throughput"]) for b in (10, 1e6))
    assert few == pytest.approx(10, rel=1e-3)
    assert many == pytest.approx((0.9 * 320 - 141.2) / (700 * 327680e-9), rel=1e-3)


def test_chips_for_prompts_free_the_others_and_bound_the_rate() -> None:
    """With few of them the service makes what they can; with many, what decoding can."""
    both, own = replica("GB300-288GB", "DeepSeek-R1-0528", 8, 2048, 8192, 1024, "nvfp4", spread=1.0)[0], []
    for chips_for_prompts in (0.5, 1.0, 1e4):
        s = replace(both, prefill_chips=chips_for_prompts, prefill_group=1.0)
        own.append(float(rate(s)))
        assert token_seconds(s, P["throughput"]) < token_seconds(both, P["throughput"])
    alone = replace(both, prefill_chips=1.0, input_tokens=1e-6, prefill_group=1.0)
    assert own[1] == pytest.approx(2 * own[0], rel=0.05)
    assert own[0] < float(rate(both)) < own[2] < float(rate(alone))


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_power_stays_between_idle_and_rated(layout: dict) -> None:
    serving, spec = replica(**layout)
    assert spec.idle_loaded_w <= watts(serving, spec) <= spec.tdp_w
    assert sum(shares(serving, P["throughput"]).values()) == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_no_step_is_faster_than_memory_and_products_allow(layout: dict) -> None:
    serving, _ = replica(**layout)
    assert all(seconds >= 0 for seconds in step_phases(serving, P["throughput"]).values())
    made = rate(serving) / speculation(serving, P["throughput"])
    peak = serving.tflops * np.asarray(serving.fp4_ratio)
    assert made * (decode_tflop(serving) + prefill_tflop(serving) / layout["answer"]) <= peak * all_chips(serving) * (
        1 + 1e-9
    )


@settings(max_examples=60, deadline=None)
@given(layouts)
def test_more_sequences_take_longer_steps_and_give_more_tokens(layout: dict) -> None:
    serving, _ = replica(**layout, memory_gb=1e9)
    double = replace(serving, batch=2 * np.asarray(serving.batch))
    assert step_seconds(double, P["throughput"]) > step_seconds(serving, P["throughput"])
    if layout["batch"] >= 2 and not layout["speculative"]:
        assert rate(double) > rate(serving) * (1 - 1e-9)


@settings(max_examples=30, deadline=None)
@given(layouts)
def test_a_faster_memory_never_slows_a_step(layout: dict) -> None:
    serving, _ = replica(**layout)
    faster = replace(serving, bandwidth_gbs=2 * np.asarray(serving.bandwidth_gbs))
    assert step_seconds(faster, P["throughput"]) < step_seconds(serving, P["throughput"])


def test_arrays_in_arrays_out() -> None:
    serving, spec = replica(n=np.array([[1.0], [2.0]]), batch=np.array([[1.0, 2.0, 4.0]]))
    assert step_seconds(serving, P["throughput"]).shape == (2, 3)
    assert watts(serving, spec).shape == (2, 3)


@pytest.mark.parametrize("name", ["throughput", "engine_2025"])
def test_efficiencies_are_physical(name: str) -> None:
    for key in (
        "weight_efficiency",
        "cache_efficiency",
        "compute_efficiency",
        "compute_efficiency_moe",
        "link_efficiency",
    ):
        assert 0 < P[name][key] <= 1
