"""`planner sites list|check`: candidate sites of the catalog, and sites of one's own before they are planned with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

sites = typer.Typer(help="Candidate sites: of the catalog, and of your own.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write what is told to this file.")]
Country = Annotated[str | None, typer.Option(help="Country of sites that do not say theirs: KR, US, JP.")]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of a file that does not say its own: EPSG:5179.")]
Column = Annotated[list[str] | None, typer.Option(help="KEY=COLUMN, where a column has another name: mw=CAPACITY.")]
Picture = Annotated[
    Path | None, typer.Option(help="Where the map goes: .html, .png or .svg; default: NAME.sites.html.")
]


@sites.command("list")
def list_sites(
    country: Annotated[str | None, typer.Option(help="KR, US or JP; default: all.")] = None, as_json: AsJson = False
) -> None:
    """List the candidate sites of the catalog."""
    from planner.base.errors import unknown_name
    from planner.catalog import tables
    from planner.cli.show import show

    table = tables.sites()
    if country is not None:
        if country not in set(table["country"]):
            raise unknown_name("country", country, set(table["country"]), key="--country")
        table = table[table["country"] == country]
    columns = ["site", "name", "country", "zone", "lat", "lon", "kind", "land_limit_mw"]
    show("sites", table.reset_index()[columns].to_dict("records"), as_json)


@sites.command("check")
def check_sites(
    file: Annotated[Path, typer.Argument(help="GeoJSON, CSV, KML, GeoPackage or shapefile.")],
    country: Country = None,
    crs: Crs = None,
    column: Column = None,
    picture: Picture = None,
    json_out: JsonOut = None,
) -> None:
    """Draw the sites of a file and tell where each figure that it leaves out comes from, and how far that is."""
    from planner.base.countries import countries
    from planner.base.display import shown
    from planner.cli.show import show
    from planner.instance.own_survey import surveyed
    from planner.report.maps.own_sites import Spot, sites_figure
    from planner.report.page import picture as pages

    target = picture or Path(f"{file.stem}.sites.html")
    pages.check_target(target)
    found = surveyed(file, columns=_pairs(column), crs=crs, country=country)
    title = f"{len(found.sites)} sites of {file.name}"
    spots = [
        Spot(site.name, site.country, site.lat, site.lon, found.near(site.name), found.far(site.name))
        for site in found.sites
    ]
    figures = found.rows()
    pages.write(target, sites_figure(spots, countries(), title), title, list(found.notes), {"Figures": figures})
    if json_out is not None:
        json_out.write_text(
            json.dumps({"figures": figures, "notes": found.notes}, ensure_ascii=False, indent=1), "utf-8"
        )
    show(title, found.summary(), as_json=False)
    for note in found.notes:
        typer.echo(f"note: {shown(note, 300)}")
    typer.echo(f"{target}: the map, and where every figure is from; next: sites: {{ file: {file.name} }} in a scenario")


def _pairs(given: list[str] | None) -> dict[str, str]:
    """KEY=COLUMN as a mapping. Raises InputError."""
    from planner.base.errors import InputError

    found = {}
    for pair in given or []:
        key, sign, name = pair.partition("=")
        if not sign or not key or not name:
            raise InputError("this is no pair", key="--column", value=pair, expected="KEY=COLUMN, such as mw=CAPACITY")
        found[key] = name
    return found
