"""`planner import FORMAT FILE --to FOLDER`: hours of grid operators, markets, weather and other tools as series of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.base.text import plain

if TYPE_CHECKING:
    from planner.imports.cells import Asked
    from planner.imports.year import Rows, Year

FORMAT = "plain, kpx, eia-930, entsoe, jepx, iso, genx; epw, tmy3, era5, open-meteo (weather); pypsa (a network); urdb (a tariff)."


def import_file(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help=FORMAT)],
    files: Annotated[list[Path], typer.Argument(help="The file, or several that follow each other.")],
    to: Annotated[Path, typer.Option(help="New folder for what is made, and a picture of hours.")],
    column: Annotated[list[str] | None, typer.Option(help="Only this column or area; may be given again.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of a file that does not say it: UTC, +09:00, America/Chicago.")
    ] = None,
    hour: Annotated[str | None, typer.Option(help="What a row's time says (plain): ending or beginning.")] = None,
    year: Annotated[int | None, typer.Option(help="Which year, where the file holds several.")] = None,
    fill: Annotated[int, typer.Option(min=0, help="Hours that may be missing and are filled.")] = 0,
    turbine: Annotated[str | None, typer.Option(help="Weather: turbine of windpowerlib's table.")] = None,
    hub: Annotated[float | None, typer.Option(min=20, max=250, help="Weather: height of its hub, m.")] = None,
    usd: Annotated[
        float | None, typer.Option(min=1e-6, help="pypsa: USD of 2023 that a unit of the network's money is worth.")
    ] = None,
    country: Annotated[str | None, typer.Option(help="pypsa: country of buses that do not say theirs.")] = None,
) -> None:
    """Turn a file of hours into a folder that a scenario reads, and draw it; a network into a scenario, a tariff into a card."""
    from planner.imports.cells import Asked

    if form == "urdb":
        _tariff(files, to)
    elif form == "pypsa":
        _network(files, to, usd, time_zone, country)
    else:
        _hours(form, files, to, Asked(time_zone, hour, tuple(column or ()), turbine, hub), year, fill)


def _hours(form: str, files: list[Path], to: Path, asked: Asked, year: int | None, fill: int) -> None:
    """Hours as a folder with a picture."""
    from planner.base.atomic import new_place
    from planner.imports.write import names, write
    from planner.imports.year import year_of
    from planner.report.figures.year import year_figure
    from planner.report.page import picture

    found = year_of(_rows(form, files, asked), year, fill)
    named = names(found)
    title = f"{form}: {', '.join(path.name for path in files)}"
    with new_place(to) as fresh:
        fresh.mkdir()
        write(found, fresh, form, files)
        series = {named[name]: values for name, values in found.columns.items()}
        page = picture.page(year_figure(series, found.offset_h, title), title, found.notes, {})
        (fresh / "picture.html").write_text(page, "utf-8")
    _tell(found, named, _used(form, to, named))


def _rows(form: str, files: list[Path], asked: Asked) -> Rows:
    """The hours of some files. Raises InputError for a format that nobody knows."""
    from planner.imports import formats, weather

    if form in weather.FORMATS:
        from planner.imports.weather.hours import rows

        return rows(form, files, asked)
    return formats.read(form, files, asked)


def _used(form: str, to: Path, named: dict[str, str]) -> str:
    """How a scenario uses what was made."""
    from planner.imports import weather

    if form in weather.FORMATS:
        return f"of a site: weather: {{ file: {to}/hours.csv }} (sites.add, or a property of a site in a GIS file)"
    return f"in a scenario: {{ file: {to}/hours.csv, column: {next(iter(named.values()))} }}"


def _tell(found: Year, named: dict[str, str], used: str) -> None:
    """Mean and range of each series, what was done, how it is used."""
    from planner.base.display import shown

    for name, values in found.columns.items():
        mean, low, high = (plain(figure, 6) for figure in (values.mean(), values.min(), values.max()))
        typer.echo(shown(f"{named[name]}: mean {mean}, from {low} to {high} {found.units[name]}".rstrip(), 300))
    for note in found.notes:
        typer.echo(f"note: {shown(note, 300)}")
    typer.echo(f"{used}; drawn in picture.html")


def _network(files: list[Path], to: Path, usd: float | None, time_zone: str | None, country: str | None) -> None:
    """A PyPSA network as a scenario in a folder."""
    from planner.base.atomic import new_place
    from planner.base.display import shown
    from planner.base.errors import InputError
    from planner.imports.pypsa.network import Meant, read
    from planner.imports.pypsa.write import write
    from planner.report.figures.year import year_figure
    from planner.report.page import picture

    if len(files) != 1:
        raise InputError("a network is one file or folder", key="FILE", value=len(files), expected="one")
    found = read(files[0], Meant(usd, time_zone, country))
    with new_place(to) as fresh:
        fresh.mkdir()
        write(found, fresh, to.name)
        if found.weights is None:  # a year of hours can be drawn
            loads = {f"{zone.name}: load, MW": zone.load_mw for zone in found.zones}
            title = f"Loads of {files[0].name}, the first zones"
            page = picture.page(year_figure(loads, 0.0, title), title, found.notes, {})
            (fresh / "picture.html").write_text(page, "utf-8")
    for line in found.told():
        typer.echo(shown(line, 300))
    for note in found.notes:
        typer.echo(f"note: {shown(note, 300)}")
    typer.echo(f"next: planner run {to}/scenario.yaml (or extends: {to}/scenario.yaml in one of yours)")


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
