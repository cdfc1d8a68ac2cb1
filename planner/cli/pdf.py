"""`planner pdf`: the report of a finished run on paper, printed by Chromium where it is there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
WIDE_PX = 760  # of the window in which pictures are drawn: they fit a page's width then
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-pdf-header-footer",
    f"--window-size={WIDE_PX},1000",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
DRAWING_MS = 120_000  # of the page's own time, so that every picture is drawn before it is printed
PATIENCE_S = 300


def pdf(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    out: Annotated[Path | None, typer.Option(help="The new PDF file; default NAME-OF-RUN.pdf here.")] = None,
) -> None:
    """Print the report of a run as PDF. Chromium or Chrome does it, without the network."""
    from rich.console import Console
    from rich.text import Text

    from planner.base.atomic import new_place
    from planner.base.errors import InputError

    page = run / "report.html"
    if not page.is_file():
        raise InputError(
            "there is no report in this folder", key="RUN", value=run, expected="the folder of a finished run"
        )
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise InputError(
            "no browser was found that prints",
            expected=f"one of {', '.join(BROWSERS)}; on Debian: apt-get install chromium",
        )
    place = out or Path(f"{run.resolve().name}.pdf")
    with new_place(place) as fresh:
        command = [
            browser,
            *OPTIONS,
            f"--virtual-time-budget={DRAWING_MS}",
            f"--print-to-pdf={fresh}",
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
        except subprocess.TimeoutExpired:
            raise InputError(
                "the browser took too long to print", key="RUN", value=run, expected="a machine with less load"
            ) from None
        if done.returncode or not fresh.is_file():
            raise InputError(
                "the browser could not print the report", key="RUN", value=run, expected="a browser that works"
            )
    Console().print(Text(f"pdf: {place}"), soft_wrap=True)
