"""A run's folder is complete, the same every time, and gives the plan back."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from planner.base.errors import InputError, PlannerError
from planner.plan.plan import Plan
from planner.plan.tables import TABLES, TEXTS
from planner.report.files import run_folder
from planner.report.files.run_folder import CONTENTS, plain, write_run, write_tables
from tests.report.sample import make_plan


def test_everything_announced_is_there(run: Path) -> None:
    # only with --xlsx and --figures, of a solved plan, of an alliance, of a scenario with files of its own
    elsewhere = {"workbook.xlsx", "figures", "proof.npz", "start.npz", "alliance.json", "inputs"}
    assert {path.name for path in run.iterdir()} == set(CONTENTS) - elsewhere


def test_a_plan_comes_back_as_it_was(plan: Plan, run: Path) -> None:
    back = Plan.load(run)
    assert (back.name, back.scenario, back.solver, back.log, back.manifest) == (
        plan.name,
        plan.scenario,
        plan.solver,
        plan.log,
        plan.manifest,
    )
    assert back.summary == plain(plan.summary)
    for name in TABLES:
        pd.testing.assert_frame_equal(back.tables[name], plan.tables[name], check_dtype=len(plan.tables[name]) > 0)


def test_the_same_plan_gives_the_same_bytes(run: Path, tmp_path: Path) -> None:
    write_run(make_plan(), tmp_path)
    differ = [
        str(path.relative_to(run))
        for path in sorted(run.rglob("*"))
        if path.is_file() and path.read_bytes() != (tmp_path / path.relative_to(run)).read_bytes()
    ]
    assert differ == []


def test_manifest_holds_the_hash_of_every_other_file(run: Path) -> None:
    outputs = json.loads((run / "manifest.json").read_text("utf-8"))["outputs"]
    files = {
        str(path.relative_to(run)): path for path in run.rglob("*") if path.is_file() and path.name != "manifest.json"
    }
    assert outputs == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def test_csv_and_parquet_say_the_same(plan: Plan, run: Path) -> None:
    for name in TABLES:
        text = pd.read_csv(run / "tables" / f"{name}.csv", keep_default_na=False, na_values=[""])
        assert list(text.columns) == list(TABLES[name])
        for column in text.columns:
            if pd.api.types.is_float_dtype(plan.tables[name][column]):
                assert text[column].to_numpy() == pytest.approx(plan.tables[name][column].to_numpy(), nan_ok=True)


def test_dictionary_describes_every_column(run: Path) -> None:
    words = pd.read_csv(run / "columns.csv")
    assert list(zip(words["table"], words["column"], strict=True)) == [(t, c) for t, cs in TABLES.items() for c in cs]
    assert words["meaning"].notna().all()


def test_long_tables_are_written_by_chunks_and_without_csv(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_folder, "CHUNK_ROWS", 1000)
    monkeypatch.setattr(run_folder, "CSV_ROWS", 10_000)
    write_tables(plan.tables, tmp_path)
    kept = pd.read_parquet(tmp_path / "tables" / "dispatch.parquet")
    assert kept[list(TEXTS)].dtypes.eq("str").all()  # other tools find texts
    pd.testing.assert_frame_equal(kept, plan.tables["dispatch"].astype(dict.fromkeys(TEXTS, "str")))
    assert not (tmp_path / "tables" / "dispatch.csv").exists()
    assert (tmp_path / "tables" / "sites.csv").exists()


def test_a_full_folder_is_refused(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="empty folder"):
        write_run(plan, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_incomplete_plan_is_refused(tmp_path: Path) -> None:
    plan = make_plan()
    del plan.tables["lng"]
    with pytest.raises(PlannerError, match="lng"):
        write_run(plan, tmp_path)


def test_reading_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lacks summary\.json"):
        Plan.load(tmp_path)
    with pytest.raises(InputError, match="no such run"):
        Plan.load(tmp_path / "nowhere")


def test_solver_page_states_the_proof(plan: Plan, run: Path) -> None:
    text = (run / "solver.txt").read_text("utf-8")
    for word in ("hipdlp", "proven gap", "0.008 %", "214,000", "Peak memory: 1,830 MB", "iteration 1200"):
        assert word in text


def test_one_country_and_no_gas(tmp_path: Path) -> None:
    plan = make_plan()
    for name, frame in plan.tables.items():
        if "country" in frame:
            plan.tables[name] = frame[frame["country"] == "KR"].reset_index(drop=True)
    for name in ("lng", "smr_orders", "dispatch", "limits"):
        plan.tables[name] = plan.tables[name].iloc[:0]
    write_run(plan, tmp_path)
    assert "The plan burns no gas." in (tmp_path / "report.html").read_text("utf-8")


def test_a_plan_that_builds_nothing(tmp_path: Path) -> None:
    plan = make_plan()
    for name in ("capacity", "chips", "work", "energy", "costs", "dispatch", "lng", "smr_orders", "limits"):
        plan.tables[name] = plan.tables[name].iloc[:0]
    sites = plan.tables["sites"].copy()
    sites["open"] = False
    sites[["it_mw", "facility_mw", "chips_thousand", "energy_gwh", "grid_mw"]] = 0.0
    plan.tables["sites"] = sites
    write_run(plan, tmp_path)
    assert "The plan builds nothing" in (tmp_path / "report.html").read_text("utf-8")
