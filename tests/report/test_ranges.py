"""The ranges that `planner near` found, where a reader meets them: the first sentences, and whiskers beside mix and sites."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from planner.plan.plan import Plan
from planner.report.page import html
from planner.words.language import speaking
from tests.report.sample import make_plan

ROW = {"country": "KR", "stage": 2035, "unit": "TWh/year", "least_proven": 4.9, "most_proven": 92.0}
GAS = ROW | {"quantity": "energy", "item": "gas_cc_f", "plan": 6.0, "least": 5.0, "most": 7.5}
SITE = ROW | {"quantity": "sites", "item": "KR-ULSAN", "unit": "MW", "plan": 50.0, "least": 20.0, "most": 90.0}


@pytest.fixture
def ranged() -> Plan:
    plan = make_plan(sites=3)
    plan.ranges = pd.DataFrame([GAS, SITE])
    plan.ranges.attrs = {"within": 0.005, "of": "power"}
    return plan


def part(page: str, key: str) -> str:
    return page.split(f'id="{key}"')[1].split("</section>")[0]


def test_without_ranges_the_first_screen_says_that_there_are_none() -> None:
    page = html.pages(make_plan(sites=3))["report.html"]
    assert "planner near RUN finds it" in part(page, "answer") and 'class="ranges"' not in page


def test_ranges_stand_in_the_first_sentences_and_as_whiskers_beside_what_they_are_of(ranged: Plan) -> None:
    page = html.pages(ranged)["report.html"]
    first = part(page, "answer")
    assert "For 0.5 % of the power bill more, the energy of Korea in 2035 may come: gas_cc_f 83-100 %." in first
    assert "Sites in every such plan: none; in none: 0; in some: 1." in first and "planner near RUN" not in first
    assert part(page, "mix").count("<circle") == 1 and part(page, "map").count("<circle") == 1
    assert part(page, "lng").count("<circle") == 0
    assert "Ulsan Mipo 울산 (may)" in part(page, "map") and 'value="90.0"' in part(page, "map")


def test_a_whisker_reaches_from_least_to_most_and_its_dot_is_the_plan(ranged: Plan) -> None:
    """260 pixels less 4 on each side for 90 MW: 20 MW at 60, 50 at 144, 90 at 256; the proof reaches 4.9, at 17.7."""
    svg = re.search(r"<svg.*?</svg>", part(html.pages(ranged)["report.html"], "map"), re.S)
    assert svg is not None
    assert [float(x) for x in re.findall(r'x1="([\d.]+)"', svg[0])] == [17.7, 60.0]
    assert [float(x) for x in re.findall(r'(?:x2|cx)="([\d.]+)"', svg[0])] == [256.0, 256.0, 144.0]
    assert 'aria-label="Ulsan Mipo 울산: 20.0 - 90.0; Plan 50.0 MW"' in svg[0]


def test_ranges_speak_the_language(ranged: Plan) -> None:
    with speaking("ko"):
        page = html.pages(ranged)["report.html"]
    assert "전력 비용의 0.5 % 만큼 더 들이면 2035년" in part(page, "answer")
