"""The open planner: where AI data centers go and what powers them.

import planner
plan = planner.plan("configs/quickstart.yaml")
plan.tables["sites"]
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.base.errors import InputError, PlannerError
from planner.plan.plan import Plan

if TYPE_CHECKING:
    from planner.api.study import Studied
    from planner.report.compare.runs import Comparison
    from planner.run.way import Progress
    from planner.scenario import Scenario

Plan.pictures = staticmethod(lambda: importlib.import_module("planner.report.figures.notebook"))
Plan.acts = staticmethod(lambda: importlib.import_module("planner.api.acts"))

__all__ = [
    "InputError",
    "Plan",
    "PlannerError",
    "bundle_run",
    "compare",
    "load_scenario",
    "plan",
    "size",
    "study",
    "verify_run",
]


def load_scenario(asked: str | Path | Mapping[str, Any]) -> Scenario:
    """Read and check a scenario: a file, or its content as a mapping. Raises InputError (file, key, value, what was expected)."""
    from planner.scenario import load, parse

    if not isinstance(asked, str | Path | Mapping):
        raise InputError("this is no scenario", value=type(asked).__name__, expected="a file, a mapping, or a Scenario")
    return parse(asked) if isinstance(asked, Mapping) else load(Path(asked))


def plan(
    scenario: Scenario | Mapping[str, Any] | str | Path,
    progress: Progress | None = None,
    cross_check: bool = False,
    start: str | Path | None = None,
) -> Plan:
    """Plan a scenario, or the file or mapping of one: gather its data, state the program, solve it, prove the answer, read it into tables.

    progress : called with what is being done; default: shown in a notebook, silent elsewhere.
    start : folder of a finished run to begin with: what it knows of sites and stages that are the same. Raises InputError.
    """
    from planner.api.progress import follower
    from planner.run.one import make_plan
    from planner.run.start_file import of_run

    begin = None if start is None else of_run(Path(start))
    return make_plan(_scenario(scenario), progress or follower(), cross_check=cross_check, start=begin)


def compare(*plans: Plan | str | Path, base: str | None = None) -> Comparison:
    """Two to eight plans, or folders of runs, side by side; `base` is the name of the one that changes are measured from.

    Raises InputError where they do not compare.
    """
    from planner.report.compare.runs import compare as beside

    return beside(plans, base)


def study(
    file: str | Path,
    out: str | Path | None = None,
    *,
    processes: int = 2,
    resume: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Studied:
    """Make the study of a file (`planner study`) into a new folder, runs/NAME by default, and hand out its tables. Raises InputError."""
    from planner.api.progress import follower
    from planner.api.study import study as made

    tell = progress or follower() or (lambda phase: None)
    place = None if out is None else Path(out)
    return made(Path(file), place, processes=processes, resume=resume, force=force, tell=tell)


def size(scenario: Scenario | Mapping[str, Any] | str | Path) -> dict[str, int]:
    """Validate everything a scenario needs and count the program to come: variables, constraints, nonzeros."""
    from planner.run.one import program_size

    return program_size(_scenario(scenario))


def verify_run(run: str | Path, digest: str | None = None) -> dict[str, Any]:
    """Measure a finished run, or its bundle, again with no solver. Raises PlannerError for what does not hold."""
    from planner.bundle.label import is_bundle
    from planner.bundle.unpack import unpacked
    from planner.verify import verify as verified

    path = Path(run)
    with unpacked(path) if is_bundle(path) else nullcontext(path) as folder:
        return verified(folder, digest)


def bundle_run(run: str | Path, target: str | Path) -> Path:
    """Write a finished run into one file that repeats and verifies anywhere. Raises PlannerError."""
    from planner.bundle.pack import pack

    pack(Path(run), Path(target))
    return Path(target)


def _scenario(asked: Scenario | Mapping[str, Any] | str | Path) -> Scenario:
    """A scenario as it is, or read."""
    from planner.scenario import Scenario

    return asked if isinstance(asked, Scenario) else load_scenario(asked)
