"""`planner check`: everything that can be wrong with a scenario, and how large its linear program will be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def check(
    config: Annotated[Path, typer.Argument(help="Scenario in YAML.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Validate a scenario with all the data it uses and print the size of the program to come; solve nothing."""
    from planner.base.display import shown
    from planner.base.room import check_addresses

    check_addresses()
    from planner.scenario import load

    scenario = load(config)
    from planner.run.one import looked_at  # solver and tables come with it: a fault of the file is told before that

    size, notes = looked_at(scenario)
    if as_json:
        typer.echo(json.dumps({"name": scenario.name, "size": size, "notes": notes}, indent=1))
        return
    typer.echo(f"{config}: a sound scenario, '{scenario.name}'")
    for what, number in size.items():
        typer.echo(f"  {what:12} {number:>12,}")
    for note in notes:
        typer.echo(f"note: {shown(note, 300)}")
