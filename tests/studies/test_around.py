"""Studies of kind `near` and `flips`: what the commands say of one run, they say of every plan of a study."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.cli import planner as command

SCREENING = Path(__file__).parents[1] / "cases" / "screening.yaml"
GAS = "technologies[1].variable_cost"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Path:
    assert command(capsys, "run", SCREENING, "--out", tmp_path / "run", "--quiet").code == 0
    return tmp_path / "run"


def studied(capsys: pytest.CaptureFixture[str], folder: Path, **said: object) -> dict:
    file = folder / "around.yaml"
    file.write_text(yaml.safe_dump({"name": "around", "base": str(SCREENING)} | said), "utf-8")
    answer = command(capsys, "study", file, "--out", folder / "study", "--processes", 1, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


def test_near_of_the_base_is_what_the_command_says_of_its_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, run: Path
) -> None:
    command(
        capsys, "near", run, "--of-what", "energy", "--within", "1%", "--processes", 1, "--json", tmp_path / "near.json"
    )
    alone = pd.DataFrame(json.loads((tmp_path / "near.json").read_text("utf-8"))["rows"]).set_index("item")
    found = studied(capsys, tmp_path, kind="near", near={"within": "1 %", "of_what": ["energy"]}, vary={GAS: [11, 13]})
    rows = pd.DataFrame(found["near"]).set_index("item")
    assert set(rows.index) == set(alone.index) and (rows["runs"] == 3).all()
    for item in rows.index:
        for base, told in (
            ("base_plan", "plan"),
            ("base_least_proven", "least_proven"),
            ("base_most_proven", "most_proven"),
        ):
            assert rows.loc[item, base] == pytest.approx(alone.loc[item, told], rel=1e-6, abs=1e-6)
    assert (rows["least"] <= rows["base_least_proven"] + 1e-9).all()
    assert (rows["most"] >= rows["base_most_proven"] - 1e-9).all()
    store = pd.read_parquet(tmp_path / "study" / "tables" / "near.parquet")
    assert set(store["run"]) == {0, 1, 2}
    assert "What costs nearly as little" in (tmp_path / "study" / "study.html").read_text("utf-8")


def test_flips_of_the_base_alone_are_what_the_command_says_of_its_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, run: Path
) -> None:
    command(capsys, "flips", run, "--verify", 0, "--json", tmp_path / "flips.json")
    alone = {row["item"]: row["flip"] for row in json.loads((tmp_path / "flips.json").read_text("utf-8"))["rows"]}
    found = studied(capsys, tmp_path, kind="flips")  # nothing is varied: the base alone
    assert found["runs"] == 1
    assert {row["item"]: row["base"] for row in found["flips"]} == pytest.approx(alone)
    assert {row["left_out_in"] for row in found["flips"] if row["base"] is not None and row["base"] < 1} <= {1}


def test_what_cannot_be_asked_of_a_plan_is_its_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = studied(capsys, tmp_path, kind="near", near={"of_what": ["energy"], "only": ["2099"]})
    assert found["done"] == 0 and "no quantity of the run is called that" in found["failed"][0]["reason"]


def test_check_counts_the_runs_and_makes_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "many.yaml"
    file.write_text(yaml.safe_dump({"name": "many", "base": str(SCREENING), "kind": "near", "vary": {GAS: [11, 13]}}))
    answer = command(capsys, "study", file, "--check")
    assert (answer.code, answer.out.strip()) == (0, "many: a sound study of screening, 2 runs beside the base")
    assert [path.name for path in tmp_path.iterdir()] == ["many.yaml"]
    file.write_text(yaml.safe_dump({"name": "many", "base": str(SCREENING), "kind": "sweep"}))
    refused = command(capsys, "study", file, "--check")
    assert refused.code == 2 and "nothing is varied" in refused.err
