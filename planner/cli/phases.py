"""The phases of a planning as lines of a log: `planner run --phases`, which the studio reads while it waits."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

LEAST_SECONDS = 0.5
"""Between two lines of the same phase: a solver reports far more often than anybody reads."""


class Phases:
    """Passes every phase on to `show`, and prints it on standard error with the seconds since the beginning."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self.show, self.began = show, time.perf_counter()
        self.last, self.phase = -LEAST_SECONDS, ""

    def tell(self, words: str) -> None:
        """A phase in words; what stands before its first comma is its name."""
        self.show(words)
        now, phase = time.perf_counter() - self.began, words.split(",")[0]
        if phase != self.phase or now - self.last >= LEAST_SECONDS:
            print(f"{now:8.1f} s  {words}", file=sys.stderr, flush=True)
            self.last, self.phase = now, phase
