"""`planner figures`: every figure of a finished run as a file of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def figures(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(help="The new folder.")],
    language: Annotated[str, typer.Option(help="en, ko or ja.")] = "en",
) -> None:
    """Write every figure of a run as PNG and SVG: maps by year, mix, costs, hours, gas, reactors, time to power, zones, markets."""
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.plan.plan import Plan
    from planner.report.files import figures as files
    from planner.words.language import speaking

    plan = Plan.load(run)
    with speaking(language), new_place(out) as fresh:
        fresh.mkdir()
        written = files.write(plan, fresh)
    Console().print(Text(f"figures: {len(written)} files in {out}"), soft_wrap=True)
