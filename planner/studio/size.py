"""How large the program of a scenario will be, and how long its plan is likely to take, while the scenario is being written.

To count, the whole program is stated, which takes seconds and memory: `planner check` does it in a process of its own, one at a time. Of
texts of one scenario that wait only the last is counted: the others are no longer what the page shows. A plan's time grows about as the
number of variables does, so it is told by the run of the folder that is nearest in size.
"""

from __future__ import annotations

import json
import math
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from planner.base.atomic import MARKER
from planner.scenario import load
from planner.studio.cards import run_card
from planner.studio.checked import aside
from planner.studio.commands import done
from planner.studio.folder import Folder

KEPT = 50  # counts that are remembered
NOT_TO_THE_END = "interrupted"


@dataclass(frozen=True)
class Size:
    """What `planner check` says: the numbers of the program and what to know of its inputs, or why there is none (`wrong`)."""

    variables: int = 0
    constraints: int = 0
    notes: tuple[str, ...] = ()
    wrong: str = ""


@dataclass(frozen=True)
class Likely:
    """How long a plan is likely to take, and the run by which that is told."""

    seconds: float
    run: str
    variables: int
    took: float


class Sizes:
    """Counts programs one at a time, and remembers what it counted."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._last: dict[Path, object] = {}
        self._known: dict[tuple[Path, str], Size] = {}

    def of(self, path: Path, text: str, *, anew: bool = False) -> Size | None:
        """The size of what the text would be as the file `path`; None if another text of it was asked for meanwhile.

        anew : also if it was counted before, for a file that it reads may have changed. Raises InputError for a text that is no scenario.
        """
        mine = self._last[path] = object()
        with self._counting, aside(path, text) as copy:
            if self._last[path] is not mine:
                return None
            key = (path, load(copy).model_dump_json())
            if anew or key not in self._known:
                found = _counted(copy, path)
                while len(self._known) >= KEPT:
                    self._known.pop(next(iter(self._known)))
                self._known[key] = found
            return self._known[key]


def _counted(copy: Path, path: Path) -> Size:
    ended = done(["check", f"./{copy.name}", "--json"], copy.parent)
    if ended.code != 0:
        return Size(wrong=ended.said.replace(copy.name, path.name))
    told = json.loads(ended.out)
    return Size(told["size"]["variables"], told["size"]["constraints"], tuple(told["notes"]))


def likely(folder: Folder, variables: int) -> Likely | None:
    """How long a plan with so many variables is likely to take; None where the folder has no run that came to its end."""
    found: list[tuple[float, Likely]] = []
    for name, run in folder.runs().items():
        card, had = run_card(name, run), _variables(run, (run / MARKER).stat().st_mtime)
        if had and variables and card.seconds is not None and card.status != NOT_TO_THE_END:
            ratio = variables / had
            found.append((abs(math.log(ratio)), Likely(card.seconds * ratio, name, had, card.seconds)))
    return min(found, key=lambda pair: pair[0])[1] if found else None


@lru_cache(maxsize=2000)
def _variables(run: Path, made: float) -> int:
    """Variables of a run's program; 0 where it does not tell."""
    try:
        return int(json.loads((run / "solver.json").read_text("utf-8"))["size"]["variables"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0
