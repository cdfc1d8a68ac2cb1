"""Ctrl-C and the time limit, as a user meets them: the best plan so far, feasible, with its proven gap."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.base.interrupt import deferred
from planner.solve import Solution, choose, solve
from planner.solve.hours.merit import merit
from planner.solve.masters.links import Link
from tests.benchmarks.scale import world
from tests.solve.worlds import random_problem

ROOT = Path(__file__).parents[2]
SCRIPT = """
from planner.solve import Solution, choose, solve
from planner.solve.masters import masters, rounds
from tests.benchmarks.scale import world
masters.LARGE = rounds.LARGE = {large}
problem = world(20, 1, {days})
solve(world(2, 1, 2), "decompose", 1e-1)
print("solving", flush=True)
found = solve(problem, {method!r}, 1e-12)
print(found.status, found.certificate.feasible, found.lower_bound <= found.objective, found.gap > 1e-12)
"""


@pytest.mark.parametrize(
    ("method", "days", "large"),
    [
        ("decompose", 12, 10_000),
        ("decompose", 12, 0),  # central masters, each in a process of its own
        ("decompose", None, 10_000),
        ("simplex", 12, 10_000),
        ("hipo", 12, 10_000),
    ],
)
def test_ctrl_c_ends_with_the_best_plan(method: str, days: int | None, large: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT.format(method=method, days=days, large=large)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout is not None and process.stdout.readline() == "solving\n"
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0 and wrong == ""
    assert said == "interrupted True True True\n"


@pytest.mark.parametrize("method", ["simplex", "ipx", "hipo", "hipdlp"])
def test_the_time_limit_leaves_a_plan_of_every_method(method: str) -> None:
    found = solve(world(8, 1, 12), method, 1e-9, time_limit=0.2)
    assert found.status == "interrupted" and found.method == f"{method}, repaired"
    assert found.certificate is not None and found.certificate.feasible
    assert found.lower_bound <= found.objective


def test_a_stop_after_bounds_were_widened_keeps_the_plan_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guess of a tenth of what the plan takes is widened; the solve after that is stopped where it knows no more than a start."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    problem, gap = random_problem(5, 3, 96), 1e-3
    free = solve(problem, "decompose", gap)
    names = problem.annual.column_names
    used = np.array([c for c, name in enumerate(names) if name.startswith("solar") and free.x[c] > 0.1])
    upper = problem.annual.upper.copy()
    upper[used] = 0.1 * free.x[used]
    tight = replace(problem, annual=replace(problem.annual, upper=upper))
    narrow = solve(replace(tight), "decompose", gap)
    assert narrow.status == "proven" and narrow.objective > free.objective * (1 + 10 * gap)
    passes, real = list[Solution](), choose._solve

    def begun(*asked: Any) -> Solution:
        if passes:
            asked = (*asked[:6], choose._Known(), *asked[7:])  # nothing of what the pass before has left
        passes.append(real(*asked))
        return passes[-1]

    def stop(phase: str, rounds: int, gap: float, seconds: float) -> None:
        if passes:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(choose, "_solve", begun)
    with deferred():
        found = solve(replace(tight, guessed=used), "decompose", gap, progress=stop)
    assert len(passes) == 2 and found.stopped and found.certificate is not None and found.certificate.feasible
    assert found.objective == pytest.approx(passes[0].objective, rel=1e-9)
    assert found.lower_bound <= free.objective
    assert passes[1].gap > found.gap  # it had a plan, and a worse one


def test_the_second_ctrl_c_raises() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever a test before has left
    with pytest.raises(KeyboardInterrupt), deferred() as stopping:
        assert not stopping()
        signal.raise_signal(signal.SIGINT)  # in this thread, at once
        assert stopping()
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_and_handlers_are_left_alone() -> None:
    seen = []

    def elsewhere() -> None:
        with deferred() as stopping:
            seen.append(stopping())

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with deferred() as stopping:
            seen.append(stopping())
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [False, False]


def test_what_exceeds_an_account_is_served_by_the_last_piece() -> None:
    """A plan that was stopped rests on a central answer, whose accounts may be exceeded a little: half, here."""
    problem = random_problem(3, 1, 96, store=True)
    cell = problem.cells[0]
    link = Link(cell)
    x = np.zeros(len(problem.annual.cost))
    x[link.decisions] = np.where(link.is_load, 0.5, 0.3)
    found = merit(cell, x, {}).dispatch
    account, used = max(cell.cost_and_use(found.flow)[1].items(), key=lambda item: item[1])
    assert used > 0
    for name, column in cell.accounts.items():
        x[column] = cell.cost_and_use(found.flow)[1][name]
    x[cell.accounts[account]] = 0.5 * used
    mended = cell.repaired(x, found)
    cost, use = cell.cost_and_use(mended.flow)
    assert use[account] <= 0.5 * used * (1 + 1e-12) and cost > cell.cost_and_use(found.flow)[0]
    x[cell.cost_column] = cost
    missed = cell.violations(x, problem.annual.upper, mended)
    assert max(float((one.amount / np.maximum(1.0, one.scale)).max()) for one in missed if len(one.amount)) <= 1e-9
