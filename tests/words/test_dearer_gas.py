"""What the first screen says of dearer gas, against figures by hand and against plans at dearer gas."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import planner
from planner.plan.plan import Plan
from planner.scenario import parse
from planner.words import answer, dearer_gas
from planner.words.language import speaking
from tests.report.sample import make_plan

BOTH = {
    "name": "two-kinds-of-gas",
    "countries": ["KR", "US"],
    "stages": [2030],
    "horizon_end": 2032,
    "time": {"days": 1},
    "sites": {"use": ["KR-ULSAN", "US-ABILENE"]},
    "workloads": [
        {"owner": "KR", "load": "100 MW"},
        {"owner": "US", "load": "100 MW"},
    ],
    "power": ["gas_cc_h", "gas_aero_btm", "solar_pv", "battery_4h"],
    "alliance": {"pools": ["lng"]},
    "solve": {"whole_units": False},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return planner.plan(parse(BOTH))


def dearer(by: float) -> float:
    return float(planner.plan(parse(BOTH | {"fuel": {"scale": {"gas": by}}})).summary["objective_musd"])


def follows(plan: Plan) -> float:
    """M USD in present value, for twice the price of gas."""
    weight = plan.tables["costs"].groupby("stage")["weight_years"].first()
    return float((dearer_gas.follows_musd(plan) * weight).sum())


def test_a_small_rise_of_gas_costs_what_the_plan_says(plan: Plan) -> None:
    rise = 1e-3
    more = dearer(1 + rise) - plan.summary["objective_musd"]
    assert set(plan.tables["lng"]["kind"]) >= {"pipeline"} and len(plan.tables["lng"]) > 1
    assert more == pytest.approx(rise * follows(plan), rel=0.01)


def test_a_large_rise_costs_no_more_than_the_plan_says(plan: Plan) -> None:
    more = dearer(2.0) - plan.summary["objective_musd"]
    assert 0.3 * follows(plan) < more < follows(plan)


def by_hand(plan: Plan, **gas: float) -> Plan:
    """One stage of it, with 10 TBtu a year at 5 USD/MMBtu of which 4 follow the market, for 8 discounted years, on a bill of 1,600."""
    year = int(plan.tables["costs"]["stage"].max())
    costs = (
        plan.tables["costs"].head(1).assign(stage=year, line="fuel", musd_per_year=200.0, weight_years=8.0, musd=1600.0)
    )
    row = {"stage": year, "tbtu": 10.0, "price_usd_per_mmbtu": 5.0, "market_usd_per_mmbtu": 4.0} | gas
    lng = plan.tables["lng"].head(1).assign(**row) if row["tbtu"] else plan.tables["lng"].head(0)
    return replace(plan, tables=plan.tables | {"costs": costs, "lng": lng, "zones": plan.tables["zones"].head(0)})


def said(plan: Plan) -> str:
    return " ".join(line.striptags() for line in dearer_gas.sentences(plan))


def test_the_first_screen_says_what_ten_percent_do_and_how_to_ask_for_more() -> None:
    # 10 TBtu x 4 USD/MMBtu = 40 M USD a year; a tenth of it is 4, over 8 years 32, which is 2 % of 1,600.
    told = said(by_hand(make_plan()))
    assert "Every 10 % on the price of gas" in told
    assert "adds 32.0 million USD to the whole cost, 2.00 % of the power bill, and 4.00 million USD a year in" in told
    assert "planner whatif RUN fuel.scale.gas=1.5 --solve" in told
    assert "power systems" not in told
    labels = [line.label for line in answer.answer(make_plan())]
    assert labels.index("If gas gets dearer") < labels.index("How sure")


def test_gas_that_follows_no_market_gets_no_dearer_and_no_gas_is_no_line() -> None:
    assert said(by_hand(make_plan(), market_usd_per_mmbtu=0.0)).startswith(
        "The campuses burn no gas whose price follows"
    )
    assert said(by_hand(make_plan(), tbtu=0.0)) == ""


def test_what_power_systems_burn_is_said_not_to_be_in_it() -> None:
    plan = by_hand(make_plan())
    zones = pd.DataFrame({"stage": [2030], "country": ["KR"]})
    assert "What the power systems burn is not in it." in said(replace(plan, tables=plan.tables | {"zones": zones}))


@pytest.mark.parametrize(("code", "word"), [("ko", "가스"), ("ja", "ガス")])
def test_it_is_said_in_other_languages(code: str, word: str) -> None:
    with speaking(code):
        told = said(by_hand(make_plan()))
    assert word in told and "10 %" in told and "Every" not in told


def test_the_cost_at_which_half_of_the_gas_leaves_is_told_where_flips_were_asked() -> None:
    plan = make_plan(sites=3)
    assert "Half of the gas" not in words_of(plan)
    columns = ["what", "item", "country", "stage", "unit", "value", "flip", "verified"]
    rows = [
        ("fuel", "gas, half of it", "", 2031, "x", 1.0, 1.2116, True),
        ("fuel", "gas, half of it", "", 2028, "x", 1.0, None, True),
    ]
    asked = replace(plan, flips=pd.DataFrame(rows, columns=columns))
    assert (
        "Half of the gas of 2028 stays up to eight times its cost. Half of the gas of 2031 leaves the plan at 1.21 times"
        in words_of(asked)
    )


def words_of(plan: Plan) -> str:
    return " ".join(sentence.striptags() for sentence in dearer_gas.sentences(plan))
