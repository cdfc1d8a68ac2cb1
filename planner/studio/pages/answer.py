"""Answer: what a run found. The report's sentences, the map by year, every table; of a site why it, what is scarce, hours and bill."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from planner.base.errors import InputError, unknown_name
from planner.plan import later
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.page.tables import Table
from planner.report.page.tables import table as as_table
from planner.studio.cards import run_card
from planner.studio.guard import as_file
from planner.studio.pages import site
from planner.studio.view import answered, page, studio
from planner.words import answer as words
from planner.words import pivots
from planner.words.style import FAMILY

PAGES = (".html",)
FRAMED = {
    "report": ("Report", "open"),
    "near": ("What costs nearly the same", "near"),
    "map": ("Map", "open"),
    "study": ("Study", "open"),
}
"""Pages that stand in a run's folder, with the command that makes or tells of them."""
LONG = 1000  # rows of a table that are shown; its file has all
IN_WORDS = {
    "sites": "Sites",
    "capacity": "Capacity",
    "energy": "Energy",
    "costs": "Costs",
    "chips": "Chips",
    "demand": "Work",
    "limits": "Limits",
    "lng": "Gas and LNG",
    "markets": "Markets",
    "smr_orders": "Reactors",
}
ALL_TABLES = IN_WORDS | {name: name.replace("_", " ").capitalize() for name in TABLES if name not in IN_WORDS}


def run(request: Request, form: FormData) -> Response:
    """A run's page."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    stages = pivots.stages_of(plan.tables)
    sites = plan.tables["sites"]
    built = sites[(sites["stage"] == stages[-1]) & sites["open"].astype(bool)]
    rows = built.sort_values("facility_mw", ascending=False)[["site", "name", "country", "it_mw", "lcoe_usd_per_mwh"]]
    return page(
        request,
        "run.html.j2",
        run=name,
        card=run_card(name, here.folder.run(name)),
        plan=plan,
        answer=words.answer(plan),
        tiles=words.tiles(plan),
        stages=stages,
        sites=rows.to_dict("records"),
        families=[FAMILY[key] for key in pivots.families_in(plan.tables)],
        alliance=(here.folder.run(name) / "alliance.json").is_file(),
        near=(here.folder.run(name) / later.PAGE).is_file(),
        flips=_flips(plan, here.folder.run(name)),
        scenario=scenario_of(request, plan.name),
    )


def map_data(request: Request, form: FormData) -> Response:
    """The sites of every stage as GeoJSON: facility MW and the family that feeds most, by stage; and the LNG routes."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    sites = plan.tables["sites"]
    features: dict[str, dict[str, Any]] = {}
    for stage in pivots.stages_of(plan.tables):
        mixes = {row["site"]: row["mix"] for row in pivots.site_mix(plan.tables, stage).to_dict("records")}
        for row in sites[sites["stage"] == stage].to_dict("records"):
            mix = mixes.get(row["site"], {})
            most = max(mix, key=lambda key: mix[key]) if mix else ""
            found = features.setdefault(
                row["site"],
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                    "properties": {"site": row["site"], "name": row["name"], "country": row["country"]},
                },
            )
            found["properties"] |= {
                f"mw_{stage}": round(float(row["facility_mw"]), 3) if row["open"] else 0.0,
                f"colour_{stage}": FAMILY[most].colour if most else "#8a919c",
                f"words_{stage}": pivots.mix_words(mix),
            }
    try:
        routes = json.loads(here.folder.file_of(name, "geojson/lng_routes.geojson").read_text("utf-8"))
    except (InputError, OSError, ValueError):
        routes = {"type": "FeatureCollection", "features": []}
    sites_layer = {"type": "FeatureCollection", "features": list(features.values())}
    return JSONResponse({"sites": sites_layer, "routes": routes})


def table(request: Request, form: FormData) -> Response:
    """One of a run's tables."""
    here, name = studio(request), request.path_params["run"]
    which = request.path_params["table"]
    if which not in TABLES:
        raise unknown_name("table", which, TABLES)
    plan = here.plan(name)
    heads = {column: column.replace("_", " ") for column in TABLES[which]}
    found = as_table(plan.tables[which], heads, which, plan, LONG)
    return page(request, "table.html.j2", run=name, table=found, which=which, tables=ALL_TABLES)


def file(request: Request, form: FormData) -> Response:
    """A file of a run: its report in a sandbox, everything else to keep."""
    path = studio(request).folder.file_of(request.path_params["run"], request.path_params["file"])
    if path.suffix in PAGES:
        return as_file(FileResponse(path, media_type="text/html"))
    if path.suffix == ".png":
        return FileResponse(path, media_type="image/png")
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


def report(request: Request, form: FormData) -> Response:
    """The report as `planner run` wrote it, in the studio's frame."""
    name = request.path_params["run"]
    which = request.path_params["page"]
    if which not in FRAMED:
        raise unknown_name("page", which, FRAMED)
    here = studio(request).folder
    here.file_of(name, f"{which}.html")
    title, command = FRAMED[which]
    source = f"/files/{which}.html/of/{quote(name)}"
    words = f"planner {command} {name}"
    tabs = name if name in here.runs() else ""
    return page(request, "framed.html.j2", run=tabs, title=title if tabs else name, source=source, command_words=words)


def one_site(request: Request, form: FormData) -> Response:
    """Why a site: the panel beside the map."""
    plan = studio(request).plan(request.path_params["run"])
    stages = pivots.stages_of(plan.tables)
    asked = request.query_params.get("stage", "")
    stage = int(asked) if asked.isdecimal() and int(asked) in stages else stages[-1]
    told = site.told(plan, request.path_params["site"], stage)
    return page(request, "part_site.html.j2", run=request.path_params["run"], stage=stage, stages=stages, **told)


def _flips(plan: Plan, run: Path) -> Table | None:
    """What would turn the plan over, by `planner flips`, where that was asked of this run."""
    found = later.read(run, later.FLIPS)
    if found is None or found.empty:
        return None
    return as_table(found, {column: column.replace("_", " ") for column in found.columns}, "", plan, LONG)


def scenario_of(request: Request, name: str) -> str:
    """The scenario of the folder that asks what a run answers; empty if there is none."""
    folder = studio(request).folder
    return next((path for path in folder.scenarios() if path.rsplit("/", 1)[-1].rsplit(".", 1)[0] == name), "")


routes = [
    Route("/files/{file:path}/of/{run:path}", answered(file)),
    Route("/map/of/{run:path}", answered(map_data)),
    Route("/table/{table}/of/{run:path}", answered(table)),
    Route("/page/{page}/of/{run:path}", answered(report)),
    Route("/site/{site}/of/{run:path}", answered(one_site)),
    Route("/runs/{run:path}", answered(run)),
]
