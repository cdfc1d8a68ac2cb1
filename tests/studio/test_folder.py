"""Names from outside are looked up and never joined; what is saved is saved whole; what is deleted comes back."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.studio.folder import Folder, Meanwhile, digest
from tests.studio.served import SMALL, Served

OUT = [
    "../secret.yaml",
    "/etc/passwd",
    "..%2fsecret.yaml",
    "runs/../../secret",
    ".studio/jobs",
    "small.yaml\0",
    "small.yaml/",
    "a" * 5000,
]


@pytest.mark.parametrize("name", OUT)
def test_no_path_leaves_the_folder(looked_at: Served, name: str) -> None:
    (looked_at.root.parent / "secret.yaml").write_text(SMALL, "utf-8")
    for address in (
        "/scenarios/{}",
        "/runs/{}",
        "/files/summary.json/of/{}",
        "/files/{}/of/runs/sample",
        "/maps/{}.svg",
        "/table/{}/of/runs/sample",
    ):
        for written in (quote(name, safe=""), quote(name)):
            answer = looked_at.get(address.format(written))
            assert answer.status in (404, 422), (address, answer.status)
            assert "root:" not in answer.text


def test_what_a_link_leads_out_to_is_not_there(tmp_path: Path, sample_run: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "away"
    root.mkdir(), away.mkdir()
    (away / "other.yaml").write_text(SMALL, "utf-8")
    (root / "linked.yaml").symlink_to(away / "other.yaml")
    (root / "runs").symlink_to(sample_run.parent)
    (root / "loop").symlink_to(root)
    folder = Folder(root)
    assert folder.scenarios() == {} and folder.runs() == {}


def test_a_link_in_a_run_is_not_given_out(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "one"
    run.mkdir(parents=True)
    for name in ("manifest.json", "summary.json"):
        (run / name).write_text("{}", "utf-8")
    (tmp_path / "secret").write_text("s", "utf-8")
    (run / "report.html").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError):
        Folder(tmp_path).file_of("runs/one", "report.html")


def test_the_older_save_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL, "utf-8")
    folder, seen = Folder(tmp_path), digest(SMALL.encode())
    folder.save(path, SMALL + "# mine\n", seen)
    with pytest.raises(Meanwhile):
        folder.save(path, SMALL + "# theirs\n", seen)
    assert path.read_text("utf-8") == SMALL + "# mine\n"
    assert [item.name for item in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL, "utf-8")
    path.chmod(0o600)
    Folder(tmp_path).save(path, "x", digest(SMALL.encode()))
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_what_is_deleted_comes_back(tmp_path: Path) -> None:
    (tmp_path / "configs").mkdir()
    path = tmp_path / "configs" / "a.yaml"
    path.write_text(SMALL, "utf-8")
    folder = Folder(tmp_path)
    folder.delete(path)
    assert folder.scenarios() == {} and [item.was for item in folder.deleted()] == ["configs/a.yaml"]
    folder.undo(folder.deleted()[0].key)
    assert list(folder.scenarios()) == ["configs/a.yaml"] and folder.deleted() == []


def test_undo_does_not_overwrite(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SMALL, "utf-8")
    folder = Folder(tmp_path)
    deleted = folder.delete(path)
    path.write_text("name: other\nextends: x\n", "utf-8")
    with pytest.raises(InputError, match="stands there again"):
        folder.undo(deleted.key)
    with pytest.raises(InputError, match="not deleted here"):
        folder.undo("../..")


@pytest.mark.parametrize("name", ["../up", "a/b", "", "-x", "a" * 65, "con\nfig", "<b>"])
def test_a_new_scenario_has_a_name_that_can_be_used(served: Served, name: str) -> None:
    assert served.post("/new", {"name": name}).status == 422
    assert sorted(item.name for item in served.root.iterdir()) == ["small.yaml"]


def test_what_a_study_found_is_shown_in_its_sandbox(served: Served) -> None:
    made = served.root / "runs" / "many"
    made.mkdir(parents=True)
    for name in ("manifest.json", "study.json", "study.html"):
        (made / name).write_text("{}", "utf-8")
    assert "/page/study/of/runs/many" in served.get("/studies").text
    assert 'src="/files/study.html/of/runs/many"' in served.get("/page/study/of/runs/many").text
    assert served.get("/files/study.html/of/runs/many").headers["content-security-policy"].startswith("sandbox")
    assert served.get("/runs/runs/many").status == 422 and served.get("/page/other/of/runs/many").status == 422


def test_a_note_stands_beside_its_run_and_is_found_by_the_search(served: Served, sample_run: Path) -> None:
    shutil.copytree(sample_run, served.root / "runs" / "one")
    before = sorted(path.name for path in (served.root / "runs" / "one").rglob("*"))
    assert served.post("/note/of/runs/one", {"note": "Ask KEPCO about <b>tier 2</b>"}).status == 303
    assert (served.root / "runs" / "one.note.txt").read_text("utf-8") == "Ask KEPCO about <b>tier 2</b>"
    assert (
        sorted(path.name for path in (served.root / "runs" / "one").rglob("*")) == before
    )  # the run stays as it was proven
    assert "Ask KEPCO about &lt;b&gt;tier 2" in served.get("/?q=kepco").text
    assert "Ask KEPCO" not in served.get("/?q=nowhere").text
    assert served.post("/note/of/runs/one", {"note": "x" * 5000}).status == 422
    assert served.post("/note/of/../one", {"note": "x"}).status in (404, 422)
    assert served.post("/note/of/runs/one", {"note": " "}).status == 303
    assert not (served.root / "runs" / "one.note.txt").exists()


def test_a_card_makes_a_bundle_of_its_run(served: Served, sample_run: Path) -> None:
    served.studio.worker.close()
    shutil.copytree(sample_run, served.root / "runs" / "one")
    assert served.post("/bundle-of/runs/one").status == 303
    assert served.studio.queue.get(1).command == "planner bundle runs/one --out bundles/one.plan.zip"


def test_a_folder_with_a_run_of_an_older_version_shows_it_and_a_lost_table_is_told(
    served: Served, sample_run: Path
) -> None:
    run = Path(shutil.copytree(sample_run, served.root / "runs" / "old"))
    gas = run / "tables" / "lng.parquet"
    pd.read_parquet(gas).drop(columns="market_usd_per_mmbtu").to_parquet(gas, index=False)
    assert "runs/old" in served.get("/").text
    shown = served.get("/runs/runs/old")
    assert shown.status == 200 and shown.text.count("An older version wrote this run") == 1
    assert served.get("/table/lng/of/runs/old").status == 200
    gas.unlink()
    os.utime(run / "manifest.json", (1, 1))  # a plan that was read stays until its run is written again
    lost = served.get("/runs/runs/old")
    assert lost.status == 422 and "the run lacks tables/lng.parquet" in lost.text
    assert served.get("/").status == 200
