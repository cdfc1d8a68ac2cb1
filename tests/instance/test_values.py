"""What the instance makes of the small world of `golden/`, figure by figure, each worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.catalog.cards import chips
from planner.catalog.cards_calibration import calibration, hour_of_week
from planner.catalog.store import Shelf
from planner.chips.chipspec import chip_spec
from planner.instance.gas import voyage
from planner.instance.work import cooling_of
from tests.instance.golden import FOLDER, world

ANNUITY_5_PERCENT_5_YEARS = 0.230974798  # 0.05 / (1 - 1.05^-5)
CARGO_MMBTU = 170_000 * 22.4


def test_a_ship_is_chartered_there_and_back_with_three_days_in_port() -> None:
    """60,000 USD a day for 2 x 24.5 + 3 days on 3.808 TBtu, and a toll of 0.3; 0.1 % boils off on each of 24.5 days."""
    way = world().exporters["Gulf LNG"].shipping["Port"]
    assert way.cost == pytest.approx(60_000 * 52 / CARGO_MMBTU + 0.3) == pytest.approx(1.119328, abs=1e-6)
    assert way.delivered == pytest.approx(0.999**24.5)


def test_with_the_canal_closed_the_cape_is_paid_by_its_days() -> None:
    way = voyage("Gulf", "Port", Shelf(FOLDER / "tables"), panama_open=False)
    assert way is not None and way.route == "cape"
    assert way.cost == pytest.approx(60_000 * 79 / CARGO_MMBTU)
    assert way.delivered == pytest.approx(0.999**38)


def test_what_can_be_lifted_and_what_it_costs_at_the_quay() -> None:
    """20 and 30 Mt a year x 52 x 0.9 x 0.15 free, cut by the cap of 1 Mt; 1.15 x Henry Hub of 4.2 and 5."""
    gulf, port = world().exporters["Gulf LNG"], world().terminals["Port Terminal"]
    assert gulf.free_tbtu == pytest.approx([52.0, 52.0])
    assert gulf.gas_price == pytest.approx([1.15 * 4.2, 1.15 * 5.0])
    assert port.spare_tbtu == pytest.approx([3 * 52 * 0.2, 5 * 52 * 0.2])


def test_pipeline_gas_moves_with_the_scenario_s_henry_hub() -> None:
    """3.5 + 0.25 of lateral + (4.2 - 4.0); 3.9 + 0.25 + (5.0 - 4.4)."""
    assert world().gas["West_South_Central"].price == pytest.approx([3.95, 4.75])


def test_a_pause_costs_the_chip_s_hours_and_those_of_the_restart() -> None:
    """The H100 that trains: 20,000 and 15,000 USD with 44.6 % of shares, 1.1 hours for each lost, 0.8 kW more at work than idle."""
    per_hour = ANNUITY_5_PERCENT_5_YEARS / 8760 * 1.446 * np.array([20.0, 15.0])  # M USD per thousand chips
    assert world().pause_cost == pytest.approx(per_hour * 1.1 / 0.8e-3)


def test_late_work_that_waits_is_worth_the_h100_s_time() -> None:
    """2.5 USD for an hour that does 1.2e18 FLOP; where an H100 cannot do the work, the chip that does most per watt counts."""
    work = world().work
    assert work["kr-frontier-training"].value == pytest.approx(2.5e-6 / 1.2e18, rel=1e-9, abs=0)
    assert work["us-simulation"].value == pytest.approx(3e-6 / 2e15, rel=1e-9, abs=0)


def test_late_work_of_users_is_worth_the_chips_of_its_peak() -> None:
    """Who waits at the peak misses chips that stand all day: 2.5 USD for 2 million tokens, times the peak over the mean."""
    chat = world().work["kr-chat"]
    week = hour_of_week("conversation")
    assert chat.year_peak == pytest.approx(week.max() / week.mean(), rel=1e-3)  # a year has a day more than 52 weeks
    assert chat.value == pytest.approx(2.5e-6 / 2e6 * chat.year_peak, rel=1e-9, abs=0)
    assert world().work["kr-physical-ai"].value == pytest.approx(
        2.5e-6 / 12, rel=1e-9, abs=0
    )  # robots ask all day: no peak


def test_a_delay_leaves_a_zone_what_it_had_a_year_before() -> None:
    """2028 and 2034 with a year's delay are 2027 and 2033: nothing yet, and 1,400 + 3/4 x 1,600 MW in Korea; 0.8 of each."""
    limit = world().zone_limit
    assert limit["KR"] == pytest.approx([0.0, 0.8 * 2.6])
    assert limit["ERCO"] == pytest.approx([0.0, 0.8 * 7.0])
    assert limit["JP-TK"] == pytest.approx([0.0, 0.8 * 0.8])


def test_a_tier_opens_a_year_late_and_a_large_one_after_its_assessment() -> None:
    """Korea assesses from 10 MW on for four years from 2026; the small tier of 2027 only waits for the delay."""
    small, large = world().sites["KR-PORT"].tiers
    assert (small.first_year, large.first_year) == (2028, 2030)
    assert small.gw == pytest.approx([0.004, 0.004]) and large.gw == pytest.approx([0.0, 0.16])
    assert large.annual_cost == pytest.approx(100 * 0.0582781612)  # 5 % over 40 years


def test_grid_carbon_follows_its_country_and_the_fossil_share_with_it() -> None:
    """Korea from 400 in 2024 to 200 in 2034: 320 in 2028; 0.9 of the scenario; 60 % of the mix was fossil."""
    site = world().sites["KR-PORT"]
    assert site.carbon_scale == pytest.approx([0.72, 0.45])
    assert site.clean_grid == pytest.approx([1 - 0.6 * 0.72, 1 - 0.6 * 0.45])


def test_a_rack_is_priced_with_its_hosts_and_a_card_without() -> None:
    """Fabric and storage are 36.9 % of the chip's price, servers 7.7 % where the price is the chip's alone."""
    assert world().chip_cost["rack"] == pytest.approx([52.0 * 1.369] * 2)
    assert world().chip_cost["H100-SXM5-80GB"] == pytest.approx([20.0 * 1.446, 15.0 * 1.446])


def test_the_shell_of_an_ai_hall_has_its_premium() -> None:
    assert world().sites["KR-PORT"].shell_capex == pytest.approx(11_000 * 1.085)


def test_a_hall_is_paid_off_at_the_discount_rate_where_it_stands() -> None:
    """1,000 M USD at 5 % over 20 years is 80.24 a year; 50 to run; a fifth more in Japan."""
    (hall,) = world().facilities
    assert hall.annual_cost == pytest.approx({"KR": 130.242587, "US": 130.242587, "JP": 156.291105})


def test_reactors_in_the_order_book_and_their_price() -> None:
    """8,000 USD/kW of 2030 held before, x 0.9; interest over five years at 5 %; two a year x 1.5; a year later."""
    reactor = world().technologies["smr_atb"]
    assert reactor.capex == pytest.approx([7200.0, 6300.0])
    assert reactor.construction_factor == pytest.approx(sum(1.05 ** (k + 0.5) for k in range(5)) / 5)
    assert (reactor.first_year, reactor.units_per_year, reactor.availability) == (2034, 3.0, pytest.approx(0.92))
    assert reactor.fuel_price == 0.9
    assert world().technologies["nuc_large_us"].construction_factor == 1.0  # its price holds the interest


def test_firm_power_of_a_block_is_what_runs_of_what_stands() -> None:
    """15 turbines of 0.95 for ten, 7 reactors of 0.97 for four hold 99.99 %; a battery counts half, sun nothing."""
    plants = world().technologies
    assert plants["gas_cc_x"].firm == pytest.approx(10 / 15)
    assert plants["smr_atb"].firm == pytest.approx(4 / 7)
    assert plants["battery_4h"].firm == 0.5 and plants["solar_pv"].firm == 0.0


@pytest.mark.parametrize("name", ["H100-SXM5-80GB", "Gaudi3-128GB", "B200-SXM-180GB", "GB300-288GB"])
def test_a_chip_has_the_fans_of_the_cooling_that_its_pue_follows(name: str) -> None:
    """700 and 900 W stand in air, 1,000 W and more in liquid: one threshold for a node's fans and for a site's PUE."""
    card = chips()[name]
    air = card.value("tdp_w") < 1000
    assert chip_spec(card, calibration()).air_cooled == air
    assert (cooling_of(card, Shelf()) == "air_economiser") == air


def test_work_of_users_may_stay_undone_and_a_fleet_must_stand() -> None:
    work = world().work
    assert not any(
        work[name].must_serve for name in ("kr-chat", "kr-physical-ai", "kr-frontier-training", "us-simulation")
    )
