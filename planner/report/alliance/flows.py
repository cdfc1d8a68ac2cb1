"""What crosses borders in one stage, drawn as arrows between the members: work served abroad, LNG, and the payments that settle it."""

from __future__ import annotations

import math
from typing import Any

from markupsafe import Markup

from planner.base.countries import Countries
from planner.base.text import number
from planner.words.language import mark, say

WIDTH, HEIGHT, RADIUS = 860.0, 430.0, 46.0
KINDS = {  # kind of flow -> (label, colour, bow of its arrow, where on its way its figure stands)
    "compute": (mark("compute, MW of IT"), "#0072B2", 0.10, 0.36),
    "LNG": (mark("LNG, TBtu a year"), "#D55E00", 0.24, 0.5),
    "payment": (mark("side payment, M USD a year"), "#009E73", 0.38, 0.62),
}
Flow = tuple[str, str, str, float]  # kind, from, to, amount


def flows_of(found: dict[str, Any], stage: int) -> list[Flow]:
    """The arrows of one stage; work runs from the country where it is served to the one whose work it is."""
    crossing = [
        (row["what"], row["from"], row["to"], float(row["amount"]))
        for row in found["flows"]
        if row["stage"] == stage and row["what"] in KINDS
    ]
    paid = [
        ("payment", row["payer"], row["receiver"], float(row["musd_per_year"]))
        for row in found["settlement"]["payments"]
        if row["stage"] == stage and row["purpose"] == "share of the saving"
    ]
    return crossing + paid


def drawing(members: list[str], flows: list[Flow], stage: int, of: Countries) -> Markup:
    """The picture of one stage as SVG. Names are escaped."""
    centre = _places(members)
    largest = {kind: max((f[3] for f in flows if f[0] == kind), default=1.0) for kind in KINDS}
    arrows = Markup("").join(_arrow(flow, centre, largest[flow[0]], stage) for flow in flows)
    circles = Markup("").join(
        Markup(
            '<circle cx="{:.1f}" cy="{:.1f}" r="{:.0f}" fill="var(--card)" stroke="var(--line)"/>'
            '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" fill="var(--ink)">{}</text>'
        ).format(x, y, RADIUS, x, y + 5, say(of.label(name)))
        for name, (x, y) in centre.items()
    )
    heads = Markup("").join(
        Markup(
            '<marker id="head-{}-{}" viewBox="0 0 10 10" refX="9" refY="5" markerUnits="userSpaceOnUse" '
            'markerWidth="14" markerHeight="14" orient="auto"><path d="M0,0 L10,5 L0,10 z" fill="{}"/></marker>'
        ).format(stage, kind, colour)
        for kind, (_, colour, *_) in KINDS.items()
    )
    return Markup(
        '<svg class="flows" viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="Flows between members in {}" '
        'font-size="13"><defs>{}</defs>{}{}</svg>'
    ).format(WIDTH, HEIGHT, stage, heads, arrows, circles)


def legend() -> list[tuple[str, str]]:
    """Label and colour of every kind of flow."""
    return [(say(label), colour) for label, colour, *_ in KINDS.values()]


def _places(members: list[str]) -> dict[str, tuple[float, float]]:
    """Members around an ellipse, the first at the left."""
    found = {}
    for i, name in enumerate(members):
        angle = math.pi + 2 * math.pi * i / len(members)
        x = WIDTH / 2 + (WIDTH / 2 - 110) * math.cos(angle)
        found[name] = (x, HEIGHT / 2 + (HEIGHT / 2 - 60) * math.sin(angle))
    return found


def _arrow(flow: Flow, centre: dict[str, tuple[float, float]], largest: float, stage: int) -> Markup:
    kind, start, end, amount = flow
    label, colour, bow, at = KINDS[kind]
    (x0, y0), (x1, y1) = centre[start], centre[end]
    length = math.hypot(x1 - x0, y1 - y0)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    # The control point lies to the right of the way, so that arrows there and back do not cover each other.
    cx, cy = (x0 + x1) / 2 - dy * bow * length, (y0 + y1) / 2 + dx * bow * length
    back = math.hypot(x1 - cx, y1 - cy)
    ex, ey = x1 + (cx - x1) / back * (RADIUS + 3), y1 + (cy - y1) / back * (RADIUS + 3)
    width = 1.5 + 5.0 * math.sqrt(amount / largest) if largest > 0 else 1.5
    text = number(amount)
    return Markup(
        '<path d="M{:.1f},{:.1f} Q{:.1f},{:.1f} {:.1f},{:.1f}" fill="none" stroke="{}" stroke-width="{:.1f}" '
        'stroke-opacity="0.8" marker-end="url(#head-{}-{})"><title>{} to {}: {} {}</title></path>'
        '<text x="{:.1f}" y="{:.1f}" text-anchor="middle" fill="var(--ink)" stroke="var(--paper)" stroke-width="3" '
        'paint-order="stroke">{}</text>'
    ).format(
        x0, y0, cx, cy, ex, ey, colour, width, stage, kind, start, end, text, label,
        _between(x0, cx, x1, at), _between(y0, cy, y1, at) + 4, text,
    )  # fmt: skip


def _between(start: float, control: float, end: float, at: float) -> float:
    """A coordinate of a quadratic curve, `at` of the way from 0 to 1."""
    return (1 - at) ** 2 * start + 2 * at * (1 - at) * control + at**2 * end
