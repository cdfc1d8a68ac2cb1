"""`planner power list` and `planner power lcoe`: what a scenario can name, and what it costs."""

from __future__ import annotations

from typing import Annotated

import typer

from planner.cli.show import show
from planner.cli.tariff import tariff

power = typer.Typer(help="Power technologies.", no_args_is_help=True)
power.add_typer(tariff, name="tariff")

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]


@power.callback()
def _group() -> None:
    """Keeps `list` a command of its own."""


@power.command("list")
def list_power(as_json: AsJson = False) -> None:
    """List the power technologies."""
    from planner.catalog.cards import power_technologies

    rows = []
    for card in power_technologies().values():
        row: dict[str, object] = {"name": card.name, "title": card.title, "class": card.group, "fuel": card.fuel}
        figures = ("lead_time_years", "first_year", "lifetime_years", "fom_usd_per_kw_year")
        rows.append(row | {key: card.get(key) for key in figures})
    show("power technologies", rows, as_json)


@power.command("lcoe")
def show_lcoe(
    as_json: AsJson = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print as the table of the README.")] = False,
) -> None:
    """Compare levelised costs, ours beside published ones, USD/MWh of 2023."""
    from planner.instance.levelised import compared, markdown

    rows = compared()
    if as_markdown:
        typer.echo(markdown(rows))
        return
    show("levelised costs, USD/MWh", [vars(row) | {"agrees": row.agrees} for row in rows], as_json)
