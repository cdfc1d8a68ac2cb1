"""A `planner` command in a process of its own, to be stopped, killed and looked at."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
QUICKSTART, TRILATERAL = ROOT / "configs" / "quickstart.yaml", ROOT / "configs" / "trilateral-tariff.yaml"


@dataclass
class Running:
    """A command at work."""

    process: subprocess.Popen[str]

    def children(self) -> list[psutil.Process]:
        """Its processes, and theirs."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def cpu_seconds(self) -> float:
        """What it and all its processes have worked so far, those that ended too."""
        try:
            own = psutil.Process(self.process.pid).cpu_times()
        except psutil.NoSuchProcess:
            return 0.0
        total = own.user + own.system + own.children_user + own.children_system
        for child in self.children():
            with suppress(psutil.NoSuchProcess):
                times = child.cpu_times()
                total += times.user + times.system
        return total

    def wait_until(self, found: Callable[[Running], bool], seconds: float = 120.0) -> None:
        """Wait until something holds, or the command has ended."""
        last = time.monotonic() + seconds
        while self.process.poll() is None and not found(self) and time.monotonic() < last:
            time.sleep(0.1)

    def end(self, *signals: signal.Signals, between: float = 0.5, seconds: float = 600.0) -> Ended:
        """Send signals one after the other; what the command then leaves, and how long it took after the last of them.

        Of commands that run at the same time only one may be ended.
        """
        before = _cpu_of_ended()
        for number, each in enumerate(signals):
            if number:
                time.sleep(between)
            self.process.send_signal(each)
        began, worked = time.monotonic(), self.cpu_seconds()
        said, told = self.process.communicate(timeout=seconds)
        cpu = max(0.0, _cpu_of_ended() - before - worked)
        return Ended(self.process.returncode, said, told, time.monotonic() - began, cpu)


@dataclass(frozen=True)
class Ended:
    """What a command left: exit code (negative: a signal), what it printed, seconds and processor seconds since the last signal."""

    code: int
    out: str
    err: str
    seconds: float
    cpu_seconds: float

    @property
    def clean(self) -> bool:
        """No traceback."""
        return "Traceback" not in self.err + self.out


def _cpu_of_ended() -> float:
    """Processor seconds of all processes that this one started and that have ended, with theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def planner(*arguments: object, cwd: Path | None = None, **environment: str) -> Iterator[Running]:
    """Start a command; it and its processes are gone when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "planner", *(str(argument) for argument in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd or ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"} | environment,
    )
    running = Running(process)
    try:
        yield running
    finally:
        for child in running.children():
            with suppress(psutil.NoSuchProcess):
                child.kill()
        process.kill()
        process.wait()


def status(run: Path) -> str:
    """The status that a run says of itself; "none" where there is no run."""
    file = run / "summary.json"
    return str(json.loads(file.read_text())["status"]) if file.is_file() else "none"


def verified(run: Path) -> bool:
    """Does `planner verify` accept it?"""
    with planner("verify", run) as command:
        return command.end().code == 0


def left_alive(children: list[psutil.Process], seconds: float = 10.0) -> list[psutil.Process]:
    """Those of some processes that do not end by themselves."""
    _, alive = psutil.wait_procs(children, timeout=seconds)
    return [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]


def nothing_beside(run: Path) -> bool:
    """Are there no other files beside a run, hidden or not, but for what a stopped one could go on from?"""
    return (
        {item.name for item in run.parent.iterdir()} <= {run.name, f".{run.name}.start.npz"}
        if run.parent.is_dir()
        else True
    )
