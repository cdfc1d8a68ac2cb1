"""What a chip does for a workload: for every chip and workload, or a reason why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.catalog.cards import chip, chips, llm, llms, workload, workloads
from planner.catalog.cards_calibration import calibration, hour_of_week
from planner.chips.fleet import chips_active, facility_mw, fleet_w, layers_w
from planner.chips.service import profile, serve

NODE = calibration()["node"]


@pytest.mark.parametrize("name", list(workloads()))
def test_every_chip_serves_or_says_why_not(name: str) -> None:
    served = 0
    for card in chips().values():
        try:
            service = serve(workload(name), card)
        except InputError as error:
            assert card.name in error.message
            continue
        served += 1
        assert service.work_per_chip_hour > 0
        assert 0 < service.off_w < service.idle_w <= service.active_w <= service.provision_w
        assert service.accelerator_w <= service.saturated_w <= card.value("tdp_w")
        assert service.active_w > service.accelerator_w
        assert 0 < service.power_rse < 1 and 0 < service.throughput_rse < 1
    assert served >= 50


def test_bases_tell_measured_chips_from_the_others() -> None:
    names = ("H200-SXM-141GB", "GB300-288GB", "VR200-Rubin-288GB", "TPU-v7-Ironwood")
    services = [serve(workload("chat"), chip(name)) for name in names]
    assert [service.basis for service in services] == ["measured", "sibling", "other generation", "specs only"]
    errors = [service.power_rse for service in services]
    assert errors == sorted(errors)


def test_the_ends_of_the_errors_are_one_stated_error_away() -> None:
    low, central, high = (
        serve(workload("chat"), chip("B200-SXM-180GB"), errors=end) for end in ("low", "central", "high")
    )
    assert low.accelerator_w < central.accelerator_w < high.accelerator_w <= 1000
    assert central.accelerator_w / low.accelerator_w == pytest.approx(1 + central.power_rse)
    assert central.work_per_chip_hour / high.work_per_chip_hour == pytest.approx(1 + central.throughput_rse)
    assert low.work_per_chip_hour / central.work_per_chip_hour == pytest.approx(1 + central.throughput_rse)
    assert high.provision_w >= high.active_w


def test_training_watts_have_a_basis_of_their_own() -> None:
    """Nodes of H100 and B200 were metered in training; MI355X was only in serving."""
    training = {
        name: serve(workload("frontier-training"), chip(name)).basis for name in ("H100-SXM5-80GB", "MI355X-288GB")
    }
    assert training == {"H100-SXM5-80GB": "measured", "MI355X-288GB": "specs only"}
    assert serve(workload("chat"), chip("MI355X-288GB")).basis == "measured"


def test_a_service_on_a_rack_is_wide_and_stays_within_its_link_and_what_was_measured() -> None:
    service = serve(workload("chat"), chip("GB300-288GB"), llm("DeepSeek-R1-0528"), output_tokens=1024)
    assert 8 < service.n_chips <= 72 and "experts spread" in service.notes and "for prompts" in service.notes
    assert service.batch <= 171 * service.n_chips
    one_board = serve(workload("chat"), chip("MI300X-192GB"), llm("DeepSeek-R1-0528"))
    assert one_board.n_chips <= 8 and "spread" not in one_board.notes and "prompts" not in one_board.notes


def test_training_work_is_mfu_times_peak() -> None:
    service = serve(workload("frontier-training"), chip("H100-SXM5-80GB"))
    assert service.work_per_chip_hour == pytest.approx(989.4e12 * 0.38 * 0.92 * 3600)
    hours = 3.8e25 / service.work_per_chip_hour
    assert hours == pytest.approx(30.84e6, rel=0.05)  # Llama 3.1 405B, published


def test_larger_runs_use_their_chips_less_well() -> None:
    small, card, large = (
        serve(workload("frontier-training"), chip("H100-SXM5-80GB"), None, run_chips=n).work_per_chip_hour
        for n in (512, 16_384, 131_072)
    )
    assert small > card > large > 0.8 * card
    assert card == serve(workload("frontier-training"), chip("H100-SXM5-80GB")).work_per_chip_hour


def test_training_draws_what_the_nodes_drew() -> None:
    service = serve(workload("frontier-training"), chip("H100-SXM5-80GB"))
    node_w = 8 * service.active_w * (1 - NODE["fabric_share"] - NODE["storage_share"])
    assert node_w == pytest.approx(7100, rel=0.1)  # immersed 6.85-7.20 kW, air 7.10 kW mean


def test_a_model_too_large_is_refused_with_what_it_needs() -> None:
    with pytest.raises(InputError, match="does not fit"):
        serve(workload("chat"), chip("A2-16GB"), llm("Llama-3.1-405B"), n_chips=1)


def test_a_latency_that_cannot_be_met_is_refused_with_what_can() -> None:
    with pytest.raises(InputError, match="cannot answer") as caught:
        serve(workload("chat"), chip("H100-SXM5-80GB"), latency_limit_ms=1)
    assert "at least" in str(caught.value.expected)
    needed = float(str(caught.value.expected).split()[2])
    assert serve(workload("chat"), chip("H100-SXM5-80GB"), latency_limit_ms=needed).latency_ms <= needed * 1.2


def test_a_chip_without_figures_is_refused_with_what_it_lacks() -> None:
    with pytest.raises(InputError, match="tdp_w"):
        serve(workload("chat"), chip("MN-Core-L1000"))


def test_a_chip_made_for_inference_does_not_train() -> None:
    assert serve(workload("chat"), chip("Furiosa-RNGD")).work_per_chip_hour > 0
    with pytest.raises(InputError, match="inference"):
        serve(workload("frontier-training"), chip("Furiosa-RNGD"))


@pytest.mark.parametrize(
    ("key", "value"),
    [("batch", 0), ("batch", 0.5), ("batch", "many"), ("input_tokens", float("nan")), ("target_utilisation", 1.5)],
)
def test_impossible_options_are_refused(key: str, value: object) -> None:
    with pytest.raises(InputError) as caught:
        serve(workload("chat"), chip("H100-SXM5-80GB"), None, **{key: value})  # type: ignore[arg-type]
    assert caught.value.key == key


def test_unknown_options_and_precisions_are_refused_with_near_names() -> None:
    with pytest.raises(InputError, match="batch"):
        serve(workload("chat"), chip("H100-SXM5-80GB"), bach=3)
    with pytest.raises(InputError, match="fp8"):
        serve(workload("chat"), chip("H100-SXM5-80GB"), precision="fp9")


@pytest.mark.parametrize("name", list(llms()))
def test_every_model_runs_on_a_rack_of_gb200(name: str) -> None:
    assert serve(workload("batch-inference"), chip("GB200-186GB"), llm(name)).work_per_chip_hour > 0


@given(st.floats(0.1, 1.0), st.floats(0.0, 0.5))
@settings(max_examples=20, deadline=None)
def test_more_load_gives_more_work_for_less_energy(load: float, more: float) -> None:
    low = serve(workload("chat"), chip("B200-SXM-180GB"), target_utilisation=load)
    high = serve(workload("chat"), chip("B200-SXM-180GB"), target_utilisation=min(1.0, load + more))
    assert high.work_per_chip_hour >= low.work_per_chip_hour
    assert high.active_w >= low.active_w - 1e-9
    assert high.active_w / high.work_per_chip_hour <= low.active_w / low.work_per_chip_hour * (1 + 1e-9)


def test_profiles_follow_the_owners_clock() -> None:
    chat = workload("coding")
    seoul, london = profile(chat, 9), profile(chat, 0)
    assert seoul.shape == (8760,)
    assert seoul.mean() == pytest.approx(1.0)
    assert seoul[:8700] == pytest.approx(london[9:8709], rel=1e-3)
    week = hour_of_week("coding")
    assert london[0] == pytest.approx(week[6 * 24], rel=0.02)  # 1 January 2023, a Sunday
    assert london[24] == pytest.approx(week[0], rel=0.02)  # Monday
    assert set(profile(workload("frontier-training"), 9)) == {1.0}


def test_facility_power_is_the_sum_of_its_layers() -> None:
    for name in workloads():
        service = serve(workload(name), chip("H100-SXM5-80GB"))
        layers = layers_w(service, np.array([1.05, 1.4]), NODE["fabric_share"], NODE["storage_share"])
        assert sum(layers.values()) == pytest.approx(service.active_w * np.array([1.05, 1.4]))
        assert all((watts >= 0).all() for watts in layers.values())


def test_chips_in_are_chips_modelled() -> None:
    service = serve(workload("chat"), chip("H100-SXM5-80GB"))
    active = chips_active(1e9, service.work_per_chip_hour)
    standing = 1.5 * active
    total = fleet_w(active, standing - active, 100, service)
    assert total == pytest.approx(active * service.active_w + 0.5 * active * service.idle_w + 100 * service.off_w)
    with pytest.raises(InputError):
        fleet_w(active, -1, 0, service)


def test_facility_megawatts_by_site_pair_and_hour() -> None:
    share = np.array([[0.0, 0.5, 1.0], [1.0, 1.0, 1.0]])
    chips_there = np.array([[1000.0, 2000.0], [0.0, 500.0]])
    active, idle = np.array([1000.0, 1200.0]), np.array([300.0, 400.0])
    pue = np.array([[1.1, 1.2, 1.3], [1.0, 1.0, 1.0]])
    mw = facility_mw(share, chips_there, active, idle, pue)
    assert mw[0, 0] == pytest.approx([0.3 * 1.1, 0.65 * 1.2, 1.0 * 1.3])
    assert mw[0, 1] == pytest.approx(2.4 * pue[0])
    assert mw[1, 0] == pytest.approx([0, 0, 0])
    with pytest.raises(InputError):
        facility_mw(share, chips_there, active, idle, pue.T)
