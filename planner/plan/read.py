"""The way back from the folder of a run to a plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from planner.base.errors import InputError
from planner.plan import later
from planner.plan.older import may_lack, read_table
from planner.plan.tables import TABLES, check

HOURLY = ("dispatch", "zone_hours")
"""Tables that are as long as all others together many times over."""


def parts(folder: Path | str, hours: bool = True) -> dict[str, Any]:
    """The fields of the `Plan` that a run left in `folder`, without solving; its hourly tables have no rows without `hours`.

    Raises InputError naming what is missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError("there is no such run", file=folder, expected="the folder of a finished run")
    _there(folder, ["summary.json", "solver.json", "solver.log", "manifest.json", "scenario.yaml"])
    summary, solver, manifest = (
        json.loads((folder / name).read_text("utf-8")) for name in ("summary.json", "solver.json", "manifest.json")
    )
    _there(folder, [f"tables/{table}.parquet" for table in TABLES if not may_lack(table, manifest)])
    manifest.pop("outputs", None)
    tables = {name: read_table(folder, name, most=None if hours or name not in HOURLY else 0) for name in TABLES}
    found = {
        "name": summary["name"],
        "scenario": yaml.safe_load((folder / "scenario.yaml").read_text("utf-8")),
        "summary": summary,
        "tables": {name: frame for name, (frame, _) in tables.items()},
        "lacks": tuple(f"{name}.{column}" for name, (_, lacks) in tables.items() for column in lacks),
        "solver": solver,
        "log": (folder / "solver.log").read_text("utf-8").splitlines(),
        "manifest": manifest,
        "own_inputs": {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted((folder / "inputs").rglob("*"))
            if path.is_file()
        },
        "ranges": later.read(folder, later.NEAR),
        "flips": later.read(folder, later.FLIPS),
    }
    check(found["tables"])
    return found


def _there(folder: Path, names: list[str]) -> None:
    """Raises InputError for the first of the files that a run lacks."""
    for name in names:
        if not (folder / name).is_file():
            raise InputError(f"the run lacks {name}", file=folder, expected="a folder that `planner run` finished")
