"""Exchange rates and deflators."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.base.errors import InputError
from planner.base.money import deflators, exchange_rates, usd_2023
from planner.base.units import quantity


def test_dollars_of_other_years_are_counted_in_those_of_2023() -> None:
    assert usd_2023(2023) == 1.0
    assert 1024 * usd_2023(2024) == pytest.approx(1000.0)
    assert usd_2023(2018) == pytest.approx(1.19) and usd_2023(2021) == pytest.approx(1.113)


def test_deflators_of_years_between_run_in_straight_lines() -> None:
    assert usd_2023(2019.5) == pytest.approx((1.19 + 1.113) / 2)


def test_a_dollar_buys_less_every_year() -> None:
    known = deflators()
    assert [known[year] for year in sorted(known)] == sorted(known.values(), reverse=True)


@pytest.mark.parametrize("year", [1986, 2028])
def test_a_year_without_a_deflator_is_refused(year: int) -> None:
    with pytest.raises(InputError, match="expected"):
        usd_2023(year)


def test_a_folder_of_ones_own_has_its_own_rates(tmp_path: Path) -> None:
    (tmp_path / "money.csv").write_text("item,year,value\nKRW,,1500\nTWD,,32\nUSD,2023,1\n")
    rates = exchange_rates(tmp_path)
    assert rates == {"KRW": 1500.0, "TWD": 32.0}
    assert quantity("64 TWD/t", "USD/t", fx=rates) == pytest.approx(2.0)


@pytest.mark.parametrize("row", ["KRW,,0", "KRW,,-3", "KRW,soon,1500", "KRW,,much", "KRW,,inf"])
def test_a_rate_that_is_none_is_refused_with_its_row(tmp_path: Path, row: str) -> None:
    (tmp_path / "money.csv").write_text(f"item,year,value\n{row}\n")
    with pytest.raises(InputError, match="row 2"):
        exchange_rates(tmp_path)
