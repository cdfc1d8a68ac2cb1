"""A planner that waits for the next command of a page, so that what a reader asks for by a lever is not two seconds of imports.

Each command still has a process of its own, which ends with it: only that the process is there before the command is.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from planner.studio.commands import PATIENCE, Done, done, surroundings


class Waiting:
    """Commands in a folder by a process that was ready before (`planner/cli/waiting.py`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._next: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def get_ready(self) -> None:
        """Start a process that waits, if there is none."""
        with self._lock:
            if self._next is None or self._next.poll() is not None:
                self._next = subprocess.Popen(
                    [sys.executable, "-P", "-m", "planner.cli.waiting"],
                    cwd=self.folder,
                    env=surroundings(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    errors="replace",
                )

    def done(self, arguments: Sequence[str], patience: float = PATIENCE) -> Done:
        """Run a command and wait for it, as `commands.done` does; then the next process gets ready."""
        process = self._taken()
        try:
            if process is None or process.poll() is not None:
                return done(arguments, self.folder, patience)
            return _ended(process, arguments, patience)
        finally:
            self.get_ready()

    def close(self) -> None:
        """End the process that waits."""
        process = self._taken()
        if process is not None:
            process.kill()
            process.communicate()

    def _taken(self) -> subprocess.Popen[str] | None:
        with self._lock:
            process, self._next = self._next, None
        return process


def _ended(process: subprocess.Popen[str], arguments: Sequence[str], patience: float) -> Done:
    """How a command ends in a process that waits for it."""
    try:
        out, err = process.communicate(json.dumps(list(arguments)) + "\n", timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return Done(124, "", f"not done within {patience:.0f} seconds")
    return Done(process.returncode, out, err)
