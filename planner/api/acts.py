"""What a plan in hand can be asked to do: be written, proven again, handed to another tool."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from planner.base.atomic import new_place, whole_directory
from planner.base.errors import InputError, unknown_name
from planner.plan.plan import Plan

if TYPE_CHECKING:
    from planner.scenario import Scenario

FORMS = ("pypsa", "mps", "lp", "npz")


def save(plan: Plan, folder: Path, force: bool) -> Path:
    """Write the run of a plan into a new folder, whole or not at all. Raises InputError for one that exists, unless `force`."""
    from planner.report.files.run_folder import write_run

    with whole_directory(folder, force=force) as fresh:
        write_run(plan, fresh)
    return folder


def verify(plan: Plan) -> dict[str, Any]:
    """Prove a plan again with no solver, as `planner verify` does its run. Raises InputError for one that was read back."""
    from planner.report.files.run_folder import write_run
    from planner.verify import verify as verified

    if plan.keep_proof is None:
        expected = "planner.verify_run(folder)"
        raise InputError(
            "a plan that was read back holds no proof; its folder does", value=plan.name, expected=expected
        )
    with tempfile.TemporaryDirectory(prefix="planner-") as place:
        write_run(plan, Path(place))
        return verified(Path(place), None)


def export(plan: Plan, to: str, out: Path) -> Path:
    """Write the program of a plan's scenario: `pypsa` (a new folder, or a file .nc), `mps`, `lp`, `npz`. Raises InputError."""
    from planner.exports.mps import export as write_program
    from planner.exports.mps import file_for
    from planner.exports.pypsa import write_pypsa
    from planner.run.one import stated

    if to not in FORMS:
        raise unknown_name("form", to, FORMS, key="to")
    place = out if to == "pypsa" else file_for(out, to)
    with scenario_of(plan) as scenario:
        built = stated(scenario)
        with new_place(place) as fresh:
            if to == "pypsa":
                write_pypsa(built, fresh)
            else:
                write_program(built.problem, fresh, to)
    return place


@contextmanager
def scenario_of(plan: Plan) -> Iterator[Scenario]:
    """The scenario of a plan, with everything of its own that it reads, for as long as the block lasts."""
    from planner.report.files.run_folder import plain
    from planner.scenario import load

    with tempfile.TemporaryDirectory(prefix="planner-") as place:
        for name, raw in plan.own_inputs.items():
            (Path(place) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / name).write_bytes(raw)
        file = Path(place) / "scenario.yaml"
        file.write_text(yaml.safe_dump(plain(plan.scenario), sort_keys=False, allow_unicode=True), "utf-8")
        yield load(file)
