"""`planner flips`: at which cost what a plan leaves out would enter it, and what it has would leave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def flips(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    verify: Annotated[
        int | None,
        typer.Option(
            min=0, help="How many to verify by solving; default: all of a small program, none of a large one."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Also write the rows as JSON to this new file.")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Flips verified at a time.")] = 2,
) -> None:
    """Factors on the cost of technologies, chips, sites and routes at which they enter the plan or leave it; of gas, half."""
    from rich.console import Console

    from planner.base.atomic import new_place
    from planner.cli.show import show
    from planner.plan import later
    from planner.studies.flips import flips

    with Console(stderr=True).status("reading the run") as status:
        found = flips(run, verify=verify, processes=processes, tell=status.update)
    later.write(run, later.FLIPS, found)
    rows = json.loads(found.to_json(orient="records"))
    if out is not None:
        with new_place(out) as fresh:
            fresh.write_text(json.dumps({"rows": rows}, indent=1), encoding="utf-8")
    if rows:
        show("flips", rows, False)
