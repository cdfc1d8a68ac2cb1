"""What made readers stumble (technology ids, dust, limits of nothing, chips of a load, UTC), each as a test that would have failed.

Numbers are those of the list of stumbles. Here: S3 to S9, S13, S23. Elsewhere: S10 (payments both ways) `alliance/test_command`, S11 (a
delay that changes nothing, without a word) `words/test_no_effect` and `instance/test_scales`, S12 (a mix without its ranges)
`report/test_ranges`, S23 (pictures of a comparison, local time, a phone, print) `report/test_compare`, `report/test_notebook`,
`report/test_geometry`, `browser/test_report`, S24 (Python) `run/test_python` and `api/`, S25 (slides, languages, PDF, notes and tools)
`report/test_slides`, `words/test_languages`, `browser/test_report`, `studio/`.
"""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.games.core import stability
from planner.games.game import Game
from planner.games.nucleolus import nucleolus
from planner.games.shapley import shapley
from planner.plan.plan import Plan
from planner.report.page import html
from planner.scenario.policy import Alliance
from planner.words import answer as words
from planner.words import limits, others
from planner.words.figures import least
from tests.report.sample import make_plan


def section(plan: Plan, key: str) -> str:
    """The text of a section of the report, without tags."""
    page = html.pages(plan)["report.html"]
    return Markup(page.split(f'<section id="{key}">')[1].split("</section>")[0]).striptags()


def with_limits(plan: Plan, *rows: dict[str, object]) -> Plan:
    """The plan with these limits and no others; what a row leaves out is a grid tier of 1 GW at Ulsan worth 100 USD/kW-year in 2035."""
    usual = {
        "kind": "grid tier", "place": "KR-ULSAN tier 1", "country": "KR", "stage": 2035, "limit": 1.0, "used": 1.0, "unit": "GW",
        "value_musd_per_unit": 590.0, "value_usd_per_year": 100.0, "value_unit": "USD/kW-year", "words": "",
    }  # fmt: skip
    plan.tables["limits"] = pd.DataFrame([usual | row for row in rows], columns=list(plan.tables["limits"].columns))
    return plan


def named(plan: Plan) -> Plan:
    """The plan with titles of its plants and chips, as every run keeps them."""
    titles = {
        "gas_cc_f": "Combined cycle",
        "gas_aero_btm": "Aero <turbine>",
        "smr_ismr": "i-SMR",
        "solar_pv": "Solar park",
    }
    plants = {name: {"title": title, "kind": "thermal", "lead_years": 2.0} for name, title in titles.items()}
    return replace(
        plan, summary=plan.summary | {"names": {"technologies": plants, "chips": {"GB300-NVL72": "NVIDIA GB300"}}}
    )


def test_s3_reactors_are_whole_and_a_relaxed_plan_says_that_it_is_one() -> None:
    """5.1e-05 units of a reactor stood in report, tables and maps; now whole ones do, and fractions are called what they are."""
    plan = make_plan(sites=3)
    orders = plan.tables["smr_orders"]
    orders["units"] = orders["units"].round().clip(lower=1.0)
    assert "units are fractions" not in section(plan, "smr")
    orders.loc[orders.index[0], "units"] = 1.4
    assert "The plan is relaxed: units are fractions." in section(plan, "smr")
    orders["units"] = 5.1e-05
    assert "The plan orders none." in section(plan, "smr") and "5.1e-05" not in section(plan, "smr")


def test_s9_the_rule_of_sharing_is_one_that_holds_unless_told_otherwise() -> None:
    """Shapley was the default though Korea and the US gained by leaving. A has a left glove, B and C a right one: a pair is worth 1."""
    gloves = Game.from_array(("A", "B", "C"), "value", [0, 0, 0, 1, 0, 1, 0, 1])
    assert Alliance().governance == "nucleolus"
    assert (
        shapley(gloves) == pytest.approx([2 / 3, 1 / 6, 1 / 6])
        and stability(gloves, shapley(gloves)).verdict == "blocked"
    )
    assert stability(gloves, nucleolus(gloves)).verdict == "stable"


def test_s5_a_load_in_mw_has_no_chips_and_no_price_of_a_chip_hour() -> None:
    plan = make_plan(sites=3)
    plan.tables["chips"] = plan.tables["chips"].iloc[:0]
    plan.tables["sites"]["chips_thousand"] = 0.0
    told = {tile.label: tile for tile in words.tiles(plan)}
    assert "Accelerators" not in told and "chip" not in "".join(Markup(tile.unit).striptags() for tile in told.values())
    site = plan.tables["sites"].query("stage == 2035")
    bill = (
        plan.tables["costs"]
        .query("stage == 2035 and line in ['fuel', 'grid energy', 'power plants']")["musd_per_year"]
        .sum()
    )
    shown = float(re.search(r'value="([^"]+)"', told["Feeding the load"].figure)[1])  # type: ignore[index]
    assert shown == pytest.approx(bill * 1e6 / (site["it_mw"].sum() * 1e3))
    assert "Chips, thousand" not in section(plan, "map")


def test_s5_a_load_in_mw_stands_as_chips_of_its_own_name_and_is_not_told_as_any() -> None:
    """The tables hold one chip `load` per MW; beside real chips only these are counted, and an hour of one has no price."""
    plan = make_plan(sites=3)
    real = plan.tables["chips"].query("stage == 2035")["standing_thousand"].sum()
    given = plan.tables["chips"].query("stage == 2035").head(1).assign(chip="load", standing_thousand=0.8)
    plan.tables["chips"] = pd.concat([plan.tables["chips"], given], ignore_index=True)
    told = {tile.label: tile for tile in words.tiles(plan)}["Accelerators"]
    assert f'value="{float(real)!r}"' in str(told.figure) and Markup(told.unit).striptags() == "standing in 2035"
    plan.tables["chips"] = given
    assert not words.has_chips(plan) and "Feeding the load" in {tile.label for tile in words.tiles(plan)}


def test_the_first_screen_tells_what_other_users_of_electricity_pay_by_country() -> None:
    plan = make_plan(sites=3)
    rows = [
        {"country": c, "stage": 2035, "others_bill_musd": m, "others_bill_apart_musd": 0.0}
        for c, m in (("KR", 900.0), ("KR", -7.0), ("US", -2.0), ("JP", 0.1))
    ]
    plan.tables["zones"] = pd.DataFrame(rows)
    told = others.bills(plan, 2035)
    assert [line.striptags() for line in told] == [
        "All other users of electricity pay in 2035: Korea 893 million USD more, United States 2.00 million USD less a year.",
        "Power plants are users of gas too: what dearer gas costs them stands in both sums.",
    ]
    assert others.bills(plan, 2028) == []
    plan.tables["zones"]["others_bill_apart_musd"] = [500.0, 500.0, 1.0, 1.0]
    told = others.bills(plan, 2035)
    assert "Korea about the same (within 1 billion USD), United States 2.00 million USD less" in told[0].striptags()


def test_a_single_site_is_one_site() -> None:
    plan = make_plan(sites=3)
    plan.tables["sites"]["open"] &= plan.tables["sites"]["site"] == "KR-ULSAN"
    then = {line.label: line.text.striptags() for line in words.answer(plan)}["Then"]
    assert then.count("at one site in") == 2 and "1 sites" not in then


def test_s6_what_is_too_small_to_be_built_is_a_dash_with_its_exact_value_beside_it() -> None:
    plan = make_plan(sites=3)
    sites = plan.tables["sites"]
    sites.loc[(sites["site"] == "KR-ULSAN") & (sites["stage"] == 2035), "grid_mw"] = 0.0304
    page = html.pages(plan)["report.html"]
    assert '<data class="n" value="0.0304">–</data>' in page
    assert not re.search(r">0\.0304<", page)


def test_s6_capacity_below_what_is_printed_has_no_row() -> None:
    plan = named(make_plan(sites=3))
    capacity = plan.tables["capacity"]
    capacity.loc[capacity["technology"] == "smr_ismr", "capacity_mw"] = 0.0152
    assert "i-SMR" not in section(plan, "mix") and "Combined cycle" in section(plan, "mix")


def test_s7_limits_of_what_does_not_exist_and_restatements_of_demand_are_left_out() -> None:
    plan = with_limits(
        make_plan(sites=3),
        {},
        {
            "kind": "LNG send-out",
            "place": "KOGAS Dangjin",
            "limit": 0.0,
            "unit": "TBtu/year",
            "value_usd_per_year": 431.0,
        },
        {"kind": "work asked for", "place": "us-coding", "value_usd_per_year": 240_211.0},
        {"kind": "firm supply", "place": "KR-ULSAN", "limit": 0.0, "value_usd_per_year": 400.0},
    )
    assert limits.scarce(plan)["kind"].tolist() == ["grid tier"]
    told = section(plan, "why")
    assert "Dangjin" not in told and "us-coding" not in told


def test_s7_limits_are_in_the_order_of_what_a_step_saves_in_a_year() -> None:
    """10,000 chips at 1,000 USD are 10 M USD a year, 100 MW at 200 USD/kW 20, 5 TBtu at 1 USD/MMBtu 5; their units are no order."""
    plan = with_limits(
        make_plan(sites=3),
        {"kind": "LNG send-out", "place": "Pyeongtaek", "unit": "TBtu/year", "value_usd_per_year": 1.0, "limit": 9.0},
        {"kind": "chip supply", "place": "GB300-NVL72", "unit": "thousand chips", "value_usd_per_year": 1000.0},
        {"value_usd_per_year": 200.0},
    )
    assert limits.scarce(plan)["worth_musd_per_year"].tolist() == pytest.approx([20.0, 10.0, 5.0])


def test_s7_a_connection_that_comes_later_is_no_full_one_but_told_apart_once_a_site() -> None:
    late = LimitKind.CONNECTION_YEAR.value
    plan = with_limits(
        make_plan(sites=3),
        {},
        *({"kind": late, "place": f"KR-ULSAN tier {n}", "limit": 0.0, "value_usd_per_year": 900.0 - n} for n in (1, 2)),
    )
    assert len(limits.scarce(plan)) == 1 and len(limits.late(plan)) == 1
    assert limits.told(limits.late(plan).iloc[0]).striptags() == (
        "Grid connection at Ulsan Mipo 울산, tier 1 is not there in 2035; 100 MW by then would save up to 89.9 million USD a year"
    )


def test_s8_rated_peak_firm_and_mean_stand_side_by_side_and_a_limit_says_which_it_counts() -> None:
    plan = with_limits(make_plan(sites=3), {"kind": "land", "place": "KR-ULSAN", "limit": 5.0, "unit": "GW of IT"})
    told = section(plan, "map")
    for head in ("Load, mean MW", "Load, peak MW", "Load, firm MW", "IT, mean MW", "IT, rated MW"):
        assert head in told
    assert "Rated IT counts against land" in section(plan, "why") and "5,000 MW of IT" in section(plan, "why")
    load = words.tiles(plan)[0]
    assert all(word in Markup(load.unit).striptags() for word in ("mean in 2035", "of it IT", "peak at", "of IT rated"))


def test_s4_what_a_battery_gives_back_is_no_source() -> None:
    plan = make_plan(sites=3)
    told = words.fed(plan, 2035).striptags()
    assert "Battery" not in told
    assert sum(float(share) for share in re.findall(r"([\d.]+) %", told)) == pytest.approx(100, abs=0.5)


def test_s13_orders_are_told_by_name_and_by_when(plan: Plan) -> None:
    told = " ".join(line.text.striptags() for line in words.answer(named(plan)))
    assert re.search(r"Combined cycle [\d.,]+ [GM]W by 2026", told) and "gas_cc_f" not in told


def test_s23_no_table_and_no_sentence_shows_an_identifier_of_a_technology_or_a_chip(plan: Plan) -> None:
    page = html.pages(named(plan))["report.html"]
    for key in ("answer", "map", "mix", "costs", "work", "smr", "why"):
        text = Markup(page.split(f'id="{key}"')[1].split("</section>")[0]).striptags()
        assert not re.search(r"gas_cc_f|gas_aero_btm|smr_ismr|solar_pv|GB300-NVL72", text), key


def test_s23_chips_do_not_hide_the_power_in_the_table_of_costs(plan: Plan) -> None:
    rows = re.findall(r'<tr><td data-head="M USD per year">(.*?)</td>', html.pages(plan)["report.html"])
    assert rows.index("Power bill") < rows.index("chips") < rows.index("All")


def test_every_unit_and_year_stands_at_its_figure(plan: Plan) -> None:
    for tile in words.tiles(plan):
        assert "2035" in Markup(tile.unit).striptags(), tile.label


def test_s6_no_figure_below_what_is_printed_of_its_unit_is_on_the_page() -> None:
    """A speck of its own in every column whose unit has a least figure: wherever the page shows one, it is a dash."""
    plan, specks = make_plan(sites=3), set()
    for frame in plan.tables.values():
        for column in frame.select_dtypes("float"):
            if least(column, frame[column]) > 0 and len(frame) > 1:
                specks.add(speck := 1e-7 * (1 + 1e-4 * len(specks)))
                frame.iloc[1, frame.columns.get_loc(column)] = speck
    assert len(specks) > 40
    shown = re.findall(r'<data class="n" value="([^"]+)">([^<]*)<', html.pages(plan)["report.html"])
    told = [(value, text) for value, text in shown if value and float(value) in specks]
    assert len(told) > 10 and [text for _, text in told if text != "–"] == []
