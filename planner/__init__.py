"""The open planner: where AI data centers go and what powers them.

import planner
plan = planner.plan(planner.load_scenario("configs/quickstart.yaml"))
plan.tables["sites"]
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from planner.base.errors import InputError, PlannerError
from planner.plan.plan import Plan

if TYPE_CHECKING:
    from planner.run.way import Progress
    from planner.scenario import Scenario

Plan.pictures = staticmethod(lambda: importlib.import_module("planner.report.figures.notebook"))

__all__ = ["InputError", "Plan", "PlannerError", "load_scenario", "plan", "size"]


def load_scenario(path: str | Path) -> Scenario:
    """Read and check a scenario. Raises InputError (file, key, value, what was expected)."""
    from planner.scenario import load

    return load(Path(path))


def plan(
    scenario: Scenario,
    progress: Progress | None = None,
    cross_check: bool = False,
    start: str | Path | None = None,
) -> Plan:
    """Plan a scenario: gather its data, state the program, solve it, prove the answer, read it into tables.

    start : folder of a finished run to begin with: what it knows of sites and stages that are the same. Raises InputError.
    """
    from planner.run.one import make_plan
    from planner.run.start_file import of_run

    begin = None if start is None else of_run(Path(start))
    return make_plan(scenario, progress, cross_check=cross_check, start=begin)


def size(scenario: Scenario) -> dict[str, int]:
    """Validate everything a scenario needs and count the program to come: variables, constraints, nonzeros."""
    from planner.run.one import program_size

    return program_size(scenario)
