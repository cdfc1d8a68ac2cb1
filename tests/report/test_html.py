"""What the page says where a plan has more, less, or stranger content."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.base.text import number
from planner.report.page import html
from planner.words import answer as words
from tests.report.sample import make_plan


def test_flows_without_a_place_are_counted_and_not_drawn() -> None:
    plan = make_plan(sites=3)
    plan.tables["lng"]["terminal"] = plan.tables["lng"]["terminal"].replace("Pyeongtaek LNG Terminal", "Nowhere")
    page = html.pages(plan)["map.html"]
    assert "flows start or end at a place without coordinates" in page


def test_figures_that_do_not_exist_are_dashes() -> None:
    plan = make_plan(sites=3)
    plan.summary["headline"] |= {"usd_per_chip_hour": None, "usd_per_million_tokens": None}
    tile = {tile.label: tile for tile in words.tiles(plan)}["Accelerators"]
    assert "– USD per chip-hour" in Markup(tile.unit).striptags() and "million tokens" not in tile.unit


def test_demand_itself_is_not_called_a_limit() -> None:
    plan = make_plan(sites=3)
    plan.tables["limits"].loc[0, ["kind", "place", "value_musd_per_unit", "limit"]] = [
        LimitKind.WORK.value,
        "everything",
        1e9,
        1.0,
    ]
    assert not any("everything" in line.text for line in words.answer(plan))
    page = html.pages(plan)["report.html"]
    assert "everything" in page.split('id="work"')[1].split("</section>")[0]
    assert "everything" not in page.split('id="why"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (float("inf"), "–"), (1.1e28, "1.1e+28"), (-1234.5, "-1,234"), (True, "yes"), (7, "7")],
)
def test_numbers_read_well(value: float, text: str) -> None:
    assert number(value) == text


def test_markets_tell_the_gas_that_others_pay_and_what_is_more_than_was_published() -> None:
    """Sentences with the figures of summary.json, the table, and the reality check; names stay text."""
    page = html.pages(make_plan(sites=3))["report.html"]
    section = page.split('id="markets"')[1].split("</section>")[0]
    assert 'value="0.46"' in section and 'value="15900.0"' in section
    real = page.split('id="reality"')[1].split("</section>")[0]
    assert (
        "aeroderivative" not in real
        and "aero &lt;turbines&gt; since 2026" in real
        and "more than was published" in real
    )
    assert "aero &lt;turbines&gt;" in section and "<turbines>" not in section
    assert "USD/kW-year" in section


def test_what_is_used_beyond_makers_slots_is_told_as_resold_with_its_premium() -> None:
    """5.75 GW of 5.0: 0.75 GW of resold slots at 35 %, in a sentence and beside what is used; a plan that uses none says nothing of it."""
    plan = make_plan(sites=3)
    section = html.pages(plan)["report.html"].split('id="markets"')[1].split("</section>")[0]
    said = section.split("Beyond what makers can give of aero")[1].split("</p>")[0]
    assert 'value="0.35">35.0 %<' in said and 'value="0.75"' in said and "by 2028" in said
    assert "Of it resold" in section
    assert "Below zero" not in section
    plan.tables["markets"]["used"] -= 9.0
    section = html.pages(plan)["report.html"].split('id="markets"')[1].split("</section>")[0]
    assert "fewer machines of a class than they would without the campuses: aero &lt;turbines&gt;." in section
    plan.tables["markets"]["resold"] = 0.0
    assert "Beyond what makers" not in html.pages(plan)["report.html"].split('id="markets"')[1].split("</section>")[0]


def test_a_plan_that_looks_at_no_market_says_so() -> None:
    plan = make_plan(sites=3)
    plan.tables["markets"] = plan.tables["markets"].iloc[:0]
    plan.summary["markets"] = {"gas": [], "reality": []}
    section = html.pages(plan)["report.html"].split('id="markets"')[1].split("</section>")[0]
    assert "looks at no market" in section and "Reality check" not in section
