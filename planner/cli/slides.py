"""`planner slides`: one or several finished runs as a presentation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def slides(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs.")],
    out: Annotated[Path, typer.Option(help="The new PPTX file.")],
    language: Annotated[str, typer.Option(help="en, ko or ja.")] = "en",
) -> None:
    """Write about ten slides of each run, with charts that can be edited and the map."""
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.plan.plan import Plan
    from planner.report.deck import slides as deck
    from planner.words.language import speaking

    plans = [Plan.load(run) for run in runs]
    with speaking(language), new_place(out) as fresh:
        deck.write(plans, fresh)
    Console().print(Text(f"slides: {out}"), soft_wrap=True)
