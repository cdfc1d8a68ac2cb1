"""The commands as a user runs them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from planner.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command left: exit code and what it printed."""

    code: int
    out: str
    err: str


def planner(capsys: pytest.CaptureFixture[str], *arguments: object) -> Answer:
    """Runs one command in this process."""
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    printed = capsys.readouterr()
    return Answer(int(end.value.code or 0), printed.out, printed.err)
