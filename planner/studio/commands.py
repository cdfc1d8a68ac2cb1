"""A command of the planner as a child that is waited for: what takes seconds and memory does not do so in the server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.base.child import search_path

PATIENCE = 300.0
"""Seconds; the proof of a full year takes a minute."""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What a reader of a terminal would look at."""
        return (self.out if self.code == 0 else self.err or self.out).strip()


def command_line() -> list[str]:
    """What stands for `planner` in a child's command."""
    return [sys.executable, "-P", "-m", "planner"]


def surroundings() -> dict[str, str]:
    """The environment of a child: the same planner, no colours, lines that are not broken."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(search_path()), "NO_COLOR": "1", "COLUMNS": "140"}


def done(arguments: Sequence[str], folder: Path, patience: float = PATIENCE) -> Done:
    """Run a command in a folder and wait for it; one that takes too long is ended, with code 124."""
    try:
        ended = subprocess.run(
            [*command_line(), *arguments],
            cwd=folder,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        return Done(124, "", f"not done within {patience:.0f} seconds")
    return Done(ended.returncode, ended.stdout, ended.stderr)
