"""Sites: the catalog's on a map and in a table, filtered as one likes, those that a scenario plans with, and its own."""

from __future__ import annotations

import json
import os.path
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.report.page.tables import free_table
from planner.scenario.document import LARGEST_FILE
from planner.scenario.extends import Layers
from planner.studio import brought
from planner.studio.checked import checked
from planner.studio.commands import done
from planner.studio.edit import changed, written
from planner.studio.folder import digest
from planner.studio.pages.own_sites import KINDS
from planner.studio.view import Studio, answered, page, studio, text, to

YEAR = 2030
"""Of the zones' headroom that is shown."""
STRESSES = ("low", "low-medium", "medium-high", "high", "extremely-high")
COLUMNS = (
    "site",
    "name",
    "country",
    "zone",
    "kind",
    "land_limit_mw",
    "zone_mw",
    "first_year",
    "gas_access",
    "smr_allowed",
    "water_stress",
)


@dataclass(frozen=True)
class Filters:
    """Which sites are shown, as the reader has typed it."""

    land: str = ""
    headroom: str = ""
    by: str = ""
    water: str = ""
    gas: str = ""
    reactor: str = ""

    @classmethod
    def of(cls, request: Request) -> Filters:
        """Those of an address."""
        keys = ("land", "headroom", "by", "water", "gas", "reactor")
        return cls(**{key: request.query_params.get(key, "").strip() for key in keys})

    @property
    def year(self) -> int:
        """Of which the zones' headroom is."""
        return YEAR

    @property
    def any(self) -> bool:
        """Is any set?"""
        return any((self.land, self.headroom, self.by, self.water, self.gas, self.reactor))

    def hold(self, row: dict[str, Any]) -> bool:
        """Is a site shown? Raises InputError for what is no figure."""
        least = (("land", self.land, row["land_limit_mw"]), ("headroom", self.headroom, row["zone_mw"]))
        if any(_figure(key, asked) > there for key, asked, there in least if asked):
            return False
        if self.by and not (row["first_year"] and row["first_year"] <= _figure("by", self.by)):
            return False
        if self.water in STRESSES and row["water_stress"] not in STRESSES[: STRESSES.index(self.water) + 1]:
            return False
        return (not self.gas or row["gas_access"] != "none") and (not self.reactor or bool(row["smr_allowed"]))


def show(request: Request, form: FormData) -> Response:
    """The page; with `?scenario=` its sites are marked and can be chosen."""
    here, filters = studio(request), Filters.of(request)
    name = request.query_params.get("scenario", "")
    chosen, countries, own, seen = _of(here, name) if name else (None, None, [], "")
    rows = [row for row in catalog() if countries is None or row["country"] in countries]
    shown = [row for row in rows if filters.hold(row)]
    seen_sites = {row["site"] for row in shown}
    return page(
        request,
        "sites.html.j2",
        rows=shown,
        own=own,
        chosen=chosen,
        hidden_use=sorted((chosen or set()) - seen_sites),
        name=name,
        seen=seen,
        countries=sorted(countries or ()),
        kinds=KINDS,
        columns=COLUMNS,
        stresses=STRESSES,
        filters=filters,
        query=urlencode(request.query_params),
        alone="alone" in request.query_params,
        scenarios=list(here.folder.scenarios()),
    )


def map_data(request: Request, form: FormData) -> Response:
    """The same sites as GeoJSON: `use` says whether the scenario plans with them, `own` whether they are its own; and its areas."""
    here, filters = studio(request), Filters.of(request)
    name = request.query_params.get("scenario", "")
    chosen, countries, own, _ = _of(here, name) if name else (None, None, [], "")
    rows = [row for row in catalog() if (countries is None or row["country"] in countries) and filters.hold(row)]
    features = [_feature(row, chosen is None or row["site"] in chosen, False) for row in rows]
    features += [_feature(row, True, True) for row in own]
    shapes = brought.areas(_file(here, name)) if name else []
    return JSONResponse({"sites": _collection(features), "areas": _collection(shapes)})


def choose(request: Request, form: FormData) -> Response:
    """Plan with the sites that are marked."""
    here = studio(request)
    name = text(form, "scenario")
    path = here.folder.scenario(name)
    known = [row["site"] for row in catalog()]
    marked = [str(site) for site in form.getlist("use")]
    for site in marked:
        if site not in known:
            raise unknown_name("site", site, known)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    new = changed(raw.decode("utf-8"), {"sites.use": written(marked), "sites.exclude": None})
    checked(path, new)
    here.folder.save(path, new, text(form, "seen"))
    return to(f"/sites?scenario={name}")


def origin(request: Request, form: FormData) -> Response:
    """Where each figure that the file leaves out comes from, and how far that is: `planner sites check`."""
    here = studio(request)
    path = here.folder.scenario(text(form, "scenario"))
    said = Layers(path).data.get("sites", {})
    file = _file(here, text(form, "scenario"))
    if file is None:
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


def _file(here: Studio, name: str) -> Path | None:
    """The file of sites that a scenario, or one below it, names; None for none, and for one outside of the folder."""
    whole = Layers(here.folder.scenario(name))
    said = whole.data.get("sites", {})
    file = whole.holder(("sites", "file")).path.parent / said["file"] if said.get("file") else None
    return None if file is None or not file.resolve().is_relative_to(here.folder.root) else file


def _of(here: Studio, name: str) -> tuple[set[str], set[str], list[dict[str, Any]], str]:
    """Of a scenario: the catalog's sites that it plans with, its countries, its own sites, and the digest of its file."""
    path = here.folder.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    scenario = checked(path, raw.decode("utf-8"))
    countries = {str(country) for country in scenario.countries}
    use = scenario.sites.use
    chosen = {row["site"] for row in catalog() if row["country"] in countries and (use == "all" or row["site"] in use)}
    own = [
        {
            "site": site.name,
            "name": site.title or site.name,
            "country": site.country,
            "lat": site.lat,
            "lon": site.lon,
            "kind": "your own",
        }
        for site in scenario.sites.add
    ]
    return chosen - set(scenario.sites.exclude), countries, own, digest(raw)


@cache
def catalog() -> list[dict[str, Any]]:
    """The catalog's sites: the columns that the page shows, and where they are."""
    from planner.catalog import tables

    frame = tables.sites()
    tiers = tables.table("headroom.csv").reset_index()
    zones = tables.table("zone_headroom.csv").reset_index()
    frame["first_year"] = tiers.groupby("site")["first_year"].min().reindex(frame.index)
    by_zone = zones[zones["year"] == YEAR].set_index("zone")["mw"]
    frame["zone_mw"] = [float(by_zone.get(zone, float("nan"))) for zone in frame["zone"]]
    found: list[dict[str, Any]] = frame.reset_index()[[*COLUMNS, "lat", "lon"]].to_dict("records")
    return found


def _figure(key: str, text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        raise InputError("this is no figure", key=key, value=text, expected="a number") from None


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


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
    Route("/sites/origin", answered(origin), methods=["POST"]),
    Route("/sites/use", answered(choose), methods=["POST"]),
]
