"""`planner examples`: the scenarios that come with the planner, as a folder of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LEFT_OUT = ("*.png", "runs", "__pycache__", ".*")


def examples(to: Annotated[Path, typer.Option(help="New folder to write.")] = Path("configs")) -> None:
    """Write the scenarios, studies, cards and examples that come with the planner into a folder, to run and to change."""
    import shutil

    from planner.base.atomic import new_place
    from planner.base.constants import CONFIGS

    with new_place(to) as fresh:
        shutil.copytree(CONFIGS, fresh, ignore=shutil.ignore_patterns(*LEFT_OUT))
    typer.echo(f"wrote {to}; next: planner run {to}/quickstart.yaml")
