"""Debian's chromium, headless, with every host out of reach."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from planner.plan.plan import Plan
from planner.report.files.run_folder import write_run
from tests.browser.windows import Window, elsewhere
from tests.report.sample import make_plan
from tests.studio.served import SMALL, Served, serving

WAIT_MS = 120_000
"""The longest that a test waits for a page: machines may be busy."""
expect.set_options(timeout=WAIT_MS)
CHROMIUM = shutil.which("chromium")
MISSING = "chromium is missing; on Debian: apt-get install chromium fonts-noto-cjk"
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


@dataclass
class Opened:
    """A page that was opened, what it wrote to the console as an error, and what it asked for beyond its own file."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="session")
def run(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_run(plan, folder)
    return folder


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """One for all browsers: a process cannot have two."""
    if CHROMIUM is None:
        pytest.skip(MISSING)
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Opens a file in a fresh context and waits until every picture is drawn."""
    contexts = []

    def opened(file: Path, width: int = 1280, height: int = 900, scheme: str = "light") -> Opened:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
        contexts.append(context)
        found = Opened(context.new_page())

        def refuse(route) -> None:  # type: ignore[no-untyped-def]
            found.requests.append(route.request.url)
            route.abort()

        context.route(lambda url: url != file.as_uri() and not url.startswith(("data:", "blob:")), refuse)
        found.page.on(
            "console", lambda item: found.errors.append(item.text) if item.type in ("error", "warning") else None
        )
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.goto(file.as_uri())
        context.set_offline(True)
        found.page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
        found.page.wait_for_timeout(300)
        return found

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Chromium that reaches this machine alone, and draws maps without a graphics card."""
    only_here = [argument for argument in ARGUMENTS if not argument.startswith(("--host-resolver", "--disable-gpu"))]
    drawing = [
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ]
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*only_here, *drawing])
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, run: Path) -> Path:
    """A scenario, a what-if of it, and a made-up run with hostile names, twice."""
    root = tmp_path_factory.mktemp("studio")
    (root / "small.yaml").write_text(SMALL, "utf-8")
    (root / "what-if.yaml").write_text("extends: small.yaml\nname: what-if\ndiscount_rate: 7 %\n", "utf-8")
    for name in ("first", "second"):
        shutil.copytree(run, root / "runs" / name)
    return root


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Served]:
    with serving(folder) as found:
        yield found


@pytest.fixture
def window(chromium: Browser, served: Served) -> Iterator[Callable[..., Window]]:
    """Opens windows that have entered by the printed address; at the end nothing may have gone wrong in any."""
    contexts, windows = [], []

    def opened(width: int = 1400, scheme: str = "light", at: Served = served) -> Window:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        found = Window(context.new_page(), at)
        windows.append(found)
        page = found.page
        page.on("console", lambda item: found.wrong.append(item.text) if item.type == "error" else None)
        page.on("pageerror", lambda error: found.wrong.append(str(error)))
        page.on("request", lambda asked: found.wrong.append(asked.url) if elsewhere(asked.url, at) else None)
        page.goto(f"{at.address}/?token={at.token}")
        return found

    yield opened
    wrong = [text for found in windows for text in found.wrong if " status of 4" not in text]
    for context in contexts:
        context.close()
    assert wrong == []
