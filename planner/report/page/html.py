"""`report.html` and `map.html`: the plan put into templates that escape every name; one file each, nothing fetched.

The report is its first screen (`words/answer.py`) and sections, each a file of `sections/` with a template named by its key; a new
section is those two files and its place in `sections`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.report.maps import geometry, map_interactive
from planner.report.maps.geometry import Layers
from planner.report.page import embed, ranges
from planner.report.page.embed import Picture
from planner.report.page.section import Section
from planner.report.page.sections import (
    alliance,
    around,
    costs,
    gas,
    hours,
    market,
    mix,
    origin,
    proof,
    reactors,
    reality,
    time,
    where,
    why,
    work,
)  # fmt: skip
from planner.report.page.tables import free_table
from planner.words import answer as words
from planner.words import pivots
from planner.words.figures import cell
from planner.words.language import say, spoken

TEMPLATES = Path(__file__).parents[1] / "templates"


def pages(plan: Plan, layers: Layers | None = None, digest: str = "") -> dict[str, str]:
    """`report.html` and `map.html`, each one self-contained page; they share the map, which is built once.

    digest : of the figures that they show, kept in their heads (see `run_folder.figures_digest`).
    """
    layers = geometry.load(plan) if layers is None else layers
    site_map = map_interactive.site_map(plan, layers)
    found = sections(plan, layers, site_map)
    pictures = [picture for section in found for picture in section.pictures if picture is not site_map]
    map_data = embed.data([site_map])
    report = _page(
        "report.html.j2",
        plan,
        map_data + embed.data(pictures),
        digest,
        answer=words.answer(plan),
        tiles=words.tiles(plan),
        sections=[(section, _body(section, plan)) for section in found],
        ranges=ranges.beside(plan.ranges, plan),
    )
    about = where.map_content(plan, layers) | {"pictures": {"map": site_map}}
    return {"report.html": report, "map.html": _page("map.html.j2", plan, map_data, digest, **about)}


def sections(plan: Plan, layers: Layers, site_map: Picture) -> list[Section]:
    """The sections of a plan's report, in the order of the page."""
    found = [
        where.section(plan, layers, site_map),
        mix.section(plan),
        hours.section(plan),
        costs.section(plan),
        work.section(plan),
        gas.section(plan),
        reactors.section(plan),
        around.section(plan, layers),
        market.section(plan),
        reality.section(plan),
        time.section(plan),
        why.section(plan),
        alliance.section(plan),
        proof.section(plan),
        origin.assumptions(plan),
        origin.sources(plan),
    ]
    return [section for section in found if section is not None]


@cache
def environment() -> jinja2.Environment:
    """Templates with escaping on, undefined names as errors."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    found.filters["cell"] = cell
    found.globals |= {"free_table": free_table, "say": lambda message: Markup(say(message)), "spoken": spoken}
    return found


def _body(section: Section, plan: Plan) -> Markup:
    template = environment().get_template(f"sections/{section.key}.html.j2")
    shown = {picture.key: picture for picture in section.pictures}
    return Markup(template.render(plan=plan, summary=plan.summary, pictures=shown, **section.content))


def _page(template: str, plan: Plan, data: Markup, digest: str, **content: Any) -> str:
    stages = pivots.stages_of(plan.tables)
    shared = {"plan": plan, "summary": plan.summary, "stages": stages, "picture_data": data, "figures": digest}
    return environment().get_template(template).render(bokeh=embed.scripts(), **shared, **content)
