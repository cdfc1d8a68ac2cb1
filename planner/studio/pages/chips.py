"""Chips and work: the chips ranked by what a unit of work takes of energy, with how that is known; and one chip's card."""

from __future__ import annotations

import json

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.errors import PlannerError, unknown_name
from planner.report.page.tables import free_table
from planner.studio.commands import done
from planner.studio.view import answered, page, studio

USUAL = "chat"


def rank(request: Request, form: FormData) -> Response:
    """The page; the table comes when the command has made it."""
    return page(request, "chips.html.j2", works=_works(), work=_work(request))


def ranked(request: Request, form: FormData) -> Response:
    """What `planner chips rank` says of a kind of work."""
    ended = done(["chips", "rank", "--workload", _work(request), "--json"], studio(request).folder.root)
    if ended.code != 0:
        raise PlannerError(ended.said.removeprefix("error: "))
    rows = json.loads(ended.out)
    return page(request, "part_ranked.html.j2", table=free_table(rows), chips=[row["chip"] for row in rows])


def card(request: Request, form: FormData) -> Response:
    """What `planner chips show` says of a chip: every figure with its unit, kind and source, and how its predictions are founded."""
    from planner.catalog.cards import chips

    name = request.path_params["chip"]
    if name not in chips():
        raise unknown_name("chip", name, chips())
    ended = done(["chips", "show", name], studio(request).folder.root)
    return page(request, "part_verdict_text.html.j2", held=ended.code == 0, said=ended.said)


def _work(request: Request) -> str:
    asked = request.query_params.get("work", USUAL)
    return asked if asked in _works() else USUAL


def _works() -> list[str]:
    from planner.catalog.cards import workloads

    return sorted(workloads())


routes = [
    Route("/chips", answered(rank)),
    Route("/chips/ranked", answered(ranked)),
    Route("/chips/card/{chip}", answered(card)),
]
