"""Bills of 8,760 hours, computed by hand for every card, and against what was published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.tariffs import bill, energy_price, tariff, tariffs
from planner.tariffs.bill import CALENDAR, MONTH, demand_charge_per_kw_year, exit_fee, hourly_bands

FLAT = np.full(8760, 100.0)  # MW
KEPCO, AEP, GS5, TEPCO = (
    "kepco-industrial-eul-hvb-2",
    "aep-ohio-data-center",
    "dominion-gs-5",
    "tepco-special-high-voltage",
)


def test_the_four_tariffs_are_there() -> None:
    assert set(tariffs()) == {KEPCO, AEP, GS5, TEPCO}


def test_a_flat_load_in_korea_pays_the_published_average() -> None:
    """175.7 KRW/kWh with the basic charge and 14 won of adders, on a year with 53 Sundays instead of 52."""
    assert bill(tariff(KEPCO), FLAT).per_kwh == pytest.approx(175.7, abs=0.2)


def test_a_korean_january_by_hand() -> None:
    """January of the typical year: 22 weekdays, 4 Saturdays, 5 Sundays; 24 hours of 100 MW each.

    Winter weekday: 10 h light, 8 h mid, 6 h peak; Saturday 10 light, 14 mid; Sunday all light.
    """
    light, mid, peak = 22 * 10 + 4 * 10 + 5 * 24, 22 * 8 + 4 * 14, 22 * 6
    assert light + mid + peak == 744
    won = 100e3 * (light * 134.6 + mid * 174.8 + peak * 214.1 + 744 * 14.0) + 100e3 * 7380
    found = bill(tariff(KEPCO), FLAT)
    assert sum(months[0] for months in found.lines.values()) == pytest.approx(won)


def test_a_spring_sunday_noon_costs_half_in_korea() -> None:
    price = energy_price(tariff(KEPCO))
    at = CALENDAR.get_loc("2023-04-09 12:00")
    assert price[at] == pytest.approx(127.6 / 2 + 14)
    assert price[CALENDAR.get_loc("2023-04-08 12:00")] == pytest.approx(144.8 / 2 + 14)
    assert price[CALENDAR.get_loc("2023-07-08 12:00")] == pytest.approx(174.8 + 14)


def test_koreas_basic_charge_remembers_the_summer() -> None:
    """One hour of 150 MW in August lifts every month's billing demand; one in May only May's."""
    for month, months in ((8, 12), (5, 1)):
        load = FLAT.copy()
        load[np.flatnonzero(month == MONTH)[400]] = 150.0
        billed = bill(tariff(KEPCO), load).billing_demand_mw["basic charge"]
        assert billed.sum() == pytest.approx(100 * 12 + 50 * months)


def test_korea_bills_thirty_percent_of_the_contract_at_least() -> None:
    found = bill(tariff(KEPCO), FLAT, contract_mw=500.0)
    assert found.lines["basic charge"].sum() == pytest.approx(0.3 * 500e3 * 7380 * 12)


def test_aeps_published_example_of_the_transmission_charge() -> None:
    """40.2 million USD a year when 450 MW are billed (FactSet, on docket 24-0508)."""
    found = bill(tariff(AEP), np.full(8760, 450.0))
    assert found.lines["transmission"].sum() == pytest.approx(40.2e6, rel=1e-3)


def test_a_half_empty_data_center_in_ohio_pays_its_minimum() -> None:
    """500 MW contracted, 200 MW drawn: 425 MW of transmission; capacity and energy follow what is drawn."""
    found = bill(tariff(AEP), np.full(8760, 200.0), contract_mw=500.0)
    assert found.billing_demand_mw["transmission"].tolist() == [425.0] * 12
    expected = 425e3 * 7.444 * 12 + 200e3 * 10.012 * 12 + 200e3 * 8760 * 0.045
    assert found.total == pytest.approx(expected)


def test_the_ramp_lowers_the_minimum_of_the_first_years() -> None:
    first = bill(tariff(AEP), np.full(8760, 200.0), contract_mw=500.0, year=1)
    assert first.billing_demand_mw["transmission"].tolist() == [0.85 * 250.0] * 12
    after = bill(tariff(AEP), np.full(8760, 200.0), contract_mw=500.0, year=5)
    assert after.billing_demand_mw["transmission"].tolist() == [425.0] * 12


def test_leaving_ohio_costs_three_years_of_the_minimum() -> None:
    assert exit_fee(tariff(AEP), 500.0) == pytest.approx(3 * 0.85 * 500e3 * 7.444 * 12)


def test_aeps_ratchet_bills_eighty_five_percent_of_the_highest_month() -> None:
    load = np.where(MONTH == 7, 400.0, 200.0)
    billed = bill(tariff(AEP), load, contract_mw=400.0).billing_demand_mw["transmission"]
    assert billed.tolist() == [340.0] * 6 + [400.0] + [340.0] * 5


def test_a_virginian_bill_by_hand() -> None:
    """100 MW of a contract of 200: wires on 170 MW, generation on 120; fuel on what is drawn; a customer charge."""
    found = bill(tariff(GS5), FLAT, contract_mw=200.0)
    wires, generation = 170e3 * (3.316 + 2.277) * 12, 120e3 * 8.976 * 12
    assert found.total == pytest.approx(wires + generation + 876e6 * 0.02968 + 12 * 185.34)


def test_generation_demand_in_virginia_is_measured_on_peak_only() -> None:
    letters = hourly_bands(tariff(GS5))
    load = np.where(letters == "P", 60.0, 100.0)
    found = bill(tariff(GS5), load, contract_mw=100.0)
    assert found.billing_demand_mw["generation on peak"].tolist() == [60.0] * 12
    assert found.billing_demand_mw["distribution"].tolist() == [100.0] * 12
    assert letters[CALENDAR.get_loc("2023-07-03 10:00")] == "P"
    assert letters[CALENDAR.get_loc("2023-07-03 09:00")] == "O"
    assert letters[CALENDAR.get_loc("2023-12-04 07:00")] == "P"


def test_a_flat_load_in_tokyo_pays_the_published_average_and_the_levy() -> None:
    assert bill(tariff(TEPCO), FLAT).per_kwh == pytest.approx(17.56 + 4.06, abs=1e-3)


def test_a_japanese_peak_is_billed_for_twelve_months() -> None:
    load = FLAT.copy()
    load[5000] = 130.0
    assert bill(tariff(TEPCO), load).lines["basic charge"].sum() == pytest.approx(130e3 * 1900 * 12)


def test_the_demand_charge_of_a_year() -> None:
    assert demand_charge_per_kw_year(tariff(GS5)) == pytest.approx(12 * (3.316 + 2.277 + 8.976))


@pytest.mark.parametrize("name", sorted(tariffs()))
def test_lines_add_up_and_more_load_never_costs_less(name: str) -> None:
    card = tariff(name)
    small, large = bill(card, FLAT, 200.0), bill(card, FLAT * 1.5, 200.0)
    assert small.total == pytest.approx(sum(m.sum() for m in small.lines.values()))
    assert large.total > small.total
    energy = sum(small.lines[charge.name].sum() for charge in card.energy)
    assert energy == pytest.approx((energy_price(card) * FLAT * 1e3).sum())


def test_a_load_above_its_contract_is_refused() -> None:
    with pytest.raises(InputError, match="higher than the contract"):
        bill(tariff(AEP), FLAT, contract_mw=90.0)
    with pytest.raises(InputError, match="for larger loads"):
        bill(tariff(AEP), FLAT / 10)
    with pytest.raises(InputError, match="no year"):
        bill(tariff(AEP), FLAT[:8000])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("days: all,", "days: weekday,", "leaves out the saturdays of month 1"),
        ("hours: AAAAAAAAAAAAAAAAAAAAAAAA", "hours: AAAAAAAAAAAAAAAAAAAAAAAB", "bands that are not there: B"),
        ("minimum: 0.85", "minimum: 1.85", "less than or equal to 1"),
        ("ratchet:", "rachet:", "did you mean ratchet"),
        ("country: US", "country: UK", "unknown country; one of KR, US, JP"),
        ("currency: USD", "currency: GBP", "unknown currency; one of USD, KRW, JPY"),
    ],
)
def test_a_card_that_cannot_be_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (Path(__file__).parents[2] / "models/tariffs/aep-ohio-data-center.yaml").read_text("utf-8")
    assert old in text
    file = tmp_path / "own.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=words):
        tariff(str(file))
    with pytest.raises(InputError, match="did you mean aep-ohio-data-center"):
        tariff("aep-ohio-data-centre")
