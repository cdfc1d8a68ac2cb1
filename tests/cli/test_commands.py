"""The small commands, and how fast the program answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner.scenario import load, schema
from tests.cli import planner


def test_new_writes_a_scenario_that_loads_under_its_own_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "my-plan.yaml"
    answer = planner(capsys, "new", file)
    assert answer.code == 0 and f"planner run {file}" in answer.out
    assert load(file).name == "my-plan"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert (tmp_path / first.partition("$schema=")[2]).is_file()


def test_new_never_overwrites(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("mine")
    answer = planner(capsys, "new", file)
    assert answer.code == 2 and "it is not overwritten" in answer.err
    assert file.read_text() == "mine"


@pytest.mark.parametrize("name", ["two words.yaml", ".yaml", "none/plan.yaml"])
def test_new_refuses_a_name_or_folder_that_cannot_be(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    answer = planner(capsys, "new", tmp_path / name)
    assert answer.code == 2 and answer.err.startswith("error: ") and not list(tmp_path.iterdir())


def test_examples_are_written_whole_once_and_told_where_one_of_them_is_missed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    missed = planner(capsys, "check", "configs/quickstart.yaml")
    assert missed.code == 2 and "planner examples" in missed.err
    answer = planner(capsys, "examples")
    assert answer.code == 0 and "planner run configs/quickstart.yaml" in answer.out
    assert load("configs/examples/five-sites.yaml").sites.add
    for name in ("studies/quickstart-tornado.yaml", "examples/cards/chips/Example-GPU.yaml", "examples/a-plan.ipynb"):
        assert Path("configs", name).is_file()
    (tmp_path / "configs" / "quickstart.yaml").write_text("mine")
    again = planner(capsys, "examples")
    assert again.code == 2 and Path("configs/quickstart.yaml").read_text() == "mine"
    assert [file.name for file in tmp_path.iterdir()] == ["configs"]


def test_schema_prints_or_writes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert json.loads(planner(capsys, "schema").out) == schema()
    assert planner(capsys, "schema", "--out", tmp_path / "schema.json").code == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == schema()
    assert planner(capsys, "schema", "--out", tmp_path / "none" / "schema.json").code == 2


def test_an_unknown_command_or_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert planner(capsys, "plna").code == 2
    assert planner(capsys, "run", "x.yaml", "--oot", "y").code == 2


def test_help_imports_nothing_heavy() -> None:
    heavy = "{'pandas', 'numpy', 'pyomo', 'highspy', 'geopandas', 'bokeh', 'matplotlib', 'pint', 'pydantic', 'scipy'}"
    code = f"import sys, planner.cli; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_sites_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(planner(capsys, "sites", "list", "--json").out)
    assert len(rows) >= 60 and {row["country"] for row in rows} == {"KR", "US", "JP"}
    korean = planner(capsys, "sites", "list", "--country", "KR").out
    assert "KR-ULSAN" in korean and "JP-TOKYO" not in korean
    refused = planner(capsys, "sites", "list", "--country", "KOR")
    assert refused.code == 2 and "did you mean KR?" in refused.err


def test_power_technologies_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    names = {row["name"] for row in json.loads(planner(capsys, "power", "list", "--json").out)}
    assert {"gas_cc_h", "gas_aero_btm", "smr_bwrx300", "smr_ismr", "solar_pv", "wind_on", "battery_4h"} <= names
    assert "gas_cc_h" in planner(capsys, "power", "list").out
