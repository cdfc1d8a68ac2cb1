"""Sites: the catalog's on a map and in a table, those that a scenario plans with, and its own from a file."""

from __future__ import annotations

import json
import os.path
from functools import cache
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.report.page.tables import free_table
from planner.scenario.document import LARGEST_FILE
from planner.scenario.extends import Layers
from planner.studio.checked import checked
from planner.studio.commands import done
from planner.studio.edit import changed, written
from planner.studio.folder import digest
from planner.studio.view import Studio, answered, page, studio, text, to, upload

KINDS = (".geojson", ".json", ".csv", ".kml", ".gpkg")
COLUMNS = (
    "site",
    "name",
    "country",
    "zone",
    "kind",
    "land_limit_mw",
    "gas_access",
    "smr_allowed",
    "water_stress",
    "lat",
    "lon",
)


def show(request: Request, form: FormData) -> Response:
    """The page; with `?scenario=` its sites are marked and can be chosen."""
    here = studio(request)
    name = request.query_params.get("scenario", "")
    chosen, countries, own, seen = _of(here, name) if name else (None, None, [], "")
    rows = [row for row in _catalog() if countries is None or row["country"] in countries]
    return page(
        request,
        "sites.html.j2",
        rows=rows,
        own=own,
        chosen=chosen,
        name=name,
        seen=seen,
        countries=sorted(countries or ()),
        kinds=KINDS,
        scenarios=list(here.folder.scenarios()),
    )


def map_data(request: Request, form: FormData) -> Response:
    """The same sites as GeoJSON: `use` says whether the scenario plans with them, `own` whether they are its own."""
    here = studio(request)
    name = request.query_params.get("scenario", "")
    chosen, countries, own, _ = _of(here, name) if name else (None, None, [], "")
    rows = [row for row in _catalog() if countries is None or row["country"] in countries]
    features = [_feature(row, chosen is None or row["site"] in chosen, False) for row in rows]
    features += [_feature(row, True, True) for row in own]
    return JSONResponse({"sites": {"type": "FeatureCollection", "features": features}})


def choose(request: Request, form: FormData) -> Response:
    """Plan with the sites that are marked."""
    here = studio(request)
    name = text(form, "scenario")
    path = here.folder.scenario(name)
    known = [row["site"] for row in _catalog()]
    marked = [str(site) for site in form.getlist("use")]
    for site in marked:
        if site not in known:
            raise unknown_name("site", site, known)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    new = changed(raw.decode("utf-8"), {"sites.use": written(marked), "sites.exclude": None})
    checked(path, new)
    here.folder.save(path, new, text(form, "seen"))
    return to(f"/sites?scenario={name}")


def bring(request: Request, form: FormData) -> Response:
    """Plan with the sites of a file: it is kept beside the scenario, which then names it, if the command line would take both."""
    here = studio(request)
    name = text(form, "scenario")
    path = here.folder.scenario(name)
    called, content = upload(form, "file", KINDS)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    kept = here.folder.add(path.parent, called, content)
    said: dict[str, str | None] = {"sites.file": written(kept.name)}
    if country := text(form, "country"):
        said["sites.country"] = country
    if text(form, "alone"):
        said |= {"sites.use": "[]", "sites.inherit": "catalog"}
    try:
        new = changed(raw.decode("utf-8"), said)
        checked(path, new)
        here.folder.save(path, new, text(form, "seen"))
    except InputError:
        kept.unlink()
        raise
    return to(f"/sites?scenario={name}")


def origin(request: Request, form: FormData) -> Response:
    """Where each figure that the file leaves out comes from, and how far that is: `planner sites check`."""
    here = studio(request)
    path = here.folder.scenario(text(form, "scenario"))
    whole = Layers(path)
    said = whole.data.get("sites", {})
    file = whole.holder(("sites", "file")).path.parent / said["file"] if said.get("file") else None
    if file is None or not file.resolve().is_relative_to(here.folder.root):
        raise InputError(
            "the scenario names no file of sites in this folder", key="sites.file", expected="one, brought above"
        )
    with here.folder.aside() as aside:
        words = [
            "sites",
            "check",
            here.folder.argument(here.folder.name(file)),
            "--picture",
            os.path.join(aside, "sites.html"),
        ]
        words += [word for key in ("country", "crs") if said.get(key) for word in (f"--{key}", str(said[key]))]
        words += [word for key, column in said.get("columns", {}).items() for word in ("--column", f"{key}={column}")]
        ended = done([*words, "--json", os.path.join(aside, "sites.json")], here.folder.root)
        found = (
            json.loads(Path(aside, "sites.json").read_text("utf-8"))
            if ended.code == 0
            else {"figures": [], "notes": []}
        )
    return page(
        request,
        "part_origin.html.j2",
        held=ended.code == 0,
        said=ended.said,
        figures=free_table(found["figures"]),
        notes=found["notes"],
    )


def _of(here: Studio, name: str) -> tuple[set[str], set[str], list[dict[str, Any]], str]:
    """Of a scenario: the catalog's sites that it plans with, its countries, its own sites, and the digest of its file."""
    path = here.folder.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    scenario = checked(path, raw.decode("utf-8"))
    countries = {str(country) for country in scenario.countries}
    use = scenario.sites.use
    chosen = {row["site"] for row in _catalog() if row["country"] in countries and (use == "all" or row["site"] in use)}
    own = [
        {
            "site": site.name,
            "name": site.name,
            "country": site.country,
            "lat": site.lat,
            "lon": site.lon,
            "kind": "your own",
        }
        for site in scenario.sites.add
    ]
    return chosen - set(scenario.sites.exclude), countries, own, digest(raw)


@cache
def _catalog() -> list[dict[str, Any]]:
    """The catalog's sites, the columns that the page shows."""
    from planner.catalog import tables

    found: list[dict[str, Any]] = tables.sites().reset_index()[list(COLUMNS)].to_dict("records")
    return found


def _feature(row: dict[str, Any], use: bool, own: bool) -> dict[str, Any]:
    told = {"site": row["site"], "name": row["name"], "kind": row["kind"], "use": use, "own": own}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": told,
    }


routes = [
    Route("/sites", answered(show)),
    Route("/sites.json", answered(map_data)),
    Route("/sites/bring", answered(bring), methods=["POST"]),
    Route("/sites/origin", answered(origin), methods=["POST"]),
    Route("/sites/use", answered(choose), methods=["POST"]),
]
