"""Figures with units: what is read, what is refused, and that conversions are those of the project's conventions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.errors import InputError
from planner.base.units import quantity


@pytest.mark.parametrize(
    ("text", "unit", "figure"),
    [
        ("400 billion/day", "token/day", 4e11),
        ("400 billion tokens/day", "token/day", 4e11),
        ("300 thousand", "chip", 3e5),
        ("2e27 FLOP/year", "FLOP/year", 2e27),
        ("60 ms", "ms", 60),
        ("9 USD/t", "USD/t", 9),
        ("3.9 USD/MMBtu", "USD/MMBtu", 3.9),
        ("12 USD/kW/month", "USD/kW/month", 12),
        ("3.3 Mt/year", "Mt/year", 3.3),
        ("10 min", "s", 600),
        ("30 %", "", 0.3),
        ("2.5 GW", "MW", 2500),
        ("1 billion USD", "MUSD", 1000),
        ("1 year", "h", 8760),
        ("12 months", "day", 365),
        ("1364 KRW/t", "USD/t", 1),
        ("15 JPY/kWh", "USD/MWh", 100),
        ("1 MMBtu", "MWh", 0.29307107),
        ("1e-4", "", 1e-4),
        (" .5 ", "", 0.5),
        ("1_000", "MW", 1000),
        (7, "MW", 7),
    ],
)
def test_figures_are_read(text: object, unit: str, figure: float) -> None:
    assert quantity(text, unit) == pytest.approx(figure, rel=1e-7)


@pytest.mark.parametrize(
    ("text", "unit", "says"),
    [
        ("5 MW", "MWh", "not a unit of this figure"),
        ("5 chips", "token/day", "not a unit of this figure"),
        ("5 million/day", "chip", "not a unit of this figure"),
        ("5 KW", "MW", "unknown unit 'KW'.*did you mean kW"),
        ("5 EUR/t", "USD/t", "unknown unit 'EUR'.*money is USD, KRW or JPY"),
        ("1,000 MW", "MW", "is not a unit.*a number has no comma.*no sign for thousands"),
        ("100 mW", "MW", "unknown unit 'mW'.*did you mean MW"),
        ("5 mWh", "MWh", "unknown unit 'mWh'.*did you mean MWh"),
        ("150 mUSD", "MUSD", "unknown unit 'mUSD'.*did you mean MUSD"),
        ("5 USD/mBtu", "USD/MMBtu", "unknown unit 'mBtu'.*did you mean MMBtu"),
        ("5 USD/MBtu", "USD/MMBtu", "unknown unit 'MBtu'.*a thousand Btu to some.*did you mean MMBtu"),
        ("5 mKRW/t", "USD/t", "unknown unit 'mKRW'"),
        ("5 mday", "ms", "unknown unit 'mday'"),
        ("5 USD/ton", "USD/t", "unknown unit 'ton'.*did you mean t "),
        ("5 USD/MT", "USD/t", "unknown unit 'MT'.*a tonne.*a million tonnes"),
        ("5 CNY/t", "USD/t", "money is USD, KRW or JPY"),
        ("5 won/t", "USD/t", "did you mean KRW"),
        ("5 ct/kWh", "USD/MWh", "a hundred cents are 1 USD"),
        ("5 $/MWh", "USD/MWh", "write USD for \\$"),
        ("5 USD/tCO2", "USD/t", "write t for tCO2"),
        ("1 MVA", "MW", "power factor are MW"),
        ("1 PS", "MW", "at least 0$"),
        ("٢٠", "MW", "this is not a figure"),
        ("1__0", "MW", "is not a unit"),
        ("9**9**9", "MW", "is not a unit"),
        ("9 m^9^9", "MW", "is not a unit"),
        ("MW", "MW", "this is not a figure"),
        ("", "MW", "this is not a figure"),
        ("nan", "MW", "this is not a figure"),
        ("1e999", "MW", "not a finite number"),
        (math.nan, "MW", "not a finite number"),
        (math.inf, "MW", "not a finite number"),
        (10**400, "MW", "not a finite number"),
        (-1, "MW", "this figure is negative"),
        ("-1 GW", "MW", "this figure is negative"),
        (None, "MW", "this is not a figure"),
        (True, "MW", "this is not a figure"),
        ([1], "MW", "this is not a figure"),
        ("__class__", "MW", "this is not a figure"),
        ("1 __class__", "MW", "unknown unit"),
    ],
)
def test_what_is_no_such_figure_is_refused(text: object, unit: str, says: str) -> None:
    with pytest.raises(InputError, match=rf"(?s){says}"):
        quantity(text, unit)


def test_the_refusal_says_where_and_what_is_expected() -> None:
    with pytest.raises(InputError) as error:
        quantity("5 kg", "USD/t", file="plan.yaml", key="policy.carbon_price.KR")
    for words in ("file: plan.yaml", "key: policy.carbon_price.KR", "value: 5 kg", "a number in USD/t, at least 0"):
        assert words in str(error.value)


def test_ranges_hold() -> None:
    assert quantity(-5, "USD/MWh", low=-1000) == -5
    with pytest.raises(InputError, match="between 0 and 1"):
        quantity("101 %", "", high=1)


def test_exchange_rates_are_the_callers() -> None:
    assert quantity("1500 KRW/t", "USD/t", fx={"KRW": 1500.0, "JPY": 150.0}) == pytest.approx(1)


@settings(deadline=None, max_examples=50)
@given(st.floats(1e-6, 1e12), st.sampled_from([("kW", 1e-3), ("MW", 1.0), ("GW", 1e3)]))
def test_a_figure_is_the_same_in_every_unit(figure: float, unit: tuple[str, float]) -> None:
    assert quantity(f"{figure!r} {unit[0]}", "MW") == pytest.approx(figure * unit[1])
