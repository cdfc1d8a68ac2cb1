"""What a plan does to the grid, as the page tells it."""

from __future__ import annotations

import pandas as pd

from planner.words.around import sentences
from planner.words.names import Names
from tests.report.sample import make_plan

ZONE = {"zone": "Z", "country": "KR", "stage": 2032, "name": "Z", "native_twh": 100.0, "reserve_short_mw": 0.0}
BEFORE = {"co2_mt": 50.0, "co2_mt_without": 50.0, "others_bill_musd": 0.0, "ai_twh": 0.0}
PLANTS = pd.DataFrame(
    [
        {
            "zone": "Z",
            "country": "KR",
            "stage": 2032,
            "plant": "gas_cc_h",
            "standing_mw": 0.0,
            "new_mw": 900.0,
            "new_without_mw": 400.0,
        }
    ]
)


def test_bills_carbon_and_builds_are_told_by_country_and_year() -> None:
    zones = pd.DataFrame([ZONE | BEFORE | {"co2_mt": 50.8, "others_bill_musd": 250.0, "ai_twh": 2.0}])
    told = " ".join(str(s.striptags()) for s in sentences(zones, PLANTS, Names(make_plan())))
    assert "buy 2.00 TWh from the grid, 2.0 % of what everybody else draws" in told
    assert "pays 250 million USD more a year because of them, 2.50 USD/MWh" in told
    assert "emits 0.800 Mt CO2 more a year than without them, 400 kg per MWh" in told
    assert "the grid builds 0.500 GW" in told and "<" not in told


def test_a_plan_that_buys_nothing_leaves_the_grid_as_it_is() -> None:
    told = sentences(pd.DataFrame([ZONE | BEFORE]), PLANTS, Names(make_plan()))
    assert [str(s) for s in told] == ["The power system is as without the plan: its campuses buy nothing of it."]


def test_a_zone_below_its_margin_is_named() -> None:
    zones = pd.DataFrame([ZONE | BEFORE | {"reserve_short_mw": 500.0}])
    assert "Z lacks 500 MW of firm supply" in " ".join(
        str(s.striptags()) for s in sentences(zones, PLANTS, Names(make_plan()))
    )
