"""What every page shares: the studio's state, its templates, the reader's language, and how an error is shown."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from planner.base.atomic import MARKER
from planner.base.errors import InputError, PlannerError
from planner.studio.fields import page_of
from planner.studio.folder import Folder
from planner.studio.jobs import Queue
from planner.studio.moments import age, span
from planner.studio.size import Sizes
from planner.studio.waiting import Waiting
from planner.studio.worker import Worker
from planner.words.language import LANGUAGES, mark, say, speaking, spoken

if TYPE_CHECKING:
    from planner.plan.plan import Plan

HERE = Path(__file__).parent
REPORT = HERE.parent / "report"
MOST_PLANS = 3
"""Plans that are kept as read; another is read again from its run."""
COOKIE = "planner-studio-language"
ANSWER, ALLIANCE, TABLES, PROOF = mark("Answer"), mark("Alliance"), mark("Tables"), mark("Proof and sources")
REPORTED, WHAT_IF, SHARE = mark("Report"), mark("What if"), mark("Share")
TABS = (
    ("/runs/", ANSWER),
    ("/alliance/of/", ALLIANCE),
    ("/table/sites/of/", TABLES),
    ("/page/report/of/", REPORTED),
    ("/whatif/of/", WHAT_IF),
    ("/proof/of/", PROOF),
    ("/share/of/", SHARE),
)
"""Pages of a run, with what each is called; that of the alliance only where its members were planned."""
Answer = Callable[[Request, FormData], Response]


@dataclass
class Studio:
    """What the pages work on: the folder, its queue, programs that were counted, and the plans that were read last."""

    folder: Folder
    queue: Queue
    worker: Worker
    waiting: Waiting
    sizes: Sizes = field(default_factory=Sizes)
    _plans: dict[tuple[Path, float], Plan] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Studio:
        """The studio of a folder; its queue is not worked off until `worker.start()`."""
        folder = Folder(root)
        queue = Queue(folder.own / "jobs")
        return cls(folder, queue, Worker(folder, queue), Waiting(folder.root))

    def plan(self, name: str) -> Plan:
        """The plan of a run, whose hourly tables have no rows. Raises InputError."""
        from planner.plan.plan import Plan

        run = self.folder.run(name)
        key = (run, (run / MARKER).stat().st_mtime)
        if key not in self._plans:
            while len(self._plans) >= MOST_PLANS:
                self._plans.pop(next(iter(self._plans)))
            self._plans[key] = Plan.load(run, hours=False)
        return self._plans[key]


@functools.cache
def environment() -> jinja2.Environment:
    """The studio's templates; those of the report stand behind them, so that tables look the same."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader([HERE / "templates", REPORT / "templates"]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {"say": lambda message: Markup(say(message)), "spoken": spoken, "page_of": page_of}
    found.globals["languages"] = LANGUAGES
    found.filters["age"] = age
    found.filters["span"] = span
    found.filters["cell"] = _cell
    return found


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page, or a part of one, made from a template."""
    path = request.url.path
    here = (f"{path}?{request.url.query}" if request.url.query else path) if request.method == "GET" else "/"
    text = environment().get_template(template).render(path=path, here=here, folder=_folder(request), **context)
    return HTMLResponse(text, status)


def run_page(request: Request, template: str, run: str, now: str, **context: Any) -> HTMLResponse:
    """A page about a run; `now`: which of `TABS` it is."""
    alliance = (studio(request).folder.run(run) / "alliance.json").is_file()
    tabs = [(target, label) for target, label in TABS if label != ALLIANCE or alliance]
    return page(request, template, run=run, now=now, tabs=tabs, **context)


def studio(request: Request) -> Studio:
    """The studio that a request came to."""
    found: Studio = request.app.state.studio
    return found


def language(request: Request) -> str:
    """The language that the reader has chosen; English unless it was."""
    chosen = request.cookies.get(COOKIE, "en")
    return chosen if chosen in LANGUAGES else "en"


def answered(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: the form is read, the work is done in a thread, and what a user can mend becomes a page."""

    async def endpoint(request: Request) -> Response:
        form = FormData() if request.method == "GET" else await request.form(max_files=4, max_part_size=2_000_000)
        with speaking(language(request)):
            try:
                return await run_in_threadpool(answer, request, form)
            except PlannerError as error:
                part = "part_error.html.j2" if request.headers.get("hx-request") else "error.html.j2"
                return page(request, part, 422, message=str(error), back=_before(request))
            except asyncio.CancelledError:  # the studio ends while a command is waited for: nobody reads this
                return Response(status_code=503)

    return endpoint


def _before(request: Request) -> str:
    """The page of the studio from which a form was sent; empty where a page itself could not be shown."""
    came = urlsplit(request.headers.get("referer", ""))
    if request.method == "GET" or came.netloc != request.headers.get("host"):
        return ""
    path = f"/{came.path.lstrip('/')}"
    return f"{path}?{came.query}" if came.query else path


def choose_language(request: Request, form: FormData) -> Response:
    """Keep the language that was chosen, and go back to the page."""
    chosen, back = text(form, "language"), text(form, "back")
    answer = to(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if chosen in LANGUAGES:
        answer.set_cookie(COOKIE, chosen, httponly=True, samesite="strict", max_age=365 * 86_400)
    return answer


def to(path: str) -> RedirectResponse:
    """On to a page, after something was done."""
    return RedirectResponse(path, 303)


def text(form: FormData, name: str) -> str:
    """A field of a form as text; nothing where it is missing or a file."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


def upload(form: FormData, name: str, kinds: tuple[str, ...]) -> tuple[str, bytes]:
    """The name and the content of a file in a form. Raises InputError for none, and for one of another kind."""
    file = form.get(name)
    expected = f"a file: {', '.join(kinds)}"
    if not isinstance(file, UploadFile) or not file.filename:
        raise InputError("no file was given", expected=expected)
    if not file.filename.lower().endswith(kinds):
        raise InputError("this is a file of another kind", value=file.filename, expected=expected)
    return file.filename, file.file.read()


def _folder(request: Request) -> str:
    return studio(request).folder.root.name or "/"


def _cell(value: Any) -> Any:
    from planner.words.figures import cell

    return cell(value)
