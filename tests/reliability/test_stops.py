"""Ctrl-C, SIGTERM and SIGKILL at any moment: a feasible plan that says what it is, or a word that there was none; nobody left alive.

Seconds are told in the README, not asserted: they are those of the machine. Stops of `trilateral` come after so many processor seconds,
and what is told is the processor seconds from there to the end, which do not depend on what else runs beside it.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from planner.base.interrupt import at_once, deferred
from tests.reliability import SOAK
from tests.reliability.command import (
    QUICKSTART,
    TRILATERAL,
    Ended,
    left_alive,
    nothing_beside,
    planner,
    status,
    verified,
)

MOMENTS = [0.05, 0.15, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.5, 6.0, 8.0, 10.0] if SOAK else [0.15, 2.0, 6.0]
STOPPED = "stopped; no"


def judge(ended: Ended, run: Path, stop: signal.Signals) -> None:
    """Either a whole run that verifies, or none and a word."""
    assert ended.clean, ended.err
    if ended.code == 0:
        assert status(run) in ("proven", "interrupted", "feasible") and verified(run)
    else:
        assert ended.code in (128 + stop, 130) and STOPPED in ended.err, (ended.code, ended.err)
        assert not run.exists()
    assert nothing_beside(run)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_a_plan_or_a_word(tmp_path: Path, stop: signal.Signals, moment: float) -> None:
    run = tmp_path / "run"
    with planner("run", QUICKSTART, "--out", run) as command:
        time.sleep(moment)
        command.wait_until(lambda c: _handled(c.process.pid))
        ended = command.end(stop)
    judge(ended, run, stop)


def _handled(process: int) -> bool:
    """Has it come to our first line? Before that Ctrl-C is Python's own, which ends in a traceback."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    caught = next(line.split()[1] for line in lines if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("moment", MOMENTS[1:])
def test_the_second_stop_ends_without_a_plan(tmp_path: Path, moment: float) -> None:
    run = tmp_path / "run"
    with planner("run", QUICKSTART, "--out", run) as command:
        command.wait_until(lambda c: _handled(c.process.pid))
        time.sleep(moment)
        ended = command.end(signal.SIGINT, signal.SIGINT, between=0.1)
    judge(ended, run, signal.SIGINT)


@pytest.mark.parametrize("seed", range(40 if SOAK else 3))
def test_a_kill_leaves_the_old_run_whole(tmp_path: Path, old: Path, seed: int) -> None:
    """Half of the kills strike while the new run is being written."""
    run = shutil.copytree(old, tmp_path / "run")
    chance = random.Random(seed)
    with planner("run", QUICKSTART, "--out", run, "--force") as command:
        if seed % 2:
            command.wait_until(lambda c: any(item.is_dir() and item != run for item in tmp_path.iterdir()))
        time.sleep(chance.uniform(0.0, 2.0 if seed % 2 else 8.0))
        children = command.children()
        command.process.kill()
        command.process.wait()
        assert left_alive(children) == []
    assert verified(run)
    with planner("run", QUICKSTART, "--out", run, "--force") as command:
        assert command.end().code == 0
    assert verified(run) and nothing_beside(run)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run."""
    run = tmp_path_factory.mktemp("old") / "run"
    with planner("run", QUICKSTART, "--out", run) as command:
        assert command.end().code == 0
    return run


@pytest.mark.soak
@pytest.mark.parametrize("moment", [8.0, 15.0, 22.0, 30.0, 50.0, 75.0, 100.0])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_of_the_main_question(tmp_path: Path, stop: signal.Signals, moment: float) -> None:
    run = tmp_path / "run"
    with planner("run", TRILATERAL, "--out", run) as command:
        command.wait_until(lambda c: c.cpu_seconds() >= moment, seconds=3600.0)
        children = command.children()
        ended = command.end(stop)
        assert left_alive(children) == []
    spent = f"{ended.cpu_seconds:.1f} processor seconds, {ended.seconds:.1f} s"
    print(f"{stop.name} after {moment:.0f} processor seconds: code {ended.code}, {status(run)}, {spent}")
    judge(ended, run, stop)


@pytest.mark.soak
@pytest.mark.parametrize("limit", [1.0, 5.0, 20.0])
def test_a_time_limit_of_the_main_question(tmp_path: Path, limit: float) -> None:
    scenario, run = tmp_path / "short.yaml", tmp_path / "runs" / "run"
    scenario.write_text(f"extends: {TRILATERAL}\nname: short\nsolve: {{ time_limit: {limit} s }}\n")
    with planner("run", scenario, "--out", run) as command:
        ended = command.end()
    print(f"time limit {limit} s: code {ended.code}, {status(run)}")
    assert ended.clean and (ended.code == 2 or (status(run) == "interrupted" and verified(run)))


def test_where_there_is_nothing_to_keep_the_first_stop_ends() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with deferred() as stopping:
        with pytest.raises(KeyboardInterrupt), at_once():
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert stopping()
