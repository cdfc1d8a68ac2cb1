"""Home: cards of the runs and the scenarios, search, a new scenario, delete and undo."""

from __future__ import annotations

import io
import os.path
import zipfile
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from planner.base.countries import countries
from planner.base.errors import InputError, unknown_name
from planner.scenario.document import Document
from planner.scenario.starter import starter
from planner.studio.asked import told
from planner.studio.cards import RunCard, run_card
from planner.studio.checked import checked
from planner.studio.edit import changed, written
from planner.studio.pages.jobs import queued
from planner.studio.pictures import mix_bar, small_map
from planner.studio.view import Studio, answered, choose_language, page, studio, text, to, upload
from planner.words.language import mark, say

OWN = "own sites in "
"""Of a start from nothing: for sites of one's own in a country."""
MOST = 60
"""Cards shown at first; the search looks at every one."""


@dataclass(frozen=True)
class Question:
    """A question that is often asked, as changes of a scenario."""

    label: str
    changes: dict[str, str]


QUESTIONS = {
    "gas": Question(mark("What if gas costs half more?"), {"fuel.scale.gas": "1.5"}),
    "delay": Question(mark("What if every connection comes three years late?"), {"grid.delay": "3"}),
    "reactors": Question(mark("What if reactors cost a third less?"), {"smr.cost_scale": "0.67"}),
    "alone": Question(mark("What if every country plans for itself?"), {"alliance.pools": "[]"}),
    "markets": Question(
        mark("What if gas, machines and connections are as scarce as the tables say?"),
        {f"markets.{key}": "central" for key in ("gas", "pipelines", "turbine_slots", "grid_contracts")},
    ),
}


@dataclass(frozen=True)
class ScenarioCard:
    """A scenario in short; `run` is the run of its name, `older` whether that was made before the scenario's last change."""

    path: str
    title: str
    question: str
    extends: str
    run: str
    older: bool
    job: int
    broken: str = ""


def home(request: Request, form: FormData) -> Response:
    """The first page."""
    here = studio(request)
    asked = request.query_params.get("q", "")
    runs, scenarios = cards(here, asked)
    shown: dict[str, Any] = {
        "runs": runs[:MOST],
        "scenarios": scenarios,
        "more": max(0, len(runs) - MOST),
        "asked": asked,
        "mix_bar": mix_bar,
    }
    if request.headers.get("hx-request"):
        return page(request, "part_cards.html.j2", **shown)
    jobs = [(told(job.title, job.arguments), job) for job in here.queue.all() if not job.over]
    deleted = here.folder.deleted()[:1]
    more: dict[str, Any] = {
        "bundles": list(here.folder.bundles()),
        "questions": {k: q.label for k, q in QUESTIONS.items()},
        "own": {f"{OWN}{code}": countries().label(code) for code in countries()},
    }
    return page(request, "home.html.j2", jobs=jobs, deleted=deleted, **more, **shown)


def cards(here: Studio, asked: str = "") -> tuple[list[RunCard], list[ScenarioCard]]:
    """Every run and scenario that holds all the words asked for."""
    words = asked.casefold().split()
    found = here.folder.runs().items()
    runs = [replace(run_card(name, path), note=here.folder.note(path)) for name, path in found]
    by_name: dict[str, RunCard] = {}
    for card in runs:
        by_name.setdefault(card.title, card)
    jobs = {job.about: job.number for job in here.queue.all() if not job.over}
    scenarios = [_scenario_card(name, path, by_name, jobs) for name, path in here.folder.scenarios().items()]

    def kept(*parts: str) -> bool:
        whole = " ".join(parts).casefold()
        return all(word in whole for word in words)

    return (
        [card for card in runs if kept(card.name, card.title, card.question, card.status, card.note)],
        [card for card in scenarios if kept(card.path, card.title, card.question)],
    )


def _scenario_card(name: str, path: Path, runs: dict[str, RunCard], jobs: dict[str, int]) -> ScenarioCard:
    kept = path.stat()
    try:
        data = _read(path, kept.st_mtime_ns, kept.st_size)
    except InputError as error:
        return ScenarioCard(name, name, "", "", "", False, 0, error.message)
    title, run = str(data.get("name", name)), runs.get(str(data.get("name")))
    older = run is not None and run.made < kept.st_mtime
    question = str(data.get("description", "")).strip()[:400]
    return ScenarioCard(
        name, title, question, str(data.get("extends", "")), run.name if run else "", older, jobs.get(name, 0)
    )


@lru_cache(maxsize=2000)
def _read(path: Path, changed_ns: int, size: int) -> dict[str, Any]:
    """What a scenario's own file says, read again only when it has changed. Raises InputError."""
    return Document(path).data


def card_map(request: Request, form: FormData) -> Response:
    """The small map of a card."""
    here = studio(request)
    try:
        drawn = small_map(here.folder.file_of(request.path_params["run"], "tables/sites.csv"))
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("the run's sites cannot be read", value=type(error).__name__) from None
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "private, max-age=60"})


def new(request: Request, form: FormData) -> Response:
    """A new scenario: the commented starter, or one that says only what differs from another."""
    here = studio(request)
    name, start, ask = text(form, "name").strip(), text(form, "start"), text(form, "ask")
    if ask and ask not in QUESTIONS:
        raise unknown_name("question", ask, QUESTIONS)
    path = here.folder.new_scenario(name)
    own = start.removeprefix(OWN) if start.startswith(OWN) else ""
    if start and not own:
        below = here.folder.scenario(start)
        seen = os.path.relpath(below, path.parent)
        question = text(form, "question").strip() or (say(QUESTIONS[ask].label) if ask else "")
        content = f"extends: {written(seen)}\nname: {name}\n" + (
            f"description: {written(question)}\n" if question else ""
        )
        content = changed(content, {**QUESTIONS[ask].changes}) if ask else content
        checked(path, content)
    else:
        content = starter(path, own)
        content = changed(content, {**QUESTIONS[ask].changes}) if ask else content
    here.folder.save(path, content, None)
    place = here.folder.name(path)
    return to(f"/sites?scenario={quote(place)}&alone=1" if own else f"/scenarios/{place}")


def delete(request: Request, form: FormData) -> Response:
    """Put a scenario or a run aside."""
    here = studio(request)
    what, name = request.path_params["what"], request.path_params["name"]
    path = here.folder.run(name) if what == "runs" else here.folder.scenario(name)
    here.folder.delete(path)
    return to("/")


def bring(request: Request, form: FormData) -> Response:
    """Keep a bundle that a user brings: `planner run` plans it again, `planner verify` proves it."""
    here = studio(request)
    name, content = upload(form, "bundle", (".plan.zip",))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise InputError("this is no bundle", value=name, expected="a file that `planner bundle` wrote")
    here.folder.add(here.folder.root / "bundles", name, content)
    return to("/")


def take(request: Request, form: FormData) -> Response:
    """A bundle, to send it to somebody."""
    path = studio(request).folder.bundle(request.path_params["name"])
    return FileResponse(path, media_type="application/zip", filename=path.name)


def bundle(request: Request, form: FormData) -> Response:
    """Make a bundle of a run."""
    return queued(request, "bundle", request.path_params["run"])


def note(request: Request, form: FormData) -> Response:
    """Keep what somebody has written about a run."""
    here, run = studio(request).folder, request.path_params["run"]
    here.write_note(here.run(run), text(form, "note"))
    return to(f"/runs/{run}")


def undo(request: Request, form: FormData) -> Response:
    """Bring the last deleted back."""
    studio(request).folder.undo(text(form, "key"))
    return to("/")


routes = [
    Route("/", answered(home)),
    Route("/new", answered(new), methods=["POST"]),
    Route("/bring", answered(bring), methods=["POST"]),
    Route("/bundle/{name:path}", answered(take)),
    Route("/bundle-of/{run:path}", answered(bundle), methods=["POST"]),
    Route("/note/of/{run:path}", answered(note), methods=["POST"]),
    Route("/language", answered(choose_language), methods=["POST"]),
    Route("/undo", answered(undo), methods=["POST"]),
    Route("/delete/{what}/{name:path}", answered(delete), methods=["POST"]),
    Route("/maps/{run:path}.svg", answered(card_map)),
]
