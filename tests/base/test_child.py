"""A process of the planner: what it answers, whatever else it prints, and how it ends."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from planner.base.child import TICK, Child, Died, search_path


def doubles(hear: Callable[[], Any], say: Callable[[object], None]) -> None:
    """Answers twice what it hears, late, and prints besides."""
    while True:
        number = hear()
        print("a word to nobody", flush=True)
        time.sleep(3 * TICK)
        say(2 * number)


def test_a_child_answers_though_it_takes_its_time_and_prints() -> None:
    child = Child(doubles)
    try:
        child.say(21)
        assert child.hear() == 42
        child.say(1)
        assert child.hear() == 2
    finally:
        child.close()


def test_a_child_is_ended_once_nobody_wants_its_answer() -> None:
    child = Child(doubles)
    child.say(1)
    assert child.hear(give_up=lambda: True) is None
    assert child.process.poll() is not None
    with pytest.raises(Died):
        child.say(1)


def test_what_a_child_raises_is_raised_here() -> None:
    child = Child(doubles)
    try:
        child.say(None)
        with pytest.raises(TypeError):
            child.hear()
    finally:
        child.close()


def test_a_child_looks_for_modules_where_we_do_but_not_in_a_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(__file__).resolve().parents[2]
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), str(home), str(home / "tests")])
    monkeypatch.chdir(tmp_path)
    assert search_path() == [str(home), str(home / "tests")]
    monkeypatch.chdir(home)
    assert search_path() == [str(tmp_path), str(home), str(home / "tests")]
