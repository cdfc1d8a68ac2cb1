"""Slides: about ten, charts that can be edited and hold the plan's sums, the map, hostile names as text, any language."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation

from planner.plan.plan import Plan
from planner.report.deck import slides
from planner.words.language import speaking


@pytest.fixture(scope="module")
def deck(plan: Plan, tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    place = tmp_path_factory.mktemp("deck") / "plan.pptx"
    slides.write([plan], place)
    return Presentation(str(place))


def charts(deck) -> list:  # type: ignore[no-untyped-def, type-arg]
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def words(deck) -> str:  # type: ignore[no-untyped-def]
    texts = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    cells = [
        cell.text
        for slide in deck.slides
        for shape in slide.shapes
        if shape.has_table
        for cell in shape.table.iter_cells()
    ]
    return "\n".join(texts + cells)


def test_there_are_about_ten_slides_with_native_charts_tables_and_the_map(deck) -> None:  # type: ignore[no-untyped-def]
    assert 9 <= len(deck.slides) <= 12 and len(charts(deck)) == 4
    kinds = [shape.shape_type for slide in deck.slides for shape in slide.shapes]
    assert sum("PICTURE" in str(kind) for kind in kinds) == 2 and sum("TABLE" in str(kind) for kind in kinds) == 2


def test_charts_hold_the_sums_of_the_tables(plan: Plan, deck) -> None:  # type: ignore[no-untyped-def]
    load, mix, mwh, bill = charts(deck)
    sites, costs = plan.tables["sites"], plan.tables["costs"]

    def sums(chart) -> list[float]:  # type: ignore[no-untyped-def]
        return [sum(values) for values in zip(*(series.values for series in chart.plots[0].series), strict=True)]

    assert sums(load) == pytest.approx((sites.groupby("stage")["facility_mw"].sum() / 1e3).tolist())
    assert sums(mix) == pytest.approx((plan.tables["energy"].groupby("stage")["energy_gwh"].sum() / 1e3).tolist())
    assert sums(bill) == pytest.approx((costs.groupby("stage")["musd_per_year"].sum() / 1e3).tolist())
    power = costs[costs["line"].isin(["fuel", "grid energy", "power plants"])].groupby("stage")["musd_per_year"].sum()
    assert sums(mwh) == pytest.approx((power * 1e3 / sites.groupby("stage")["energy_gwh"].sum()).tolist())
    assert list(load.plots[0].categories) == ["2028", "2031", "2035"]


def test_hostile_names_are_text_and_figures_are_without_tags(plan: Plan, deck) -> None:  # type: ignore[no-untyped-def]
    told = words(deck)
    assert "<b>bold</b>" in told and plan.name in told, "a name is shown as it is"
    assert '<data class="n"' not in told and "&lt;" not in told


def test_slides_speak_the_language_and_take_several_plans(plan: Plan, tmp_path: Path) -> None:
    with speaking("ko"):
        slides.write([plan, plan], tmp_path / "ko.pptx")
    found = Presentation(str(tmp_path / "ko.pptx"))
    assert "결정 요인" in words(found) and len(charts(found)) == 8
