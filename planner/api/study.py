"""A study from Python: made as `planner study` makes it, then asked by SQL or as tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.base.atomic import reserved, whole_directory
from planner.base.text import plain

if TYPE_CHECKING:
    import pandas as pd

    from planner.studies.varied.asked import Asked
    from planner.studies.varied.study import Varied

SHOWN = 7  # figures of a short form


@dataclass(frozen=True, repr=False)
class Studied:
    """A study that is done: its folder, and what was found as plain figures (study.json)."""

    folder: Path
    found: dict[str, Any]

    @property
    def runs(self) -> pd.DataFrame:
        """A row a run: what was varied, its cost, its mix, or why it has no plan."""
        return self.query("select * from runs")

    def query(self, sql: str) -> pd.DataFrame:
        """Ask the store of all runs (DuckDB). Raises InputError."""
        from planner.studies.varied import store

        return store.query(self.folder, sql)

    def __repr__(self) -> str:
        """The ranges of the first figures, and what there is to look at."""
        lines = [f"Study '{self.folder.name}' ({self.found['kind']}): {self.folder / 'study.html'}"]
        for row in self.found.get("ranges", [])[:SHOWN]:
            least, base, most = (plain(row[key], 4) for key in ("least", "base", "most"))
            lines.append(f"  {row['name']}: {least} to {most} {row['unit']}, base {base}")
        return "\n".join([*lines, "  .runs, .query(sql), .found, .folder"])


def study(
    file: Path, out: Path | None, *, processes: int, resume: bool, force: bool, tell: Callable[[str], None]
) -> Studied:
    """Make a study, or go on with one that was stopped. Raises InputError."""
    from planner.studies.varied.asked import load
    from planner.studies.varied.study import begun, discard, make

    asked = load(file)
    place = out or Path("runs") / asked.study.name
    if asked.study.kind == "futures":
        with reserved(place, force=force), whole_directory(place, force=force) as folder:
            return Studied(place, futures(asked, folder, processes, tell))
    with reserved(place, force=force or resume), begun(asked, place, resume=resume, force=force) as varied:
        ready = len(varied.runs) - len(varied.queue.waiting())

        def done(*_: object) -> None:
            nonlocal ready
            ready += 1
            tell(f"{ready} of {len(varied.runs)} runs")

        make(varied, processes=processes, done=done)
        with whole_directory(place, force=True) as folder:
            found = write(varied, folder)
    discard(place)
    return Studied(place, found)


def futures(asked: Asked, folder: Path, processes: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """A study of several futures, made at one go and written; what was found."""
    from planner.report.study.folder import write_futures
    from planner.studies.futures.study import study as joint_study

    found = joint_study(asked, processes=processes, scheduler=None, tell=tell)
    write_futures(found, texts(asked), folder)
    return found


def write(varied: Varied, folder: Path) -> dict[str, Any]:
    """Store, findings and page of a study whose runs are made; what was found."""
    from planner.report.study.folder import write_study
    from planner.studies.varied import findings, store

    store.write(varied.queue, varied.runs, folder)
    found = findings.found(varied.asked, varied.runs, folder)
    write_study(found, texts(varied.asked), folder)
    return found


def texts(asked: Asked) -> dict[str, str]:
    """The study and its base as they were asked."""
    return {"study.yaml": asked.file.read_text("utf-8"), "base.yaml": asked.scenario.to_yaml()}
