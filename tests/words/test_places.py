"""Why this site and not that one, also where no limit binds; and work that nobody does, told before its cost."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.plan.plan import Plan
from planner.report.page import html
from planner.words import answer as words
from planner.words import places, undone
from tests.report.sample import make_plan

LAST = 2035


def priced(*costs: float, country: str = "KR") -> Plan:
    """A plan whose Korean sites host one more kW at these costs a year, the first of them with the largest load."""
    plan = make_plan(sites=3)
    row = plan.tables["sites"].query("stage == @LAST").iloc[0].to_dict()
    rows = [
        row
        | {"site": f"{country}-{n}", "name": f"Place {n}", "country": country, "open": n == 0, "facility_mw": 100.0 - n}
        | {"hosting_usd_per_kw_year": cost, "hosting_power_usd_per_mwh": 80.0, "hosting_supply": "grid"}
        for n, cost in enumerate(costs)
    ]
    plan.tables["sites"] = pd.DataFrame(rows)
    return plan


def told(plan: Plan) -> list[str]:
    return [text.striptags() for text in places.sentences(plan, LAST)]


def test_the_site_that_carries_most_is_told_between_the_cheapest_and_the_dearest() -> None:
    assert told(priced(2050.0, 2000.0, 2400.0))[:1] == [
        "Korea: Place 0, which carries most, costs 2,050 USD a year per kW of IT (power from Grid at 80.0 USD/MWh); "
        "the 3 candidates cost 2,000 (Place 1) to 2,400 (Place 2)."
    ]


def test_candidates_within_half_a_percent_are_no_finding() -> None:
    """2,009 is 0.45 % above 2,000 and 2,011 is 0.55 %."""
    found = told(priced(2009.0, 2000.0, 2011.0))
    assert found[0].startswith("Korea: 2 of 3 candidates cost the same within 0.5 % of the cheapest (2,000 USD")
    assert found[0].endswith("which of them is no finding.")


def test_a_full_site_names_where_the_next_kw_would_stand() -> None:
    nan = float("nan")
    assert told(priced(nan, 2000.0)) == [
        "Korea: nothing could feed one more kW at Place 0; the next would stand at Place 1, for 2,000 USD a year per kW of IT."
    ]
    assert told(priced(nan)) == ["Korea: no site could feed one more kW."]
    assert told(priced(2000.0))[0].endswith("no other could be fed.")


def test_what_holds_a_cheaper_candidate_back_is_told() -> None:
    """Place 0 carries most and is a tenth dearer than Place 1: a limit at Place 1, in that stage or before, or its hours."""
    plan = priced(2200.0, 2000.0)
    plan.tables["limits"] = plan.tables["limits"].iloc[:0]
    assert (
        told(plan)[1] == "What holds Place 1 back: its mix of supplies, the hours and the latency of its work decide."
    )
    assert len(told(priced(2009.0, 2000.0))) == 1, "half a percent is nothing to explain"


def test_candidates_are_ranked_in_their_country_by_what_one_more_kw_costs() -> None:
    found = places.candidates(priced(2200.0, 2000.0), LAST).set_index("name")
    assert found["rank"].to_dict() == {"Place 1": 1, "Place 0": 2}
    assert found.loc["Place 0", "over_percent"] == pytest.approx(10.0)


def test_the_report_says_why_here_with_every_candidate() -> None:
    page = html.pages(make_plan(sites=3))["report.html"]
    section = page.split('<section id="why">')[1].split("</section>")[0]
    assert "One more kW of IT, USD/y" in section
    assert "<dt>Why here</dt>" in page


def left_undone() -> Plan:
    """A plan whose Korean work of 2028 is not done: 4 of 10 million units, worth 500 USD each."""
    plan = make_plan(sites=3)
    row = plan.tables["demand"].iloc[0].to_dict()
    row |= {"owner": "KR", "workload": "kr-chat", "stage": 2028, "demand": 1e7, "value_usd_per_unit": 500.0}
    plan.tables["demand"] = pd.DataFrame([row | {"served_share": 0.6, "unserved_share": 0.4}])
    lost = plan.tables["costs"].iloc[0].to_dict() | {"line": "unserved work", "stage": 2028, "musd": 9000.0}
    plan.tables["costs"] = pd.concat([plan.tables["costs"], pd.DataFrame([lost])], ignore_index=True)
    return plan


def test_work_that_nobody_does_is_told_with_its_cost() -> None:
    """0.4 x 1e7 x 500 USD are two billion."""
    found = {line.label: line.text.striptags() for line in words.answer(left_undone())}
    assert found["Not done"].startswith(
        "Korea, 2028: 40.0 % of its work is not done (kr-chat 40.0 %); the plan counts that at 2 billion USD a year."
    )
    assert "9 billion USD of it stands for work that is not done." in found["Cost"]


def test_a_plan_that_cannot_feed_any_site_says_so_in_place_of_building_nothing_in_silence() -> None:
    plan = left_undone()
    plan.tables["sites"] = plan.tables["sites"].assign(open=False, hosting_usd_per_kw_year=float("nan"))
    found = {line.label: line.text.striptags() for line in words.answer(plan)}
    assert found["Now"] == "The plan builds nothing."
    assert "In 2028 nothing could feed a site: no connection to the grid is there by then" in found["Not done"]
    assert "Cost" in found


def test_a_plan_that_does_all_its_work_has_no_line_of_what_is_not_done() -> None:
    plan = make_plan(sites=3)
    plan.tables["demand"] = plan.tables["demand"].assign(unserved_share=0.0)
    plan.summary["totals"] = []
    assert undone.sentences(plan) == []
