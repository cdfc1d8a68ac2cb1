"""Figures at another end of their range, on cards and in tables."""

from __future__ import annotations

import pytest

from planner.base.errors import InputError
from planner.catalog import tables
from planner.catalog.cards import power_technologies
from planner.catalog.levels import chosen
from planner.catalog.ranges import Range, check, ranges

LEARNING = "power/smr_ismr/learning_rate"


def learning_rate() -> float:
    return power_technologies()["smr_ismr"].value("learning_rate")


def test_a_card_is_read_at_the_end_that_is_chosen_and_only_then() -> None:
    known = ranges()[LEARNING]
    with chosen({LEARNING: "low"}):
        assert learning_rate() == known.low == 0.05
    with chosen({LEARNING: 0.5}):
        assert learning_rate() == pytest.approx(0.095 + 0.5 * (0.15 - 0.095))
    assert learning_rate() == known.value == 0.095


def test_all_years_of_a_table_move_to_their_own_ends() -> None:
    plain = tables.table("zone_headroom.csv").set_index(["zone", "year"])
    with chosen({"zone_headroom/KR": "high"}):
        moved = tables.table("zone_headroom.csv").set_index(["zone", "year"])
    assert (moved.loc["KR", "mw"] == plain.loc["KR", "high"]).all()
    assert moved.loc["US-TEX-ERCO", "mw"].equals(plain.loc["US-TEX-ERCO", "mw"])


def test_a_fact_moves_in_both_its_moneys() -> None:
    plain = tables.facts("datacenter").set_index("item")
    with chosen({"datacenter/O&M excluding power": "low"}):
        moved = tables.facts("datacenter").set_index("item")
    ratio = 0.2 / 0.35
    for column in ("value", "value_2023usd"):
        name = "O&M excluding power"
        assert moved.at[name, column] == pytest.approx(plain.at[name, column] * ratio)


def test_an_unknown_figure_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean power/smr_ismr/learning_rate"):
        check({"power/smr_ismr/lerning_rate": "low"})


def test_an_end_that_nobody_gives_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one_sided = {LEARNING: Range(0.095, None, 0.15, "fraction")}
    monkeypatch.setattr("planner.catalog.ranges.ranges", lambda folder: one_sided)
    check({LEARNING: "high"})
    with pytest.raises(InputError, match="no low end"):
        check({LEARNING: -0.5})
