"""What a plan does to the grid, as the page tells it: sentences, the map of zones, the mix of a zone and its hours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColumnDataSource

from planner.plan.plan import Plan
from planner.report.figures import zone_hours, zone_mix
from planner.report.maps import geometry, zone_map
from planner.report.page import html
from planner.words import style
from planner.words.around import told
from planner.words.names import Names
from tests.report.sample import make_plan

ZONE = {"zone": "Z", "country": "KR", "stage": 2032, "name": "Z", "native_twh": 100.0, "reserve_short_mw": 0.0}
BEFORE = {
    "co2_mt": 50.0, "co2_mt_without": 50.0, "others_bill_musd": 0.0, "others_bill_apart_musd": 0.0, "ai_twh": 0.0,
    "hours_short": 0.0, "hours_short_without": 0.0, "price_usd_per_mwh": 50.0, "price_without_usd_per_mwh": 50.0,
}  # fmt: skip
PLANT = {"zone": "Z", "country": "KR", "stage": 2032, "plant": "gas_cc_h", "standing_mw": 0.0}
PLANTS = pd.DataFrame([PLANT | {"new_mw": 900.0, "new_without_mw": 400.0}])
LINK = {
    "from_zone": "Z", "to_zone": "Z", "stage": 2032, "hours_full": 3000.0, "hours_full_without": 2500.0, "new_mw": 0.0,
    "new_without_mw": 0.0, "new_musd": 0.0,
}  # fmt: skip


def words_of(zones: pd.DataFrame, links: list[dict[str, object]] | None = None, plants: pd.DataFrame = PLANTS) -> str:
    ties = pd.DataFrame(links or [], columns=list(LINK))
    tables = {"zones": zones, "zone_capacity": plants, "links": ties}
    parts = told(tables, Names(make_plan()))
    return " ".join(str(s.striptags()) for part in parts for s in (part.heading, *part.sentences) if s)


def zones(**changes: float | str) -> pd.DataFrame:
    return pd.DataFrame([ZONE | BEFORE | changes])


def test_bills_carbon_and_builds_are_told_by_country_and_year() -> None:
    words = words_of(zones(co2_mt=50.8, others_bill_musd=250.0, ai_twh=2.0))
    assert words.startswith("Korea, 2032 Campuses buy 2.00 TWh from the grid, 2.00 % of what everybody else draws")
    assert "because of them everybody else pays 250 million USD more a year, 2.50 USD/MWh" in words
    assert "emits 0.800 Mt CO2 more a year than without them, 400 kg per MWh" in words
    assert "the grid builds 500 MW" in words and "<" not in words


def test_a_bill_is_told_as_energy_and_firm_supply() -> None:
    """100 TWh at 3 USD/MWh more are 300 million; of a bill of 250 million firm supply takes 50 off. One alone is all of it."""
    words = words_of(zones(others_bill_musd=250.0, price_usd_per_mwh=53.0, ai_twh=2.0))
    assert "2.50 USD/MWh; 300 million USD more for energy, 50.0 million USD less for firm supply." in words
    words = words_of(zones(others_bill_musd=250.0, ai_twh=2.0))
    assert "2.50 USD/MWh; all of it for firm supply." in words
    words = words_of(zones(others_bill_musd=300.5, price_usd_per_mwh=53.0, ai_twh=2.0))
    assert "USD/MWh; all of it for energy." in words


def test_no_carbon_is_laid_on_a_country_that_buys_hardly_anything_of_its_grid() -> None:
    """0.8 Mt over 0.4 TWh would be 2,000 kg/MWh, but less than half a percent of the load is within what two solves leave."""
    assert "emits" not in words_of(zones(co2_mt=50.8, ai_twh=0.4)) and "emits" in words_of(
        zones(co2_mt=50.8, ai_twh=0.6)
    )


def test_a_bill_within_what_two_solves_lie_apart_is_not_told_as_one() -> None:
    words = words_of(zones(others_bill_musd=250.0, others_bill_apart_musd=300.0, ai_twh=2.0))
    assert "two solves of the same lie 300 million USD a year apart" in words and "everybody else pays 250" not in words
    assert "pays 250 million USD more" in words_of(
        zones(others_bill_musd=250.0, others_bill_apart_musd=200.0, ai_twh=2.0)
    )


def test_hours_short_are_told_with_and_without_the_campuses() -> None:
    words = words_of(zones(ai_twh=2.0, hours_short=12.0, hours_short_without=3.0))
    assert "Some load is not served: Z (12.0 hours a year, without them 3.00)." in words
    assert "Everybody is served in every hour, with and without them." in words_of(zones(ai_twh=2.0))


def test_hours_short_where_no_campus_buys_are_told_as_what_the_gap_may_leave_open() -> None:
    """Not where campuses buy, nor where as many hours are short without them; in a country that buys nothing it is all that is told."""
    short = pd.concat([zones(ai_twh=2.0), zones(zone="N", name="North", hours_short=5.0)])
    assert "No campus buys in North: more hours short there may be what the plan's proven gap leaves open." in words_of(
        short
    )
    assert "No campus buys" not in words_of(zones(ai_twh=2.0, hours_short=5.0))
    before = pd.concat([zones(ai_twh=2.0), zones(zone="N", hours_short=5.0, hours_short_without=5.0)])
    assert "No campus buys" not in words_of(before)
    alone = words_of(zones(name="North", hours_short=5.0))
    assert alone.startswith(
        "Korea, 2032 Some load is not served: North (5.00 hours a year, without them 0). No campus buys in North"
    )


def test_old_plants_that_stand_by_are_kept_and_not_built() -> None:
    old = PLANT | {"plant": "standby", "new_mw": 700.0, "new_without_mw": 400.0}
    words = words_of(zones(ai_twh=2.0), plants=pd.DataFrame([*PLANTS.to_dict("records"), old]))
    assert "the grid builds 500 MW" in words and "300 MW more of old plants stand by for them" in words


def test_links_that_are_often_full_are_named_with_their_hours() -> None:
    words = words_of(zones(ai_twh=2.0), [LINK])
    assert (
        "Links that are full for more than a quarter of the year: Z – Z (3,000 hours a year, without them 2,500)."
        in words
    )
    assert "No link between its zones is full" in words_of(zones(ai_twh=2.0), [LINK | {"hours_full": 100.0}])


def test_what_the_grid_adds_to_its_links_is_told_with_its_cost() -> None:
    wide = LINK | {"new_mw": 750.0, "new_without_mw": 500.0, "new_musd": 54.0}
    words = words_of(zones(ai_twh=2.0), [wide])
    assert (
        "The grid adds 750 MW to links between its zones, 500 MW without them, at 54.0 million USD a year: Z – Z 750 MW."
        in words
    )
    assert "to links" not in words_of(zones(ai_twh=2.0), [LINK])


def test_a_plan_that_buys_nothing_leaves_the_grid_as_it_is() -> None:
    assert words_of(zones()) == "The power system is as without the plan: its campuses buy nothing of it."


def test_a_zone_below_its_margin_is_named() -> None:
    assert "Z lacks 500 MW of firm supply" in words_of(zones(reserve_short_mw=500.0))


def test_the_map_writes_the_change_of_price_beside_its_colour(plan: Plan) -> None:
    """KR-REG: 95 USD/MWh without, 0.7 less a stage; the third stage has two steps of it."""
    picture = zone_map.zone_map(plan, geometry.load(plan))
    assert list(picture.roots) == ["slider", "KR"], "New York holds no site and has no place"
    sources = [item for item in picture.roots["KR"].select({"type": ColumnDataSource}) if item.name]
    circles = next(source.data for source in sources if source.name == "zones-KR")
    at = circles["zone"].index("KR-REG")
    assert circles["text"][at] == "-1.4" and circles["colour"][at] == style.CHANGES[2]
    assert circles["edge"][at] > circles["edge"][1 - at], "campuses buy in one of them"
    ties = next(source.data for source in sources if source.name == "ties-KR")
    assert ties["dash"] == ["dashed"] and ties["net"] == [60_960.0]


def test_circles_grow_with_what_others_pay(plan: Plan) -> None:
    picture = zone_map.zone_map(plan, geometry.load(plan))
    data = next(item.data for item in picture.roots["KR"].select({"type": ColumnDataSource}) if item.name == "zones-KR")
    area = np.array(data["size"]) ** 2
    assert area / np.abs(data["bill"]) == pytest.approx(area[0] / abs(data["bill"][0]), rel=1e-2)


def test_the_mix_of_a_zone_has_a_bar_without_and_one_with_the_campuses(plan: Plan) -> None:
    picture = zone_mix.zone_mix(plan.tables)
    source = next(item for item in picture.roots["plot"].select({"type": ColumnDataSource}) if item.name == "zone-mix")
    assert source.data["x"][-2:] == [("2035", "without"), ("2035", "with")]
    energy = plan.tables["zone_generation"].query("zone == 'KR-REG' and stage == 2035 and source == 'coal'").iloc[0]
    assert source.data["coal"][-2:] == pytest.approx([energy["energy_without_gwh"] / 1e3, energy["energy_gwh"] / 1e3])
    assert source.data["imports"][-1] == 0.0 and source.data["imports_out"][-1] == pytest.approx(-0.9)


def test_hours_of_a_zone_stand_in_its_own_order_and_add_up(plan: Plan) -> None:
    hours = zone_hours.hours_of(plan.tables)
    assert next(iter(hours)).startswith("KR-REG|"), "the zone in which campuses buy most comes first"
    shown = hours["KR-REG|2035"]
    assert shown["load"] - shown["native"] == pytest.approx(3000.0)
    assert shown["coal"] + shown["gas_cc"] + shown["nuclear"] + shown["hydro"] == pytest.approx(shown["load"])
    assert shown["price"] == pytest.approx(93.6) and shown["price_without"] == pytest.approx(95.0)
    assert sum(day.endswith(" ▲") for day in shown["days"]) == 1


def test_a_price_that_hardly_moves_is_drawn_as_one_and_mw_without_exponents(plan: Plan) -> None:
    """The axis of prices spans 20 USD/MWh at least, so that a tenth of a dollar is no wall; 100,000 MW are not 1.000e+5."""
    picture = zone_hours.zone_hours(plan.tables)
    assert picture is not None
    top, low = picture.roots["plot"].children
    assert low.y_range.min_interval == 20.0
    assert top.yaxis[0].formatter.format.startswith("0,0")


def test_the_dearest_day_is_marked() -> None:
    times = pd.date_range("2023-01-15", periods=48, freq="h")
    price = np.array([50.0] * 24 + [60.0] * 24, np.float32)
    assert zone_hours.days_of({"native": np.ones(48, np.float32), "price": price}, times) == ["15 Jan", "16 Jan ▲"]


def test_the_page_shows_map_mix_and_hours_and_escapes_names(plan: Plan) -> None:
    section = html.pages(plan)["report.html"].split('id="around"')[1].split("</section>")[0]
    for place in ("zones-KR", "zone-mix-plot", "zone-hours-plot", "zones-slider"):
        assert f'id="{place}"' in section
    assert "Capital &lt;area&gt;" in section and "<area>" not in section
    assert "Not on the map, for they hold no site: New York" in section


def test_a_price_that_falls_is_blue_and_one_that_rises_is_orange() -> None:
    assert [style.change_colour(x) for x in (-9, -3, -1, 0, 1, 3, 9)] == list(style.CHANGES)
    assert style.change_words()[0] == "below -5" and style.change_words()[-1] == "above +5"


def test_the_page_of_a_plan_without_purchases_has_no_hours_and_without_places_no_map() -> None:
    plan = make_plan(sites=3)
    plan.tables["zone_hours"] = plan.tables["zone_hours"].iloc[:0]
    plan.tables["zones"] = plan.tables["zones"].assign(lat=np.nan, lon=np.nan, ai_twh=0.0)
    section = html.pages(plan)["report.html"].split('id="around"')[1].split("</section>")[0]
    assert "zone-hours" not in section and "zones-slider" not in section and 'id="zone-mix-plot"' in section
