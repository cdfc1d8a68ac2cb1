"""Nothing of a folder that somebody downloaded is run, and nothing listens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from planner.base.child import Child
from tests.reliability.command import QUICKSTART

TRAPS = ("planner", "highspy", "pickle", "numpy", "select", "queue", "json")
TRAP = "open({place!r}, 'a').write(__name__)\n"


def answer(hear: object, say: object) -> None:
    """A child's work: the names of the folders in which it looks for modules."""
    import sys

    say(list(sys.path))  # type: ignore[operator]


def test_a_child_runs_nothing_of_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(QUICKSTART, tmp_path)
    sprung = tmp_path / "sprung"
    for name in TRAPS:
        (tmp_path / f"{name}.py").write_text(TRAP.format(place=str(sprung)))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    child = Child(answer)
    places = child.hear()
    child.close()
    assert "" not in places and str(tmp_path) not in places
    assert not sprung.exists()


def test_a_child_ends_when_its_planner_is_gone() -> None:
    child = Child(answer)
    assert child.process.stdin is not None
    child.process.stdin.close()
    assert child.process.wait(timeout=60) == 0
    assert child.process.stdout is not None
    child.process.stdout.close()
