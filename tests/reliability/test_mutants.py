"""No mutant of a sound scenario ends in a traceback, a hang, a long message, an escape code, or a file left behind.

Every mutant is read by a child of its own, which may take a minute and 4 GB more than it begins with. The long form (`make soak`)
also runs what `check` calls sound, to the end: nothing is sound that `run` cannot plan or explain.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

import planner.cli
from planner.base.display import unshown
from tests.reliability.mutants import SERIES, SOUND, Mutant, mutant, yaml

SHORT, SECONDS, BYTES = 60, 60.0, 4 * 2**30
SOAK = 3000 if os.environ.get("SOAK") else 0


@dataclass(frozen=True)
class End:
    """How a command ended: its exit code (None: it hung) and all that it said."""

    code: int | None
    said: str


def ended(command: list[str], folder: Path) -> End:
    """Run a command of the planner in a forked child, in `folder`."""
    told = folder.parent / f"{folder.name}.told"
    most = psutil.Process().memory_info().vms + BYTES  # a fork begins with the addresses of all tests before it
    child = os.fork()
    if child == 0:
        status = 70
        try:
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
            handle = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(handle, 1)
            os.dup2(handle, 2)
            sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8")
            os.chdir(folder)
            planner.cli.main(command)
            status = 0
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else int(error.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return End(os.waitstatus_to_exitcode(status), told.read_text("utf-8", "backslashreplace"))
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return End(None, told.read_text("utf-8", "backslashreplace"))


def written(one: Mutant, folder: Path) -> Path:
    folder.mkdir()
    (folder / "series.csv").write_text(one.series, encoding="utf-8")
    (folder / "scenario.yaml").write_bytes(one.text)
    return folder


def faults(end: End, folder: Path, left: set[str]) -> list[str]:
    """What a command did that no input may make it do."""
    found = ["hangs"] if end.code is None else []
    found += [f"exit code {end.code}"] if end.code not in (None, 0, 2) else []
    found += ["a traceback"] if "Traceback" in end.said else []
    found += [f"{len(end.said)} letters"] if len(end.said) > 5000 else []
    found += [f"the letter {letter!r}" for letter in [unshown(end.said.replace("\n", ""))] if letter is not None]
    there = {item.name for item in folder.iterdir()}
    return found + ([f"left {sorted(there - left)}"] if there != left else [])


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The sound scenario is sound; and the children find everything imported."""
    folder = written(
        Mutant(yaml.safe_dump(SOUND, sort_keys=False).encode(), SERIES, ""), tmp_path_factory.mktemp("a") / "sound"
    )
    end = ended(["check", "scenario.yaml"], folder)
    assert end.code == 0 and "a sound scenario, 'mutant'" in end.said


@pytest.mark.parametrize("seed", range(SOAK or SHORT))
def test_a_mutant_ends_in_words(tmp_path: Path, seed: int) -> None:
    one = mutant(seed)
    folder = written(one, tmp_path / "mutant")
    end = ended(["check", "scenario.yaml"], folder)
    inputs = {"scenario.yaml", "series.csv"}
    assert not faults(end, folder, inputs), f"seed {seed}, {one.done}\n{end.said[-2000:]}"
    if SOAK and end.code == 0:
        run = ended(["run", "scenario.yaml", "--quiet", "--out", "out"], folder)
        left = inputs | ({"out"} if run.code == 0 else set())
        assert not faults(run, folder, left), f"seed {seed}, {one.done}\n{run.said[-2000:]}"
