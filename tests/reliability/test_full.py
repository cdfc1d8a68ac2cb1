"""A full disk and files that may not grow, wherever they strike: words, nothing left behind, the old run whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability import SOAK
from tests.reliability.command import ROOT

WRITE = """
import os, resource, sys
from pathlib import Path
from planner.base.atomic import whole_directory
from planner.base.errors import PlannerError
from planner.report.files.run_folder import write_run
from tests.report.sample import make_plan
plan, place, most = make_plan(), Path(sys.argv[1]), int(sys.argv[2])
place.mkdir()
(place / "manifest.json").write_text("{}")
if most:
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    with whole_directory(place, force=True) as folder:
        write_run(plan, folder)
    print("written")
except PlannerError as error:
    print(error.message)
print(sorted(item.name for item in place.parent.iterdir()), sorted(item.name for item in place.iterdir()))
"""
OLD_RUN = "['run'] ['manifest.json']\n"
SIZES = [100, 4_096, 10_000, 30_000, 60_000, 98_304, 100_000, 150_000, 300_000, 600_000, 1_200_000]
DISKS = [64, 100, 200, 300, 400, 600, 800, 1_000, 1_300, 1_600, 2_000, 2_500]  # KiB
IN_A_SMALL_DISK = 'mount -t tmpfs -o size={size}k,nr_inodes={files} planner "$1" && exec "$2" -c "$3" "$1/run" 0'


@pytest.mark.parametrize("most", SIZES if SOAK else [4_096, 100_000, 600_000])
def test_files_that_may_not_grow(tmp_path: Path, most: int) -> None:
    command = [sys.executable, "-c", WRITE, tmp_path / "run", str(most)]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0 and "Traceback" not in answer.stderr, answer.stderr
    assert answer.stdout == f"the output cannot be written: File too large\n{OLD_RUN}"


def on_a_disk(tmp_path: Path, size: int, files: int) -> str:
    """Write a run on a disk of so many KiB and files; skipped where we may not mount one."""
    own = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    if subprocess.run([*own, f"mount -t tmpfs x {tmp_path}"], capture_output=True).returncode:
        pytest.skip("no disk of our own can be mounted here")
    script = IN_A_SMALL_DISK.format(size=size, files=files)
    command = [*own, script, "sh", str(tmp_path), sys.executable, WRITE]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert answer.returncode == 0 and "Traceback" not in answer.stderr, answer.stderr
    return answer.stdout


@pytest.mark.parametrize("size", DISKS if SOAK else [200, 1_000])
def test_a_disk_that_runs_full(tmp_path: Path, size: int) -> None:
    assert on_a_disk(tmp_path, size, 10_000) == f"the output cannot be written: No space left on device\n{OLD_RUN}"


@pytest.mark.parametrize("files", range(6, 40, 3) if SOAK else [12])
def test_a_disk_that_takes_no_more_files(tmp_path: Path, files: int) -> None:
    assert on_a_disk(tmp_path, 100_000, files) == f"the output cannot be written: No space left on device\n{OLD_RUN}"
