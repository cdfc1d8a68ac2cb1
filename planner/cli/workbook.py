"""`planner workbook`: the tables of a finished run as one Excel workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def workbook(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[Path | None, typer.Option(help="The new XLSX file; default NAME-OF-RUN.xlsx here.")] = None,
) -> None:
    """Write every table of a run as a sheet, the meanings of the columns first."""
    from planner.base.atomic import new_place
    from planner.plan.plan import Plan
    from planner.report.files import workbook as book

    plan = Plan.load(run)
    place = out or Path(f"{run.resolve().name}.xlsx")
    with new_place(place) as fresh:
        book.write(plan, fresh)
    typer.echo(f"workbook: {place}")
