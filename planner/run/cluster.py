"""Many plans on the workers of a Dask cluster.

A Dask cluster trusts whoever reaches it: jobs and answers are pickles, and a pickle is a program. Its traffic is safe from others only
over TLS, `tls://` with the certificates of Dask's own settings (`distributed.comm.tls` in its YAML, or DASK_DISTRIBUTED__COMM__TLS__*).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from planner.base.errors import InputError, PlannerError
from planner.base.interrupt import say, stopping
from planner.base.text import exact

if TYPE_CHECKING:
    from distributed import Client, Future

Job = TypeVar("Job")
Found = TypeVar("Found")
PATIENCE = 30.0
"""Seconds to wait for a scheduler to answer, and for its first worker."""
TRIES = 3
"""How often a job is given to the cluster while its workers die."""


def run_on_cluster(
    function: Callable[[Job], Found],
    jobs: Sequence[Job],
    address: str,
    done: Callable[[int, Found], None],
) -> dict[int, Found]:
    """`function(job)` for every job; answers by number, without those whose workers died again and again.

    Raises what `function` raises; InputError if no scheduler or worker answers; PlannerError if the scheduler is lost.
    """
    found: dict[int, Found] = {}
    with _client(address) as client:
        for _ in range(TRIES):
            missing = [number for number in range(len(jobs)) if number not in found]
            if not missing or not client.scheduler_info()["workers"]:
                break
            # A worker that dies takes what was scattered to it along: what is missing then is given out anew.
            shared = client.scatter(function, broadcast=True, hash=False)
            futures = {client.submit(_call, shared, jobs[number], pure=False): number for number in missing}
            try:
                _collect(futures, found, done)
            except BaseException:
                client.cancel(list(futures), force=True)
                raise
            if client.status != "running":
                raise PlannerError("the scheduler of the cluster was lost; what had an answer by then is kept")
    return found


def _call(function: Callable[[Job], Found], job: Job) -> Found:
    return function(job)


def _collect(futures: dict[Future, int], found: dict[int, Found], done: Callable[[int, Found], None]) -> None:
    """Take the answers as they come; those of lost workers, or of a lost scheduler, stay missing."""
    from distributed import CancelledError, KilledWorker

    while futures:
        ready = [future for future in futures if future.done()]
        for future in ready:
            number = futures.pop(future)
            try:
                found[number] = future.result()
            except (KilledWorker, CancelledError):
                continue
            done(number, found[number])
        if stopping():
            raise KeyboardInterrupt
        if not ready:
            time.sleep(0.1)


@contextmanager
def _client(address: str) -> Iterator[Client]:
    """A client of the cluster at an address."""
    from distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is told by us
    expected = "the address of a Dask scheduler, such as tls://10.0.0.1:8786"
    try:
        _in_a_loop_of_its_own(_probe(address))
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:  # TypeError: a tls:// address without certificates
        why = str(error) or f"nothing within {exact(PATIENCE)} seconds"
        raise InputError(f"no scheduler answers: {why}", key="--scheduler", value=address, expected=expected) from None
    try:
        _wait_for_a_worker(client, address)
        yield client
    finally:
        client.close(timeout=2)


def _wait_for_a_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise InputError(
            "the scheduler has no workers",
            key="--scheduler",
            value=address,
            expected="at least one Dask worker with this package",
        ) from None


def _in_a_loop_of_its_own(work: Coroutine[None, None, None]) -> None:
    """Run a coroutine in a thread: where a loop runs already, as in a notebook, `asyncio.run` refuses."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


async def _probe(address: str) -> None:
    """Ask the scheduler who it is. Dask's own client waits for ever at a port that takes a connection and says nothing."""
    from distributed.core import rpc
    from distributed.security import Security

    async def ask() -> None:
        async with rpc(address, connection_args=Security().get_connection_args("client")) as scheduler:
            await scheduler.identity()

    await asyncio.wait_for(ask(), PATIENCE)


def warn_without_tls(address: str | None) -> None:
    """Warn whoever uses a cluster that anybody may use; no address, no cluster."""
    if address is None or address.startswith("tls://"):
        return
    say(
        "warning: a Dask cluster runs whatever it is sent by anybody who reaches its scheduler or workers; use tls:// with certificates, "
        "or a network of your own"
    )
