"""`planner verify`: what a run left proves itself again, and a changed byte is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from planner.cli import main
from planner.run.manifest import digest
from tests.cli import planner

CASE = Path(__file__).parents[1] / "cases" / "storage.yaml"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run."""
    place = tmp_path_factory.mktemp("verify") / "run"
    with pytest.raises(SystemExit) as end:
        main(["run", str(CASE), "--out", str(place), "--quiet"])
    assert not end.value.code
    return place


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_the_proof_is_repeated(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    answer = planner(capsys, "verify", run, "--json")
    found = json.loads(answer.out)
    summary = json.loads((run / "summary.json").read_text())
    assert answer.code == 0
    assert found["objective_musd"] == pytest.approx(summary["objective_musd"], rel=1e-12)
    assert found["gap"] <= 1e-4 and found["row_violation"] <= 1e-6 and found["cost_lines_residual"] <= 1e-9
    assert (
        found["files_unchanged"] == sum(item.is_file() for item in run.rglob("*")) - 1
    )  # the manifest lists the others


def test_a_changed_byte_of_any_file_is_found(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    for name in json.loads((run / "manifest.json").read_text())["outputs"]:
        was = (run / name).read_bytes()
        middle = len(was) // 2
        (run / name).write_bytes(was[:middle] + bytes([was[middle] ^ 1]) + was[middle + 1 :])
        answer = planner(capsys, "verify", run)
        assert answer.code == 2 and f"changed since the run was written: {name}" in answer.err
        (run / name).write_bytes(was)
    assert planner(capsys, "verify", run).code == 0


def rewrite(run: Path, name: str) -> None:
    """Make the manifest agree with a changed file, as a forger would."""
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["outputs"][name] = digest(run / name)
    (run / "manifest.json").write_text(json.dumps(manifest))


def test_costs_that_are_not_those_of_the_vectors(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    name = "tables/costs.parquet"
    costs = pd.read_parquet(run / name)
    costs["musd"] *= 0.999
    costs.to_parquet(run / name)
    rewrite(run, name)
    assert "the cost lines sum to" in planner(capsys, "verify", run).err


def test_an_objective_that_is_not_that_of_the_vectors(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    summary = json.loads((run / "summary.json").read_text())
    (run / "summary.json").write_text(json.dumps(summary | {"objective_musd": summary["objective_musd"] * 0.999}))
    rewrite(run, "summary.json")
    assert "summary.json claims" in planner(capsys, "verify", run).err


def test_a_gap_that_was_not_proven(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    solver = json.loads((run / "solver.json").read_text())
    solver["options"]["gap"] = -1.0
    (run / "solver.json").write_text(json.dumps(solver))
    rewrite(run, "solver.json")
    assert "is called proven to -1" in planner(capsys, "verify", run).err


def test_a_manifest_that_lists_nothing(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    (run / "manifest.json").write_text("{}")
    answer = planner(capsys, "verify", run)
    assert answer.code == 2 and "cannot be checked" in answer.err
    (run / "proof.npz").unlink()
    assert "the run lacks proof.npz" in planner(capsys, "verify", run).err
