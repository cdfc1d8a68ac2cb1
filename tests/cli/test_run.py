"""`planner run` around the planning: where it writes, what it prints, how it ends. The plan itself is made up here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import planner.report.files.run_folder
from planner.base.errors import InputError, PlannerError
from planner.plan.plan import Plan
from planner.run import one
from planner.run.manifest import digest
from planner.words.answer import answer
from tests.cli import planner as command
from tests.report.sample import make_plan

SCENARIO = """
name: small
countries: [KR]
stages: [2028]
workloads: [{owner: KR, use: chat, tokens: 400 billion/day, chips: [H200-SXM-141GB]}]
"""
TOTALS = {
    "stage": 2028,
    "country": "KR",
    "it_mw": 1234.0,
    "facility_mw": 1400.0,
    "chips_thousand": 650.0,
    "unserved_share": 0.01,
    "energy_gwh": {"grid": 9000.0, "gas_cc_h": 3000.0},
    "co2_kt": 4200.0,
    "costs": {"chips": 5000.0, "grid": 900.0},
}
SUMMARY: dict[str, Any] = {
    "name": "small",
    "status": "optimal",
    "objective_musd": 45678.0,
    "certificate": {"gap": 8e-5, "max_violation": 3e-9},
    "seconds": {"total": 1.5},
    "totals": [TOTALS],
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """Puts a made-up planner in place; holds what it was asked. The current folder has small.yaml."""
    calls: list[dict[str, Any]] = []

    def plan(scenario: Any, *, progress: Callable[[str], None], cross_check: bool, **others: object) -> Plan:
        progress("solving")
        calls.append({"name": scenario.name, "cross_check": cross_check})
        made = make_plan(sites=3)
        made.tables["demand"] = made.tables["demand"].assign(unserved_share=0.0)  # all is done: no line of what is not
        return Plan(scenario.name, made.scenario, made.summary | SUMMARY, made.tables)

    def write_run(plan: Any, folder: Path, *, xlsx: bool, figures: bool) -> None:
        calls[-1] |= {"xlsx": xlsx, "figures": figures}
        for name in ("manifest.json", "report.html"):
            (folder / name).write_text(plan.name)

    monkeypatch.setattr(one, "make_plan", plan)
    monkeypatch.setattr(planner.report.files.run_folder, "write_run", write_run)
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(SCENARIO)
    return calls


def test_a_run_lands_under_its_name_and_tells_the_answer(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]]
) -> None:
    answer = command(capsys, "run", "small.yaml")
    assert answer.code == 0
    assert asked == [{"name": "small", "cross_check": False, "xlsx": False, "figures": False}]
    assert sorted(item.name for item in Path("runs/small").iterdir()) == ["manifest.json", "report.html"]
    lines = answer.out.splitlines()
    assert len(lines) <= 10 and lines[0] == "small", "ten lines, and the name is one of them"
    for label in ("Now, for 2028", "Then", "Fed by", "Cost", "What decides it", "Others", "Proof", "Digest"):
        assert sum(line.startswith(label) for line in lines) == 1, label
    assert "optimal, gap 8.0e-05" in answer.out and "value=" not in answer.out
    assert re.sub(r"\s+", " ", lines[-1]).strip() == "Report runs/small/report.html"


def test_what_making_units_whole_did_is_told(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounded = {"status": "proven", "objective_musd": 45700.0, "relaxed_objective_musd": 45678.0, "gap": 2.2e-3}
    left = {"plants": 2, "connections": 0, "chips": 7}
    some = rounded | {"reactors": [{"units": 3}, {"units": 2}], "closed": ["KR-GUMI"], "left_out": left}
    monkeypatch.setitem(SUMMARY, "rounded", some)
    told = command(capsys, "run", "small.yaml").out
    small = "left out as too small: 1 sites, 2 plants, 7 chips"
    assert f"whole units (5 reactors; {small}): +22 M USD beside the relaxed plan" in told
    none = {"reactors": [], "closed": [], "left_out": dict.fromkeys(left, 0)}
    monkeypatch.setitem(SUMMARY, "rounded", rounded | none)
    assert "whole units" not in command(capsys, "run", "small.yaml", "--force").out
    monkeypatch.setitem(SUMMARY, "rounded", some | {"status": "no plan", "objective_musd": None, "gap": None})
    assert (
        "with whole units there is no plan: this one is relaxed" in command(capsys, "run", "small.yaml", "--force").out
    )


def test_what_a_stop_left_out_is_told_on_the_console_and_the_page(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = {"stopped": True, "left_out": ["reactor learning", "whole units"]}
    monkeypatch.setitem(SUMMARY, "learning", {"orders": "pooled", "plans": 1, "differs": 0.083, "settled": False})
    for key, value in stopped.items():
        monkeypatch.setitem(SUMMARY, key, value)
    told = command(capsys, "run", "small.yaml").out
    assert "The run was stopped; not done, or not to the end: reactor learning, whole units." in told
    assert "reactor costs that are up to 8.30 % from those that its own orders bring" in told
    plan = make_plan(sites=3)
    plan.summary |= stopped
    sure = next(line for line in answer(plan) if line.label == "How sure")
    assert "not to the end: reactor learning, whole units." in sure.text.striptags()


def test_json_is_the_summary_and_nothing_else(capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]]) -> None:
    answer = command(capsys, "run", "small.yaml", "--json", "--out", "here")
    assert json.loads(answer.out) == make_plan(sites=3).summary | SUMMARY | {
        "run": "here",
        "digest": digest(Path("here/manifest.json")),
    }
    assert answer.err == ""


def test_a_cross_check_is_told(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    second = {"method": "hipo", "status": "proven", "difference": 2e-6, "agree": True}
    apart = {"capacity_difference_mw": 12.3, "capacity_difference_at": "gas_cc_h at KR-ULSAN, 2032"}
    monkeypatch.setitem(SUMMARY, "cross_check", second | apart)
    said = command(capsys, "run", "small.yaml", "--cross-check").out
    assert "hipo: proven, agrees, cost differs by 2.0e-06, capacities by at most 12 MW (gas_cc_h at KR-ULSAN" in said


def test_quiet_prints_nothing(capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]]) -> None:
    answer = command(capsys, "run", "small.yaml", "--quiet", "--cross-check", "--xlsx", "--figures")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert asked == [{"name": "small", "cross_check": True, "xlsx": True, "figures": True}]


def test_an_existing_run_is_refused_before_any_computing(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]]
) -> None:
    assert command(capsys, "run", "small.yaml").code == 0
    answer = command(capsys, "run", "small.yaml")
    assert answer.code == 2 and "the output directory exists" in answer.err and "--force" in answer.err
    assert len(asked) == 1
    assert command(capsys, "run", "small.yaml", "--force").code == 0


@pytest.mark.parametrize("place", ["/proc/planner/run", "small.yaml", "small.yaml/run"])
def test_a_place_that_cannot_be_written_is_refused_before_any_computing(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], place: str
) -> None:
    answer = command(capsys, "run", "small.yaml", "--force", "--out", place)
    assert answer.code == 2 and answer.err.startswith("error: the output") and place in answer.err
    assert not asked and [item.name for item in Path().iterdir()] == ["small.yaml"]


@pytest.mark.parametrize(
    ("trouble", "code", "says"),
    [
        (
            InputError("unknown chip 'H1000'", key="fleet[0].chip", expected="did you mean H100?"),
            2,
            "did you mean H100?",
        ),
        (PlannerError("Japan 2028: 120 MW short [bold]"), 2, "120 MW short [bold]"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_a_run_that_ends_early_leaves_nothing(
    capsys: pytest.CaptureFixture[str],
    asked: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    trouble: BaseException,
    code: int,
    says: str,
) -> None:
    def plan(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr(one, "make_plan", plan)
    answer = command(capsys, "run", "small.yaml")
    assert answer.code == code and says in answer.err and "Traceback" not in answer.err
    assert [item.name for item in Path().iterdir()] == ["small.yaml"]


def test_check_prints_the_size_and_solves_nothing(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = {"sites": 22, "variables": 123456}
    monkeypatch.setattr(one, "looked_at", lambda scenario: (size, ("mine: as that of KR-GUMI",)))
    answer = command(capsys, "check", "small.yaml")
    assert answer.code == 0 and "a sound scenario, 'small'" in answer.out and "123,456" in answer.out
    assert "note: mine: as that of KR-GUMI" in answer.out
    assert json.loads(command(capsys, "check", "small.yaml", "--json").out) == {
        "name": "small",
        "size": size,
        "notes": ["mine: as that of KR-GUMI"],
    }
    assert not asked


def test_open_says_what_is_where(capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]]) -> None:
    command(capsys, "run", "small.yaml", "--quiet")
    answer = command(capsys, "open", "runs/small")
    assert answer.code == 0 and "runs/small/report.html\n    the report" in answer.out and "map.png" not in answer.out
    refused = command(capsys, "open", "runs")
    assert refused.code == 2 and "there is no such run" in refused.err


def test_energy_that_no_source_gives_is_told(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dark = TOTALS | {"facility_mw": 1000.0, "energy_gwh": {"unserved": 876.0, "grid": 7884.0}}
    monkeypatch.setitem(SUMMARY, "totals", [dark])
    told = "Korea, 2028: 10.0 % of the energy that its sites need is not served."
    assert told in command(capsys, "run", "small.yaml").out
    monkeypatch.setitem(SUMMARY, "totals", [TOTALS])
    assert "is not served" not in command(capsys, "run", "small.yaml", "--force").out


def test_notes_of_many_own_sites_do_not_bury_the_answer(
    capsys: pytest.CaptureFixture[str], asked: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SUMMARY, "notes", [f"Place {n}: far away" for n in range(200)])
    told = command(capsys, "run", "small.yaml").out
    assert told.count("note: Place") == 3 and "197 more notes stand in summary.json" in told
