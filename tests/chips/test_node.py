"""Nodes and training: measured nodes, published runs, energy balance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.catalog.cards import chip
from planner.catalog.cards_calibration import FOLDER, calibration
from planner.chips import node
from planner.chips.training import chip_hours, flop_per_chip_hour, training_flop

P = calibration()["node"]


@pytest.mark.parametrize(
    ("accelerator_w", "tdp_w", "wall_kw", "tolerance"),
    [
        (78, 700, 2.36, 0.06),  # H200 idle
        (350, 700, 4.78, 0.06),  # H200 capped at 350 W, GPT-J
        (450, 700, 5.59, 0.06),  # capped at 450 W, SDXL
        (500, 700, 6.22, 0.06),  # capped at 500 W, Mixtral
        (700, 700, 7.99, 0.06),  # H100 air, training, steady
        (1000, 1000, 10.49, 0.06),  # B200 air, Llama 2 70B offline
        (62, 400, 1.47, 0.07),  # DGX A100 idle
    ],
)
def test_wall_power_of_eight_accelerator_nodes(
    accelerator_w: float, tdp_w: float, wall_kw: float, tolerance: float
) -> None:
    assert node.wall_w(8 * accelerator_w, 8, tdp_w, 1, P) == pytest.approx(1e3 * wall_kw, rel=tolerance)


def test_wall_power_of_an_idle_node_of_pcie_cards() -> None:
    """8 x H100 PCIe idle at 0.67 kW (MLPerf v3.0)."""
    assert node.wall_w(8 * 45, 8, 350, 0, P) == pytest.approx(670, rel=0.1)


@given(st.floats(0, 8000), st.floats(0, 2000), st.integers(1, 72))
@settings(max_examples=50, deadline=None)
def test_wall_power_rises_with_the_accelerators_and_exceeds_them(watts: float, more: float, n: int) -> None:
    assert node.wall_w(watts + more, n, 700, 1, P) >= node.wall_w(watts, n, 700, 1, P) > watts


def test_fabric_and_storage_are_counted_once() -> None:
    total = node.with_shared_w(9300.0, P)
    assert total * (1 - P["fabric_share"] - P["storage_share"]) == pytest.approx(9300.0)


def test_provisioning_covers_the_largest_measured_node() -> None:
    assert node.provision_w(10_200, P) >= 8_400  # largest seen on an H100 node rated 10.2 kW (Latif et al. 2025)
    assert node.nameplate_w(8, 700, P) == pytest.approx(10_200, rel=0.05)


def test_the_published_run_on_512_h100_drew_438_kw() -> None:
    """GPT-3 on 64 immersed nodes, MLPerf Training v4.0: 438 kW, flat to 2.2 %."""
    trace = pd.read_parquet(FOLDER / "training_power_trace_512xH100.parquet")["cluster_node_power_kw"]
    assert trace.mean() == pytest.approx(438, rel=0.005)
    assert trace.std() / trace.mean() == pytest.approx(0.022, abs=0.003)
    cluster = 64 * node.training_wall_w(512, 64, 700, 0, 0, P)
    assert cluster == pytest.approx(438e3, rel=0.03)


def test_starved_runs_draw_less_with_every_doubling_of_nodes() -> None:
    watts = node.training_wall_w(8 * 2 ** np.arange(7), 2 ** np.arange(7), 700, 0, 1, P)
    assert (np.diff(watts) < 0).all()
    assert watts[0] == pytest.approx(node.training_wall_w(8, 1, 700, 0, 0, P))
    assert watts[3] == pytest.approx(5800, rel=0.1)  # LoRA on 8 nodes: 5.80 kW
    assert watts[6] == pytest.approx(5090, rel=0.12)  # LoRA on 64 nodes: 5.09 kW


def test_rated_nodes_are_near_their_meters() -> None:
    """DGX H100 on Llama 2 70B, tuned: 5.77 kW at most; 8 x B200 by default: 10.4 kW (MLPerf Inference)."""
    work = np.array(["language", "language"])
    watts = node.rated_wall_w(8, np.array([700, 1000]), 1, 700, work, np.array([1, 0]), 0, P)
    assert watts == pytest.approx([5650, 10_000], rel=0.15)


def test_llama_3_1_405b_takes_its_published_flop() -> None:
    """3.8e25 FLOP for 405e9 parameters and 15.6e12 tokens."""
    assert training_flop(405e9, 15.6e12) == pytest.approx(3.8e25, rel=0.01)


def test_llama_3_1_405b_takes_its_published_hours() -> None:
    """30.84 million H100-hours, 0.346 of the dense BF16 peak; the planning MFU of 0.35 is within 15 %."""
    peak = chip("H100-SXM5-80GB").value("bf16_dense_tflops")
    assert chip_hours(3.8e25, peak, 0.346) == pytest.approx(30.84e6, rel=0.01)
    assert chip_hours(3.8e25, peak, calibration()["training"]["mfu"]) == pytest.approx(30.84e6, rel=0.15)


@given(st.floats(1e20, 1e27), st.floats(10, 5000), st.floats(0.1, 0.9), st.floats(0.5, 1.0))
@settings(max_examples=40, deadline=None)
def test_hours_times_work_per_hour_is_the_work(flop: float, tflops: float, mfu: float, availability: float) -> None:
    hours = chip_hours(flop, tflops, mfu, availability)
    assert hours * flop_per_chip_hour(tflops, mfu, availability) == pytest.approx(flop)
