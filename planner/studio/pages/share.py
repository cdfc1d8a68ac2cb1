"""Share: a run as a bundle, slides, PDF, workbook or report of another language, and the files that it has anyway."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.studio.view import SHARE, answered, run_page, studio
from planner.words.language import mark

FILES = (
    ("report.html", mark("the report as it was planned")),
    ("plan.gpkg", mark("layers for QGIS: sites with build-out and mix, terminals, routes, zones")),
    ("map.png", mark("the map, for a slide")),
    ("map.svg", mark("the map, to draw on")),
    ("map.html", mark("the map, to move in")),
    ("scenario.yaml", mark("the resolved scenario")),
    ("summary.json", mark("totals and proof, for machines")),
    ("proof.npz", mark("the program with plan and duals, that anybody can check")),
)
"""Files of a run that somebody else may want, with what each is."""


def show(request: Request, form: FormData) -> Response:
    """What can be made of a run, and what was."""
    folder, run = studio(request).folder, request.path_params["run"]
    place = folder.run(run)
    own = (f"{place.name}.", f"{place.name}-")
    made = {name: f"/shared-file/{quote(name)}" for name, path in folder.shared().items() if path.name.startswith(own)}
    bundles = folder.bundles()
    made |= {name: f"/bundle/{quote(name)}" for name, path in bundles.items() if path.name.startswith(own)}
    files = [(name, label) for name, label in FILES if (place / name).is_file()]
    return run_page(request, "share.html.j2", run, SHARE, made=made, files=files)


routes = [Route("/share/of/{run:path}", answered(show))]
