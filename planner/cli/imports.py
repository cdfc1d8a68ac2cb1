"""`planner import FORMAT FILE --to FOLDER`: hours of grid operators, markets and other tools as series of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.base.text import plain


def import_file(
    form: Annotated[
        str, typer.Argument(metavar="FORMAT", help="plain, kpx, eia-930, entsoe, jepx, iso, genx, or urdb (a tariff).")
    ],
    files: Annotated[list[Path], typer.Argument(help="The file, or several that follow each other.")],
    to: Annotated[Path, typer.Option(help="New folder for hours.csv, import.json and a picture.")],
    column: Annotated[list[str] | None, typer.Option(help="Only this column or area; may be given again.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of a file that does not say it: UTC, +09:00, America/Chicago.")
    ] = None,
    hour: Annotated[str | None, typer.Option(help="What a row's time says (plain): ending or beginning.")] = None,
    year: Annotated[int | None, typer.Option(help="Which year, where the file holds several.")] = None,
    fill: Annotated[int, typer.Option(min=0, max=744, help="Hours that may be missing and are filled.")] = 0,
) -> None:
    """Turn a file of hours into a folder that a scenario reads, and draw it."""
    from planner.base.atomic import new_place
    from planner.base.display import shown
    from planner.imports.cells import Asked
    from planner.imports.formats import read
    from planner.imports.write import names, write
    from planner.imports.year import year_of
    from planner.report.figures.year import year_figure
    from planner.report.page import picture

    if form == "urdb":
        _tariff(files, to)
        return
    found = year_of(read(form, files, Asked(time_zone, hour, tuple(column or ()))), year, fill)
    named = names(found)
    title = f"{form}: {', '.join(path.name for path in files)}"
    with new_place(to) as fresh:
        fresh.mkdir()
        write(found, fresh, form, files)
        series = {named[name]: values for name, values in found.columns.items()}
        page = picture.page(year_figure(series, found.offset_h, title), title, found.notes, {})
        (fresh / "picture.html").write_text(page, "utf-8")
    for name, values in found.columns.items():
        unit = found.units[name]
        line = f"{named[name]}: mean {plain(values.mean(), 6)}, from {plain(values.min(), 6)} to {plain(values.max(), 6)} {unit}"
        typer.echo(shown(line, 300))
    for note in found.notes:
        typer.echo(f"note: {shown(note, 300)}")
    typer.echo(
        f"in a scenario: {{ file: {to}/hours.csv, column: {next(iter(named.values()))} }}; drawn in {to}/picture.html"
    )


def _tariff(files: list[Path], to: Path) -> None:
    """A rate of URDB as a card in a folder."""
    from planner.base.atomic import new_place
    from planner.tariffs import urdb

    cards = [urdb.read(file, None) for file in files]
    with new_place(to) as fresh:
        fresh.mkdir()
        for card in cards:
            (fresh / f"{card.name}.yaml").write_text(urdb.to_yaml(card), "utf-8")
    for card in cards:
        typer.echo(
            f"{to}/{card.name}.yaml: {card.title}; in a scenario: grid: {{ tariffs: {{ ZONE: {to}/{card.name}.yaml }} }}"
        )
