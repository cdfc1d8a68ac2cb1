"""A section of the report: one file in `sections/` that says what it shows, and one template of the same name that says how."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from planner.report.page.embed import Picture


@dataclass(frozen=True)
class Section:
    """What a section gives the page.

    key : its anchor and the name of its template, `templates/sections/KEY.html.j2`.
    title, short : its heading, and its name in the list at the top of the page, in the reader's language.
    content : what its template shows, by name; `plan` and the macros are there as well.
    pictures : Bokeh pictures; the template places each root by `pictures.KEY.place(ROOT)`.
    """

    key: str
    title: str
    short: str
    content: dict[str, Any] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
