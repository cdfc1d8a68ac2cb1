"""Fleets beside published figures: the page's tables are what the planner says now, and what must hold of them."""

from __future__ import annotations

from planner.base.constants import MODELS
from planner.catalog.cards_calibration import published_scale
from planner.chips.evidence.scale import PUE, QUERIES, REASONS, page, service, watt_hours


def test_the_page_shows_what_the_planner_says() -> None:
    text = (MODELS / "README.md").read_text(encoding="utf-8")
    shown = text.split("<!-- scale -->")[1].split("<!-- end of scale -->")[0].strip()
    assert shown == page(), "write planner.chips.evidence.scale.page() between the marks of models/README.md"


def test_every_campus_has_a_reason_for_its_gap() -> None:
    rows = published_scale().query("quantity == 'campus_power'")
    assert set(zip(rows["who"], rows["value"], strict=True)) == set(REASONS)


def test_a_campus_of_gb200_lies_below_its_announced_capacity_and_not_by_half() -> None:
    """Abilene: 400,000 GB200 on 900 MW and on 1,200 MW."""
    at_work = 0.4 * service("frontier-training", "GB200-186GB").active_w * PUE
    assert 0.5 * 1200 < at_work < 900


def test_a_large_mixture_on_eight_h100_lies_in_the_published_middle_half() -> None:
    """Microsoft: model above 200 billion on 8 x H100, 300 tokens: 0.16 to 0.60 Wh."""
    found = next(watt_hours(q) for q in QUERIES if q.model == "Qwen3-235B-A22B" and q.chip.startswith("H100"))
    assert 0.16 <= found <= 0.60


def test_serving_draws_less_than_rated_watts_would_say() -> None:
    """Rated watts said 1.74 kW at the wall for GB300 in chat; B300, the same silicon, was measured at 0.77 of its 1,100 W."""
    assert service("chat", "GB300-288GB").active_w < 1450
