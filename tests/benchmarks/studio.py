"""The studio on a folder with a hundred runs: seconds of each page and memory of its process, asked as a browser asks.

Of several asks of a page the first (nothing of that page is read yet) and the least are told, of the server's processor time and of the
wall; a machine that does other things at once lengthens the wall alone.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

RUNS, ASKS = 100, 5
CONFIGS = Path(__file__).parents[2] / "configs"
SCENARIO = "configs/quickstart.yaml"
PAGES = {
    "home": "/",
    "search": "/?q=quick",
    "scenario": f"/scenarios/{SCENARIO}",
    "sites": f"/sites?scenario={SCENARIO}",
    "sites, map": "/sites.json",
    "zones": "/zones",
    "chips": "/chips",
    "load": f"/load?scenario={SCENARIO}",
    "studies": "/studies",
    "queue": "/jobs",
    "answer": "/runs/runs/r1",
    "answer, map": "/map/of/runs/r1",
    "a site": "/site/SITE/of/runs/r1",
    "a table": "/table/limits/of/runs/r1",
    "report": "/page/report/of/runs/r1",
    "what if": "/whatif/of/runs/r1",
    "proof": "/proof/of/runs/r1",
    "share": "/share/of/runs/r1",
    "another run": "/runs/runs/r2",
    "compare": "/compare?run=runs/r1&run=runs/r2",
}


@dataclass(frozen=True)
class Asked:
    """A page, seconds of its first and its quickest answer: processor time of the server, and wall."""

    page: str
    first_cpu: float
    first_wall: float
    least_cpu: float
    least_wall: float


@dataclass
class Server:
    """A studio in a process of its own."""

    pid: int
    port: int
    token: str
    started: float

    def ask(self, path: str) -> tuple[float, float]:
        """Seconds of processor time and of wall that a page takes. Raises RuntimeError for one that is no page."""
        began, before = time.perf_counter(), self.cpu()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        cookie = f"planner-studio-{self.port}={self.token}"
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path}: status {answer.status}")
        return self.cpu() - before, time.perf_counter() - began

    def cpu(self) -> float:
        """Processor time so far, s."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory now and at its most, MB."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        now, most = (int(re.search(rf"^{key}:\s+(\d+)", status, re.M)[1]) / 1024 for key in ("VmRSS", "VmHWM"))  # type: ignore[index]
        return now, most


def folder(root: Path, run: Path) -> None:
    """The bundled scenarios and a hundred copies of a run."""
    shutil.copytree(CONFIGS, root / "configs")
    for number in range(1, RUNS + 1):
        shutil.copytree(run, root / "runs" / f"r{number}", copy_function=os.link)


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """`planner studio` of a folder, until the end of the block."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "planner.cli", "studio", str(root), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        said = ""
        while (found := re.search(r"127\.0\.0\.1:(\d+)/\?token=(\S+)", said)) is None:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise RuntimeError(f"the studio did not start: {said}")
            said += line
        yield Server(process.pid, int(found[1]), found[2], time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def measure(run: Path) -> tuple[list[Asked], str]:
    """Every page of a studio with a hundred copies of a run, and its start and memory in words."""
    site = str(pd.read_parquet(run / "tables" / "sites.parquet")["site"][0])
    with tempfile.TemporaryDirectory(dir=run.parent) as place:
        root = Path(place)
        folder(root, run)
        with serving(root) as server:
            found = []
            for name, path in PAGES.items():
                times = [server.ask(path.replace("SITE", site)) for _ in range(ASKS)]
                cpu, wall = (min(column) for column in zip(*times, strict=True))
                found.append(Asked(name, *times[0], cpu, wall))
            for number in range(3, 13):
                server.ask(f"/runs/runs/r{number}")
            now, most = server.memory_mb()
            told = f"serves {server.started:.1f} s after its command; {now:.0f} MB after all pages and a dozen runs, {most:.0f} MB at most"
            return found, told
