"""The studio as a web application: which address leads to which page, behind the guard."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from os import stat_result
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from planner.catalog.read import DATA
from planner.studio.ahead import read_ahead
from planner.studio.guard import Guard
from planner.studio.pages import (
    alliance,
    answer,
    chips,
    compare,
    home,
    jobs,
    load,
    own_sites,
    proof,
    scenario,
    share,
    sites,
    studies,
    whatif,
    zones,
)
from planner.studio.view import HERE, REPORT, Studio, answered, page

NEAR = ("context", "kr_provinces", "jp_prefectures", "us_states")
"""Layers of the base map that are drawn from near; from far away the world's land is."""
SHARED = {
    "page.css": REPORT / "templates" / "page.css",
    "page.js": REPORT / "templates" / "page.js",
    "land.geojson": REPORT / "assets" / "land_110m.geojson",
} | {f"{name}.geojson": DATA / "basemap" / f"{name}.geojson" for name in NEAR}
"""Files of the report and of the catalog that the studio's pages use as they are."""


class Assets(StaticFiles):
    """The studio's own files, which a browser may keep as long as they are the same."""

    def file_response(self, full_path: Any, stat_result: stat_result, scope: Any, status_code: int = 200) -> Response:
        """A file with the word that the browser asks whether it is still the same."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["cache-control"] = "private, no-cache"
        return response


def application(studio: Studio, port: int, token: str) -> Starlette:
    """The application of a studio that listens at `port`; its queue is worked off while it runs."""

    @asynccontextmanager
    async def working(_: Starlette) -> AsyncIterator[None]:
        studio.worker.start()
        threading.Thread(target=read_ahead, name="studio catalog", daemon=True).start()
        yield
        studio.worker.close()
        studio.waiting.close()

    parts = (
        home,
        scenario,
        sites,
        own_sites,
        load,
        zones,
        chips,
        studies,
        jobs,
        answer,
        alliance,
        compare,
        proof,
        whatif,
        share,
    )
    routes: list[Route | Mount] = [
        *(route for part in parts for route in part.routes),
        Route("/shared/{name}", answered(shared)),
        Mount("/static", Assets(directory=HERE / "assets")),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guard, port=port, token=token)],
        exception_handlers={404: missing},
        lifespan=working,
    )
    app.state.studio = studio
    return app


def shared(request: Request, form: FormData) -> Response:
    """A file that the studio shares with the report."""
    path: Path | None = SHARED.get(request.path_params["name"])
    if path is None:
        return Response(status_code=404)
    return FileResponse(path, headers={"cache-control": "private, no-cache"})


async def missing(request: Request, error: Exception) -> Response:
    """There is no such page."""
    return page(request, "error.html.j2", 404, message="there is no such page", back="")
