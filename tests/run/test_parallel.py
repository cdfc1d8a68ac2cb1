"""The same answers in the same order, in this process, in others, and on a cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import pytest
from distributed import LocalCluster

from planner.base.errors import InputError, PlannerError
from planner.run import many
from planner.run.many import run_all


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


def death(job: int) -> None:
    os._exit(job)


def test_workers_that_die_are_told() -> None:
    with pytest.raises(PlannerError, match="died"):
        run_all(death, [1, 1])


def test_an_error_arrives_as_it_was_raised(address: str) -> None:
    with pytest.raises(InputError) as error:
        run_all(partial(scaled, 3), [1, -1], scheduler=address)
    assert (error.value.key, error.value.value) == ("job", -1) and "a negative job" in str(error.value)


@pytest.mark.parametrize("scheduler", ["tcp://127.0.0.1:9", "nowhere:at:all", "carrier-pigeon://127.0.0.1:9"])
def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch: pytest.MonkeyPatch, scheduler: str) -> None:
    monkeypatch.setattr(many, "PATIENCE", 0.5)
    with pytest.raises(InputError, match="no scheduler answers"):
        run_all(partial(scaled, 3), [1], scheduler=scheduler)


def test_a_scheduler_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "PATIENCE", 0.5)
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster,
        pytest.raises(InputError, match="the scheduler has no workers"),
    ):
        run_all(partial(scaled, 3), [1], scheduler=cluster.scheduler_address)
