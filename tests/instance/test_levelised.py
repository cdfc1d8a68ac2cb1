"""Levelised costs beside published ones: in the range, or with a reason; and the README shows them as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.catalog import tables
from planner.catalog.cards import power_technologies
from planner.instance.levelised import Compared, compared, markdown
from tests.cli import planner as command

ROOT = Path(__file__).parents[2]
ROWS = compared()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.technology} {row.country} {row.year}")
def test_ours_lies_in_the_published_range_or_says_why_not(row: Compared) -> None:
    assert row.agrees != bool(row.why_not)
    assert 0.75 * row.low <= row.ours <= 1.35 * row.high


def test_every_country_is_compared_and_every_row_has_its_source() -> None:
    assert {row.country for row in ROWS} == {"KR", "US", "JP"}
    assert {row.technology for row in ROWS} <= set(power_technologies())
    assert all(row.source and row.conditions for row in ROWS)


def test_a_figure_in_yen_becomes_dollars_of_2023() -> None:
    first = tables.reference("published_lcoe").iloc[0]
    assert first["unit"] == "JPY/kWh"
    assert ROWS[0].low == pytest.approx(float(first["low"]) / 150 * 1e3)


def test_the_readme_shows_the_table_as_it_is() -> None:
    assert markdown(ROWS) in (ROOT / "README.md").read_text(encoding="utf-8"), "planner power lcoe --markdown"


def test_the_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    answer = command(capsys, "power", "lcoe")
    assert answer.code == 0 and "smr_nuscale" in answer.out
    assert command(capsys, "power", "lcoe", "--markdown").out.strip() == markdown(ROWS)
