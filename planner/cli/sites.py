"""`planner sites list|check|screen`: candidate sites of the catalog, and sites of one's own before they are planned with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from planner.instance.own_survey import Surveyed

SCENARIO = (".yaml", ".yml")
sites = typer.Typer(help="Candidate sites: of the catalog, and of your own.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Write what is told to this file.")]
Country = Annotated[str | None, typer.Option(help="Country of sites that do not say theirs: KR, US, JP.")]
Crs = Annotated[str | None, typer.Option(help="Coordinate system of a file that does not say its own: EPSG:5179.")]
Column = Annotated[list[str] | None, typer.Option(help="KEY=COLUMN, where a column has another name: mw=CAPACITY.")]
Picture = Annotated[
    Path | None, typer.Option(help="Where the map goes: .html, .png or .svg; default: NAME.sites.html.")
]

Where = Annotated[str, typer.Option(help="KR, US or JP.")]
Shortlist = Annotated[Path, typer.Option(help="The shortlist: a new GeoJSON file for `sites: { file: ... }`.")]
Within = Annotated[Path | None, typer.Option(help="Only in the areas of this GIS file.")]
Cell = Annotated[float, typer.Option(min=1, max=500, help="Width of a cell, km.")]
Room = Annotated[float | None, typer.Option(min=0, help="MW of IT that each site of the shortlist may take.")]
Headroom = Annotated[float | None, typer.Option(help="Least connection, MW.")]
By = Annotated[int | None, typer.Option(help="Year by which there must be a connection.")]
Price = Annotated[float | None, typer.Option(help="Highest price of grid energy, USD/MWh.")]
WaterStress = Annotated[
    str | None, typer.Option(help="Highest stress of water: low, low-medium, medium-high, high, extremely-high.")
]
OnlyGas = Annotated[bool, typer.Option("--gas", help="Only with gas.")]
Slope = Annotated[
    float | None, typer.Option(min=0, help="Most that a GW of load may add to its zone's price, USD/MWh (grid slope).")
]
Exclude = Annotated[list[Path] | None, typer.Option(help="GIS file of zones to keep out of; again for more.")]
Near = Annotated[list[str] | None, typer.Option(help="FILE=KM: within so many km of its shapes (substations, cables).")]
Top = Annotated[int, typer.Option(min=1, max=1000, help="Sites of the shortlist.")]
PerNeighbour = Annotated[int, typer.Option(min=1, help="At most so many that take the figures of one catalog site.")]


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
    file: Annotated[
        Path,
        typer.Argument(help="GeoJSON, CSV, KML, GeoPackage or shapefile; or a scenario, for all sites of its own."),
    ],
    country: Country = None,
    crs: Crs = None,
    column: Column = None,
    picture: Picture = None,
    json_out: JsonOut = None,
) -> None:
    """Draw the sites of a file and tell where each figure that it leaves out comes from, and how far that is."""
    from planner.base.display import shown
    from planner.cli.show import show
    from planner.report.maps.own_sites import Spot, sites_figure
    from planner.report.page import picture as pages

    target = picture or Path(f"{file.stem}.sites.html")
    pages.check_target(target)
    found = _survey(file, column, crs, country)
    title = f"{len(found.sites)} sites of {file.name}"
    spots = [
        Spot(site.name, site.country, site.lat, site.lon, found.near(site.name), found.far(site.name))
        for site in found.sites
    ]
    figures = found.rows()
    pages.write(
        target, sites_figure(spots, found.shelf.countries, title), title, list(found.notes), {"Figures": figures}
    )
    if json_out is not None:
        json_out.write_text(
            json.dumps({"figures": figures, "notes": found.notes}, ensure_ascii=False, indent=1), "utf-8"
        )
    show(title, found.summary(), as_json=False)
    for note in found.notes:
        typer.echo(f"note: {shown(note, 300)}")
    said = "".join(f", {key}: {value}" for key, value in (("country", country), ("crs", crs)) if value is not None)
    told = f"sites: {{ use: [], inherit: catalog, file: {file.name}{said} }} in a scenario"
    after = f"planner run {file}" if file.suffix in SCENARIO else told
    typer.echo(f"{target}: the map, and where every figure is from; next: {after}")


def _survey(file: Path, column: list[str] | None, crs: str | None, country: str | None) -> Surveyed:
    """The sites of a GIS file, or a scenario's own. Raises InputError."""
    from planner.base.errors import InputError
    from planner.instance.own_survey import of_scenario, surveyed
    from planner.scenario import load

    if file.suffix not in SCENARIO:
        return surveyed(file, columns=_pairs(column), crs=crs, country=country)
    if column or crs is not None or country is not None:
        expected = "no such option: columns, crs and country stand in the scenario, under sites"
        raise InputError("a scenario says it itself", file=file, key="--country, --crs, --column", expected=expected)
    return of_scenario(load(file))


@sites.command("screen")
def screen_sites(
    country: Where,
    out: Shortlist,
    within: Within = None,
    cell: Cell = 50.0,
    mw: Room = None,
    headroom: Headroom = None,
    by: By = None,
    price: Price = None,
    water_stress: WaterStress = None,
    gas: OnlyGas = False,
    slope: Slope = None,
    exclude: Exclude = None,
    near: Near = None,
    top: Top = 20,
    per_neighbour: PerNeighbour = 3,
    picture: Picture = None,
) -> None:
    """Shortlist cells of a country or an area: what is left out and why, and the cheapest of the rest."""
    from planner.base.atomic import new_place
    from planner.base.countries import countries
    from planner.base.errors import InputError
    from planner.cli.show import show
    from planner.instance.site_screen import Asked, as_sites, rows, screen
    from planner.report.maps.own_sites import Spot, sites_figure
    from planner.report.page import picture as pages

    if out.suffix.lower() not in (".geojson", ".json") or out.exists():
        raise InputError("the shortlist needs a new file", key="--out", value=out, expected="a new name with .geojson")
    target = picture or Path(f"{out.stem}.sites.html")
    pages.check_target(target)
    asked = Asked(
        cell_km=cell, headroom_mw=headroom, first_year=by, price_usd_per_mwh=price, water_stress=water_stress, gas=gas,
        slope_usd_per_mwh=slope,
        exclude=tuple(exclude or ()), near=tuple(_distance(pair) for pair in near or ()), top=top, per_neighbour=per_neighbour,
    )  # fmt: skip
    found = screen(country, asked, within)
    chosen = as_sites(found, country, mw)
    listed = [
        Spot(f["properties"]["name"], country, *reversed(f["geometry"]["coordinates"])) for f in chosen["features"]
    ]
    show(f"{len(found.cells):,} cells of {country}", found.told(), as_json=False)
    if not listed:
        raise InputError("no cell is left", key="--country", value=country, expected="less that is asked")
    title = f"{len(listed)} of {len(found.cells):,} cells of {country}"
    cells = list(zip(found.cells["lat"], found.cells["lon"], found.cells["why"] == "", strict=True))
    figure = sites_figure(listed, countries(), title, cells)
    with new_place(out) as fresh:
        fresh.write_text(json.dumps(chosen, ensure_ascii=False, indent=1) + "\n", "utf-8")
    pages.write(target, figure, title, [], {"Left out": found.told(), "Shortlist": rows(found)})
    show("shortlist", rows(found), as_json=False)
    typer.echo(
        f"{out}: the shortlist; {target}: the map; next: sites: {{ use: [], inherit: catalog, file: {out} }} in a scenario"
    )


def _distance(pair: str) -> tuple[Path, float]:
    """FILE=KM. Raises InputError."""
    from planner.base.errors import InputError
    from planner.base.units import quantity

    name, sign, km = pair.rpartition("=")
    if not sign or not name:
        raise InputError(
            "this is no distance", key="--near", value=pair, expected="FILE=KM, such as substations.geojson=20"
        )
    return Path(name), quantity(km, "km", key="--near")


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
