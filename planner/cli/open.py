"""`planner open`: what a run holds and where it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.base.atomic import MARKER
from planner.base.errors import InputError


def open_run(run: Annotated[Path, typer.Argument(help="Folder of a run.")]) -> None:
    """Print what is where in a run."""
    from planner.plan.later import LATER
    from planner.report.files.run_folder import CONTENTS

    if not (run / MARKER).is_file():
        raise InputError("there is no such run", file=run, expected="the folder of a finished run")
    for name, meaning in (CONTENTS | LATER).items():
        if (run / name).exists():
            typer.echo(f"{run / name}\n    {meaning}")
