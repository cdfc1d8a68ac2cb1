"""Proof and sources: what was proven, the check repeated here by `planner verify`, and where every figure comes from."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.atomic import MARKER
from planner.plan.tables import TABLES
from planner.report.page.tables import table
from planner.studio.commands import done
from planner.studio.folder import digest
from planner.studio.view import answered, page, studio

LONG = 2000  # rows that are shown


def proof(request: Request, form: FormData) -> Response:
    """A run's proof, its assumptions by what they are and its sources."""
    here, name = studio(request), request.path_params["run"]
    plan = here.plan(name)
    return page(
        request,
        "proof.html.j2",
        run=name,
        plan=plan,
        proof=plan.summary["certificate"],
        digest=digest((here.folder.run(name) / MARKER).read_bytes()),
        assumptions=table(
            plan.tables["assumptions"], {name: name for name in TABLES["assumptions"]}, "assumptions", plan, LONG
        ),
        sources=table(plan.tables["sources"], {name: name for name in TABLES["sources"]}, "sources", plan, LONG),
    )


def verify(request: Request, form: FormData) -> Response:
    """Repeat the proof, by the command in a process of its own."""
    here = studio(request)
    name = request.path_params["run"]
    here.folder.run(name)
    ended = done(["verify", here.folder.argument(name)], here.folder.root)
    return page(request, "part_verdict.html.j2", held=ended.code == 0, said=ended.said)


routes = [
    Route("/proof/of/{run:path}", answered(proof)),
    Route("/verify/of/{run:path}", answered(verify), methods=["POST"]),
]
