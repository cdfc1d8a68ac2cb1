"""Seconds of a batch of images by phase, worked out by hand with round parameters."""

from __future__ import annotations

import pytest

from planner.chips.diffusion import Generation, generation_phases, generation_seconds, transformer_tflop

ROUND = {
    "linear_efficiency": 0.5,
    "attention_efficiency": 0.25,
    "blackwell_factor": 2.0,
    "link_ulysses": 3.0,
    "link_ring": 5.0,
    "launch_us": 100.0,
    "launch_parallel_us": 10.0,
    "launch_ring_us": 20.0,
    "launch_overlap": 2.0,
    "decode_s_per_megapixel": 0.1,
}


def batch(**changes: float) -> Generation:
    plain = {
        "linear_tflop": 4.0, "attention_tflop": 1.0, "layers": 50, "hidden": 2000, "steps": 10, "batch": 3, "n_chips": 4,
        "ulysses": 2, "ring": 2, "megapixels": 1.5, "tflops": 989.4, "link_gbs": 400, "blackwell": 0, "video": 0,
    }  # fmt: skip
    return Generation(**plain | changes)


def test_work_of_a_denoising_step() -> None:
    """12 B parameters x 2 FLOP x 4,096 tokens x 2 passes; 4 x 57 layers x 3,072 wide x 4,096 squared x 2."""
    linear, attention = transformer_tflop(12.0, 57, 3072, 4096, 2)
    assert float(linear) == pytest.approx(196.608)
    assert float(attention) == pytest.approx(4 * 57 * 3072 * 4096**2 * 2 / 1e12)


def test_phases_by_hand() -> None:
    """30 steps of images on 3,957.6 TFLOP/s; each chip sends 1e3 x 30 x 4 / 2,000 / 4 GB at 400 GB/s."""
    found = {name: float(seconds) for name, seconds in generation_phases(batch(), ROUND).items()}
    linear, attention = 30 * 4 / 3957.6 / 0.5, 30 * 1 / 3957.6 / 0.25
    link = (1e3 * 30 * 4 / 2000 / 4 / 400) * (3 * 1 / 2 + 5 * 1)
    assert (found["linear"], found["attention"], found["link"]) == pytest.approx((linear, attention, link))
    work, launches = linear + attention + link, 10 * 50 * 1e-6 * (100 + 10 * 2 + 20 * 1)
    assert found["launch"] == pytest.approx((work**2 + launches**2) ** 0.5 - work)
    assert found["decode"] == pytest.approx(3 * 1.5 * 0.1)
    assert float(generation_seconds(batch(), ROUND)) == pytest.approx(sum(found.values()))


def test_a_newer_and_faster_chip_takes_less() -> None:
    """Blackwell's factor halves the products; four times the rate halves the decoder's time."""
    plain, newer, fast = (
        generation_phases(one, ROUND) for one in (batch(), batch(blackwell=1), batch(tflops=4 * 989.4))
    )
    for name, factor in (("linear", 2.0), ("attention", 2.0), ("link", 1.0), ("decode", 1.0)):
        assert float(plain[name] / newer[name]) == pytest.approx(factor)
    assert float(plain["decode"] / fast["decode"]) == pytest.approx(2.0)


def test_one_chip_sends_nothing() -> None:
    assert float(generation_phases(batch(n_chips=1, ulysses=1, ring=1, link_gbs=0), ROUND)["link"]) == 0.0
