"""The same scenario gives the same bytes under any hash seed, but for the files that hold seconds."""

from __future__ import annotations

import re
from pathlib import Path

from tests.reliability import SOAK
from tests.reliability.command import QUICKSTART, ROOT, planner

SEEDS = ("0", "1", "2", "3", "4") if SOAK else ("0", "1")


def measured() -> set[str]:
    """The files that README lists as holding seconds."""
    found = re.search(r"same bytes.*?but for (.*?), which hold seconds", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert found is not None
    return set(re.findall(r"`([^`]+)`", found[1]))


def test_two_runs_of_a_scenario_are_the_same_bytes(tmp_path: Path) -> None:
    runs = [tmp_path / seed / "run" for seed in SEEDS]
    for seed, run in zip(SEEDS, runs, strict=True):
        with planner("run", QUICKSTART, "--out", run, PYTHONHASHSEED=seed) as command:
            assert command.end().code == 0
    files = [{p.relative_to(run).as_posix(): p.read_bytes() for p in run.rglob("*") if p.is_file()} for run in runs]
    for other in files[1:]:
        assert other.keys() == files[0].keys()
        assert {name for name in other if other[name] != files[0][name]} <= measured()
