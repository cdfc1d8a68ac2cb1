"""`planner near`: what plans that cost little more have in common, and what they leave open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def near(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    within: Annotated[str, typer.Option(help="How much more a plan may cost, such as 0.5% or 0.005.")] = "0.5%",
    of: Annotated[str, typer.Option(help="Of which cost: total, or power (the power bill).")] = "total",
    of_what: Annotated[
        list[str] | None,
        typer.Option(
            "--of-what",
            help="energy, capacity, sites, country, lng, reactors or chips; may be given again. Default: all but capacity and country.",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Only this item, country or stage, such as 2040, or one of several (grid|gas_cc_h); given again, what is all of that."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Also write the rows as JSON to this new file.")] = None,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Ends found at a time; a large program takes two.")] = 2,
) -> None:
    """Least and most of every quantity over all plans that cost at most so much more, proven on both ends."""
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.plan import later
    from planner.plan.plan import Plan
    from planner.report.page import html
    from planner.studies.near import DEFAULT, near
    from planner.words import ranges as words
    from planner.words.names import Names

    console = Console(stderr=True)
    with console.status("reading the run") as status:
        kinds = of_what or DEFAULT
        found = near(run, _share(within), of=of, kinds=kinds, only=only or (), processes=processes, tell=status.update)
    later.write(run, later.NEAR, found, **found.attrs)
    plan = Plan.load(run)
    (run / later.PAGE).write_text(html.pages(plan)["report.html"], encoding="utf-8", newline="\n")
    if out is not None:
        with new_place(out) as fresh:
            fresh.write_text(json.dumps({"rows": found.to_dict("records")}, indent=1), encoding="utf-8")
    printed = Console()
    for line in words.sentences(found, Names(plan)):
        printed.print(Text(line.striptags()), soft_wrap=True)
    _show(found.to_dict("records"))
    printed.print(Text(f"page: {run / later.PAGE}"), soft_wrap=True)


def _share(text: str) -> float:
    """A share, as percent or as a fraction. Raises InputError."""
    from planner.base.errors import InputError

    try:
        number = float(text.strip().removesuffix("%"))
    except ValueError:
        raise InputError("this is no share", key="--within", value=text, expected="such as 0.5% or 0.005") from None
    return number / 100 if text.strip().endswith("%") else number


def _show(rows: list[dict[str, object]]) -> None:
    from planner.cli.show import show

    if rows:
        show("ranges", rows, False)
