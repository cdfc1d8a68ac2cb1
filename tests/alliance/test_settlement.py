from __future__ import annotations

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.studies.alliance.settlement import compute_price, lng_price_change, settle, smr_royalty
from planner.timeline.stages import stages

STAGES = stages([2028, 2031, 2035], 2045, 0.05)
WEIGHT = np.array([stage.weight for stage in STAGES])
BORNE = np.array([[10.0, 20, 30], [200, 210, 220], [5, 5, 5]])
DUE = BORNE @ WEIGHT + np.array([90.0, -120, 30])


def test_payments_bring_everyone_to_what_is_due() -> None:
    settled = settle(["KR", "US", "JP"], DUE, BORNE, STAGES)
    assert settled.net_musd == pytest.approx([90, -120, 30])
    table = settled.table
    assert set(zip(table.payer, table.receiver, strict=True)) == {("KR", "US"), ("JP", "US")}
    assert table.musd.sum() == pytest.approx(120)
    assert table.groupby("payer").musd.sum().to_dict() == pytest.approx({"KR": 90, "JP": 30})
    # The same payment every year, in real terms, for the years that the stages cover.
    korean = table[table.payer == "KR"]
    assert korean.musd_per_year.to_numpy() == pytest.approx(np.full(3, 90 / WEIGHT.sum()))
    assert korean.years.tolist() == [3, 4, 10] and korean.stage.tolist() == [2028, 2031, 2035]


def test_yearly_payments_discounted_one_by_one() -> None:
    table = settle(["KR", "US", "JP"], DUE, BORNE, STAGES).table
    value = sum(
        row.musd_per_year * 1.05 ** -(year - 2028)
        for row in table.itertuples()
        for year in range(row.stage, row.stage + row.years)
    )
    assert value == pytest.approx(120)


def test_payments_follow_a_profile() -> None:
    table = settle(["KR", "US", "JP"], DUE, BORNE, STAGES, profile=[0, 1, 2]).table
    korean = table[table.payer == "KR"].musd_per_year.to_numpy()
    assert korean[0] == 0 and korean[2] == pytest.approx(2 * korean[1])
    assert table.musd.sum() == pytest.approx(120)


def test_several_receivers_are_paid_in_proportion() -> None:
    due = BORNE @ WEIGHT + np.array([90.0, -60, -30])
    table = settle(["KR", "US", "JP"], due, BORNE, STAGES).table
    assert table.groupby("receiver").musd.sum().to_dict() == pytest.approx({"US": 60, "JP": 30})


def test_no_debt_no_payment() -> None:
    settled = settle(["KR", "US", "JP"], BORNE @ WEIGHT, BORNE, STAGES)
    assert settled.table.empty and not settled.net_musd.any()


def test_the_same_money_as_prices() -> None:
    tbtu, chip_hours, mw = np.array([100.0, 200, 300]), np.array([50.0, 80, 90]), np.array([0.0, 680, 340])
    assert lng_price_change(120, tbtu, STAGES) * tbtu @ WEIGHT == pytest.approx(120)
    assert compute_price(120, chip_hours, STAGES) * chip_hours @ WEIGHT == pytest.approx(120)
    royalty = smr_royalty(120, mw, STAGES, 0.05)
    assert royalty * (680e3 / 1.05**3 + 340e3 / 1.05**7) == pytest.approx(120e6)


def test_units_by_hand() -> None:
    one = stages([2030], 2031, 0.05)
    assert lng_price_change(52, [52], one) == 1  # 52 TBtu (1 Mt) at 1 USD/MMBtu is 52 M USD
    assert compute_price(8.76, [8.76], one) == 1  # 1,000 chips for a year at 1 USD/h
    assert smr_royalty(68, [680], one, 0.05) == 100  # 680 MW at 100 USD/kW is 68 M USD


@pytest.mark.parametrize("price", [lng_price_change, compute_price])
def test_nothing_to_carry_the_money(price) -> None:
    with pytest.raises(InputError, match="to carry"):
        price(10, [0, 0, 0], STAGES)
    with pytest.raises(InputError, match="SMR"):
        smr_royalty(10, [0, 0, 0], STAGES, 0.05)


def test_what_cannot_be_settled() -> None:
    with pytest.raises(InputError, match="add up"):
        settle(["KR", "US", "JP"], DUE + 10, BORNE, STAGES)
    with pytest.raises(InputError, match="do not match"):
        settle(["KR", "US"], DUE, BORNE, STAGES)
    for profile in ([0, 0, 0], [1, -1, 1]):
        with pytest.raises(InputError, match="profile"):
            settle(["KR", "US", "JP"], DUE, BORNE, STAGES, profile)
