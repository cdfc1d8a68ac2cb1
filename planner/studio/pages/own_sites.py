"""Sites of a user's own: brought as a file, the columns of a table matched first, or drawn on the map."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.scenario.document import LARGEST_FILE
from planner.scenario.extends import Layers
from planner.studio import brought
from planner.studio.checked import checked, layers
from planner.studio.edit import changed, written
from planner.studio.folder import Folder, Meanwhile
from planner.studio.view import answered, page, studio, text, to, upload

KINDS = (".geojson", ".json", ".csv", ".kml", ".gpkg")
TABLES = (".csv",)
DRAWN = (".geojson", ".json")
ASIDE = "tmp-brought"
"""Where a table waits in `.studio` until its columns are matched; the next start sweeps it."""
KEPT = re.compile(r"[0-9a-f]{64}\.csv")


def bring(request: Request, form: FormData) -> Response:
    """Plan with the sites of a file: it is kept beside the scenario, which then names it, if the command line would take both."""
    here = studio(request).folder
    here.scenario(text(form, "scenario"))
    called, content = upload(form, "file", KINDS)
    if called.lower().endswith(TABLES):
        here.usable(called)
        return _matched(request, form, here.keep_aside(ASIDE, content, "csv"), called, None)
    return _kept(here, form, called, content, {})


def match(request: Request, form: FormData) -> Response:
    """A table with its columns matched: looked at once more, or brought."""
    here, called, kept = studio(request).folder, text(form, "called"), text(form, "kept")
    file = here.own / ASIDE / kept
    if KEPT.fullmatch(kept) is None or not file.is_file():
        raise InputError("this table is not here any more", value=called, expected="to bring it once more")
    chosen = {
        key.removeprefix("c:"): value for key, value in form.items() if key[:2] == "c:" and isinstance(value, str)
    }
    if text(form, "act") != "bring":
        return _matched(request, form, file, called, chosen)
    try:
        columns: dict[str, str] = brought.said(chosen)
        answer = _kept(here, form, called, file.read_bytes(), columns)
    except Meanwhile:
        raise
    except InputError:
        return _matched(request, form, file, called, chosen)
    file.unlink()
    return answer


def draw(request: Request, form: FormData) -> Response:
    """Keep a site that was drawn: in the scenario's own GeoJSON file where it has one or none yet, else as an entry of the scenario."""
    here, name = studio(request).folder, text(form, "scenario")
    path = here.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, "a scenario").decode("utf-8")
    geometry = brought.shape(text(form, "shape"), text(form, "lat"), text(form, "lon"))
    fresh = brought.feature(geometry, text(form, "name").strip(), text(form, "country"), text(form, "mw").strip())
    own, parent, _ = layers(path)
    file = _own_file(here, path, own)
    if file is None and _names_file(own, parent):
        _as_entry(here, path, raw, fresh, text(form, "seen"))
    else:
        _as_feature(here, path, raw, file, fresh, text(form, "seen"))
    return to(f"/sites?scenario={name}")


def _as_feature(here: Folder, path: Path, raw: str, file: Path | None, fresh: dict[str, Any], seen: str) -> None:
    """Write the site into a GeoJSON file, which takes the place of the old one when the scenario is sound with it."""
    found = brought.collection(file)
    content = json.dumps(found | {"features": [*found["features"], fresh]}, ensure_ascii=False, indent=1).encode()
    target = file or here.free(path.parent, f"{path.stem[:40]}-sites", "geojson")
    aside = here.add(path.parent, "drawn-sites.geojson", content)
    try:
        checked(path, changed(raw, {"sites.file": written(aside.name)}))
        if file is None:
            here.save(path, changed(raw, {"sites.file": written(target.name)}), seen)
        os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _as_entry(here: Folder, path: Path, raw: str, fresh: dict[str, Any], seen: str) -> None:
    """Write the site under `sites.add`, at a point inside its area, beside those that are there or taken from the parent."""
    with here.aside() as place:
        lat, lon = brought.inside(fresh["geometry"], Path(place) / "drawn.geojson")
    told = fresh["properties"]
    entry = {"name": told["name"], "country": told["country"], "lat": lat, "lon": lon}
    entry |= {"land_limit": told["mw"]} if "mw" in told else {}
    there = Layers(path).data.get("sites", {}).get("add", [])
    new = changed(raw, {"sites.add": written([*there, entry])})
    checked(path, new)
    here.save(path, new, seen)


def _own_file(here: Folder, path: Path, own: dict[str, Any]) -> Path | None:
    """The GeoJSON file that the scenario itself names, in this folder; None where it names none, or another kind."""
    sites = own.get("sites")
    name = sites.get("file") if isinstance(sites, dict) else None
    file = path.parent / name if isinstance(name, str) else None
    if file is None or file.suffix.lower() not in DRAWN or not file.is_file():
        return None
    return file if file.resolve().is_relative_to(here.root) else None


def _names_file(own: dict[str, Any], parent: dict[str, Any]) -> bool:
    """Does the scenario, or one below it, name a file of sites already?"""
    return any(isinstance(said.get("sites"), dict) and said["sites"].get("file") for said in (own, parent))


def _kept(here: Folder, form: FormData, called: str, content: bytes, columns: dict[str, str]) -> Response:
    """Keep a file beside the scenario, which then names it. Raises InputError where the scenario is not sound with it."""
    name = text(form, "scenario")
    path = here.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, "a scenario").decode("utf-8")
    kept = here.add(path.parent, called, content)
    try:
        new = changed(raw, _said(form, kept.name, columns))
        checked(path, new)
        here.save(path, new, text(form, "seen"))
    except InputError:
        kept.unlink()
        raise
    return to(f"/sites?scenario={name}")


def _said(form: FormData, file: str, columns: dict[str, str]) -> dict[str, str | None]:
    """What the scenario says of a file of sites."""
    found: dict[str, str | None] = {"sites.file": written(file)}
    for key in ("country", "crs"):
        if said := text(form, key).strip():
            found[f"sites.{key}"] = written(said)
    found["sites.columns"] = written(columns) if columns else None
    if text(form, "alone"):
        found |= {"sites.use": "[]", "sites.inherit": "catalog"}
    return found


def _matched(request: Request, form: FormData, file: Path, called: str, chosen: dict[str, str] | None) -> Response:
    """The columns of a table, and what the command line would say of it as they are matched."""
    here, name = studio(request).folder, text(form, "scenario")
    path = here.scenario(name)
    content = file.read_bytes()
    found = brought.columns(Path(called), content, chosen)
    command, wrong, count = f"planner sites check {called}", "", 0
    try:
        columns = brought.said(chosen or {column.name: column.key for column in found})
        command += "".join(f" --column '{key}={column}'" for key, column in columns.items())
        raw = read_bytes(path, LARGEST_FILE, "a scenario").decode("utf-8")
        there = len(checked(path, raw).sites.add)
        new = changed(raw, _said(form, os.path.relpath(file, path.parent), columns))
        count = len(checked(path, new).sites.add) - there
    except InputError as error:
        wrong = str(error).replace(file.name, called).replace(f"{here.root}/", "")
    context = {"name": name, "called": called, "kept": file.name, "columns": found, "keys": brought.keys()}
    context |= {key: text(form, key) for key in ("seen", "country", "crs", "alone")}
    return page(
        request,
        "match.html.j2",
        422 if wrong else 200,
        said=wrong,
        count=count,
        command_words=command,
        **context,
    )


routes = [
    Route("/sites/bring", answered(bring), methods=["POST"]),
    Route("/sites/match", answered(match), methods=["POST"]),
    Route("/sites/draw", answered(draw), methods=["POST"]),
]
