"""What is due by stage, who pays whom for what, and what leaving or restricting costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.readout.answer import Answer
from planner.studies.alliance.coalitions import Restriction
from planner.studies.alliance.dealings import (
    HOSTING,
    SHARING,
    due_per_year,
    per_year,
    restriction,
    settlement,
    withdrawal,
)
from planner.studies.alliance.hosting import hosting_costs
from planner.studies.alliance.views import as_prices
from tests.alliance.trio import EVERYONE, coalitions, inputs, joint

money = st.floats(1.0, 1e4)
SELLERS = {"gulf": "US"}
RATES = {"KRW": 1364.0, "JPY": 150.0}


def weights() -> np.ndarray:
    return np.array([stage.weight for stage in inputs().stages])


def hosting() -> pd.DataFrame:
    built, solution, _, _ = joint()
    return hosting_costs(Answer(built, solution))


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


def test_hosting_splits_the_cost_of_every_country_and_stage() -> None:
    costs = joint()[2].tables["costs"]
    split = hosting().groupby(["country", "stage"])["musd_per_year"].sum()
    whole = costs.groupby(["country", "stage"])["musd_per_year"].sum()
    assert split.to_dict() == pytest.approx(whole.to_dict(), rel=1e-9)
    work = joint()[2].tables["work"]
    hosts = set(work.loc[work["owner"] != work["country"], ["country", "owner"]].itertuples(index=False, name=None))
    assert hosts <= {(host, owner) for host, owner, *_ in hosting().itertuples(index=False, name=None)}


def test_who_shares_a_hall_pays_its_part_wherever_it_stands() -> None:
    """Japan does not need the hall; Korea and the US share what it costs, in one country, equally."""
    built, solution, _, _ = joint()
    split = hosting_costs(Answer(built, solution))
    apart = split[(split["stage"] == 2028)].pivot_table(
        index="country", columns="owner", values="musd_per_year", fill_value=0.0
    )
    hall = joint()[2].tables["costs"]
    where = hall.loc[(hall["line"] == "shared facilities") & (hall["stage"] == 2028), "country"].item()
    other = "US" if where == "KR" else "KR"
    assert apart.loc[where, other] >= 30.0 - 1e-9


def test_payments_balance_in_every_stage_and_bring_everyone_to_what_is_due() -> None:
    borne = per_year(joint()[2].tables["costs"], EVERYONE, inputs().stages)
    alone = np.vstack([per_year(coalitions()[c,].tables["costs"], (c,), inputs().stages) for c in EVERYONE])
    cost = alone @ weights() - np.array([0.5, 0.3, 0.2]) * ((alone - borne) @ weights()).sum()
    due = due_per_year(cost, alone, borne, weights())
    told = settlement(EVERYONE, due, joint()[2].tables, hosting(), inputs().stages, SELLERS, 0.05, RATES)
    paid = pd.DataFrame(told["payments"])
    assert set(paid["purpose"]) == {HOSTING, SHARING} and (paid["musd_per_year"] > 0).all()
    for y, stage in enumerate(inputs().stages):
        now = paid[paid["stage"] == stage.year]
        for i, c in enumerate(EVERYONE):
            pays = (
                now.loc[now["payer"] == c, "musd_per_year"].sum() - now.loc[now["receiver"] == c, "musd_per_year"].sum()
            )
            assert borne[i, y] + pays == pytest.approx(due[i, y], abs=0.2)
    assert paid["musd"].to_numpy() == pytest.approx((paid["musd_per_year"] * paid["weight_years"]).to_numpy())
    for row in told["net"]:
        assert row["borne_musd"] + row["hosting_musd"] == pytest.approx(row["own_work_musd"])
        assert row["own_work_musd"] + row["side_payment_musd"] == pytest.approx(row["due_musd"])
    assert sum(row["side_payment_musd"] for row in told["net"]) == pytest.approx(0.0, abs=1e-3)


def priced(
    paid: dict[str, list], work: pd.DataFrame, lng: pd.DataFrame, orders: pd.DataFrame, host: pd.DataFrame
) -> list:
    tables = {"work": work, "lng": lng, "smr_orders": orders}
    return as_prices(pd.DataFrame(paid), tables, host, inputs().stages, SELLERS, 0.05)


def test_a_payment_is_the_same_money_as_each_of_its_prices() -> None:
    first, second = (stage.year for stage in inputs().stages)
    stages = inputs().stages
    work = pd.DataFrame([{"owner": "US", "country": "KR", "stage": second, "it_gwh": 87.6, "chips_thousand": 10.0}])
    lng = pd.DataFrame(
        [
            {
                "kind": "contract",
                "export": "gulf",
                "country": "KR",
                "stage": first,
                "tbtu": 50.0,
                "price_usd_per_mmbtu": 9.0,
                "market_usd_per_mmbtu": 5.0,
            }
        ]
    )
    orders = pd.DataFrame([{"country": "KR", "stage": second, "mw": 300.0, "capex_usd_per_kw": 6000.0}])
    host = pd.DataFrame([{"country": "KR", "owner": "US", "stage": second, "musd_per_year": 10.0 * 8.76 * 2.0}])
    # A hundred to and fro is settled by what is left over.
    paid = {"payer": ["KR", "US"], "receiver": ["US", "KR"], "musd": [150.0, 50.0]}
    rows = priced(paid, work, lng, orders, host)
    by_unit = {row["unit"]: row for row in rows}
    assert {(row["payer"], row["receiver"]) for row in rows} == {("KR", "US")}
    assert by_unit["USD/MMBtu"]["change"] * 50.0 * stages[0].weight == pytest.approx(100.0)
    assert by_unit["USD/chip-hour"]["change"] * 10.0 * 8.76 * stages[1].weight == pytest.approx(-100.0)
    assert by_unit["USD/kW"]["change"] * 300.0 * 1e3 * 1.05 ** (first - second) == pytest.approx(100.0 * 1e6)
    assert (by_unit["USD/MMBtu"]["price"], by_unit["USD/kW"]["price"]) == (9.0, 6000.0)
    assert by_unit["USD/chip-hour"]["price"] == pytest.approx(2.0)
    assert all(row["carries"] == (abs(row["change"]) <= row["price"]) for row in rows)
    little = priced({"payer": ["KR"], "receiver": ["US"], "musd": [1e6]}, work, lng, orders, host)
    assert not any(row["carries"] for row in little)


def test_leaving_costs_what_going_on_costs_above_what_was_due() -> None:
    weight = weights()
    due = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    groups = [("KR",), ("US",), ("JP",), ("US", "JP"), ("KR", "JP"), ("KR", "US")]
    again = {
        (group, 0): replace(coalitions()[group], cost=50.0 * len(group), lower_bound=49.0 * len(group))
        for group in groups
    }
    rows = {row["leaves"]: row for row in withdrawal(EVERYONE, due, coalitions(), again, inputs().stages)}
    assert rows["KR"]["leaver_loses_musd"] == pytest.approx(50.0 - 2.0 * weight[1])
    assert rows["KR"]["others_lose_musd"] == pytest.approx(100.0 - 10.0 * weight[1])
    costs = coalitions()["US", "JP"].tables["costs"]
    from_start = costs.loc[costs["stage"] == inputs().stages[1].year, "musd"].sum()
    assert rows["KR"]["others_misplaced_musd"] == pytest.approx(100.0 - from_start)
    assert rows["KR"]["leaver_uncertain_musd"] == pytest.approx(1.0 + coalitions()["KR",].gap)


def test_a_restriction_has_a_price_for_each_member() -> None:
    plan = joint()[2]
    worse = replace(plan, cost=plan.cost + 30.0, task=replace(plan.task, restriction=Restriction("US", lng=0.5)))
    told = restriction(EVERYONE, plan, worse, np.array([1.0, 2.0, 3.0]), np.array([11.0, 12.0, 13.0]))
    assert told["price_musd"] == pytest.approx(30.0) == sum(row["price_musd"] for row in told["members"])
    assert told["price_least_musd"] <= told["price_musd"] <= told["price_most_musd"]
