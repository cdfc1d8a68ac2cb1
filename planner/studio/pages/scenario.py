"""Scenario: a form page by page beside the file's own text; both are checked as the command line checks, and saved as the same file."""

from __future__ import annotations

import difflib
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError, PlannerError
from planner.base.files import read_bytes
from planner.scenario.document import LARGEST_FILE
from planner.studio.checked import checked, layers
from planner.studio.edit import changed, written
from planner.studio.fields import PAGES, Group, Said, groups
from planner.studio.folder import Folder, Meanwhile, digest
from planner.studio.form import changes
from planner.studio.size import likely
from planner.studio.view import answered, page, studio, text, to

EXPECTED = "a scenario in YAML"


def show(request: Request, form: FormData) -> Response:
    """A scenario's page."""
    here, name = studio(request).folder, request.path_params["name"]
    asked = request.query_params.get("page", "where")
    which = asked if asked in PAGES else "where"
    return page(request, "scenario.html.j2", **_shown(here, name, which))


def check(request: Request, form: FormData) -> Response:
    """What the command line would say of the form, or of the text, as it stands now; nothing is saved."""
    here, name = studio(request).folder, request.path_params["name"]
    try:
        new = _text(here, name, form)
        checked(here.scenario(name), new)
    except InputError as error:
        return page(
            request, "part_verdict_field.html.j2", error=error, key=error.key or "", said=_told(error, here), name=name
        )
    return page(request, "part_verdict_field.html.j2", error=None, key="", said="", name=name)


def save(request: Request, form: FormData) -> Response:
    """Save the form, or the text. What is not sound is kept on the page; a file that has changed meanwhile is not overwritten."""
    here, name = studio(request).folder, request.path_params["name"]
    path, which = here.scenario(name), text(form, "page") or "where"
    new = _text(here, name, form)
    try:
        checked(path, new)
        here.save(path, new, text(form, "seen"))
    except Meanwhile as meanwhile:
        now = (meanwhile.now or b"").decode("utf-8", "replace")
        return page(
            request,
            "meanwhile.html.j2",
            409,
            name=name,
            mine=new,
            difference=difference(now, new),
            seen=digest(meanwhile.now or b""),
            which=which,
        )
    except InputError as error:
        context = _shown(here, name, which) | {"mine": new, "said": _told(error, here), "wrong": error.key or ""}
        return page(request, "scenario.html.j2", 422, **context)
    return to(f"/scenarios/{name}?page={which}&saved=1")


def copy(request: Request, form: FormData) -> Response:
    """Take a list over from the parent, so that it can be changed here."""
    here, name = studio(request).folder, request.path_params["name"]
    path, key = here.scenario(name), text(form, "key")
    _, parent, _ = layers(path)
    value: Any = parent
    for step in key.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        raise InputError("the parent says nothing of this", key=key, expected="a key of the parent")
    raw = read_bytes(path, LARGEST_FILE, EXPECTED)
    new = changed(raw.decode("utf-8"), {key: written(value)})
    checked(path, new)
    here.save(path, new, digest(raw))
    return to(f"/scenarios/{name}?page={text(form, 'page')}")


def size(request: Request, form: FormData) -> Response:
    """How large the program would be by the form, or by the text, as it stands now, and how long its plan is likely to take."""
    here, name = studio(request), request.path_params["name"]
    found = here.sizes.of(here.folder.scenario(name), _text(here.folder, name, form), anew=bool(text(form, "anew")))
    if found is None:
        return Response(status_code=204)
    return page(request, "part_size.html.j2", size=found, likely=likely(here.folder, found.variables))


def difference(now: str, mine: str) -> list[tuple[str, str]]:
    """Lines with their kind: "+" only mine, "-" only in the file, "@" where they stand, " " both."""
    lines = difflib.unified_diff(now.splitlines(), mine.splitlines(), "the file now", "what you wrote", lineterm="")
    return [(line[0], line) for line in lines if not line.startswith(("---", "+++"))]


def _text(here: Folder, name: str, form: FormData) -> str:
    """What the file would be: the text itself, or the form's changes put into the file as it stands."""
    if "text" in form:
        return text(form, "text")
    raw = read_bytes(here.scenario(name), LARGEST_FILE, EXPECTED).decode("utf-8")
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    own, parent, _ = layers(here.scenario(name))
    return changed(raw, changes(fields, _groups(own, parent, text(form, "page"))))


def _groups(own: dict[str, Any], parent: dict[str, Any], which: str) -> list[Group]:
    both = parent | own
    countries = [str(c) for c in both["countries"]] if isinstance(both.get("countries"), list) else []
    stages = [y for y in both["stages"] if isinstance(y, int)] if isinstance(both.get("stages"), list) else []
    return groups(which if which in PAGES else "where", Said(own, parent), stages, countries)


def _shown(here: Folder, name: str, which: str) -> dict[str, Any]:
    """Everything that the page of a scenario tells."""
    path = here.scenario(name)
    raw = read_bytes(path, LARGEST_FILE, EXPECTED)
    mine = raw.decode("utf-8", "replace")
    context: dict[str, Any] = {
        "name": name,
        "which": which,
        "pages": PAGES,
        "seen": digest(raw),
        "mine": mine,
        "wrong": "",
        "said": "",
    }
    try:
        own, parent, below = layers(path)
        context |= {"groups": _groups(own, parent, which), "parent": below, "years": []}
        context["differs"] = [str(key) for key in own if key not in ("name", "description", "extends")] if below else []
        scenario = checked(path, mine)
        context |= {"years": scenario.stages, "title": scenario.name, "run": f"runs/{scenario.name}"}
        context["run"] = context["run"] if context["run"] in here.runs() else ""
    except PlannerError as error:
        context = {"groups": [], "parent": "", "differs": [], "years": [], "title": name, "run": ""} | context
        key = error.key or "" if isinstance(error, InputError) else ""
        context |= {"said": _told(error, here), "wrong": key, "title": context.get("title", name), "run": ""}
    return context


def _told(error: PlannerError, here: Folder) -> str:
    """The command line's message, with paths as seen from the folder."""
    return str(error).replace(f"{here.root}/", "")


routes = [
    Route("/scenarios/{name:path}", answered(show)),
    Route("/check/{name:path}", answered(check), methods=["POST"]),
    Route("/save/{name:path}", answered(save), methods=["POST"]),
    Route("/size/{name:path}", answered(size), methods=["POST"]),
    Route("/copy/{name:path}", answered(copy), methods=["POST"]),
]
