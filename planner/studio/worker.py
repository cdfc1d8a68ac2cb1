"""Works the queue off, one command at a time, as child processes of the planner that outlive the server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from contextlib import suppress

from planner.base.atomic import MARKER
from planner.base.lock import owner
from planner.studio.asked import resumed
from planner.studio.commands import command_line, surroundings
from planner.studio.folder import Folder
from planner.studio.jobs import Job, Queue, alive

TICK = 0.2
"""Seconds between two looks at the queue, or at a command that an earlier server has started."""
STOPPED = 130
KILLED = (-signal.SIGKILL, 128 + signal.SIGKILL)


class Worker:
    """A thread that starts what waits. `close` ends the thread and leaves the command that runs."""

    def __init__(self, folder: Folder, queue: Queue) -> None:
        self.folder, self.queue = folder, queue
        self._wake, self._closing = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="studio queue", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Something was put into the queue."""
        self._wake.set()

    def close(self) -> None:
        """End the thread; the command that runs goes on, and the next studio of this folder finds it."""
        self._closing.set()
        self._wake.set()
        self._thread.join(5)

    def stop(self, job: Job) -> None:
        """Ask a job to end: the first time with the best that there is, the second time at once."""
        if job.state == "waiting":
            self.queue.cancel(job.number)
        elif job.state == "running" and alive(job):
            self.queue.change(job.number, asked_to_stop=job.asked_to_stop + 1)
            with suppress(ProcessLookupError):
                os.kill(_number(job), signal.SIGINT)

    def _work(self) -> None:
        while not self._closing.is_set():
            job = self.queue.next()
            if job is None:
                self._wake.wait(1.0)
                self._wake.clear()
            elif job.state == "running":
                self._follow(job)
            else:
                self._run(job)

    def _run(self, job: Job) -> None:
        """Start a command and wait for its end, unless the studio ends first."""
        job = self.queue.change(
            job.number, state="running", began=time.time(), tries=job.tries + 1, before=self._made(job)
        )
        with self.queue.log(job).open("wb") as log:
            process = subprocess.Popen(
                [*command_line(), *job.arguments],
                cwd=self.folder.root,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=surroundings(),
                start_new_session=True,  # Ctrl-C in the studio's terminal is not for it
            )
        self.queue.change(job.number, process=owner(process.pid))
        while process.poll() is None:
            if self._closing.is_set():
                return
            time.sleep(TICK)
        self._ended(self.queue.get(job.number), process.returncode)

    def _follow(self, job: Job) -> None:
        """Wait for a command that an earlier server has started; what it left says how it ended."""
        while alive(job):
            if self._closing.is_set():
                return
            time.sleep(TICK)
        job = self.queue.get(job.number)
        if job.out and self._made(job) > job.before:
            self._ended(job, 0)
        elif re.search(r"(?m)^error: ", self.said(job)):
            self._ended(job, 2)
        elif not job.out and self.said(job).strip():  # these commands print when they have done it
            self._ended(job, 0)
        else:
            self._ended(job, KILLED[0])

    def _ended(self, job: Job, code: int) -> None:
        if code in KILLED and not job.asked_to_stop:
            self.queue.again(job, resumed(job.arguments))
            return
        stopped = job.asked_to_stop > 0 or code == STOPPED
        state = "stopped" if stopped else "done" if code == 0 else "failed"
        self.queue.change(job.number, state=state, process="", ended=time.time())

    def said(self, job: Job) -> str:
        """What a job has printed, at most its last megabyte."""
        path = self.queue.log(job)
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 1_000_000))
            return file.read().decode("utf-8", "replace")

    def _made(self, job: Job) -> float:
        marker = self.folder.root / job.out / MARKER
        return marker.stat().st_mtime if job.out and marker.is_file() else 0.0


def _number(job: Job) -> int:
    return int(job.process.rsplit(".", 2)[1])
