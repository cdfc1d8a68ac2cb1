"""`planner run` with several scenarios: here, on a cluster, and when one of them has no plan."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from distributed import LocalCluster

import planner.report.files.run_folder
from planner.plan.plan import Plan
from tests.cli import planner as command

CASES = Path(__file__).parents[1] / "cases"
STUCK = """
name: stuck
countries: [US]
stages: [2030]
time: { hours: 2 }
sites: { use: [], add: [{ name: island, country: US, lat: 39, lon: -96, headroom: 50, energy_price: 40 }] }
workloads: [{ owner: US, load: 100 MW }]
power: [grid]
"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A cluster of one worker."""
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=None) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def only_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without their pictures."""

    def write_run(plan: Plan, folder: Path, *, xlsx: bool, figures: bool) -> None:
        (folder / "manifest.json").write_text(json.dumps(plan.manifest))
        plan.tables["costs"].to_parquet(folder / "costs.parquet")

    monkeypatch.setattr(planner.report.files.run_folder, "write_run", write_run)


def test_a_cluster_gives_the_plans_of_this_process(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, address: str
) -> None:
    both = [CASES / "transport.yaml", CASES / "storage.yaml"]
    ways = {"cluster": [*both, "--scheduler", address], "here": [*both, "--processes", "1"]}
    for name, arguments in ways.items():
        answer = command(capsys, "run", *arguments, "--json", "--out", tmp_path / name)
        assert answer.code == 0
        assert [plan["name"] for plan in json.loads(answer.out)] == ["transport", "storage"]
    for case in ("transport", "storage"):
        costs = [pd.read_parquet(tmp_path / name / case / "costs.parquet") for name in ways]
        assert costs[0].equals(costs[1])
        manifests = [json.loads((tmp_path / name / case / "manifest.json").read_text()) for name in ways]
        assert "scenario" in manifests[0]["inputs"]
        assert manifests[0]["inputs"] == manifests[1]["inputs"]


def test_one_without_a_plan_does_not_stop_the_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    stuck = tmp_path / "stuck.yaml"
    stuck.write_text(STUCK)
    answer = command(capsys, "run", stuck, CASES / "transport.yaml", "--processes", 1, "--out", tmp_path / "out")
    assert answer.code == 2 and "there is no plan" in answer.err and "Traceback" not in answer.err
    assert [item.name for item in (tmp_path / "out").iterdir()] == ["transport"]


def test_two_scenarios_of_one_name_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    case = CASES / "transport.yaml"
    answer = command(capsys, "run", case, case, "--out", tmp_path / "out")
    assert answer.code == 2 and "two scenarios have the name 'transport'" in answer.err
    assert not (tmp_path / "out").exists()
