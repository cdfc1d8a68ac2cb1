"""What is to be done, as files: `.studio/jobs/NUMBER.json` says a job's command and how it stands, `NUMBER.log` what it printed.

A job is a `planner` command. Nothing of the queue lives in memory alone: a server that is killed finds every job again, and the
command that was running goes on without it. States: waiting -> running -> done, stopped, failed; a command that was killed by
something else waits once more, and has failed when that happens again.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from planner.base.errors import InputError
from planner.base.lock import dead
from planner.words.language import mark

TRIES = 2
FILE = re.compile(r"(\d{6})\.json")
STATES = (mark("waiting"), mark("running"), mark("done"), mark("stopped"), mark("failed"))
OVER = STATES[2:]


@dataclass(frozen=True)
class Job:
    """One command. Times are seconds since 1970; `process` is its owner's name (`base.lock.owner`) while it runs."""

    number: int
    title: str
    arguments: list[str]
    made: float
    state: str = "waiting"
    out: str = ""  # the run that it makes, seen from the folder
    about: str = ""  # the scenario, study, run or bundle that it is about
    process: str = ""
    began: float = 0.0
    ended: float = 0.0
    tries: int = 0
    asked_to_stop: int = 0
    before: float = 0.0  # when the run that stood at `out` was made
    hurried: float = 0.0  # when somebody wanted it to be the next

    @property
    def command(self) -> str:
        """As it is typed in a terminal, in the folder."""
        return shlex.join(["planner", *self.arguments])

    @property
    def over(self) -> bool:
        """Is there nothing more to come?"""
        return self.state in OVER


class Queue:
    """The jobs of a folder. Safe to use from several threads; one studio at a time serves a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._lock = threading.RLock()

    def add(self, title: str, arguments: list[str], *, out: str = "", about: str = "") -> Job:
        """Put a command at the end of the queue. Raises InputError if one for the same run is still to come."""
        with self._lock:
            self.place.mkdir(parents=True, exist_ok=True)
            jobs = self.all()
            if out and any(job.out == out and not job.over for job in jobs):
                raise InputError(
                    "a job for this run is in the queue", value=out, expected="to wait for it, or to stop it"
                )
            job = Job(
                max((job.number for job in jobs), default=0) + 1, title, arguments, time.time(), out=out, about=about
            )
            self.keep(job)
            return job

    def all(self) -> list[Job]:
        """Every job, the oldest first. What cannot be read is left out."""
        if not self.place.is_dir():
            return []
        with self._lock:
            found = (_read(path) for path in sorted(self.place.iterdir()) if FILE.fullmatch(path.name))
            return [job for job in found if job is not None]

    def get(self, number: int) -> Job:
        """One job. Raises InputError."""
        job = _read(self.place / f"{number:06d}.json")
        if job is None:
            raise InputError("there is no such job", value=number, expected="a job of the queue")
        return job

    def keep(self, job: Job) -> None:
        """Write a job's file, whole."""
        with self._lock:
            path = self.place / f"{job.number:06d}.json"
            aside = path.with_suffix(".new")
            aside.write_text(json.dumps(asdict(job), indent=1), "utf-8")
            os.replace(aside, path)

    def change(self, number: int, **changes: object) -> Job:
        """Write some of a job's fields anew."""
        with self._lock:
            job = replace(self.get(number), **changes)  # type: ignore[arg-type]
            self.keep(job)
            return job

    def log(self, job: Job) -> Path:
        """Where a job's output goes."""
        return self.place / f"{job.number:06d}.log"

    def next(self) -> Job | None:
        """What comes next: the one that runs already, else the first of those that wait."""
        jobs = self.all()
        running = [job for job in jobs if job.state == "running"]
        return next(iter(running or waiting(jobs)), None)

    def hurry(self, number: int) -> Job:
        """Put a job that waits before all others that do."""
        with self._lock:
            job = self.get(number)
            return self.change(number, hurried=time.time()) if job.state == "waiting" else job

    def again(self, job: Job, arguments: list[str]) -> Job:
        """A job whose command was killed: it waits once more, with other arguments, or has failed."""
        if job.tries >= TRIES:
            return self.change(job.number, state="failed", process="", ended=time.time())
        return self.change(job.number, state="waiting", process="", ended=time.time(), arguments=arguments)

    def cancel(self, number: int) -> Job:
        """Take a job that still waits out of the queue."""
        with self._lock:
            job = self.get(number)
            return self.change(number, state="stopped", ended=time.time()) if job.state == "waiting" else job


def waiting(jobs: list[Job]) -> list[Job]:
    """Those that wait, in the order in which they come."""
    return sorted((job for job in jobs if job.state == "waiting"), key=lambda job: (-job.hurried, job.number))


def alive(job: Job) -> bool:
    """Does the command of a job still run?"""
    return bool(job.process) and not dead(job.process)


def _read(path: Path) -> Job | None:
    try:
        return Job(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
