"""`planner explain`: a finished run in words, site by site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def explain(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    stage: Annotated[int | None, typer.Option(help="Investment year; default: the last.")] = None,
    site: Annotated[str | None, typer.Option(help="One site, built or not; default: all that are built.")] = None,
    language: Annotated[str, typer.Option(help="en, ko or ja.")] = "en",
) -> None:
    """Tell for each built site why it and not the next best, what is scarce, and what the next kW is worth."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from planner.base.display import visible
    from planner.plan.plan import Plan
    from planner.words import older
    from planner.words.explain import explain, overall
    from planner.words.language import say, speaking

    plan, console = Plan.load(run), Console()
    with speaking(language):
        found = explain(plan, stage, site)
        if site is None:
            console.print(Text(say("Scarcest of all"), "bold"))
            for line in overall(plan, stage) or [say("nothing: no shared limit binds")]:
                console.print(Padding(Text(visible(line)), (0, 0, 0, 2)))
        for told in older.sentences(plan):
            console.print(Text(visible(told.striptags())))
        for item in found:
            console.print(Text(f"\n{visible(item.title)}", "bold"))
            for line in item.lines:
                console.print(Padding(Text(visible(line)), (0, 0, 0, 2)))
