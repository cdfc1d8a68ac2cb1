"""`planner verify`: what a run left proves itself again, and a changed byte is found."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from planner.cli import main
from planner.plan.tables import TEXTS
from planner.report.files.run_folder import figures_digest
from planner.run.manifest import digest
from planner.verify.files import Refuted, read_table
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
    assert found["digest"] == digest(run / "manifest.json") and found["status"] == summary["status"]
    assert planner(capsys, "verify", run, "--digest", found["digest"][:16]).code == 0
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
        assert answer.code == 1 and f"changed since the run was written: {name}" in answer.err
        (run / name).write_bytes(was)
    assert planner(capsys, "verify", run).code == 0


def rewrite(run: Path, *names: str) -> None:
    """Make the manifest, and the pages, agree with changed files, as a forger would."""
    manifest, figures = json.loads((run / "manifest.json").read_text()), ""
    with suppress(Exception):  # of a summary that is none
        figures = figures_digest(run)
    for page in ("report.html", "map.html"):
        text = re.sub(r'(name="figures" content=")\w+', rf"\g<1>{figures}", (run / page).read_text("utf-8"))
        (run / page).write_text(text, "utf-8")
    for name in (*names, "report.html", "map.html"):
        manifest["outputs"][name] = digest(run / name)
    (run / "manifest.json").write_text(json.dumps(manifest))


def refuted(capsys: pytest.CaptureFixture[str], run: Path, *arguments: object) -> str:
    """The words that `planner verify` ends in."""
    answer = planner(capsys, "verify", run, *arguments)
    assert answer.code == 1 and answer.err.startswith("error: ") and "Traceback" not in answer.err and not answer.out
    return answer.err.removeprefix("error: ")


def test_costs_that_are_not_those_of_the_vectors(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    name = "tables/costs.parquet"
    costs = pd.read_parquet(run / name)
    costs["musd"] *= 0.999
    costs.to_parquet(run / name)
    rewrite(run, name)
    assert "summary.json claims cost lines of" in planner(capsys, "verify", run).err


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
    assert "solver.json asks for a gap of -1, scenario.yaml for 1e-09" in planner(capsys, "verify", run).err


def test_a_manifest_that_lists_nothing(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    (run / "manifest.json").write_text("{}")
    answer = planner(capsys, "verify", run)
    assert answer.code == 1 and "cannot be checked" in answer.err
    (run / "proof.npz").unlink()
    assert "the run lacks proof.npz" in planner(capsys, "verify", run).err


def test_a_run_that_was_forged_as_a_whole_is_found_by_its_digest(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    was = digest(run / "manifest.json")
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"machine": {"cores": 4096}}))
    assert planner(capsys, "verify", run).code == 0
    assert refuted(capsys, run, "--digest", was).startswith(f"this is not the run of the digest {was}: its own is ")
    assert "this is not the run" in refuted(capsys, run, "--digest", digest(run / "manifest.json")[:8])


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (lambda run: (run / "more.txt").write_text("more"), "not in the manifest: more.txt"),
        (lambda run: (run / "tables" / ".hidden").write_text("more"), "not in the manifest: tables/.hidden"),
        (lambda run: (run / "link").symlink_to("/etc/hostname"), "links, which may lead anywhere: link"),
        (lambda run: (run / "geojson" / "up").symlink_to(run), "links, which may lead anywhere: geojson/up"),
        (lambda run: (run / "solver.txt").unlink(), "missing: solver.txt"),
    ],
)
def test_files_that_came_or_went_are_told(
    capsys: pytest.CaptureFixture[str], run: Path, add: Callable[[Path], object], said: str
) -> None:
    add(run)
    assert refuted(capsys, run).startswith(said)


def spoil(run: Path, change: Callable[[dict[str, Any], dict[str, np.ndarray]], None]) -> None:
    """Change the index or the arrays of a proof."""
    with np.load(run / "proof.npz") as file:
        index, arrays = json.loads(file["index"].tobytes()), {name: file[name] for name in file.files}
    change(index, arrays)
    arrays["index"] = np.frombuffer(json.dumps(index).encode(), np.uint8)
    np.savez_compressed(run / "proof.npz", **arrays)
    rewrite(run, "proof.npz")


def filled(key: str, value: float) -> Callable[[dict[str, Any], dict[str, np.ndarray]], None]:
    """Puts a value into an array that the index names by `key`."""

    def change(index: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
        name = {**index, **index["program"], **index["matrix"]}[key]
        arrays[name] = np.where(np.arange(len(arrays[name])) == 0, value, arrays[name]).astype(arrays[name].dtype)

    return change


def grown(index: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """A vector too long."""
    arrays[index["x"]] = np.append(arrays[index["x"]], 1.0)


def text_for_numbers(index: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    """Names where figures belong."""
    arrays[index["x"]] = np.array(["a"] * len(arrays[index["x"]]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (filled("x", np.nan), "holds what is no finite number"),
        (filled("x", np.inf), "holds what is no finite number"),
        (filled("row_dual", np.nan), "holds what is no finite number"),
        (filled("row_lower", np.nan), "holds what is no finite number"),
        (filled("indices", 2_000_000_000), "indices"),
        (filled("indices", -5), "indices"),
        (filled("indptr", 7), "index pointer"),
        (filled("x", 1e6), "summary.json claims a violation of 0.0, the vectors give"),
        (filled("cost", 1e6), "summary.json claims a cost of"),
        (grown, "a vector does not have the length of its program"),
        (text_for_numbers, "holds what is no finite number"),
        (lambda index, arrays: index.pop("offset"), "the proof cannot be read: KeyError 'offset'"),
        (lambda index, arrays: index.update(program=[1]), "the proof cannot be read"),
        (lambda index, arrays: index.update(shape="large"), "the proof cannot be read"),
        (lambda index, arrays: index.update(offset=float("nan")), "NaN is no finite number"),
        (lambda index, arrays: index.update(lower_bound=1e9), "proof.npz claims a bound"),
        (lambda index, arrays: arrays.update(a999999=np.zeros(3)), "arrays that nothing names: a999999"),
    ],
)
def test_a_proof_that_is_none_ends_in_words(
    capsys: pytest.CaptureFixture[str],
    run: Path,
    change: Callable[[dict[str, Any], dict[str, np.ndarray]], None],
    said: str,
) -> None:
    spoil(run, change)
    assert said in refuted(capsys, run)


def test_a_proof_that_unpacks_to_more_than_the_memory_is_refused(
    capsys: pytest.CaptureFixture[str], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = io.BytesIO()
    np.save(bomb, np.zeros(4_000_000))
    with zipfile.ZipFile(run / "proof.npz", "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a999999.npy", bomb.getvalue())
    rewrite(run, "proof.npz")
    monkeypatch.setattr("planner.solve.backends.memory.available", lambda: 40e6)
    assert "it unpacks to 0.0 GB, more than there is memory for" in refuted(capsys, run)


def test_the_hours_are_read_where_a_row_of_figures_and_categories_fits(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = pq.read_metadata(run / "tables" / "dispatch.parquet").num_rows
    monkeypatch.setattr(
        "planner.solve.backends.memory.available", lambda: 4.0 * 112 * rows
    )  # four figures, three categories
    read = read_table(run, "dispatch")
    assert len(read) == rows and [read[name].dtype.name for name in TEXTS] == ["category"] * 3
    monkeypatch.setattr("planner.solve.backends.memory.available", lambda: 4.0 * 112 * rows - 1.0)
    with pytest.raises(Refuted, match="unpacks to more than there is memory for"):
        read_table(run, "dispatch")


TABLE = "tables/energy.parquet"


@pytest.mark.parametrize("name", ["summary.json", "solver.json", "manifest.json", "proof.npz", TABLE, "scenario.yaml"])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"outputs": 3, "status": NaN}', b"\xff\x00\xfe", b"[" * 100_000]
)
def test_a_file_that_holds_something_else_ends_in_words(
    capsys: pytest.CaptureFixture[str], run: Path, name: str, content: bytes
) -> None:
    (run / name).write_bytes(content)
    if name != "manifest.json":
        rewrite(run, name)
    refuted(capsys, run)


def edited(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    """Sets a key of a mapping, `a.b` inside of `a`."""
    *path, last = key.split(".")

    def change(content: dict[str, Any]) -> None:
        for part in path:
            content = content[int(part)] if isinstance(content, list) else content[part]
        content[last] = value

    return change


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("summary.json", edited("status", "feasible"), "summary.json says feasible, solver.json proven"),
        ("summary.json", edited("certificate.gap", -1.0), "summary.json claims a gap of -1.0"),
        ("summary.json", edited("certificate.lower_bound_musd", 1e9), "summary.json claims a bound of"),
        ("summary.json", edited("certificate.max_violation", 1.0), "summary.json claims a violation of"),
        ("summary.json", edited("totals.0.co2_kt", 1.0), "summary.json totals 0 co2_kt: the file says 1.0"),
        ("summary.json", edited("headline.it_mw", 2.5), "summary.json headline it_mw: the file says 2.5"),
        ("summary.json", edited("stages", [2031]), "stages or countries that summary.json does not name"),
        ("summary.json", edited("countries", "US"), "stages or countries that summary.json does not name"),
        ("solver.json", edited("objective_musd", 1.0), "solver.json claims a cost of 1.0"),
        ("solver.json", edited("options.gap", 0.9), "solver.json asks for a gap of 0.9"),
        ("solver.json", edited("certificate", None), "is broken"),
    ],
)
def test_a_figure_that_was_forged_is_found(
    capsys: pytest.CaptureFixture[str], run: Path, name: str, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    content = json.loads((run / name).read_text())
    change(content)
    (run / name).write_text(json.dumps(content))
    rewrite(run, name)
    assert said in refuted(capsys, run)


def test_tables_are_held_against_the_totals_and_against_each_other(
    capsys: pytest.CaptureFixture[str], run: Path
) -> None:
    energy = pd.read_parquet(run / TABLE)
    energy.assign(energy_gwh=energy["energy_gwh"] * 2).to_parquet(run / TABLE)
    rewrite(run, TABLE)
    assert "summary.json totals 0 energy_gwh" in refuted(capsys, run)
    energy.to_parquet(run / TABLE)
    capacity = pd.read_csv(run / "tables/capacity.csv", dtype=str)
    capacity.assign(capacity_mw="5").to_csv(run / "tables/capacity.csv", index=False)
    rewrite(run, TABLE, "tables/capacity.csv")
    assert "tables/capacity.csv and tables/capacity.parquet differ in capacity_mw" in refuted(capsys, run)


def test_a_report_of_another_plan_is_found(capsys: pytest.CaptureFixture[str], run: Path) -> None:
    (run / "report.html").write_text("")
    rewrite(run)
    assert "report.html was not made from these tables" in refuted(capsys, run)
