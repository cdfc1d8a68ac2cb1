"""A limit on one member's share, shared halls by need, and what the plans show side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.games.game import Game
from planner.games.shapley import shapley
from planner.studies.alliance.governance import facility_fees, limited
from planner.studies.alliance.views import flows, side_by_side
from tests.alliance.games import KNOWN
from tests.alliance.trio import EVERYONE, coalitions, inputs, joint

TVA = Game.from_json(KNOWN["tva_1935"])


def test_equal_needs_share_a_hall_equally() -> None:
    fees = facility_fees(inputs(), EVERYONE)
    assert {row["member"] for row in fees} == {"KR", "US"}
    assert fees[0]["fee_musd"] == fees[1]["fee_musd"] == pytest.approx(fees[0]["alone_musd"] / 2)


def test_a_fee_is_money_of_today() -> None:
    """60 M USD a year in the nine years of 2028 to 2036 at 5 %: 447.79 today, not 540; two who need it pay half each."""
    assert [row["fee_musd"] for row in facility_fees(inputs(), EVERYONE)] == pytest.approx([223.8964, 223.8964])


def test_who_needs_a_hall_for_longer_pays_for_that_time_alone() -> None:
    """Korea from 2028, the US from 2032: they share the last five years (3.7397 of today's), the first four are Korea's (3.7232)."""
    plain = inputs()
    late = replace(plain.work["US-train"], demand=plain.work["US-train"].demand * np.array([0.0, 1.0]))
    fees = facility_fees(replace(plain, work=plain.work | {"US-train": late}), EVERYONE)
    paid = {row["member"]: row["fee_musd"] for row in fees}
    assert paid == pytest.approx({"KR": 60 * (3.723248 + 3.739965 / 2), "US": 60 * 3.739965 / 2}, rel=1e-5)


def test_a_limit_on_one_member_keeps_the_total() -> None:
    cost, told = limited(TVA, shapley(TVA), 0.4)
    assert cost.sum() == pytest.approx(TVA.total)
    assert max(row["saving_musd"] for row in told["members"]) <= 0.4 * TVA.savings().total * (1 + 1e-12)
    assert told["price_musd"] >= 0.0


def test_views_show_what_the_tables_hold() -> None:
    tables = joint()[2].tables
    rows = side_by_side(EVERYONE, tables, {c: coalitions()[c,].tables for c in EVERYONE}, inputs().years)
    first = [row for row in rows if row["stage"] == 2028 and row["quantity"] == "IT load"]
    work = tables["work"]
    assert sum(row["joint"] for row in first) == pytest.approx(
        work.loc[work["stage"] == 2028, "it_gwh"].sum() / 8.76, rel=1e-6
    )
    crossing = flows(tables, {"gulf": "US"})
    assert {row["what"] for row in crossing} >= {"compute", "chips"}
    assert all(row["from"] != row["to"] and row["amount"] > 0 for row in crossing)
