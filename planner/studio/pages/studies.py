"""Studies: those of the folder, what the finished ones found, and a form that writes a new one."""

from __future__ import annotations

import os.path
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import InputError
from planner.scenario.document import Document
from planner.scenario.starter import NAME
from planner.studio import surveys
from planner.studio.edit import parsed, written
from planner.studio.folder import Folder
from planner.studio.pages.jobs import queued
from planner.studio.view import answered, page, studio, text, to
from planner.words.language import mark

KINDS = {
    "one-at-a-time": mark("one at a time: each alone, low and high (a tornado)"),
    "sweep": mark("sweep: every combination of the values"),
    "sample": mark("sample: all at once, by chance"),
    "near": mark("near: what costs nearly the same, in every plan of a sweep"),
    "flips": mark("flips: what turns the plan over, in every plan of a sweep"),
}
EXAMPLE = "fuel.lng_spot: { low: 7 USD/MMBtu, high: 16 USD/MMBtu }\ngrid.delay: [0, 2, 4]\nzone_headroom/KR: by name"


@dataclass(frozen=True)
class Filled:
    """What the form says."""

    name: str = ""
    base: str = ""
    description: str = ""
    kind: str = "one-at-a-time"
    vary: str = EXAMPLE
    n: str = "32"


def show(request: Request, form: FormData) -> Response:
    """The page."""
    return _page(request, Filled(base=request.query_params.get("scenario", "")), "")


def add(request: Request, form: FormData) -> Response:
    """Keep a new study, and make it if that is asked for."""
    here = studio(request).folder
    filled = Filled(**{key: text(form, key).strip() for key in Filled.__dataclass_fields__})
    try:
        name = surveys.kept(here, filled.name, _text(here, filled))
    except InputError as error:
        return _page(request, filled, str(error), 422)
    return queued(request, "study", name) if text(form, "act") == "make" else to("/studies")


def _page(request: Request, filled: Filled, said: str, status: int = 200) -> Response:
    here = studio(request).folder
    studies = {name: _asks(path) for name, path in here.studies().items()}
    context = {"scenarios": list(here.scenarios()), "made": list(here.made()), "kinds": KINDS, "example": EXAMPLE}
    return page(request, "studies.html.j2", status, studies=studies, form=filled, said=said, **context)


def _text(here: Folder, filled: Filled) -> str:
    """The study's file. Raises InputError for a name, a base or a kind that is none, and for what is no YAML."""
    if NAME.fullmatch(filled.name) is None:
        expected = "letters, digits, - and _, at most 64"
        raise InputError("this name cannot be used", key="name", value=filled.name, expected=expected)
    if filled.kind not in KINDS:
        raise InputError("this is no kind of study", key="kind", value=filled.kind, expected=", ".join(KINDS))
    base, place = here.scenario(filled.base), surveys.home(here)
    parsed(filled.vary, "vary")
    lines = (
        [f"name: {filled.name}", f"description: {written(filled.description)}"]
        if filled.description
        else [f"name: {filled.name}"]
    )
    lines += [f"base: {written(os.path.relpath(base, place))}", f"kind: {filled.kind}"]
    if filled.kind == "sample":
        parsed(filled.n, "n")
        lines.append(f"sample: {{ n: {filled.n} }}")
    return "\n".join([*lines, "vary:", *(f"  {line}" for line in filled.vary.splitlines())]) + "\n"


def _asks(path: Path) -> str:
    """What a study asks, from its file."""
    try:
        data = Document(path).data
    except InputError as error:
        return error.message
    return str(data.get("description", "")).strip()[:300]


routes = [Route("/studies", answered(show)), Route("/studies", answered(add), methods=["POST"])]
