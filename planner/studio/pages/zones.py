"""Grid: what each zone can connect of new load, and what new load does to its price."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planner.base.errors import unknown_name
from planner.base.text import whole
from planner.report.page.tables import Table, free_table
from planner.studio import zone_map
from planner.studio.commands import done
from planner.studio.plots import curve
from planner.studio.view import answered, page, studio
from planner.words.language import mark, say

YEAR, ADD = 2030, "1,2,5,10"
"""Year and new load, GW, with which the page begins."""
SHOWN = {
    "add_gw": mark("New load, GW"),
    "price_usd_per_mwh": mark("Price, USD/MWh"),
    "price_rise_usd_per_mwh": mark("Rise, USD/MWh"),
    "incremental_cost_usd_per_mwh": mark("What it costs the system, USD/MWh"),
    "co2_kg_per_mwh": mark("CO2, kg/MWh"),
    "imported_share": mark("From other zones, share"),
    "hours_short": mark("Hours short"),
}


def show(request: Request, form: FormData) -> Response:
    """Headroom by zone on a map and in a table, and a form that asks for the response of one."""
    about: dict[str, Any] = {"years": zone_map.years(), "legend": zone_map.legend(), "shown": YEAR}
    return page(request, "zones.html.j2", headroom=_headroom(), zones=_systems(), **about)


def map_data(request: Request, form: FormData) -> Response:
    """The zones as GeoJSON."""
    return JSONResponse(zone_map.features())


def one_zone(request: Request, form: FormData) -> Response:
    """The panel of a zone that was clicked: what it can connect, and the zones of the power system that answer for its price."""
    zone, asked = request.path_params["zone"], request.query_params.get("stage", "")
    known = {item["properties"]["site"]: item["properties"] for item in zone_map.features()["sites"]["features"]}
    if zone not in known:
        raise unknown_name("zone", zone, known)
    year = int(asked) if asked.isdecimal() and int(asked) in zone_map.years() else YEAR
    told, systems = known[zone], {code: _systems()[code] for code in zone_map.systems_of(zone)}
    room = f"{told['name']}: {whole(told[f'mw_{year}'])} MW {say(mark('by {year}')).format(year=year)}"
    about = {"title": room, "words": told[f"words_{year}"], "year": year, "add": ADD}
    return page(request, "part_zone.html.j2", systems=systems, **about)


def response(request: Request, form: FormData) -> Response:
    """What a flat load does to a zone: `planner grid slope`."""
    here, asked = studio(request).folder, request.query_params
    zone = asked.get("zone", "")
    if zone not in _systems():
        raise unknown_name("zone", zone, _systems())
    words = ["grid", "slope", zone, f"--add={asked.get('add', '')}", f"--year={asked.get('year', '')}"]
    with here.aside() as aside:
        target = Path(aside, "rows.json")
        ended = done([*words, "--json", str(target)], here.root)
        rows = json.loads(target.read_text("utf-8"))["rows"] if ended.code == 0 else []
    points = [(float(row["add_gw"]), float(row["price_usd_per_mwh"])) for row in rows]
    return page(
        request,
        "part_response.html.j2",
        error=ended.said.removeprefix("error: ") if ended.code else "",
        picture=curve(points, say(mark("new load, GW")), say(mark("price, USD/MWh"))),
        table=free_table([{say(label): row[key] for key, label in SHOWN.items()} for row in rows]),
        command_words=" ".join(["planner", *words]),
    )


def _headroom() -> Table:
    """Rows of the table of headroom, a zone each, by year with its range."""
    from planner.catalog import tables

    zones = tables.table("zones.csv")
    found: dict[str, dict[str, Any]] = {}
    for row in tables.table("zone_headroom.csv").reset_index().to_dict("records"):
        zone = str(row["zone"])
        entry = found.setdefault(zone, {say(mark("Zone")): zone})
        if zone in zones.index and len(entry) == 1:
            entry |= {
                say(mark("Name")): zones.at[zone, "name"],
                say(mark("Energy, USD/MWh")): float(zones.at[zone, "energy_price_usd_per_mwh"]),
                say(mark("Charge, USD/kW-year")): float(zones.at[zone, "capacity_charge_usd_per_kw_year"]),
            }
        entry[str(row["year"])] = f"{row['mw']:,.0f} ({row['low']:,.0f}–{row['high']:,.0f})"
    return free_table(list(found.values()))


@cache
def _systems() -> dict[str, str]:
    """The zones of the power system with their names."""
    from planner.catalog.read import read_csv

    frame = read_csv("system/zones.csv", None)
    return {str(row["zone"]): f"{row['zone']}, {row['name']}" for row in frame.to_dict("records")}


routes = [
    Route("/zones", answered(show)),
    Route("/zones.json", answered(map_data)),
    Route("/zones/response", answered(response)),
    Route("/zones/of/{zone}", answered(one_zone)),
]
