"""Today's planner beside an older version of it on the same questions: `python -m tests.benchmarks goals --old FOLDER`.

FOLDER is the older version's tree (`git archive COMMIT | tar -x -C FOLDER`), run by this interpreter. Every question is asked as a command
of its own process, old and new one after the other, so that other work on the machine meets both; what counts is the ratio of processor
seconds, all children included, and of seconds by the clock. Rows are appended to `history.csv` beside this file.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from planner.studio.commands import done
from planner.studio.waiting import Waiting

NEW = Path(__file__).parents[2]
HISTORY = Path(__file__).with_name("history.csv")
READY = 20.0
"""Seconds that a process gets to be ready for its command."""
HEADS = ("date", "machine", "question", "version", "seconds", "processor_seconds", "gb", "status", "gap")


@dataclass(frozen=True)
class Took:
    """What one command took; `gap` and `status` of its plan."""

    seconds: float
    processor_seconds: float
    gb: float
    status: str
    gap: float
    summary: dict[str, object]


def asked(tree: Path, scenario: Path, out: Path, *more: str) -> Took:
    """`planner run` of a scenario by the planner in a tree."""
    command = [sys.executable, "-m", "planner.cli", "run", str(scenario), "--out", str(out), "--force", *more]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    error = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{scenario.name} by {tree.name}: {error.decode()[-2000:]}")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    return Took(
        seconds=time.perf_counter() - began,
        processor_seconds=used.ru_utime + used.ru_stime,
        gb=used.ru_maxrss
        * (1024 if platform.system() == "Linux" else 1)
        / 1e9,  # with the report, unlike the summary's
        status=str(summary["status"]),
        gap=float(summary["certificate"]["gap"]),
        summary=summary,
    )


def levers(run: Path) -> dict[str, Took]:
    """`planner whatif` of a finished run, as a command and by a process that waits for it (`planner/studio/waiting.py`).

    Of the second only the seconds by the clock are known.
    """
    words, found = ["whatif", str(run), "smr.cost_scale=0.8", "--json"], {}
    waiting = Waiting(run)
    waiting.get_ready()
    time.sleep(READY)
    for version, ask in (("waiting", waiting.done), ("alone", lambda words: done(words, run))):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        answer = json.loads(ask(words).out)
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        gap = (answer["high"] - answer["low"]) / abs(answer["high"])
        found[version] = Took(seconds, spent if version == "alone" else float("nan"), 0.0, "about", gap, {})
    waiting.close()
    return found


def variant(folder: Path, base: Path, name: str, **changes: object) -> Path:
    """A scenario that extends another one."""
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"extends": str(base), "name": name, **changes}), encoding="utf-8")
    return path


def measure(old: Path, only: list[str]) -> list[tuple[str, str, Took]]:
    """(question, version, what it took) for every question, or for those named."""
    found: list[tuple[str, str, Took]] = []
    console = Console()

    def note(question: str, version: str, took: Took) -> None:
        found.append((question, version, took))
        console.print(
            f"{question}, {version}: {took.seconds:.1f} s, {took.processor_seconds:.1f} of the processor, gap {took.gap:.1e}"
        )

    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        was, now = old / "configs" / "trilateral.yaml", NEW / "configs" / "trilateral-tariff.yaml"
        systems = NEW / "configs" / "trilateral.yaml"  # of the same question then, which knew no power system
        pairs = {
            "whole": (was, now),
            "1e-4": (
                variant(folder, was, "fine-old", solve={"gap": 1e-4, "whole_reactors": False}),
                variant(folder, now, "fine-new", solve={"gap": 1e-4, "whole_units": False}),
            ),
            "power-bill": (  # 7e-5 of the cost is about a thousandth of it
                variant(folder, was, "bill-old", solve={"gap": 7e-5, "whole_reactors": False}),
                variant(folder, now, "bill-new", solve={"power_gap": 1e-3, "whole_units": False}),
            ),
            "systems": (was, systems),
            "full-year": (old / "configs" / "full-year.yaml", NEW / "configs" / "full-year.yaml"),
            "quickstart": (old / "configs" / "quickstart.yaml", NEW / "configs" / "quickstart.yaml"),
        }
        for question, (before, after) in pairs.items():
            if not only or question in only:
                note(question, "old", asked(old, before, folder / f"{question}-old"))
                note(question, "new", asked(NEW, after, folder / f"{question}-new"))
        whatifs = {
            "what-if": (now, "whole", {"smr": {"cost_scale": 0.9}}),
            "systems-what-if": (systems, "systems", {"smr": {"cost_scale": 0.9}}),
            "quickstart-what-if": (NEW / "configs" / "quickstart.yaml", "quickstart", {"smr": {"cost_scale": 0.8}}),
        }
        for question, (base, parent, change) in whatifs.items():
            if only and question not in only:
                continue
            start = folder / f"{parent}-new"
            if not start.exists():
                note(parent, "new", asked(NEW, base, start))
            other = variant(folder, base, question, **change)
            note(question, "cold", asked(NEW, other, folder / f"{question}-cold", "--cold"))
            note(question, "from the run", asked(NEW, other, folder / f"{question}-warm", "--from", str(start)))
        if not only or "lever" in only:
            start = folder / "quickstart-new"
            if not start.exists():
                note("quickstart", "new", asked(NEW, NEW / "configs" / "quickstart.yaml", start))
            for version, took in levers(start).items():
                note("lever", version, took)
    return found


def show(old: Path, only: list[str]) -> None:
    """Measure, print the ratios and append to the history."""
    found = measure(old, only)
    table = Table(title="goals")
    for head in (
        "question",
        "version",
        "seconds",
        "processor s",
        "GB",
        "status",
        "gap",
        "whole units / relaxed",
        "ratio",
        "processor ratio",
    ):
        table.add_column(head, justify="left" if head in ("question", "version", "status") else "right")
    first: dict[str, Took] = {}
    for question, version, took in found:
        base = first.setdefault(question, took)
        seconds = took.summary.get("seconds")
        spent = seconds if isinstance(seconds, dict) else {}
        share = spent["round"] / spent["solve"] if "round" in spent and spent.get("solve") else None
        table.add_row(
            question,
            version,
            f"{took.seconds:.1f}",
            f"{took.processor_seconds:.1f}",
            f"{took.gb:.2f}",
            took.status,
            f"{took.gap:.1e}",
            "" if share is None else f"{share:.2f}",
            f"{took.seconds / base.seconds:.2f}",
            f"{took.processor_seconds / base.processor_seconds:.2f}",
        )
    Console(width=160).print(table)
    fresh = not HISTORY.exists()
    with HISTORY.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(HEADS)
        machine = f"{platform.machine()}, {os.cpu_count()} cores"
        for question, version, took in found:
            date = datetime.now(UTC).date().isoformat()
            figures = (
                f"{took.seconds:.1f}",
                f"{took.processor_seconds:.1f}",
                f"{took.gb:.2f}",
                took.status,
                f"{took.gap:.2e}",
            )
            writer.writerow((date, machine, question, version, *figures))
