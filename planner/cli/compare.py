"""`planner compare`: what moved between runs, and which inputs differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.base.text import fixed

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

ROWS = 40
PRINTED = 0.05  # a change that one digit behind the point shows
PIPE = 200  # letters of a line where nobody's window says how wide it is


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of two to eight runs.")],
    base: Annotated[
        str | None, typer.Option(help="The run that changes are measured from, by folder or name; default: the first.")
    ] = None,
    answers: Annotated[
        bool, typer.Option("--answers", help="Print only what each run answered, a line per run, in Markdown.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the comparison as an HTML page here.")] = None,
    language: Annotated[str, typer.Option(help="Language of the page and what is printed: en, ko or ja.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Compare runs: inputs that differ, and what they moved."""
    from rich.console import Console

    from planner.base.errors import InputError
    from planner.report.compare import page as pages
    from planner.report.compare.runs import compare as laid_side_by_side
    from planner.words.language import speaking
    from planner.words.no_effect import reasons

    if answers:
        typer.echo(_answers(runs))
        return
    if out is not None and out.exists():
        raise InputError("the file exists", key="--out", value=out, expected="a new file")
    found = laid_side_by_side(runs, base)
    frames = {
        "inputs": found.inputs,
        "totals": found.totals,
        "energy": found.energy,
        "costs": found.costs,
        "sites": found.sites,
        "moving": found.moving,
        "hashes": found.hashes,
    } | ({} if found.whole is None else {"whole": found.whole})
    if out is not None:
        try:
            with speaking(language):
                out.write_text(pages.page(found), encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot write the page: {error.strerror}", key="--out", value=out) from error
    if as_json:
        typer.echo(
            json.dumps({name: frame.reset_index().to_dict("records") for name, frame in frames.items()}, indent=1)
        )
        return
    console = Console()
    if not console.is_terminal:
        console.width = PIPE
    with speaking(language):
        for sentence in pages.told(found):
            console.print(sentence.striptags(), markup=False, highlight=False, soft_wrap=True)
    for reason in reasons([str(key) for key in found.inputs.index], found.plans):
        console.print(reason, markup=False, highlight=False, soft_wrap=True)
    for title in ("inputs", "totals", "costs", "moving"):
        console.print(_table(title, frames[title]), soft_wrap=not console.is_terminal)
    if out is not None:
        console.print(f"page: {out}", markup=False, highlight=False, soft_wrap=True)


def _answers(runs: list[Path]) -> str:
    """What each run answered, in Markdown."""
    from planner.plan.plan import Plan
    from planner.report.compare.runs import names_of
    from planner.report.page.answers import markdown

    plans = [Plan.load(folder) for folder in runs]
    return markdown(plans, names_of(runs, plans) if len(set(runs)) > 1 else None)


def _table(title: str, frame: pd.DataFrame) -> Table:
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    rows = frame if frame.index.name is None and frame.index.nlevels == 1 else frame.reset_index()
    changes = [str(name) for name in rows.columns if str(name).endswith("change")]
    if changes:
        rows = rows[(rows[changes].abs() >= PRINTED).any(axis=1)]
    more = f" (first {ROWS} of {len(rows)})" if len(rows) > ROWS else ""
    table = Table(*[escape(str(name)) for name in rows.columns], title=Text(f"{title}: what differs{more}"))
    for row in rows.head(ROWS).itertuples(index=False, name=None):
        table.add_row(*(Text(fixed(value, 1) if isinstance(value, float) else str(value)) for value in row))
    return table
