"""`planner alliance` from a scenario to a folder: figures that add up, a report that shows them, refusals that say why."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.studies.alliance.sharing import RULES
from tests.alliance.trio import EVERYONE, POOLS
from tests.cli import planner

CONFIG = Path(__file__).with_name("three.yaml")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from planner.cli import main

    folder = tmp_path_factory.mktemp("alliance") / "run"
    with pytest.raises(SystemExit) as end:
        main(["alliance", str(CONFIG), "--out", str(folder), "--quiet"])
    assert not end.value.code
    return folder


@pytest.fixture(scope="module")
def found(run: Path) -> dict[str, Any]:
    return json.loads((run / "alliance.json").read_text(encoding="utf-8"))


def test_every_coalition_is_proven_and_more_save_more(found: dict[str, Any]) -> None:
    assert len(found["coalitions"]) == 7
    # Chips are scarce here, so the one thing to be told is that much of the saving rests on the value of late compute.
    assert len(found["warnings"]) == 1 and "value of late compute" in found["warnings"][0]
    assert all(row["status"] == "proven" and row["gap"] <= 1e-5 for row in found["coalitions"])
    by_name = {row["coalition"]: row["saving_musd"] for row in found["coalitions"]}
    assert by_name["KR + US + JP"] == pytest.approx(found["saving_musd"]) and found["saving_musd"] > 0
    assert 0 < found["saving_least_musd"] <= found["saving_musd"] <= found["saving_most_musd"]


def test_every_rule_shares_out_the_joint_cost(found: dict[str, Any]) -> None:
    joint = found["coalitions"][-1]["cost_musd"]
    rules = {row["rule"] for row in found["allocations"]}
    assert rules == {*RULES, "owen"} == {row["rule"] for row in found["stability"]}
    for rule in rules:
        rows = [row for row in found["allocations"] if row["rule"] == rule]
        assert sum(row["cost_musd"] for row in rows) == pytest.approx(joint, rel=1e-9)
        assert all(row["cost_low_musd"] is None or row["cost_low_musd"] <= row["cost_high_musd"] for row in rows)


def test_the_owen_point_and_the_nucleolus_hold(found: dict[str, Any]) -> None:
    held = {row["rule"]: row for row in found["stability"]}
    assert found["owen_holds"] and held["owen"]["in_core"]
    assert found["core_nonempty"] and held["nucleolus"]["verdict"] == "stable"


def test_payments_balance_and_bring_everyone_to_what_is_due(found: dict[str, Any]) -> None:
    net, payments = found["settlement"]["net"], found["settlement"]["payments"]
    assert sum(row["side_payment_musd"] for row in net) == pytest.approx(0.0, abs=1e-6 * found["saving_musd"])
    for row in net:
        paid = sum(p["musd"] for p in payments if p["payer"] == row["member"])
        got = sum(p["musd"] for p in payments if p["receiver"] == row["member"])
        owed = row["due_musd"] - row["borne_musd"]
        # What is hosted for less than 0.05 M USD a year is not told.
        assert paid - got == pytest.approx(owed, rel=1e-6, abs=1.0)
    limit = found["dominance_limit"]["share"] * found["saving_musd"]
    alone = {row["member"]: row["alone_musd"] for row in found["allocations"]}
    assert all(alone[row["member"]] - row["due_musd"] <= limit * (1 + 1e-6) for row in net)


def test_pairs_pay_one_way_a_year_and_the_schedule_sums_to_what_is_paid(found: dict[str, Any]) -> None:
    settled = found["settlement"]
    pairs = [(row["stage"], *sorted((row["payer"], row["receiver"]))) for row in settled["netted"]]
    assert len(pairs) == len(set(pairs)), "no pair pays both ways in a year"
    for one, other in ((p, r) for p in EVERYONE for r in EVERYONE if p < r):
        gross = sum(
            row["musd"] * (1 if row["payer"] == one else -1)
            for row in settled["payments"]
            if {row["payer"], row["receiver"]} == {one, other}
        )
        told = sum(
            row["present_musd"] * (1 if row["payer"] == one else -1)
            for row in settled["schedule"]
            if {row["payer"], row["receiver"]} == {one, other}
        )
        assert told == pytest.approx(gross, rel=1e-6, abs=1e-6)
    some = settled["schedule"][0]
    assert some["KRW_billion"] == pytest.approx(some["musd"] * 1.364)
    assert some["JPY_billion"] == pytest.approx(some["musd"] * 0.150)


def test_pools_and_governance_have_their_price(found: dict[str, Any]) -> None:
    assert [row["pool"] for row in found["pools"]] == list(POOLS)
    for row in found["pools"]:
        assert min(row["saving_alone_musd"], row["saving_last_musd"]) >= -row["uncertain_musd"]
    cut = found["export_restriction"]
    assert cut["price_most_musd"] >= 0
    assert sum(row["price_musd"] for row in cut["members"]) == pytest.approx(cut["price_musd"], rel=1e-6)
    assert {row["leaves"] for row in found["withdrawal"]} == set(EVERYONE)
    testbed = [row for row in found["facilities"] if row["facility"] == "testbed"]
    assert sum(row["fee_musd"] for row in testbed) == pytest.approx(testbed[0]["alone_musd"])


def test_the_report_shows_it_and_the_folder_is_whole(run: Path, found: dict[str, Any]) -> None:
    page = (run / "report.html").read_text(encoding="utf-8")
    section = page.split('<section id="alliance">')[1].split("</section>")[0]
    assert 'href="#alliance"' in page and section.count("<svg") == len({row["stage"] for row in found["flows"]})
    for part in (
        "Who pays whom: by calendar year",
        "Rules of sharing",
        "Joint plan beside the solo plans",
        repr(found["saving_musd"]),
    ):
        assert part in section
    for name in ("coalitions", "allocations", "settlement_payments", "side_by_side", "flows", "pools"):
        frame = pd.read_parquet(run / "tables" / f"alliance_{name}.parquet")
        assert len(frame) == len(pd.read_csv(run / "tables" / f"alliance_{name}.csv")) > 0
    outputs = json.loads((run / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    text = (run / "alliance.json").read_bytes()
    assert outputs["alliance.json"] == hashlib.sha256(text).hexdigest() and "manifest.json" not in outputs


def test_bad_questions_are_refused_before_any_planning(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    wrong = planner(capsys, "alliance", CONFIG, "--pool", "sites,lgn", "--out", out)
    assert wrong.code == 2 and "did you mean lng?" in wrong.err
    for old, new, told in (
        ("dominance_limit: 0.45", "dominance_limit: 0.3", "alliance.dominance_limit"),
        ("dominance_limit: 0.45", "members: [KR]", "two members or more"),
        ("dominance_limit: 0.45", "members: [KR, JP]", "'US' is no member"),
    ):
        config = tmp_path / "bad.yaml"
        config.write_text(CONFIG.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        refused = planner(capsys, "alliance", config, "--out", out)
        assert refused.code == 2 and told in refused.err and not out.exists()
