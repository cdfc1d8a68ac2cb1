"""The `planner` command: one file per command; each parses, calls and prints. Heavy modules are imported inside."""

from __future__ import annotations

import os
import sys

import typer

from planner.base.display import speak_any_console, visible
from planner.base.errors import PlannerError
from planner.base.interrupt import handled
from planner.base.room import collect_seldom, ran_out
from planner.cli import catalog
from planner.cli.alliance import alliance
from planner.cli.bundle import bundle
from planner.cli.check import check
from planner.cli.chips import chips
from planner.cli.compare import compare
from planner.cli.examples import examples
from planner.cli.explain import explain
from planner.cli.export import export
from planner.cli.figures import figures
from planner.cli.flips import flips
from planner.cli.game import game
from planner.cli.grid import grid
from planner.cli.imports import import_file
from planner.cli.near import near
from planner.cli.new import new
from planner.cli.open import open_run
from planner.cli.pdf import pdf
from planner.cli.report import report
from planner.cli.run import run
from planner.cli.schema import schema
from planner.cli.sites import sites
from planner.cli.slides import slides
from planner.cli.studio import studio
from planner.cli.study import study
from planner.cli.tools import tools
from planner.cli.verify import verify
from planner.cli.whatif import whatif
from planner.cli.workbook import workbook

app = typer.Typer(
    name="planner",
    help="Decides where AI data centers go and what powers them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run)
app.command()(check)
app.command()(new)
app.command()(examples)
app.command()(schema)
app.command()(alliance)
app.command()(study)
app.command()(export)
app.command()(game)
app.command()(verify)
app.command()(bundle)
app.command("import")(import_file)
app.command()(compare)
app.command()(report)
app.command()(figures)
app.command()(slides)
app.command()(pdf)
app.command()(workbook)
app.command()(explain)
app.command()(near)
app.command()(flips)
app.command()(studio)
app.command()(tools)
app.command()(whatif)
app.command("open")(open_run)
app.add_typer(chips, name="chips")
app.add_typer(grid, name="grid")
app.add_typer(sites, name="sites")
app.add_typer(catalog.power, name="power")


def main(arguments: list[str] | None = None) -> None:
    """Runs one command. What the user can mend ends in one message and exit code 2, never in a traceback."""
    speak_any_console()
    collect_seldom()
    try:
        with handled():
            app(arguments)
    except PlannerError as error:
        _show(error)
        sys.exit(error.exit_code)
    except SystemExit as end:
        _leave_solver(end.code)
        raise
    except Exception as error:
        if not ran_out(error):
            raise
        reason = f"there is not enough memory ({type(error).__name__}); see `ulimit -v`, or plan fewer hours or sites"
        _show(PlannerError(reason))
        sys.exit(2)


def _leave_solver(code: object) -> None:
    """Ends the process where a solver in a thread did not notice that it should stop: Python would not end under it in peace."""
    solver = sys.modules.get("planner.solve.backends.highs")
    if solver is not None and solver.abandoned():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def _show(error: PlannerError) -> None:
    from rich.console import Console
    from rich.text import Text

    first, *rest = visible(str(error)).splitlines()
    text = Text.assemble(("error: ", "bold red"), (first, "bold"), *(f"\n{line}" for line in rest))
    Console(stderr=True).print(text, soft_wrap=True)
