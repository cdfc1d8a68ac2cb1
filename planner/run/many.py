"""Many plans at once: in processes of this machine, or on the workers of a Dask cluster, with the same answers in the same order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from planner.base.errors import InputError, PlannerError

if TYPE_CHECKING:
    from distributed import Client

Job = TypeVar("Job")
Found = TypeVar("Found")
PATIENCE = 30.0
"""Seconds to wait for a scheduler to answer, and for its first worker."""


def run_all(
    function: Callable[[Job], Found],
    jobs: Sequence[Job],
    *,
    scheduler: str | None = None,
    workers: int = 2,
    done: Callable[[int, Found], None] = lambda number, found: None,
) -> list[Found]:
    """`function(job)` for every job, several at a time; the answers come in the order of `jobs`.

    Parameters
    ----------
    function : found by its name on the workers (or a `partial` of such); it travels once, so what all jobs share belongs in it.
    scheduler : address of a Dask scheduler, for instance "tcp://10.0.0.1:8786", whose workers have this package; by default
        up to `workers` processes of this machine, which end with the call.
    done : called as done(number of the job, its answer), in the order in which answers are ready.

    Raises what `function` raises, as soon as one job does; InputError if the scheduler does not answer; PlannerError if workers
    die. Then, as after Ctrl-C, jobs that have not ended are given up.
    """
    if scheduler is None and (workers == 1 or len(jobs) < 2):
        answers = []
        for number, job in enumerate(jobs):
            answers.append(function(job))
            done(number, answers[-1])
        return answers
    from distributed import CancelledError, KilledWorker, as_completed

    found: dict[int, Found] = {}
    with _client(scheduler, min(workers, len(jobs))) as client:
        shared = client.scatter(function, broadcast=True, hash=False)
        futures = {client.submit(_call, shared, job, pure=False): number for number, job in enumerate(jobs)}
        try:
            for future in as_completed(futures):
                number = futures[future]
                found[number] = future.result()
                done(number, found[number])
                future.release()
        except (KilledWorker, CancelledError) as error:
            raise PlannerError("a worker died before it had an answer, perhaps for want of memory") from error
        except BaseException:
            client.cancel(list(futures), force=True)
            raise
    return [found[number] for number in range(len(jobs))]


def _call(function: Callable[[Job], Found], job: Job) -> Found:
    return function(job)


@contextmanager
def _client(scheduler: str | None, workers: int) -> Iterator[Client]:
    """A client of the cluster at an address, or of processes of this machine, each with one thread and no limit of memory."""
    from distributed import Client, LocalCluster

    if scheduler is None:
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                memory_limit=None,
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client
        return
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        expected = "the address of a Dask scheduler, such as tcp://10.0.0.1:8786"
        raise InputError(
            f"no scheduler answers: {error}", key="--scheduler", value=scheduler, expected=expected
        ) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            expected = "at least one Dask worker with this package"
            raise InputError(
                "the scheduler has no workers", key="--scheduler", value=scheduler, expected=expected
            ) from None
        yield client
