"""`planner run`: one scenario to a plan, and a folder that is written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from planner.plan import Plan


def run(
    config: Annotated[Path, typer.Argument(help="Scenario in YAML.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the run; default runs/NAME.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the run in that folder.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    cross_check: Annotated[bool, typer.Option("--cross-check", help="Solve with a second method and compare.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write the tables as a workbook.")] = False,
) -> None:
    """Plan a scenario; write report, maps, tables and the proof into a folder."""
    from rich.console import Console

    import planner
    from planner.atomic import check_place, whole_directory
    from planner.scenario import load

    scenario = load(config)
    place = out or Path("runs") / scenario.name
    check_place(place, force=force)
    console = Console(stderr=True, quiet=quiet or as_json)
    with console.status("reading the catalog") as status:
        plan = planner.plan(scenario, progress=status.update, cross_check=cross_check)
        status.update("writing the run")
        with whole_directory(place, force=force) as folder:
            from planner.report.run_folder import write_run

            write_run(plan, folder, xlsx=xlsx)
    if as_json:
        typer.echo(json.dumps(plan.summary | {"run": str(place)}, indent=1))
    elif not quiet:
        _tell(plan, place, Console())


def _tell(plan: Plan, place: Path, console: Console) -> None:
    """The answer in a table, the proof in a line, and where the rest is."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    summary = plan.summary
    heads = ("IT MW", "site MW", "k chips", "unserved", "TWh/y", "Mt CO2/y", "M USD/y")
    table = Table(
        "stage",
        "country",
        *heads,
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        title=Text(f"{plan.name}: {summary['objective_musd']:,.0f} M USD"),
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for row in summary["totals"]:
        table.add_row(*_cells(row))
    console.print(table)
    proof, seconds = summary["certificate"], summary["seconds"]["total"]
    line = f"{summary['status']}, gap {proof['gap']:.1e}, violation {proof['max_violation']:.1e}, {seconds:.1f} s"
    console.print(line, highlight=False)
    if "cross_check" in summary:
        second = summary["cross_check"]
        console.print(f"{second['method']}: {second['status']}, differs by {second['difference']:.1e}", highlight=False)
    console.print(Text(f"report: {place / 'report.html'}"), soft_wrap=True)


def _cells(row: dict[str, Any]) -> list[str]:
    delivered = sum(gwh for source, gwh in row["energy_gwh"].items() if source not in ("unserved", "paused"))
    return [
        str(row["stage"]),
        row["country"],
        f"{row['it_mw']:,.0f}",
        f"{row['facility_mw']:,.0f}",
        f"{row['chips_thousand']:,.0f}",
        f"{row['unserved_share']:.1%}",
        f"{delivered / 1e3:,.1f}",
        f"{row['co2_kt'] / 1e3:,.1f}",
        f"{sum(row['costs'].values()):,.0f}",
    ]
