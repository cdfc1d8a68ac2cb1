"""How large the program is, and how long a plan is likely to take, while a scenario is written."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import pytest

from planner.studio import size
from planner.studio.commands import Done
from planner.studio.folder import Folder
from planner.studio.size import Sizes, likely
from tests.studio.served import SMALL, Served

TWO_HOURS, FOUR_HOURS = "time: { hours: 2 }", "time: { hours: 4 }"


def told(variables: int) -> Done:
    return Done(0, json.dumps({"name": "x", "size": {"variables": variables, "constraints": 1}, "notes": []}), "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, "utf-8")
    return file


def test_the_size_follows_the_text_before_it_is_saved(served: Served) -> None:
    (served.root / "own.yaml").write_text(SMALL, "utf-8")
    before = served.studio.sizes.of(served.root / "own.yaml", SMALL)
    after = served.studio.sizes.of(served.root / "own.yaml", SMALL.replace(TWO_HOURS, FOUR_HOURS))
    assert before is not None and after is not None
    # Two hours more of one site in one stage: coal, gas and what is unserved in each, as many limits as each hour has.
    assert after.variables > before.variables and after.constraints > before.constraints
    shown = served.post("/size/own.yaml", {"text": SMALL.replace(TWO_HOURS, FOUR_HOURS)}).text
    assert f"{after.variables:,} variables, {after.constraints:,} limits" in shown
    assert (served.root / "own.yaml").read_text("utf-8") == SMALL
    assert not list(served.root.glob(".*.check"))


def test_what_was_counted_is_not_counted_again_unless_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(size, "done", lambda words, folder: (counted.append(words[1]), told(10 * len(counted)))[1])
    sizes = Sizes()
    assert sizes.of(path, SMALL) == sizes.of(path, SMALL + "# a comment is no other program\n")
    assert len(counted) == 1
    again = sizes.of(path, SMALL, anew=True)
    assert again is not None and again.variables == 20


def test_of_texts_that_wait_only_the_last_is_counted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    began, go, counted = threading.Event(), threading.Event(), []

    def slow(words: list[str], folder: Path) -> Done:
        counted.append((folder / words[1]).read_text("utf-8"))
        began.set()
        go.wait(60)
        return told(1)

    monkeypatch.setattr(size, "done", slow)
    sizes, answers = Sizes(), {}
    texts = [SMALL.replace("hours: 2", f"hours: {n}") for n in (2, 3, 4)]

    def ask(text: str) -> None:
        answers[text] = sizes.of(path, text)

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    threads[0].start()
    began.wait(60)
    for n, thread in enumerate(threads[1:], 1):
        asked = sizes._last[path]
        thread.start()
        while sizes._last[path] is asked and thread.is_alive():
            threading.Event().wait(0.01)
        assert n < 3
    go.set()
    for thread in threads:
        thread.join(60)
    assert counted == [texts[0], texts[2]] and answers[texts[1]] is None


def test_a_program_that_cannot_be_is_told_with_the_name_of_its_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size, "done", lambda words, folder: Done(2, "", f"{words[1]}: no such thing"))
    found = Sizes().of(path, SMALL)
    assert found is not None and found.wrong.endswith("small.yaml: no such thing") and ".check" not in found.wrong


def test_a_plan_is_likely_to_take_as_long_for_each_variable_as_the_run_nearest_in_size(
    tmp_path: Path, sample_run: Path
) -> None:
    assert likely(Folder(tmp_path), 1000) is None
    for name, variables, seconds, status in (
        ("small", 1_000, 5.0, "proven"),
        ("large", 100_000, 300.0, "proven"),
        ("stopped", 4_000, 1.0, "interrupted"),
    ):
        run = tmp_path / "runs" / name
        shutil.copytree(sample_run, run)
        summary = {"name": name, "status": status, "seconds": {"total": seconds}, "certificate": {"gap": 0.0}}
        summary |= {"objective_musd": 1.0, "headline": {"stage": 2030, "it_mw": 1.0}, "totals": []}
        (run / "summary.json").write_text(json.dumps(summary), "utf-8")
        (run / "solver.json").write_text(json.dumps({"size": {"variables": variables}}), "utf-8")
    near, far = likely(Folder(tmp_path), 4_000), likely(Folder(tmp_path), 50_000)
    assert near is not None and (near.run, near.seconds) == ("runs/small", 20.0)  # 5 s at 1,000 variables
    assert far is not None and (far.run, far.seconds, far.took) == ("runs/large", 150.0, 300.0)
