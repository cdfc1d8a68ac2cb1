"""The whole of a study: its runs, asked of a queue on disk, made here or on a cluster, and then written down.

asked -> runs -> a scenario each -> queue -> base plan -> all others, several at a time -> store
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from planner.base.errors import InputError
from planner.base.interrupt import stopping
from planner.base.text import fixed, whole
from planner.run.many import Lost, run_all
from planner.scenario import Scenario, changed
from planner.studies.varied.around import Around
from planner.studies.varied.asked import Asked
from planner.studies.varied.design import Run, runs
from planner.studies.varied.queue import DONE, Made, Queue, opened
from planner.studies.varied.work import Shared, attempt, first

COPIES = 3  # of its tables that a study needs on disk: in the queue, its log, and the store
Done = Callable[[Run, Made], None]


@dataclass(frozen=True)
class Varied:
    """A study under way: what was asked, its runs with the scenario of each (None where there is none), and its queue."""

    asked: Asked
    runs: list[Run]
    scenarios: list[Scenario | None]
    queue: Queue


def queue_file(place: Path) -> Path:
    """Where the queue of a study stands while its folder is not yet written: beside it."""
    return place.with_name(f".{place.name}.queue.sqlite")


@contextmanager
def begun(asked: Asked, place: Path, *, resume: bool, force: bool) -> Iterator[Varied]:
    """A study with its queue; runs whose scenario is invalid have their answer already.

    Raises InputError if there is an unfinished study at the place and nobody said what is to be done with it.
    """
    file = queue_file(place)
    if file.exists() and not (resume or force):
        raise InputError(
            "this study was begun and not finished", file=place, expected="--resume to go on, or --force to begin anew"
        )
    if not file.exists() and resume and not place.exists():
        raise InputError(
            "there is nothing to go on with", key="--resume", value=place, expected="a study that was stopped"
        )
    if not resume:
        discard(place)
    made = runs(asked)
    file.parent.mkdir(parents=True, exist_ok=True)
    with opened(file) as queue:
        scenarios, reasons = _scenarios(asked, made)
        around = Around.of_study(asked.study)
        queue.ask([_key(run, scenario, around) for run, scenario in zip(made, scenarios, strict=True)])
        for number, reason in reasons.items():
            queue.note(number, Made({}, reason, 0.0))
        yield Varied(asked, made, scenarios, queue)


def discard(place: Path) -> None:
    """Remove the queue of a study."""
    for end in ("", "-wal", "-shm"):
        Path(f"{queue_file(place)}{end}").unlink(missing_ok=True)


def _scenarios(asked: Asked, made: Sequence[Run]) -> tuple[list[Scenario | None], dict[int, str]]:
    """The scenario of every run, and why some have none."""
    scenarios: list[Scenario | None] = []
    reasons = {}
    for run in made:
        try:
            scenarios.append(changed(asked.base, run.changes))
        except InputError as error:
            if run.number == 0:
                raise
            reasons[run.number] = str(error)
            scenarios.append(None)
    return scenarios, reasons


def _key(run: Run, scenario: Scenario | None, around: Around | None) -> str:
    """What a run was made from, as a hash."""
    said = scenario.to_yaml() if scenario is not None else repr(run.changes)
    said += repr(around) if around is not None else ""
    return hashlib.sha256(f"{version('planner')}\n{run.label}\n{said}".encode()).hexdigest()


def make(
    varied: Varied, *, processes: int = 2, scheduler: str | None = None, done: Done = lambda run, made: None
) -> None:
    """Make every run that waits: the base first, for the others start from it. A run whose workers died twice has that as its reason.

    Raises InputError if the disk has no room for them all, KeyboardInterrupt if somebody wants to stop; what was made by then stays.
    """
    queue = varied.queue

    def note(run: Run, made: Made) -> None:
        queue.note(run.number, made)
        done(run, made)

    shared = _base(varied, note)
    _room(varied)
    waiting = queue.waiting()
    if stopping():
        raise KeyboardInterrupt
    jobs = [varied.scenarios[number] for number in waiting]
    work = partial(attempt, shared)
    try:
        run_all(
            work, jobs, scheduler=scheduler, workers=processes, done=lambda i, made: note(varied.runs[waiting[i]], made)
        )
    except Lost as lost:
        for i in lost.numbers:
            note(varied.runs[waiting[i]], Made({}, str(lost), 0.0))


def _base(varied: Varied, note: Done) -> Shared:
    """Make the base; where the others start. Of a study that goes on it is made again, which is the same."""
    scenario = varied.scenarios[0]
    if scenario is None or not varied.queue.waiting():
        return Shared()
    made, shared = first(scenario, Around.of_study(varied.asked.study))
    note(varied.runs[0], made)
    return shared


def _room(varied: Varied) -> None:
    """Raises InputError where the disk cannot hold the tables of all runs, by those of the base."""
    ready = sum(state == DONE for _, state, _, _ in varied.queue.states())
    each, waiting = varied.queue.size() / max(ready, 1), len(varied.queue.waiting())
    free = shutil.disk_usage(varied.asked.file.parent).free
    if each * waiting * COPIES > free:
        fits = int(free / (each * COPIES))
        raise InputError(
            f"the disk has no room for {waiting:,} more runs: one takes about {fixed(each * COPIES / 1e6, 2)} MB, "
            f"{whole(free / 1e6)} MB are free",
            file=varied.asked.file,
            expected=f"at most {fits:,} runs",
        )
