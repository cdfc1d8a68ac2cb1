"""The table of what each config answered, from run folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner.plan.plan import Plan
from planner.report.page.answers import answer, markdown
from tests.cli import planner as command


def test_a_line_sums_the_last_stage(plan: Plan) -> None:
    found, tables = answer(plan), plan.tables
    year = tables["sites"]["stage"].max()
    assert found.year == year
    sites = tables["sites"][tables["sites"]["stage"] == year]
    assert found.it_gw == pytest.approx(sites["it_mw"].sum() / 1e3)
    assert found.co2_mt == pytest.approx(sites["co2_kt"].sum() / 1e3)
    lng = tables["lng"][(tables["lng"]["stage"] == year) & (tables["lng"]["kind"] != "pipeline")]
    assert found.lng_mt == pytest.approx(lng["mt"].sum())
    capacity = tables["capacity"][tables["capacity"]["stage"] == year]
    reactors = capacity["technology"].str.startswith(("smr_", "nuc_"))
    assert found.reactors_gw == pytest.approx(capacity.loc[reactors, "capacity_mw"].sum() / 1e3)
    assert sum(found.mix.values()) == pytest.approx(1.0)
    assert list(found.mix.values()) == sorted(found.mix.values(), reverse=True)
    assert not {"battery", "unserved", "paused"} & set(found.mix)
    assert 0 < found.served <= 1


def test_what_is_not_served_counts_by_its_value(plan: Plan) -> None:
    demand = plan.tables["demand"].copy()
    year = plan.tables["sites"]["stage"].max()
    now = demand["stage"] == year
    worth = (demand["demand"] * demand["value_usd_per_unit"])[now]
    first = worth.index[0]
    demand.loc[now, "served_share"] = 1.0
    demand.loc[first, "served_share"] = 0.5
    other = Plan(plan.name, plan.scenario, plan.summary, plan.tables | {"demand": demand})
    assert answer(other).served == pytest.approx(1.0 - 0.5 * worth[first] / worth.sum())


def test_the_command_prints_a_line_per_run(capsys: pytest.CaptureFixture[str], run: Path, plan: Plan) -> None:
    printed = command(capsys, "compare", run, run, "--answers")
    assert printed.code == 0
    assert printed.out.strip() == markdown([plan, plan])
    assert printed.out.count(f"| `{plan.name}` |") == 2
    assert command(capsys, "compare", run, "--answers").code == 0


def test_two_runs_of_one_name_are_told_apart(capsys: pytest.CaptureFixture[str], run: Path, tmp_path: Path) -> None:
    shutil.copytree(run, tmp_path / "other")
    printed = command(capsys, "compare", run, tmp_path / "other", "--answers").out
    assert f"({run})` |" in printed and f"({tmp_path / 'other'})` |" in printed and "  %" not in printed
