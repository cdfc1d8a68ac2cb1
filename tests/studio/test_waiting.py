"""A command by a process that was ready before is the same command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.studio.commands import done
from planner.studio.waiting import Waiting
from tests.studio.served import SMALL

HERE = Path(__file__).parents[2]


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    """A folder with a scenario, and a process that waits for a command in it."""
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    found = Waiting(tmp_path)
    found.get_ready()
    yield found
    found.close()


def test_a_command_says_what_it_says_by_itself(waiting: Waiting) -> None:
    words = ["check", "small.yaml", "--json"]
    ready, alone = waiting.done(words), done(words, waiting.folder)
    assert ready.code == alone.code == 0
    assert json.loads(ready.out) == json.loads(alone.out)


def test_a_fault_ends_as_it_does_by_itself(waiting: Waiting) -> None:
    words = ["whatif", "nothing", "fuel.scale.gas=2"]
    ready, alone = waiting.done(words), done(words, waiting.folder)
    assert (ready.code, ready.said) == (alone.code, alone.said) and ready.code == 2


def test_where_the_process_has_ended_the_command_runs_by_itself(waiting: Waiting) -> None:
    waiting.close()
    assert waiting.done(["check", "small.yaml"]).code == 0


def test_what_a_run_knows_is_asked_twice_by_two_processes(waiting: Waiting) -> None:
    assert waiting.done(["run", "small.yaml", "--out", "run"]).code == 0
    words = ["whatif", "run", "policy.carbon_price.KR=50", "--json"]
    first, second = waiting.done(words), waiting.done(words)
    assert first.code == second.code == 0
    assert json.loads(first.out) == json.loads(second.out)
