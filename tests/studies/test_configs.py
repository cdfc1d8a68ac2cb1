"""Every study in `configs/studies/` can be asked: its base, its keys, its figures, and the scenario of every run."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.scenario import changed
from planner.studies.varied.asked import load
from planner.studies.varied.design import runs

STUDIES = sorted((Path(__file__).parents[2] / "configs" / "studies").glob("*.yaml"))


@pytest.mark.parametrize("file", STUDIES, ids=lambda file: file.stem)
def test_every_run_of_a_study_is_a_scenario(file: Path) -> None:
    asked = load(file)
    assert asked.study.name == file.stem
    futures = asked.study.kind == "futures"
    for changes in [one.changes for one in (asked.study.futures if futures else runs(asked))]:
        changed(asked.base, changes)
