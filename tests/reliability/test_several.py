"""Several scenarios at a time while workers die: six scenarios, two workers, one killed in the middle, six answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster

from tests.reliability import SOAK
from tests.reliability.command import Running, left_alive, planner, verified

CASES = Path(__file__).parents[1] / "cases"
SIX = [f"six-{number}" for number in range(6)]


@pytest.fixture
def scenarios(tmp_path: Path) -> list[Path]:
    """Six scenarios that differ in name and year."""
    text = (CASES / "transport.yaml").read_text().replace("name: transport\n", "name: NAME\n")
    files = [tmp_path / f"{name}.yaml" for name in SIX]
    for name, file in zip(SIX, files, strict=True):
        file.write_text(text.replace("NAME", name))
    return files


@pytest.fixture
def cluster() -> Iterator[LocalCluster]:
    """Two workers."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=None) as two:
        yield two


def written(out: Path) -> list[str]:
    """Names of the runs so far."""
    return sorted(item.parent.name for item in out.glob("*/manifest.json"))


@pytest.mark.parametrize("where", ["processes", "cluster"])
def test_one_of_two_workers_is_killed_in_the_middle(
    tmp_path: Path, scenarios: list[Path], where: str, request: pytest.FixtureRequest
) -> None:
    out = tmp_path / "out"
    two = request.getfixturevalue("cluster") if where == "cluster" else None
    more = ("--scheduler", two.scheduler_address) if two else ()
    with planner("run", *scenarios, "--out", out, *more) as command:
        command.wait_until(lambda c: len(written(out)) >= 1)
        _kill_one(command, two)
        ended = command.end()
    assert ended.code == 0 and ended.clean, ended.err
    assert written(out) == SIX and all(verified(out / name) for name in (SIX if SOAK else SIX[-1:]))


def _kill_one(command: Running, two: LocalCluster | None) -> None:
    """One worker, in the middle of whatever it is at."""
    workers = [worker.pid for worker in two.workers.values()] if two else [child.pid for child in command.children()]
    os.kill(workers[0], signal.SIGKILL)


def test_a_stop_of_several_names_those_without_a_run(tmp_path: Path, scenarios: list[Path]) -> None:
    out = tmp_path / "out"
    with planner("run", *scenarios, "--out", out) as command:
        command.wait_until(lambda c: len(written(out)) >= 1)
        children: list[psutil.Process] = command.children()
        ended = command.end(signal.SIGINT)
    assert ended.code == 130 and ended.clean and left_alive(children) == []
    missing = [name for name in SIX if name not in written(out)]
    assert missing and f"stopped; no plan was written of {', '.join(missing)}" in ended.err
    assert {item.name for item in out.iterdir()} == set(written(out))
