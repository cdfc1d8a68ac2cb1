"""Answer: what a run found. The report's sentences, the map by year, every table; of a site why it, what is scarce, hours and bill."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from planner.base.errors import InputError, unknown_name
from planner.plan import later
from planner.plan.older import count, read_table
from planner.plan.plan import Plan
from planner.plan.read import HOURLY
from planner.plan.tables import TABLES
from planner.report.page.tables import Table
from planner.report.page.tables import table as as_table
from planner.studio.cards import run_card
from planner.studio.guard import as_file
from planner.studio.pages import site
from planner.studio.view import ANSWER, REPORTED, answered, page, run_page, studio
from planner.studio.view import TABLES as TABLES_TAB
from planner.words import answer as words
from planner.words import around, costs, pivots, ranges, three
from planner.words.language import mark, say
from planner.words.names import Names
from planner.words.style import FAMILY

PAGES = (".html",)
FRAMED = {
    "report": (mark("Report"), "open"),
    "near": (mark("What costs nearly the same"), "near"),
    "map": (mark("Map"), "open"),
    "study": (mark("Study"), "open"),
}
"""Pages that stand in a run's folder, with the command that makes or tells of them."""
LONG = 1000  # rows of a table that are shown; its file has all
IN_WORDS = {
    "sites": mark("Sites"),
    "capacity": mark("Capacity"),
    "energy": mark("Energy"),
    "costs": mark("Costs"),
    "chips": mark("Chips"),
    "demand": mark("Work"),
    "limits": mark("Limits"),
    "lng": mark("Gas and LNG"),
    "markets": mark("Markets"),
    "smr_orders": mark("Reactors"),
}
WHAT = {"technology": mark("technology"), "chip": mark("chip"), "site": mark("site"), "route": mark("route")}
FLIP_HEADS = {
    "what": mark("What"),
    "item": mark("Which"),
    "country": mark("Country"),
    "stage": mark("Year"),
    "unit": mark("Factor on"),
    "value": mark("In the plan"),
    "flip": mark("It flips at"),
    "verified": mark("Solved on both sides"),
}
ALL_TABLES = IN_WORDS | {name: name.replace("_", " ").capitalize() for name in TABLES if name not in IN_WORDS}


def run(request: Request, form: FormData) -> Response:
    """A run's page."""
    here, name = studio(request), request.path_params["run"]
    plan, place = here.plan(name), here.folder.run(name)
    stages = pivots.stages_of(plan.tables)
    sites = plan.tables["sites"]
    built = sites[(sites["stage"] == stages[-1]) & sites["open"].astype(bool)]
    rows = built.sort_values("facility_mw", ascending=False)[["site", "name", "country", "it_mw", "lcoe_usd_per_mwh"]]
    bill = request.query_params.get("bill", "all")
    near = later.read(place, later.NEAR)
    lines = words.answer(plan)
    cut = 1 + next((i for i, line in enumerate(lines) if line.label == say(mark("Cost"))), 0)
    return run_page(
        request,
        "run.html.j2",
        name,
        ANSWER,
        card=run_card(name, place),
        plan=plan,
        first=lines[:cut],
        rest=lines[cut:],
        numbers=three.numbers(plan, near),
        tiles=words.tiles(plan),
        stages=stages,
        sites=rows.to_dict("records"),
        families=[FAMILY[key] for key in pivots.families_in(plan.tables)],
        cash=cash_flow(plan, plan.tables["costs"] if bill != "power" else costs.power_bill(plan.tables["costs"])),
        which_bill="power" if bill == "power" else "all",
        around=_around(plan),
        ranges=ranges.sentences(near, Names(plan)),
        near=(place / later.PAGE).is_file(),
        flips=flips_of(plan, place),
        scenario=scenario_of(request, plan.name),
        note=here.folder.note(here.folder.run(name)),
    )


def cash_flow(plan: Plan, rows: pd.DataFrame) -> Table:
    """Cost lines down, stages across, M USD a year; and what each line is of the objective."""
    wide = rows.pivot_table(index="line", columns="stage", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    wide.columns = [str(stage) for stage in wide.columns]
    wide["musd"] = rows.groupby("line")["musd"].sum()
    wide = wide[wide.abs().max(axis=1) > 1e-6].sort_values("musd", ascending=False)
    wide.loc["all of it"] = wide.sum()
    heads = {"line": mark("Line")} | {name: name for name in wide.columns} | {"musd": mark("Present value, M USD")}
    return as_table(wide.rename_axis("line").reset_index(), heads, "", plan, LONG)


def _around(plan: Plan) -> list[around.Told]:
    """What the plan does to everybody else on the grid, where the power system was planned with it."""
    if plan.tables["zones"].empty:
        return []
    return around.told(plan.tables, Names(plan))


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
    place = here.folder.run(name)
    if which in HOURLY:
        found = as_table(read_table(place, which, most=LONG)[0], heads, which, plan, LONG)
        found = replace(found, total=count(place, which))
    else:
        found = as_table(plan.tables[which], heads, which, plan, LONG)
    files = [kind for kind in ("csv", "parquet") if (place / "tables" / f"{which}.{kind}").is_file()]
    return run_page(
        request, "table.html.j2", name, TABLES_TAB, table=found, which=which, tables=ALL_TABLES, files=files
    )


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
    title, command = say(FRAMED[which][0]), FRAMED[which][1]
    source = f"/files/{which}.html/of/{quote(name)}"
    told = {"title": title, "source": source, "command_words": f"planner {command} {name}"}
    if name in here.runs():
        return run_page(request, "framed.html.j2", name, REPORTED if which == "report" else ANSWER, **told)
    return page(request, "framed.html.j2", run="", tabs=[], now="", **told | {"title": name})


def one_site(request: Request, form: FormData) -> Response:
    """Why a site: the panel beside the map."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    stages = pivots.stages_of(plan.tables)
    asked = request.query_params.get("stage", "")
    stage = int(asked) if asked.isdecimal() and int(asked) in stages else stages[-1]
    place = request.path_params["site"]
    dispatch, _ = read_table(here.folder.run(name), "dispatch", [("site", "==", place), ("stage", "==", stage)])
    told = site.told(plan, place, stage, dispatch)
    told["flips"] = flips_of(plan, here.folder.run(name), place)
    return page(request, "part_site.html.j2", run=name, stage=stage, stages=stages, **told)


def flips_of(plan: Plan, run: Path, item: str = "") -> Table | None:
    """What would turn the plan over, by `planner flips`, where that was asked of this run; of an item, what is told of it."""
    found = later.read(run, later.FLIPS)
    if found is not None and item:
        found = found[found["item"] == item]
    if found is None or found.empty:
        return None
    names = Names(plan)
    named = {"technology": names.source, "chip": names.chip, "site": names.site}
    items = [named.get(str(what), str)(str(key)) for what, key in zip(found["what"], found["item"], strict=True)]
    shown = found.assign(item=items, what=[say(WHAT.get(str(what), str(what))) for what in found["what"]])
    heads = {column: FLIP_HEADS.get(column, column.replace("_", " ")) for column in found.columns}
    return as_table(shown, heads, "", plan, LONG)


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
