"""An alliance inside power systems: who pays for what they spend, and what each coalition means to a member's consumers; by hand."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from planner.report.alliance.section import section
from planner.scenario import Scenario, parse
from planner.studies.alliance.consumers import consumers
from planner.studies.alliance.study import Alliance, study
from planner.timeline import Stage

HOURS = 8760.0
NATION = {"clock": 0, "corners": [[0, 0], [1, 0], [0, 1]]}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")


def world(stages: tuple[int, ...] = (2030,)) -> Scenario:
    """N0 has coal for its 75 MW and for 5 more, then gas at 50; N1 has gas at 60 for its 70 MW and for as much again as anybody asks.

    Both want 4 MW of work; N0's site holds 8 MW.
    """
    plants = {
        "N0": [
            {"name": "coal", "capacity": 80, "variable_cost": 20},
            {"name": "gas", "capacity": 100, "variable_cost": 50},
        ],
        "N1": [{"name": "gas", "capacity": 200, "variable_cost": 60}],
    }
    zones = {
        f"Z{i}": {"country": f"N{i}", "load": load, "plants": plants[f"N{i}"], "new": []}
        for i, load in enumerate((75, 70))
    }
    sites = [
        {
            "name": f"s{i}",
            "country": f"N{i}",
            "lat": 0.5,
            "lon": 0.5,
            "zone": f"Z{i}",
            "capacity_charge": 0,
            "land_limit": 8,
        }
        for i in range(2)
    ]
    return parse(
        {
            "name": "others", "countries": ["N0", "N1"], "nations": {f"N{i}": NATION | {"label": f"N{i}"} for i in range(2)},
            "stages": list(stages), "horizon_end": stages[-1] + 1, "time": {"hours": 24}, "sites": {"use": [], "add": sites},
            "workloads": [{"owner": f"N{i}", "name": f"w{i}", "load": 4} for i in range(2)],
            "power": ["grid"], "reliability": {"reserve_margin": 0}, "alliance": {"pools": ["sites"]},
            "grid": {"model": "system", "new": []}, "zones": zones, "solve": {"gap": 1e-9},
        }
    )  # fmt: skip


@cache
def found() -> Alliance:
    return study(world(), processes=1)


def test_members_pay_what_their_systems_spend_more_and_not_the_systems_themselves() -> None:
    """Alone N0 burns 4 MW of coal at 20, N1 4 MW of gas at 60; together 5 MW of coal and 3 of gas at 50, all in N0."""
    costs = {row["coalition"]: row["cost_musd"] for row in found().found["coalitions"]}
    assert costs["N0"] == pytest.approx(4 * 20 * HOURS * 1e-6, rel=1e-6)
    assert costs["N1"] == pytest.approx(4 * 60 * HOURS * 1e-6, rel=1e-6)
    assert costs["N0 + N1"] == pytest.approx((5 * 20 + 3 * 50) * HOURS * 1e-6, rel=1e-6)


def test_the_consumers_of_the_host_pay_for_the_work_that_it_takes() -> None:
    """Alone the price in N0 stays 20; together gas sets it, so 75 MW pay 30 more. In N1 it is 60 either way."""
    rows = {row["member"]: row for row in found().found["consumers"]}
    assert rows["N0"]["bills_alone_musd"] == pytest.approx(0.0, abs=1e-6)
    assert rows["N0"]["bills_joint_musd"] == pytest.approx(30 * 75 * HOURS * 1e-6, rel=1e-6)
    assert rows["N1"]["bills_change_musd"] == pytest.approx(0.0, abs=1e-6)
    assert rows["N0"]["with_consumers_musd"] == pytest.approx(
        rows["N0"]["saving_musd"] - 30 * 75 * HOURS * 1e-6, rel=1e-6
    )
    by = {(row["coalition"], row["member"]): row["bills_musd"] for row in found().found["consumers_by_coalition"]}
    assert by["N0 + N1", "N0"] == rows["N0"]["bills_joint_musd"] and ("N0", "N1") not in by
    assert {"alliance_consumers", "alliance_consumers_by_coalition"} <= found().tables.keys()


def test_what_a_system_spends_on_hosted_work_is_its_owners() -> None:
    """Both run 4 MW in N0: each owns half of what N0's system spends more, whatever the rule then shares."""
    net = {row["member"]: row for row in found().found["settlement"]["net"]}
    half = (5 * 20 + 3 * 50) / 2 * HOURS * 1e-6
    assert net["N0"]["own_work_musd"] == pytest.approx(half, rel=1e-6)
    assert net["N1"]["own_work_musd"] == pytest.approx(half, rel=1e-6)


def test_a_member_that_leaves_goes_on_in_its_own_system() -> None:
    """After 2030 N1 feeds its 4 MW with its own gas at 60 again; together it was due what the rule left it."""
    rows = study(world((2030, 2032)), processes=1).found["withdrawal"]
    alone = 4 * 60 * HOURS * 1e-6
    row = next(row for row in rows if row["leaves"] == "N1")
    assert row["stage"] == 2030 and 0.0 <= row["leaver_loses_musd"] <= alone
    assert row["leaver_misplaced_musd"] == pytest.approx(0.0, abs=1e-6)


def test_the_owen_point_accounts_for_all_of_a_system() -> None:
    """Prices of loads, of what stands and of the reference add up: nothing is on account of nobody."""
    assert "part of the cost is on account of limits that belong to nobody" not in found().found["owen_reasons"]


def test_the_page_tells_what_is_left_with_the_consumers() -> None:
    told = section(found().joint)
    assert told is not None and len(told.rows["consumers"]) == 2 and len(told.rows["consumers_by_coalition"]) == 4
    assert told.rows["consumers"][0]["Member"] == "N0"


def test_stages_count_with_their_years() -> None:
    """100 M USD a year over a stage of 3 discounted years and 50 over one of 4 are 500."""
    zones = pd.DataFrame({"country": ["A", "A"], "stage": [1, 2], "others_bill_musd": [100.0, 50.0]})
    stages = (Stage(1, 1, 3.0), Stage(2, 1, 4.0))
    row = consumers(["A"], {("A",): {"zones": zones}}, stages, {"A": 600.0})["consumers"][0]
    assert row["bills_joint_musd"] == pytest.approx(500.0) and row["with_consumers_musd"] == pytest.approx(600.0)


def test_a_tariff_says_nothing_of_consumers() -> None:
    assert consumers(["A"], {("A",): {}}, (), {"A": 0.0}) == {"consumers": [], "consumers_by_coalition": []}
