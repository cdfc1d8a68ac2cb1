"""The sample plan as the folder of a finished run."""

from __future__ import annotations

from pathlib import Path

from planner.report.files.run_folder import write_run
from tests.report.sample import make_plan


def write_sample(folder: Path) -> Path:
    """Write a run with every table filled and hostile names into a new folder."""
    folder.mkdir()
    write_run(make_plan(), folder)
    return folder
