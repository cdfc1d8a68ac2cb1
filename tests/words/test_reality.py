"""The plan beside what the world has announced: sums and verdicts by hand, places by distance, sources."""

from __future__ import annotations

import pandas as pd
import pytest

from planner.catalog.tables import sites, table
from planner.plan.plan import Plan
from planner.words import reality as words
from tests.report.sample import make_plan


@pytest.fixture
def plan() -> Plan:
    """In 2028 Ulsan peaks at 2,000 MW, and nothing else of Korea runs in any stage."""
    found = make_plan()
    rows = found.tables["sites"]
    rows.loc[rows["country"] == "KR", "facility_peak_mw"] = 0.0
    rows.loc[(rows["site"] == "KR-ULSAN") & (rows["stage"] == 2028), "facility_peak_mw"] = 2000.0
    return found


def row(plan: Plan, what: str, country: str, stage: int) -> pd.Series:
    found = words.reality(plan)
    return found[(found["what"] == what) & (found["country"] == country) & (found["stage"] == stage)].iloc[0]


def test_announced_campuses_are_counted_once_each_by_the_last_year_that_is_told(plan: Plan) -> None:
    """By 2028: Ulsan 41, Fir Hills 500, Donghae 1,200, Sejong 200 (of 55 and 200 the last); Ulsan alone is under way."""
    found = row(plan, "announced campuses", "KR", 2028)
    assert (found["plan"], found["low"]) == (2.0, 0.041)
    assert found["high"] == pytest.approx(0.041 + 0.5 + 1.2 + 0.2)
    assert found["verdict"] == words.MORE


def test_stages_beyond_what_anybody_announces_are_not_compared(plan: Plan) -> None:
    found = words.reality(plan)
    assert set(found[found["what"] == "announced campuses"]["stage"]) == {2028, 2031}


def test_a_forecast_is_held_against_the_stage_next_to_its_year(plan: Plan) -> None:
    """18.4 GW for 2035 beside the stage of 2035; Wood Mackenzie's 57 to 66 TWh of 2034 beside it, too; 2038 is three years off."""
    assert row(plan, "AI data centers, the government's programme", "KR", 2035)["high"] == 18.4
    japan = row(plan, "all data centers, Wood Mackenzie", "JP", 2035)
    assert (japan["year"], japan["low"], japan["high"], japan["unit"]) == (2034, 57, 66, "TWh")
    own = plan.tables["sites"].query("country == 'JP' and stage == 2035")["energy_gwh"].sum() / 1e3
    assert japan["plan"] == pytest.approx(own)
    assert not (words.reality(plan)["year"] == 2038).any()


def test_a_campus_is_met_by_what_runs_within_a_hundred_kilometres(plan: Plan) -> None:
    """Ulsan meets the campus of Ulsan, and not that of Haenam 280 km away; Gumi lies 111 km off."""
    near = words.campuses(plan).set_index("campus")
    assert near.loc["SK and AWS, Ulsan", "2028"] == 2000.0 and near.loc["Samsung SDS, Gumi", "2028"] == 0.0
    assert near.loc["National AI computing center, Haenam", "2028"] == 0.0
    assert near.loc["National AI computing center, Haenam", "near_mw"] == 540.0


def test_places_with_nothing_and_places_with_ten_times_more_are_told_by_name(plan: Plan) -> None:
    told = " ".join(sentence.striptags() for sentence in words.sentences(plan))
    assert "Nothing runs within 100 km" in told and "Wisconsin 3.33 GW, GS, Donghae 2.40 GW" in told
    assert "More than ten times what is announced runs near SK and AWS, Ulsan (2.00 GW, announced 103 MW)" in told


def test_the_most_telling_comes_first_and_small_ones_last(plan: Plan) -> None:
    """Places with ten times what is announced, then places with nothing, then the rest by how many GW it is off."""
    told = [sentence.striptags() for sentence in words.sentences(plan)]
    assert told[0].startswith("More than ten times") and told[1].startswith("Nothing runs within")
    assert "of it built or under way" in told[1]
    found = words.reality(plan)
    off = [words._off_gw(row) for row in found.to_dict("records")]
    largest = found.iloc[pd.Series(off).idxmax()]
    assert str(largest["what"]) in told[2], "the figure that is off by most GW"


def test_what_is_hardly_more_than_was_published_is_left_to_the_table() -> None:
    """3.35 GW beside 3.3 is no finding; 65.8 TWh beside 30 is 4.1 GW that run all year."""
    more = {"verdict": words.MORE, "country": "KR", "low": 0.1}
    assert words._off_gw(more | {"plan": 3.35, "high": 3.3, "unit": "GW"}) == 0.0
    assert words._off_gw(more | {"plan": 65.8, "high": 30.0, "unit": "TWh"}) == pytest.approx(35.8 / 8.76)


def test_a_plan_of_a_few_sites_is_not_told_that_others_build_more(plan: Plan) -> None:
    plan.tables["sites"]["facility_peak_mw"] *= 0.05
    told = " ".join(sentence.striptags() for sentence in words.sentences(plan))
    assert "a small part of what is announced" in told and "Nothing runs" not in told and "a tenth" not in told


@pytest.mark.parametrize(
    ("plan_gw", "verdict"),
    [(41.0, words.MORE_TIMES), (5.0, words.MORE), (3.5, words.WITHIN), (2.0, words.LESS), (0.2, words.LESS_TIMES)],
)
def test_verdicts_begin_at_ten_times_and_at_a_tenth(plan_gw: float, verdict: str) -> None:
    assert words.verdict({"plan": plan_gw, "low": 3.0, "high": 4.0}) == verdict


def test_a_plan_where_nothing_was_published_is_more_and_not_ten_times_more() -> None:
    assert words.verdict({"plan": 1.0, "low": 0.0, "high": 0.0}) == words.MORE


def test_every_figure_of_the_world_has_source_date_licence_and_kind() -> None:
    for name in ("supply/campuses.csv", "supply/outlooks.csv"):
        rows = table(name)
        assert (rows[["source", "date", "licence", "kind"]] != "").all().all(), name
        assert not rows.isin(["measured"]).any().any()
    outlooks = table("supply/outlooks.csv")
    assert (outlooks["value"].notna() | outlooks["low"].notna()).all()
    assert (outlooks["low"].fillna(0) <= outlooks["high"].fillna(1e9)).all()


def test_a_campus_grows_and_stands_in_its_country() -> None:
    rows = table("supply/campuses.csv").sort_values(["campus", "year"])
    assert (rows.groupby("campus")["mw"].diff().dropna() != 0).all(), "a row tells a change"
    boxes = sites().groupby("country")[["lat", "lon"]].agg(["min", "max"])
    for one in rows.itertuples():
        box = boxes.loc[one.country]
        assert box["lat", "min"] - 2 <= one.lat <= box["lat", "max"] + 2, one.campus
        assert box["lon", "min"] - 2 <= one.lon <= box["lon", "max"] + 2, one.campus
