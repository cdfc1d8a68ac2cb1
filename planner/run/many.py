"""Many plans at once: in processes of this machine, or on the workers of a Dask cluster, with the same answers in the same order."""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast

from planner.base.child import TICK, Child, Died
from planner.base.errors import PlannerError
from planner.base.interrupt import stopping

Job = TypeVar("Job")
Found = TypeVar("Found")
TRIES = 2
"""How many workers a job may cost: one that dies twice is told of, and the others go on."""


class Lost(PlannerError):
    """The workers of some jobs died; `numbers` are these jobs. All others have their answers."""

    def __init__(self, numbers: list[int]) -> None:
        self.numbers = numbers
        super().__init__("a worker died before it had an answer, perhaps for want of memory")


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
    function : found by its name on the workers (or a `partial` of such); it travels once to each, so what all jobs share belongs in it.
    scheduler : address of a Dask scheduler, for instance "tls://10.0.0.1:8786", whose workers have this package; by default
        up to `workers` processes of this machine, which end with the call.
    done : called as done(number of the job, its answer), in the order in which answers are ready.

    Raises what `function` raises, as soon as one job does; InputError if the scheduler does not answer; Lost, at the end, if a job's
    workers died; KeyboardInterrupt if somebody wants to stop (`planner.base.interrupt`). Jobs that have not ended are then given up.
    """
    if scheduler is not None:
        from planner.run.cluster import run_on_cluster

        found = run_on_cluster(function, jobs, scheduler, done)
    elif workers == 1 or len(jobs) < 2:
        found = _run_here(function, jobs, done)
    else:
        with _Crew(function, jobs, done) as crew:
            found = crew.work(min(workers, len(jobs)))
    if lost := [number for number in range(len(jobs)) if number not in found]:
        raise Lost(lost)
    return [found[number] for number in range(len(jobs))]


def _run_here(
    function: Callable[[Job], Found], jobs: Sequence[Job], done: Callable[[int, Found], None]
) -> dict[int, Found]:
    found = {}
    for number, job in enumerate(jobs):
        found[number] = function(job)
        done(number, found[number])
        if stopping() and number + 1 < len(jobs):
            raise KeyboardInterrupt
    return found


class _Crew(Generic[Job, Found]):
    """Processes of this machine, each with one job at a time."""

    def __init__(
        self, function: Callable[[Job], Found], jobs: Sequence[Job], done: Callable[[int, Found], None]
    ) -> None:
        self.function, self.jobs, self.done = function, jobs, done
        self.waiting = deque(range(len(jobs)))
        self.tries = [0] * len(jobs)
        self.busy: dict[Child, int] = {}  # the job of each
        self.found: dict[int, Found] = {}

    def __enter__(self) -> _Crew[Job, Found]:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self.busy):
            worker.close()

    def work(self, workers: int) -> dict[int, Found]:
        """Answers by number of the job; those whose workers died are missing."""
        while self.waiting or self.busy:
            while self.waiting and len(self.busy) < workers:
                self._give(self._new())
            for worker in select.select(list(self.busy), [], [], TICK)[0]:
                self._take(worker)
            if stopping():
                raise KeyboardInterrupt
        return self.found

    def _new(self) -> Child:
        worker = Child(serve)
        try:
            worker.say(self.function)
        except Died:  # told when it is heard
            return worker
        return worker

    def _give(self, worker: Child) -> None:
        """The next job for a worker, or its end."""
        if not self.waiting:
            worker.close()
            return
        number = self.waiting.popleft()
        self.tries[number] += 1
        self.busy[worker] = number
        try:
            worker.say(self.jobs[number])
        except Died:
            return

    def _take(self, worker: Child) -> None:
        """The answer of a worker; if it died, its job goes to another."""
        number = self.busy.pop(worker)
        try:
            self.found[number] = cast("Found", worker.hear())
        except Died:
            worker.close()
            if self.tries[number] < TRIES:
                self.waiting.append(number)
            return
        except BaseException:
            worker.close()
            raise
        self._give(worker)
        self.done(number, self.found[number])


def serve(hear: Callable[[], Any], say: Callable[[object], None]) -> None:
    """A worker: a function first, then jobs, one answer each (see `Child`)."""
    function = hear()
    while True:
        say(function(hear()))
