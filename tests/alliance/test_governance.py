"""What is due by stage, what leaving costs, and shared halls by need."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.alliance.game import Game
from planner.alliance.governance import due_per_year, facility_fees, limited, withdrawal
from planner.alliance.shapley import shapley
from planner.alliance.views import as_prices, flows, side_by_side
from tests.alliance.games import KNOWN
from tests.alliance.trio import EVERYONE, coalitions, inputs, joint

TVA = Game.from_json(KNOWN["tva_1935"])
money = st.floats(1.0, 1e4)


@given(st.lists(st.tuples(money, money, money, money), min_size=2, max_size=5), st.lists(money, min_size=5, max_size=5))
@settings(max_examples=40, deadline=None)
def test_what_is_due_adds_up_in_every_stage_and_over_time(rows: list[tuple[float, ...]], parts: list[float]) -> None:
    figures, weight = np.array(rows), np.array([3.0, 2.0])
    alone, borne = figures[:, :2], figures[:, 2:]
    share = np.array(parts[: len(rows)]) / sum(parts[: len(rows)])
    cost = share * float((borne @ weight).sum())
    due = due_per_year(cost, alone, borne, weight)
    scale = np.abs(figures).sum()
    assert due.sum(axis=0) == pytest.approx(borne.sum(axis=0), abs=1e-9 * scale)
    saved = alone.sum(axis=0) @ weight - cost.sum()
    assert due @ weight == pytest.approx(cost, abs=1e-6 * scale * max(1.0, scale / max(abs(saved), 1e-9)))


def test_leaving_costs_the_leaver_its_share_of_what_is_saved_later() -> None:
    weight = np.array([stage.weight for stage in inputs().stages])
    alone = np.array([[10.0, 20.0], [10.0, 20.0], [10.0, 20.0]])
    due = alone - np.array([[1.0, 3.0], [1.0, 3.0], [0.0, 0.0]])
    without = dict.fromkeys(EVERYONE, np.array([20.0, 40.0]))
    rows = {row["leaves"]: row for row in withdrawal(EVERYONE, due, alone, without, inputs())}
    assert rows["KR"]["leaver_loses_musd"] == pytest.approx(3.0 * weight[1])
    assert rows["KR"]["others_lose_musd"] == pytest.approx(3.0 * weight[1])
    assert rows["JP"]["leaver_loses_musd"] == 0.0
    assert rows["JP"]["others_lose_musd"] == pytest.approx(6.0 * weight[1])


def test_equal_needs_share_a_hall_equally() -> None:
    fees = facility_fees(inputs(), EVERYONE)
    assert {row["member"] for row in fees} == {"KR", "US"}
    assert fees[0]["fee_musd"] == fees[1]["fee_musd"] == pytest.approx(fees[0]["alone_musd"] / 2)


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


def test_a_payment_is_the_same_money_as_each_of_its_prices() -> None:
    import pandas as pd

    crossing = [
        {"what": "LNG", "from": "US", "to": "KR", "stage": 2028, "amount": 50.0, "unit": "TBtu/year"},
        {"what": "chips", "from": "KR", "to": "US", "stage": 2032, "amount": 10.0, "unit": "thousand"},
    ]
    paid = pd.DataFrame([{"payer": "KR", "receiver": "US", "musd": 100.0}])
    orders = pd.DataFrame([{"country": "KR", "stage": 2032, "mw": 300.0}])
    stages = inputs().stages
    rows = as_prices(paid, {"smr_orders": orders}, crossing, stages, 0.05)
    by_unit = {row["unit"]: row["change"] for row in rows}
    assert by_unit["USD/MMBtu"] * 50.0 * stages[0].weight == pytest.approx(100.0)
    assert by_unit["USD/chip-hour"] * 10.0 * 8.76 * stages[1].weight == pytest.approx(-100.0)
    assert by_unit["USD/kW"] * 300.0 * 1e3 * 1.05 ** (2028 - 2032) == pytest.approx(100.0 * 1e6)
