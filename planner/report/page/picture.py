"""One picture with words and tables under it, as a page or as a plain image: what a command shows of a file that it has read."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib
from markupsafe import Markup
from matplotlib.figure import Figure

from planner.base.errors import InputError
from planner.base.text import exact
from planner.report.page import html
from planner.words import figures

MARK = '<meta name="generator" content="planner picture">'
KINDS = (".html", ".png", ".svg")
EXACT = ("lat", "lon", "year", "from", "rank")
"""Heads of figures that are told as they are."""
Rows = list[dict[str, Any]]


def check_target(target: Path) -> None:
    """Raises InputError for a name that no picture can have, and for a file that is there and is no picture of ours."""
    if target.suffix.lower() not in KINDS:
        raise InputError(
            "no picture has this name", key="--picture", value=target, expected=f"a name with {', '.join(KINDS)}"
        )
    ours = target.suffix == ".html" and target.is_file() and MARK in target.read_text("utf-8", errors="ignore")[:1000]
    if target.exists() and not ours:
        raise InputError(
            "this file is there and is not overwritten", key="--picture", value=target, expected="a new name"
        )


def write(target: Path, figure: Figure, title: str, notes: list[str], tables: Mapping[str, Rows]) -> None:
    """A page (.html) with the picture, notes and tables, or the picture alone (.png, .svg). Raises InputError."""
    check_target(target)
    kind = target.suffix.lower().removeprefix(".")
    try:
        if kind == "html":
            target.write_text(page(figure, title, notes, tables), encoding="utf-8", newline="\n")
        else:
            target.write_bytes(image(figure, kind))
    except OSError as error:
        expected = "a place that can be written"
        raise InputError(f"the picture cannot be written: {error.strerror}", file=target, expected=expected) from None


def page(figure: Figure, title: str, notes: list[str], tables: Mapping[str, Rows]) -> str:
    """The page as text; whatever words hold, they are text and no markup."""
    png = base64.b64encode(image(figure, "png")).decode("ascii")
    told = [
        (heading, list(rows[0]), [[_cell(head, value) for head, value in row.items()] for row in rows])
        for heading, rows in tables.items()
        if rows
    ]
    return html.environment().get_template("picture.html.j2").render(title=title, notes=notes, tables=told, png=png)


def _cell(head: str, value: Any) -> Markup:
    """A cell as people read it: a year without a sign for thousands, a place with all its digits."""
    whole = isinstance(value, int | float) and value == value and not isinstance(value, bool)
    return figures.figure(value, exact(value)) if whole and head.endswith(EXACT) else figures.cell(value)


def image(figure: Figure, kind: str) -> bytes:
    """The figure as PNG or SVG, the same bytes each time."""
    with (
        matplotlib.rc_context({"svg.hashsalt": "planner", "svg.fonttype": "path", "text.parse_math": False}),
        io.BytesIO() as file,
    ):
        empty = {"Software": None} if kind == "png" else {"Date": None, "Creator": None}
        figure.savefig(file, format=kind, dpi=130, metadata=empty)
        return file.getvalue()
