"""Compare: two to eight runs side by side, on the page that `planner compare --out` writes."""

from __future__ import annotations

import shlex
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from planner.base.atomic import MARKER
from planner.base.errors import InputError
from planner.studio.commands import done
from planner.studio.folder import Folder
from planner.studio.guard import as_file
from planner.studio.view import answered, page, studio
from planner.words.language import mark, say

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
    told: dict[str, Any] = {"title": say(mark("Compare")), "source": source, "command_words": command}
    return page(request, "framed.html.j2", run="", tabs=[], now="", **told)


def compared(request: Request, form: FormData) -> Response:
    """The comparison itself."""
    folder, names = studio(request).folder, _asked(request)
    made = tuple((folder.run(name) / MARKER).stat().st_mtime for name in names)
    try:
        return as_file(HTMLResponse(_page(folder, tuple(names), made)))
    except (
        InputError,
        Refused,
    ) as error:  # in words alone: it stands in a frame that reaches none of the studio's files
        return as_file(PlainTextResponse(str(error), 422))


class Refused(Exception):
    """What a command said where it failed, in its own lines."""


@lru_cache(maxsize=8)
def _page(folder: Folder, names: tuple[str, ...], made: tuple[float, ...]) -> str:
    """What the command writes of runs that were made at these times. Raises Refused where it fails."""
    with folder.aside() as aside:
        target = Path(aside, "compared.html")
        ended = done(["compare", *map(folder.argument, names), "--out", str(target)], folder.root)
        if ended.code != 0:
            raise Refused(ended.said.removeprefix("error: "))
        return target.read_text("utf-8")


routes = [Route("/compare", answered(compare)), Route("/compared", answered(compared))]
