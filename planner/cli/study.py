"""`planner study`: one scenario with things varied, many plans, and what drives them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from planner.cli.options import Quiet, Scheduler

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from planner.studies.varied.asked import Asked
    from planner.studies.varied.design import Run
    from planner.studies.varied.queue import Made
    from planner.studies.varied.study import Varied

File = Annotated[Path, typer.Argument(help="Study in YAML (configs/studies/).")]
Out = Annotated[Path | None, typer.Option(help="Folder of the study; default runs/NAME.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the study in that folder, or one not finished.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a study that was stopped.")]
Query = Annotated[
    str | None, typer.Option(metavar="SQL", help="Ask the store of the finished study (DuckDB), and make no run.")
]
Check = Annotated[bool, typer.Option("--check", help="Only check the study, and say how many runs it has.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="Runs made at a time.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print what was found, or the answer in SQL, as JSON.")]

LONGEST = 20  # rows of a list on the console


def study(
    file: File,
    out: Out = None,
    force: Force = False,
    resume: Resume = False,
    query: Query = None,
    check: Check = False,
    processes: Processes = 2,
    scheduler: Scheduler = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Plan a scenario many times over with things varied; say what drives what, on a page and in one store of tables."""
    from planner.base.room import check_addresses

    check_addresses()
    from rich.console import Console

    from planner.api.study import write
    from planner.base.atomic import reserved, whole_directory
    from planner.base.interrupt import deferred, say
    from planner.run.cluster import warn_without_tls
    from planner.studies.varied import store
    from planner.studies.varied.asked import load
    from planner.studies.varied.study import begun, discard, make

    asked = load(file)
    place = out or Path("runs") / asked.study.name
    if query is not None:
        _answer(store.query(place, query), as_json)
        return
    if check:
        _count(asked)
        return
    console = Console(stderr=True, quiet=quiet or as_json)
    warn_without_tls(scheduler)
    if asked.study.kind == "futures":
        found = _futures(asked, place, console, force=force, resume=resume, processes=processes, scheduler=scheduler)
        _print(found, place, as_json, quiet)
        return
    with reserved(place, force=force or resume), begun(asked, place, resume=resume, force=force) as varied:
        try:
            with (
                deferred(lambda: say("stopping; `--resume` goes on from here")),
                _Progress(varied, console) as progress,
            ):
                make(varied, processes=processes, scheduler=scheduler, done=progress.done)
        except KeyboardInterrupt:
            left = len(varied.queue.waiting())
            say(f"stopped; {left:,} of {len(varied.runs):,} runs are to come: `--resume` makes them")
            raise typer.Exit(130) from None
        with console.status("writing the study"), whole_directory(place, force=True) as folder:
            found = write(varied, folder)
    discard(place)
    _print(found, place, as_json, quiet)


def _count(asked: Asked) -> None:
    """How many runs a study has beside its base."""
    from planner.studies.varied.design import runs

    many = 0 if asked.study.kind == "futures" else len(runs(asked)) - 1
    told = f"{len(asked.study.futures)} futures" if asked.study.kind == "futures" else f"{many:,} runs beside the base"
    typer.echo(f"{asked.study.name}: a sound study of {asked.scenario.name}, {told}")


def _print(found: dict[str, Any], place: Path, as_json: bool, quiet: bool) -> None:
    """What was found, as JSON or for people."""
    from rich.console import Console

    if as_json:
        from planner.report.files.run_folder import plain

        typer.echo(json.dumps(plain({**found, "run": str(place)}), indent=1, ensure_ascii=False, allow_nan=False))
    elif not quiet and found["kind"] == "futures":
        _tell_futures(found, place, Console())
    elif not quiet:
        _tell(found, place, Console())


def _futures(
    asked: Asked, place: Path, console: Console, *, force: bool, resume: bool, processes: int, scheduler: str | None
) -> dict[str, Any]:
    """A study of several futures, which is made at one go."""
    from planner.base.atomic import reserved, whole_directory
    from planner.base.errors import InputError
    from planner.base.interrupt import deferred, say
    from planner.report.study.folder import write_futures
    from planner.studies.futures.study import study as joint_study

    if resume:
        raise InputError("a study of futures is made at one go", key="--resume", expected="no --resume, or --force")
    with (
        reserved(place, force=force),
        console.status("reading the catalog") as status,
        deferred(lambda: say("stopping after this step; nothing will be written")),
    ):
        found = joint_study(asked, processes=processes, scheduler=scheduler, tell=status.update)
        with whole_directory(place, force=force) as folder:
            texts = {"study.yaml": asked.file.read_text("utf-8"), "base.yaml": asked.scenario.to_yaml()}
            write_futures(found, texts, folder)
    return found


def _tell_futures(found: dict[str, Any], place: Path, console: Console) -> None:
    """What the study of several futures says, in sentences, and where the rest is."""
    from rich.text import Text

    from planner.report.study.futures import sentences

    for sentence in sentences(found):
        console.print(Text(sentence), soft_wrap=True)
    console.print(Text(f"page: {place / 'study.html'}"), soft_wrap=True)


class _Progress:
    """Runs as they are made, with the time that is left by the pace so far."""

    def __init__(self, varied: Varied, console: Console) -> None:
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        left = (TextColumn("left"), TimeRemainingColumn())
        self.bar = Progress(*columns, *left, console=console, transient=True, disable=console.quiet)
        waiting = len(varied.queue.waiting())
        self.task = self.bar.add_task("runs", total=len(varied.runs), completed=len(varied.runs) - waiting)
        self.console = console

    def __enter__(self) -> _Progress:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def done(self, run: Run, made: Made) -> None:
        """Note a run that is made, and tell of one that has no plan."""
        self.bar.advance(self.task)
        if made.reason:
            reason = made.reason.splitlines()[0]
            self.console.print(f"{run.label}: no plan: {reason}", markup=False, highlight=False, soft_wrap=True)


def _answer(frame: pd.DataFrame, as_json: bool) -> None:
    """An answer in SQL, as a table or as JSON."""
    from planner.base.display import visible

    if as_json:
        typer.echo(frame.to_json(orient="records", indent=1, force_ascii=False))
    else:
        typer.echo(visible(frame.to_string(index=False)))


def _tell(found: dict[str, Any], place: Path, console: Console) -> None:
    """The ranges of the main figures, what moves the cost most, and where the rest is."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    from planner.base.text import number, signed, whole

    table = Table(
        "figure",
        box=SIMPLE_HEAD,
        title=f"{found['done']:,} of {found['runs']:,} runs have a plan",
        title_justify="left",
    )
    for head in ("unit", "base", "least", "median", "most"):
        table.add_column(head, justify="left" if head == "unit" else "right")
    for row in found["ranges"]:
        table.add_row(row["name"], row["unit"], *(number(row[key], 4) for key in ("base", "least", "median", "most")))
    console.print(table)
    moving = Table("what moves the cost of the plan, M USD", box=SIMPLE_HEAD)
    moving.add_column("by", justify="right")
    for row in [row for row in found["tornado"] if row["figure"] == "cost_musd"][:LONGEST]:
        moving.add_row(Text(f"{row['factor']} {row['value']}"), signed(whole(row["change"])))
    for row in sorted(
        (row for row in found["drivers"] if row["figure"] == "cost_musd"), key=lambda row: -abs(row["value"])
    )[:LONGEST]:
        moving.add_row(Text(f"{row['factor']} ({row['measure']})"), number(row["value"]))
    if moving.row_count:
        console.print(moving)
    console.print(Text(f"page: {place / 'study.html'}"), soft_wrap=True)
