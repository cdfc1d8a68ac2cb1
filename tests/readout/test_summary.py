"""The figures of the headline by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.readout.summary import headline

TABLES = {
    "sites": pd.DataFrame(
        {
            "stage": [2028, 2032, 2032],
            "it_mw": [10.0, 200.0, 100.0],
            "facility_mw": [11.0, 240.0, 120.0],
            "chips_thousand": [1.0, 80.0, 40.0],
            "co2_kt": [5.0, 300.0, 200.0],
        }
    ),
    "costs": pd.DataFrame(
        {
            "stage": [2028, 2032, 2032, 2032],
            "line": ["chips", "chips", "grid energy", "unserved work"],
            "musd_per_year": [99.0, 1500.0, 500.0, 70.0],
        }
    ),
    "work": pd.DataFrame(
        {
            "stage": [2028, 2032, 2032],
            "unit": ["tokens", "tokens", "FLOP"],
            "chips_thousand": [1.0, 30.0, 90.0],
            "work": [1e12, 4e14, 1e27],
        }
    ),
}


def test_tokens_bear_their_share_of_the_chips_at_work() -> None:
    """2,000 M USD a year serve 120 thousand chips; 30 of them make 4e14 tokens: 500 M USD for 400 million million."""
    assert headline(2032, 1e-5, TABLES)["usd_per_million_tokens"] == pytest.approx(1.25)


def test_a_chip_hour_costs_what_serves_over_the_hours_of_all_chips() -> None:
    """2,000 M USD, without the 70 of work left undone, over 120 thousand x 8,760 hours."""
    assert headline(2032, 1e-5, TABLES)["usd_per_chip_hour"] == pytest.approx(2e9 / 1.0512e9)


def test_the_headline_is_the_last_stage_s() -> None:
    told = headline(2032, 1e-5, TABLES)
    assert (told["stage"], told["it_mw"], told["facility_mw"], told["co2_mt"]) == (2032, 300.0, 360.0, 0.5)
    assert told["cost_musd_per_year"] == 2070.0


def test_without_tokens_there_is_no_price_of_a_token() -> None:
    other = TABLES | {"work": TABLES["work"][TABLES["work"]["unit"] != "tokens"]}
    assert headline(2032, 1e-5, other)["usd_per_million_tokens"] is None
