"""A run goes into one file that repeats and verifies elsewhere; what is no bundle of ours ends in words and leaves nothing."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from planner.base.errors import InputError
from planner.bundle.label import LABEL
from planner.bundle.pack import pack
from planner.bundle.unpack import unpacked
from planner.cli import main
from planner.verify import Refuted
from tests.cli import planner

HERE = Path(__file__).parents[1] / "cases"
SCENARIO = """name: mine
countries: [US]
stages: [2030]
horizon_end: 2031
time: { hours: 4 }
sites: { use: [], add: [{ name: bus, country: US, lat: 39, lon: -96, hourly_price: { file: prices.csv, column: usd } }] }
workloads: [{ owner: US, load: 100 MW, shape: { file: sub/load.csv, column: "mw, all" } }]
power: [grid]
reliability: { reserve_margin: 0 }
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with series of its own, whose files are gone."""
    folder = tmp_path_factory.mktemp("secret-machine")
    (folder / "sub").mkdir()
    (folder / "mine.yaml").write_text(SCENARIO)
    (folder / "prices.csv").write_text("usd\n10\n20\n30.125\n40\n")
    (folder / "sub" / "load.csv").write_text('hour,"mw, all"\n1,60\n0,50\n2,70\n3,80\n')
    with pytest.raises(SystemExit) as end:
        main(["run", str(folder / "mine.yaml"), "--out", str(folder / "run"), "--quiet"])
    assert not end.value.code
    for path in ("mine.yaml", "prices.csv", "sub/load.csv"):
        (folder / path).unlink()
    return folder / "run"


@pytest.fixture
def bundle(finished: Path, tmp_path: Path) -> Path:
    pack(finished, tmp_path / "mine.plan.zip")
    return tmp_path / "mine.plan.zip"


def test_a_run_holds_its_own_series_by_content_under_relative_names(finished: Path) -> None:
    scenario = yaml.safe_load((finished / "scenario.yaml").read_text())
    price = scenario["sites"]["add"][0]["hourly_price"]
    assert price == {"file": "inputs/series/sites-add-0-hourly_price.csv", "column": "value"}
    assert (finished / price["file"]).read_text() == "value\n10.0\n20.0\n30.125\n40.0\n"
    shape = scenario["workloads"][0]["shape"]["file"]
    assert (finished / shape).read_text().split() == [
        "value",
        "50.0",
        "60.0",
        "70.0",
        "80.0",
    ]  # in the order of its hours


def test_no_path_of_the_machine_is_told(finished: Path) -> None:
    for path in finished.rglob("*"):
        if path.suffix in (".yaml", ".json", ".csv", ".txt", ".html", ".log"):
            assert "secret-machine" not in path.read_text("utf-8"), path.name


def test_a_bundle_repeats_the_plan_elsewhere_and_both_verify(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = planner(capsys, "run", "mine.plan.zip", "--out", "again", "--json")
    assert answer.code == 0, answer.err
    first, again = json.loads(zipfile.ZipFile(bundle).read("summary.json")), json.loads(answer.out)
    assert again["objective_musd"] == pytest.approx(first["objective_musd"], rel=1e-12)
    assert again["bundle"]["objective_musd"] == first["objective_musd"]
    for run in ("mine.plan.zip", "again"):
        assert planner(capsys, "verify", run).code == 0
    digest = json.loads(zipfile.ZipFile(bundle).read(LABEL))["digest"]
    assert planner(capsys, "verify", "mine.plan.zip", "--digest", digest).code == 0
    assert (
        sorted(Path("again/inputs").rglob("*.csv")) != []
        and planner(capsys, "run", "mine.plan.zip", "--out", "again").code == 2
    )


def test_the_command_writes_a_new_file_named_after_the_run(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert planner(capsys, "bundle", finished).code == 0 and Path("run.plan.zip").is_file()
    again = planner(capsys, "bundle", finished)
    assert again.code == 2 and "not overwritten" in again.err
    assert planner(capsys, "bundle", tmp_path).code == 2
    assert planner(capsys, "bundle", finished, "--out", "x.tar").code == 2


def test_the_same_run_gives_the_same_bytes_and_a_changed_one_none(finished: Path, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        pack(finished, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    spoilt = Path(shutil.copytree(finished, tmp_path / "spoilt"))
    (spoilt / "solver.txt").write_text("better")
    with pytest.raises(Refuted, match="changed since the run was written"):
        pack(spoilt, tmp_path / "c.zip")
    assert not (tmp_path / "c.zip").exists()


def test_a_byte_changed_in_a_bundle_is_found(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(tmp_path / "forged.zip", "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            new.writestr(entry, content.replace(b"30.125", b"31.125") if "hourly_price" in entry.filename else content)
    answer = planner(capsys, "verify", tmp_path / "forged.zip")
    assert answer.code == 1 and "changed since the run was written" in answer.err


def entry(name: str, mode: int = stat.S_IFREG | 0o644) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


def written(path: Path, *files: tuple[zipfile.ZipInfo | str, bytes], label: object = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LABEL, json.dumps({"format": 1, "objective_musd": 1.0} if label is None else label))
        for name, content in files:
            archive.writestr(name, content)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "climbs": (lambda p: written(p, ("../../outside.txt", b"x")), "a name that leads elsewhere"),
    "absolute": (lambda p: written(p, ("/etc/outside.txt", b"x")), "a name that leads elsewhere"),
    "drive": (lambda p: written(p, ("C:/outside.txt", b"x")), "a name that leads elsewhere"),
    "backslash": (lambda p: written(p, (entry("a\\..\\b"), b"x")), "a name that leads elsewhere"),
    "escape": (lambda p: written(p, ("a\x1b[2J.txt", b"x")), "a name that leads elsewhere"),
    "link": (lambda p: written(p, (entry("l", stat.S_IFLNK | 0o777), b"/etc/passwd")), "a link or a device"),
    "bomb": (lambda p: written(p, ("bomb.txt", bytes(5_000_000))), "a file that explodes"),
    "twice": (lambda p: written(p, ("a.txt", b"x"), ("A.txt", b"y")), "a file twice"),
    "many": (lambda p: written(p, *[(f"{i}", b"") for i in range(5001)]), "unpacks to too much"),
    "version": (lambda p: written(p, label={"format": 2, "objective_musd": 1}), "of another version"),
    "label": (lambda p: written(p, label=[1]), "lacks a bundle.json"),
    "no zip": (lambda p: (p.write_bytes(b"PK\x03\x04 nothing"), p)[1], "cannot be read"),
    "no run": (lambda p: written(p, ("a.txt", b"x")), "lacks manifest.json"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_bundle_of_ours_is_refused_and_nothing_is_written(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, says = BAD[name]
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    make(inside / "x.zip")
    for command in ("verify", "run"):
        answer = planner(capsys, command, "x.zip")
        assert answer.code == 2, answer.err
        assert says in answer.err or (command, name) == ("run", "no run")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["x.zip"]


@pytest.mark.parametrize(
    "text",
    [
        "sites: { add: [{ hourly_price: { file: /etc/hostname, column: a } }] }",
        "workloads: [{ shape: { file: ../../secret.csv, column: a } }]",
        "workloads: [{ shape: { file: inputs/../../secret.csv, column: a } }]",
        "inputs: { data: /home }",
        "inputs: { models: cards }",
        "extends: /etc/other.yaml",
        "grid: { tariffs: { KR: /etc/card.yaml } }",
        "sites: { file: mine.geojson }",
        "a: [",
    ],
)
def test_a_scenario_that_reads_files_of_this_machine_is_refused(tmp_path: Path, text: str) -> None:
    path = written(tmp_path / "x.zip", ("scenario.yaml", text.encode()))
    with (
        pytest.raises(InputError, match=r"scenario reads a file outside the bundle|scenario cannot be read"),
        unpacked(path),
    ):
        pass


def test_a_fault_in_a_bundles_scenario_is_told_by_the_bundles_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for content, says in ((b"name: '<b>'\n", "x.plan.zip: scenario.yaml, line 1"), (None, "x.plan.zip: scenario.yaml")):
        Path("x.plan.zip").unlink(missing_ok=True)
        written(tmp_path / "x.plan.zip", *([] if content is None else [("scenario.yaml", content)]))
        answer = planner(capsys, "run", "x.plan.zip")
        assert answer.code == 2 and says in answer.err and "planner-bundle-" not in answer.err


def test_a_file_that_says_less_than_it_holds_is_cut_short(bundle: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    at = raw.rindex(b"summary.json") - 46  # its entry in the list: size uncompressed stands 24 bytes in
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    bundle.write_bytes(raw)
    with pytest.raises(InputError, match="the bundle is broken"), unpacked(bundle):
        pass
