"""Proof and sources: what was proven, verified here once more; where every figure comes from, and which of them move the answer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from planner.base.atomic import MARKER
from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.plan.tables import TABLES
from planner.report.page.tables import table
from planner.scenario import load
from planner.scenario.document import LARGEST_FILE
from planner.studio import surveys
from planner.studio.cards import run_card
from planner.studio.checked import checked
from planner.studio.commands import done
from planner.studio.edit import changed, written
from planner.studio.folder import digest
from planner.studio.pages.answer import scenario_of
from planner.studio.pages.jobs import queued
from planner.studio.view import PROOF, answered, page, run_page, studio, text, to
from planner.words.language import mark

LONG = 2000  # rows that are shown
MOST_MOVES = 60  # of the figures that move the cost
PLACES = ("low", "central", "high")
HEADS = {
    "table": mark("Table"),
    "item": mark("Figure"),
    "value": mark("Value"),
    "unit": mark("Unit"),
    "kind": mark("Kind"),
    "source": mark("Source"),
    "licence": mark("Licence"),
}


def proof(request: Request, form: FormData) -> Response:
    """A run's proof, its assumptions by how much they move it, and its sources."""
    here, name = studio(request), request.path_params["run"]
    plan, place = here.plan(name), here.folder.run(name)
    found = {
        study: content
        for study, content in surveys.findings(here.folder, plan.name).items()
        if any("/" in row["factor"] for row in content["tornado"])
    }
    study = next(iter(found), "")
    scenario = scenario_of(request, plan.name)
    return run_page(
        request,
        "proof.html.j2",
        name,
        PROOF,
        plan=plan,
        proof=plan.summary["certificate"],
        digest=digest((place / MARKER).read_bytes()),
        scenario=scenario,
        study=study,
        influence=surveys.moves(found[study])[:MOST_MOVES] if study else [],
        plans=2 * len(_figures(here.folder.scenario(scenario), _time(here.folder.scenario(scenario))))
        if scenario
        else 0,
        each=run_card(name, place).seconds or 0.0,
        assumptions=table(
            plan.tables["assumptions"], {name: HEADS[name] for name in TABLES["assumptions"]}, "assumptions", plan, LONG
        ),
        sources=table(plan.tables["sources"], {name: HEADS[name] for name in TABLES["sources"]}, "sources", plan, LONG),
    )


def verify(request: Request, form: FormData) -> Response:
    """Repeat the proof, by the command in a process of its own."""
    here = studio(request)
    name = request.path_params["run"]
    here.folder.run(name)
    ended = done(["verify", here.folder.argument(name)], here.folder.root)
    return page(request, "part_verdict.html.j2", held=ended.code == 0, said=ended.said)


def influence(request: Request, form: FormData) -> Response:
    """Write a study of every figure that carries a range and that the scenario may use, one at a time, and put it into the queue."""
    here, run = studio(request), request.path_params["run"]
    base = here.folder.scenario(scenario_of(request, here.plan(run).name))
    vary = dict.fromkeys(_figures(base, _time(base)), "by name")
    description = f"Every figure that carries a range, alone at both of its ends: what of {base.stem} rests on which."
    return queued(request, "study", surveys.write(here.folder, base, "figures", description, vary))


def replace(request: Request, form: FormData) -> Response:
    """Put a figure at another place of its range in the scenario of a run."""
    here, run = studio(request).folder, request.path_params["run"]
    name = scenario_of(request, studio(request).plan(run).name)
    path, figure, at = here.scenario(name), text(form, "figure"), text(form, "at")
    if at not in PLACES:
        raise unknown_name("place in a range", at, PLACES)
    raw = read_bytes(path, LARGEST_FILE, "a scenario")
    there = dict(checked(path, raw.decode("utf-8")).inputs.figures) | {figure: at}
    new = changed(raw.decode("utf-8"), {"inputs.figures": written(there)})
    checked(path, new)
    here.save(path, new, digest(raw))
    return to(f"/scenarios/{name}?page=sure")


def _time(path: Path) -> float:
    return path.stat().st_mtime


@lru_cache(maxsize=32)
def _figures(path: Path, changed_at: float) -> tuple[str, ...]:
    """The figures with a range that a scenario may use: cards of its plants and chips, rows of its countries, all that is of no place."""
    from planner.catalog.ranges import ranges

    scenario = load(path)
    try:
        known = ranges(scenario.inputs.data)
    except InputError:
        return ()
    used = {"power": set(scenario.power), "chips": _chips_of(path)}
    away = {"KR", "US", "JP"} - set(map(str, scenario.countries))
    found = []
    for figure in known:
        kind, _, rest = figure.partition("/")
        if kind in used and rest.split("/")[0] not in used[kind]:
            continue
        if any(part.split("-")[0] in away for part in rest.split("/")):
            continue
        found.append(figure)
    return tuple(found)


def _chips_of(path: Path) -> set[str]:
    """Every chip that a scenario names as one that may be used."""
    scenario = load(path)
    named = set(scenario.chips.default_allowed or ())
    for work in scenario.workloads:
        named |= set(work.chips or ())
    return named | {fleet.chip for fleet in scenario.fleet}


routes = [
    Route("/proof/of/{run:path}", answered(proof)),
    Route("/verify/of/{run:path}", answered(verify), methods=["POST"]),
    Route("/influence/of/{run:path}", answered(influence), methods=["POST"]),
    Route("/replace/of/{run:path}", answered(replace), methods=["POST"]),
]
