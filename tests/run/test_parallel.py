"""The same answers in the same order, in this process, in others, and on a cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster

from planner.base.errors import InputError, PlannerError
from planner.run import cluster
from planner.run.many import Lost, run_all


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=None) as cluster:
        yield cluster.scheduler_address


def scaled(factor: int, job: int) -> tuple[int, int]:
    if job < 0:
        raise InputError("a negative job", key="job", value=job, expected="zero or more")
    return factor * job, os.getpid()


@pytest.mark.parametrize("where", ["here", "processes", "cluster"])
def test_answers_come_in_the_order_of_the_jobs(where: str, address: str) -> None:
    ready: list[int] = []
    found = run_all(
        partial(scaled, 3),
        [3, 1, 2],
        scheduler=address if where == "cluster" else None,
        workers=1 if where == "here" else 2,
        done=lambda number, answer: ready.append(number),
    )
    assert [value for value, _ in found] == [9, 3, 6]
    assert sorted(ready) == [0, 1, 2]
    assert all((process == os.getpid()) == (where == "here") for _, process in found)


def death(job: int) -> int:
    if job:
        os._exit(job)
    return job


def test_workers_that_die_are_told_and_the_others_go_on() -> None:
    ready: list[int] = []
    with pytest.raises(Lost, match="a worker died") as lost:
        run_all(death, [1, 0, 2, 0, 0], done=lambda number, answer: ready.append(number))
    assert lost.value.numbers == [0, 2] and sorted(ready) == [1, 3, 4]


def once(place: Path, job: int) -> int:
    """Kills the first process that takes job 1."""
    if job == 1 and not (place / "killed").exists():
        (place / "killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_the_work_of_a_lost_process_goes_to_another(tmp_path: Path) -> None:
    assert run_all(partial(once, tmp_path), range(6)) == [0, 1, 2, 3, 4, 5]


def test_the_work_of_a_lost_worker_of_a_cluster_goes_to_the_others(tmp_path: Path) -> None:
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", memory_limit=None) as two:
        found = run_all(partial(once, tmp_path), range(6), scheduler=two.scheduler_address)
    assert found == [0, 1, 2, 3, 4, 5]


def test_a_scheduler_that_is_lost_in_the_middle_is_told() -> None:
    command = [sys.executable, "-c", SCHEDULER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        kill = threading.Timer(3.0, process.kill)
        kill.start()
        with pytest.raises(PlannerError, match="the scheduler of the cluster was lost"):
            run_all(time.sleep, [600.0, 600.0], scheduler=address)


SCHEDULER = """
import time
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0", processes=False, protocol="tcp://") as cluster:
        print(cluster.scheduler_address, flush=True)
        time.sleep(600)
"""


def test_a_port_that_says_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(InputError, match=r"no scheduler answers: nothing within 0\.5 seconds"):
            run_all(partial(scaled, 3), [1], scheduler=f"tcp://127.0.0.1:{silent.getsockname()[1]}")


def test_processes_of_this_machine_listen_nowhere() -> None:
    assert run_all(sockets, [0, 1, 2]) == [0, 0, 0]


def sockets(job: int) -> int:
    """How many sockets this process has."""
    return len(psutil.Process().net_connections("all"))


@pytest.mark.parametrize(
    ("address", "warned"), [("tcp://10.0.0.1:8786", True), ("tls://10.0.0.1:8786", False), (None, False)]
)
def test_a_cluster_is_warned_of_but_over_tls(
    address: str | None, warned: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster.warn_without_tls(address)
    assert ("anybody" in capfd.readouterr().err) is warned


def test_an_error_arrives_as_it_was_raised(address: str) -> None:
    with pytest.raises(InputError) as error:
        run_all(partial(scaled, 3), [1, -1], scheduler=address)
    assert (error.value.key, error.value.value) == ("job", -1) and "a negative job" in str(error.value)


@pytest.mark.parametrize("scheduler", ["tcp://127.0.0.1:9", "nowhere:at:all", "carrier-pigeon://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch, scheduler: str) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(InputError, match="no scheduler answers"):
        run_all(partial(scaled, 3), [1], scheduler=scheduler)


def test_a_scheduler_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
        pytest.raises(InputError, match="the scheduler has no workers"),
    ):
        run_all(partial(scaled, 3), [1], scheduler=empty.scheduler_address)
