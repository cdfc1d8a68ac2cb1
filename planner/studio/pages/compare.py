"""Compare: two to eight runs side by side, on the page that `planner compare --out` writes."""

from __future__ import annotations

import shlex
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from planner.base.errors import InputError
from planner.studio.guard import as_file
from planner.studio.view import answered, page, studio

MOST = 8


def _asked(request: Request) -> list[str]:
    """The runs that were marked, each once and each a run of the folder."""
    names = list(dict.fromkeys(request.query_params.getlist("run")))
    if not 2 <= len(names) <= MOST:
        raise InputError(
            "a comparison needs two to eight runs", value=len(names), expected="runs that are marked on Home"
        )
    for name in names:
        studio(request).folder.run(name)
    return names


def compare(request: Request, form: FormData) -> Response:
    """The comparison in the studio's frame."""
    names = _asked(request)
    source = f"/compared?{urlencode([('run', name) for name in names])}"
    command = shlex.join(["planner", "compare", *names, "--out", "compared.html"])
    return page(request, "framed.html.j2", run="", title="Compare", source=source, command_words=command)


def compared(request: Request, form: FormData) -> Response:
    """The comparison itself."""
    from planner.report.compare.page import page as comparison
    from planner.report.compare.runs import compare as laid_side_by_side

    folder = studio(request).folder
    found = laid_side_by_side([folder.run(name) for name in _asked(request)])
    here = f"{folder.root}/"
    return as_file(HTMLResponse(comparison(found).replace(here, "")))


routes = [Route("/compare", answered(compare)), Route("/compared", answered(compared))]
