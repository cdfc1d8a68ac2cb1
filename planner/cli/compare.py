"""`planner compare`: what moved between runs, and which inputs differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

ROWS = 40


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of two or more runs; the first is the base.")],
    answers: Annotated[
        bool, typer.Option("--answers", help="Print only what each run answered, a line per run, in Markdown.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the comparison as an HTML page here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare runs: inputs that differ, and what they moved."""
    from rich.console import Console

    from planner.base.errors import InputError
    from planner.report.page import compare as comparing

    if answers:
        from planner.plan.plan import Plan
        from planner.report.page.answers import markdown

        typer.echo(markdown([Plan.load(folder) for folder in runs]))
        return
    if out is not None and out.exists():
        raise InputError("the file exists", key="--out", value=out, expected="a new file")
    found = comparing.compare(runs)
    frames = {
        "inputs": found.inputs,
        "totals": found.totals,
        "energy": found.energy,
        "costs": found.costs,
        "sites": found.sites,
    }
    if out is not None:
        try:
            out.write_text(comparing.page(found), encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot write the page: {error.strerror}", key="--out", value=out) from error
    if as_json:
        typer.echo(
            json.dumps({name: frame.reset_index().to_dict("records") for name, frame in frames.items()}, indent=1)
        )
        return
    console = Console()
    for title in ("inputs", "totals", "costs"):
        console.print(_table(title, frames[title]), soft_wrap=not console.is_terminal)
    if out is not None:
        console.print(f"page: {out}", markup=False, highlight=False, soft_wrap=True)


def _table(title: str, frame: pd.DataFrame) -> Table:
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    rows = frame.reset_index()
    if "change" in rows:
        rows = rows[rows["change"].abs() > 1e-6]
    more = f" (first {ROWS} of {len(rows)})" if len(rows) > ROWS else ""
    table = Table(*[escape(str(name)) for name in rows.columns], title=Text(f"{title}: what differs{more}"))
    for row in rows.head(ROWS).itertuples(index=False, name=None):
        table.add_row(*(Text(f"{value:,.1f}" if isinstance(value, float) else str(value)) for value in row))
    return table
