"""Run: the queue, and a job with its phases, its bounds as they close, and what it printed; the page follows it as it goes."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from planner.base.errors import PlannerError
from planner.base.room import GB, narrowest
from planner.base.text import fixed
from planner.scenario import load
from planner.studio.asked import FILES, asked, resumed, told
from planner.studio.cards import run_card
from planner.studio.charts import bounds
from planner.studio.jobs import Job, waiting
from planner.studio.progress import LINE, STEPS, progress
from planner.studio.view import Studio, answered, environment, language, page, studio, text, to
from planner.words.language import speaking

BEAT = 0.7
"""Seconds between two looks at a job that runs."""
FOLLOWED = 6 * 3600
"""Seconds after which a page asks anew: a window that nobody closes must not hold a connection for ever."""
SAID_LINES = 200


def queue(request: Request, form: FormData) -> Response:
    """Every job, the youngest first; and how busy the machine is."""
    jobs = [(told(job.title, job.arguments), job) for job in reversed(studio(request).queue.all())]
    machine = {
        "load": fixed(os.getloadavg()[0], 1),
        "cores": os.cpu_count() or 1,
        "free_gb": fixed(narrowest().free / GB, 1),
    }
    return page(request, "jobs.html.j2", jobs=jobs, machine=machine)


def add(request: Request, form: FormData) -> Response:
    """Put a command into the queue: `kind` of `name`."""
    kind = text(form, "kind") or "run"
    return queued(request, kind, text(form, "name"), text(form, "language") or "en")


def queued(request: Request, kind: str, name: str, language: str = "en") -> Response:
    """Put what is asked into the queue, and go on to its page. Raises InputError."""
    here = studio(request)
    what = asked(here.folder, kind, name, language)
    job = here.queue.add(what.title, what.arguments, out=what.out, about=what.about)
    here.worker.wake()
    return to(f"/jobs/{job.number}")


def one(request: Request, form: FormData) -> Response:
    """A job."""
    here = studio(request)
    return page(request, "job.html.j2", **shown(here, here.queue.get(request.path_params["number"])))


def stop(request: Request, form: FormData) -> Response:
    """Stop and keep the best; once more: at once."""
    here = studio(request)
    job = here.queue.get(request.path_params["number"])
    here.worker.stop(job)
    return to(f"/jobs/{job.number}")


def first(request: Request, form: FormData) -> Response:
    """Put a job before all others that wait."""
    studio(request).queue.hurry(request.path_params["number"])
    return to("/jobs")


def again(request: Request, form: FormData) -> Response:
    """The same command once more, at the end of the queue; with `resume` it goes on from where it was."""
    here = studio(request)
    job = here.queue.get(request.path_params["number"])
    words = resumed(job.arguments) if text(form, "resume") else job.arguments
    fresh = here.queue.add(job.title, words, out=job.out, about=job.about)
    here.worker.wake()
    return to(f"/jobs/{fresh.number}")


def shown(here: Studio, job: Job) -> dict[str, Any]:
    """What a job's page tells."""
    said = here.worker.said(job)
    far = progress(said)
    gap, last = _expected(here, job)
    spent = (job.ended if job.over else time.time()) - job.began if job.began else 0.0
    lines = [line for line in said.splitlines() if LINE.match(line) is None]
    made = job.out or job.about
    run = made if job.state in ("done", "stopped") and made in here.folder.runs() else ""
    order = [other.number for other in waiting(here.queue.all())]
    return {
        "job": job,
        "title": told(job.title, job.arguments),
        "far": far,
        "steps": [label for label, _ in STEPS],
        "spent": spent,
        "left": far.left(spent, gap, last) if job.state == "running" else None,
        "bounds": bounds(far.gaps, gap),
        "said": "\n".join(lines[-SAID_LINES:]).strip(),
        "run": run,
        "study": job.out if job.out in here.folder.made() else "",
        "file": _file(here, job),
        "resumable": job.state in ("stopped", "failed") and resumed(job.arguments) != job.arguments,
        "scenario": job.about if job.about in here.folder.scenarios() else "",
        "ahead": order.index(job.number) if job.number in order else 0,
    }


def _file(here: Studio, job: Job) -> str:
    """The file to share that a job has made; empty if it is none of that kind."""
    if job.state != "done" or job.arguments[0] not in FILES:
        return ""
    name = job.arguments[job.arguments.index("--out") + 1]
    return name if name in here.folder.shared() else ""


def take(request: Request, form: FormData) -> Response:
    """A file that was made to share a run, to keep it."""
    path = studio(request).folder.file_shared(request.path_params["name"])
    return FileResponse(path, media_type="application/octet-stream", filename=path.name)


def _expected(here: Studio, job: Job) -> tuple[float | None, float | None]:
    """The gap that the job's scenario asks for, and the seconds of its last run."""
    try:
        scenario = load(here.folder.scenario(job.about))
    except PlannerError:
        return None, None
    run = here.folder.runs().get(job.out)
    return scenario.solve.gap, run_card(job.out, run).seconds if run is not None else None


async def follow(request: Request) -> Response:
    """The part of a job's page that changes, as server-sent events: one whenever it looks different."""
    here = studio(request)
    number, spoken = request.path_params["number"], language(request)

    def drawn() -> tuple[str, bool]:
        job = here.queue.get(number)
        with speaking(spoken):
            html = environment().get_template("part_job.html.j2").render(**shown(here, job))
        return html, job.over

    async def events() -> AsyncIterator[str]:
        before, until = "", time.monotonic() + FOLLOWED
        while time.monotonic() < until:
            html, over = await run_in_threadpool(drawn)
            if html != before:
                yield f"data: {json.dumps({'html': html, 'over': over})}\n\n"
                before = html
            if over or await request.is_disconnected():
                return
            await asyncio.sleep(BEAT)

    return StreamingResponse(events(), media_type="text/event-stream")


routes = [
    Route("/jobs", answered(queue)),
    Route("/jobs", answered(add), methods=["POST"]),
    Route("/jobs/{number:int}", answered(one)),
    Route("/jobs/{number:int}/events", follow),
    Route("/jobs/{number:int}/stop", answered(stop), methods=["POST"]),
    Route("/jobs/{number:int}/first", answered(first), methods=["POST"]),
    Route("/jobs/{number:int}/again", answered(again), methods=["POST"]),
    Route("/shared-file/{name:path}", answered(take)),
]
