"""A full disk and files that may not grow, wherever they strike: words, nothing left behind, the old run whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability import SOAK
from tests.reliability.command import ROOT

SAMPLE = """
import resource, sys
from pathlib import Path
from planner.base.atomic import whole_directory
from planner.cli import main
from planner.base.errors import PlannerError
from planner.report.files.run_folder import write_run
from tests.report.sample import make_plan
plan = make_plan()
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    with whole_directory(Path(sys.argv[1]), force=True) as folder:
        write_run(plan, folder)
except PlannerError as error:
    print(error.message)
"""
SIZES = [0, 100, 4_096, 10_000, 30_000, 60_000, 98_304, 100_000, 150_000, 300_000, 600_000, 1_200_000]


@pytest.mark.parametrize("most", SIZES if SOAK else [4_096, 100_000, 600_000])
def test_files_that_may_not_grow(tmp_path: Path, most: int) -> None:
    place = tmp_path / "run"
    place.mkdir()
    (place / "manifest.json").write_text("{}")
    command = [sys.executable, "-c", SAMPLE, place, str(most)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0 and "Traceback" not in answer.stderr, answer.stderr
    assert answer.stdout == "the output cannot be written: File too large\n"
    assert [item.name for item in tmp_path.iterdir()] == ["run"]
    assert [item.name for item in place.iterdir()] == ["manifest.json"]
