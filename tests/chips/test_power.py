"""Accelerator power: between idle and rated, against load and cap, and of generation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog.cards_calibration import calibration
from planner.chips.diffusion import Generation, generation_phases, generation_power_w, transformer_tflop
from planner.chips.power import between, capped, idle_cold_w, idle_loaded_w, load_fraction, replica_w, soft_cap

P = calibration()
shares = st.floats(-2, 5)


@given(shares, st.floats(0, 0.9))
@settings(max_examples=60, deadline=None)
def test_soft_cap_rises_below_one_and_never_passes_it(z: float, step: float) -> None:
    assert 0 <= soft_cap(z) <= 1
    assert soft_cap(z + step) >= soft_cap(z)
    assert soft_cap(0.5) == pytest.approx(0.5, abs=2e-3)


@given(shares, st.floats(10, 200), st.floats(200, 2000))
@settings(max_examples=60, deadline=None)
def test_between_holds_its_ends(share: float, idle: float, ceiling: float) -> None:
    assert idle <= between(idle, ceiling, share) <= ceiling * (1 + 1e-12)


@given(st.floats(0, 1), st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_replica_power_does_not_fall_with_load(load: float, more: float) -> None:
    p = P["power"]
    now, later = replica_w(load, 600, 115, p), replica_w(load + more, 600, 115, p)
    assert 115 <= now <= later <= 600


def test_replica_power_ends_at_idle_and_at_saturation() -> None:
    p = P["power"]
    assert replica_w(0.0, 600, 115, p) == pytest.approx(115)
    assert replica_w(1.0, 600, 115, p) == pytest.approx(600)


@pytest.mark.parametrize(
    ("load", "share"), [(0.03, 0.56), (0.075, 0.62), (0.15, 0.67), (0.3, 0.77), (0.5, 0.87), (0.7, 0.93)]
)
def test_power_falls_with_load_as_measured(load: float, share: float) -> None:
    """Medians of 2,164 points of InferenceX in deployments at four loads or more: below 0.05, to 0.1, 0.2, 0.4, 0.6, 0.8."""
    assert load_fraction(load, P["power"]) == pytest.approx(share, rel=0.04)


def test_idle_fractions_follow_the_measured_chips() -> None:
    assert idle_cold_w(700, P["power"]) == pytest.approx(75, rel=0.1)  # H100
    assert idle_loaded_w(700, P["power"]) == pytest.approx(115, rel=0.1)


def test_caps_keep_the_throughput_measured_on_the_h200() -> None:
    """500, 450 and 350 W caps keep 81-83, 76 and 65 % of throughput (MLPerf Inference v4.1, chips at 700 W)."""
    watts, kept = capped(np.array([500.0, 450.0, 350.0]), 700, 78, P["power"]["cap_exponent"])
    assert watts.tolist() == [500, 450, 350]
    assert kept == pytest.approx([0.82, 0.76, 0.65], abs=0.02)


@given(st.floats(0, 1500), st.floats(100, 1000), st.floats(10, 100))
@settings(max_examples=60, deadline=None)
def test_a_cap_never_raises_power_or_throughput(cap: float, uncapped: float, idle: float) -> None:
    watts, kept = capped(cap, uncapped, idle, 0.5)
    assert idle <= watts <= uncapped
    assert 0 <= kept <= 1
    assert cap < uncapped or (watts == uncapped and kept == 1)


def generation(batch: float = 1, n: float = 1, params_b: float = 12) -> Generation:
    linear, attention = transformer_tflop(params_b, 57, 3072, 4096, 1)
    return Generation(linear, attention, 57, 3072, 50, batch, n, n, 1, 1.05, 989.4, 900, 0, 0)


def test_a_flux_step_is_two_flop_per_parameter_and_token() -> None:
    linear, attention = transformer_tflop(12, 57, 3072, 4096, 1)
    assert linear == pytest.approx(2 * 12e9 * 4096 * 1e-12)
    assert attention == pytest.approx(4 * 57 * 3072 * 4096**2 * 1e-12)


@given(st.floats(1, 64), st.sampled_from([1, 2, 4, 8]), st.floats(0.5, 20))
@settings(max_examples=40, deadline=None)
def test_generation_power_stays_between_idle_and_rated(batch: float, n: int, params_b: float) -> None:
    g = generation(batch, n, params_b)
    assert 115 <= generation_power_w(g, 700, 115, P["diffusion"]) <= 700
    phases = generation_phases(g, P["diffusion"])
    assert (phases.pop("link") > 0) == (n > 1)  # one chip has nobody to talk to
    assert all(seconds > 0 for seconds in phases.values())


def test_larger_batches_draw_more_while_generating() -> None:
    watts = [float(generation_power_w(generation(batch), 700, 115, P["diffusion"])) for batch in (1, 4, 16)]
    assert watts == sorted(watts)
