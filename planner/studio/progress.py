"""What a run's log says of how far it is: the phases of `planner run --phases`, the gap as it closes, and the time that is left.

The gap g between the best plan so far and the bound below it is drawn as these two: the plan is 100 %, the bound 100 % less g.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from planner.words.language import mark

LINE = re.compile(r"^ *(\d+\.\d) s  (.+)$", re.MULTILINE)
GAP = re.compile(r"gap ([0-9.]+e[-+][0-9]+)")
STEPS = (
    (mark("reading data"), ("reading the catalog", "weather", "chips", "fuel")),
    (mark("stating the program"), ("stating",)),
    (mark("solving"), ("solving", "the gap is too wide")),
    (mark("making units whole"), ("whole", "rounding", "reactor", "units")),
    (mark("reading the answer"), ("reading the answer",)),
    (mark("writing the run"), ("writing",)),
)


@dataclass(frozen=True)
class Progress:
    """How far a run is. `gaps` are pairs of seconds and relative gap."""

    phases: list[tuple[float, str]]
    gaps: list[tuple[float, float]]

    @property
    def now(self) -> str:
        """The last phase in words."""
        return self.phases[-1][1] if self.phases else ""

    @property
    def step(self) -> int:
        """Which of `STEPS` is at work, from 0."""
        found = [i for _, words in self.phases for i, (_, begins) in enumerate(STEPS) if words.startswith(begins)]
        return max(found, default=0)

    def left(self, seconds: float, asked_gap: float | None, last_time: float | None) -> float | None:
        """Seconds that are likely to be left: by the last run of the same scenario, else by how fast the gap closes; None if unknown."""
        if last_time is not None and last_time > seconds:
            return last_time - seconds
        if asked_gap is None or len(self.gaps) < 3:
            return None
        (t0, g0), (t1, g1) = self.gaps[max(0, len(self.gaps) - 6)], self.gaps[-1]
        if g1 <= asked_gap or not 0 < g1 < g0 or t1 <= t0:
            return None
        return (t1 - t0) * math.log(g1 / asked_gap) / math.log(g0 / g1)


def progress(log: str) -> Progress:
    """Read a log.

    >>> progress("     1.2 s  solving: rounds, 3 iterations, gap 1.5e-02, 1 s").gaps
    [(1.2, 0.015)]
    """
    phases = [(float(seconds), words) for seconds, words in LINE.findall(log)]
    gaps = [(seconds, float(found[1])) for seconds, words in phases if (found := GAP.search(words))]
    return Progress(phases, [(seconds, gap) for seconds, gap in gaps if 0 <= gap <= 1])
