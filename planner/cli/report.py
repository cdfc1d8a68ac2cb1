"""`planner report`: the report of a finished run once more, in another language."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[Path, typer.Option(help="The new HTML file.")],
    language: Annotated[str, typer.Option(help="en, ko or ja.")] = "en",
    map_only: Annotated[bool, typer.Option("--map", help="Only the map.")] = False,
) -> None:
    """Write the report of a run as one HTML file in English, Korean or Japanese, without solving."""
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.plan.plan import Plan
    from planner.report.page import html
    from planner.words.language import speaking

    plan = Plan.load(run)
    with speaking(language), new_place(out) as fresh:
        pages = html.pages(plan)
        fresh.write_text(pages["map.html" if map_only else "report.html"], encoding="utf-8", newline="\n")
    Console().print(Text(f"report: {out}"), soft_wrap=True)
