"""Charts of figures as SVG, without scripts and without styles: a tornado, a line over an axis, dots with names, a year of hours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.text import number, signed, whole
from planner.studio.charts import BLUE, GREY, RED, Frame, Points, lettered, stroke
from planner.words.language import mark, say

BAR = 22
"""Height of a bar of the tornado, with what is around it."""
HOURS_OF_DAY, DAYS_OF_WEEK, WEEKS = 24, 7, 52


@dataclass(frozen=True)
class Swing:
    """By how much a figure alone moves a cost: a value and the change at each end that was tried."""

    name: str
    ends: tuple[tuple[str, float], ...]

    @property
    def largest(self) -> float:
        """The larger of the changes, by size."""
        return max((abs(change) for _, change in self.ends), default=0.0)


def tornado(swings: Sequence[Swing]) -> Markup:
    """Bars from a middle line, the widest on top: changes of the cost, M USD, with the value at which they come."""
    shown = sorted(swings, key=lambda swing: -swing.largest)
    widest = max((swing.largest for swing in shown), default=0.0)
    if widest <= 0:
        return Markup("")
    wide, left = 760, 250
    middle, reach = left + (wide - left) / 2, (wide - left) / 2 - 110
    parts = []
    for i, swing in enumerate(shown):
        top = 8 + i * BAR
        parts.append(lettered(left - 8, top + 14, "end", swing.name if len(swing.name) < 40 else f"{swing.name[:38]}…"))
        for side, anchor in ((-1, "end"), (1, "start")):
            ends = [(value, change) for value, change in swing.ends if (change >= 0) == (side > 0)]
            for value, change in ends:
                length, told = abs(change) / widest * reach, f"{swing.name} {value}: {signed(whole(change))} M USD"
                start, colour = (middle, RED) if change > 0 else (middle - length, BLUE)
                bar = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{}" fill="{}"><title>{}</title></rect>'
                parts.append(Markup(bar).format(start, top, max(length, 0.5), BAR - 6, colour, told))
            far = max((abs(change) for _, change in ends), default=0.0) / widest * reach + 5
            words = "; ".join(f"{value}: {signed(whole(change))}" for value, change in ends)
            parts += [lettered(middle + side * far, top + 13, anchor, words)] if ends else []
    tall = 16 + BAR * len(shown)
    rule = '<line x1="{0:.1f}" x2="{0:.1f}" y1="4" y2="{1}" stroke="{2}"/>'
    parts.append(Markup(rule).format(middle, tall - 6, GREY))
    frame = Frame(wide, tall)
    return frame.whole(parts, say(mark("Change of the cost by each figure alone, M USD")))


def curve(points: Points, across: str, up: str) -> Markup:
    """A line with its points, y from nothing up; `across` and `up` say what the axes are."""
    if not points:
        return Markup("")
    frame = Frame(640, 230)
    right, top = max(x for x, _ in points) or 1.0, max(max(y for _, y in points), 1e-9)
    placed = [(frame.across(x / right), frame.up(max(y, 0.0) / top)) for x, y in points]
    parts = [frame.level(0.0), frame.beside(0.0, "0"), frame.level(1.0), frame.beside(1.0, number(top))]
    parts.append(stroke(placed, BLUE, 2.0))
    for (x, y), (given, value) in zip(placed, points, strict=True):
        parts.append(_dot(x, y, BLUE, f"{number(given)}: {number(value)}"))
        parts.append(frame.below(given / right, number(given), "end" if given == right else "middle"))
    parts.append(lettered(frame.left, 11, "start", f"{up} · {across}"))
    return frame.whole(parts, f"{up} · {across}")


def dots(places: Sequence[tuple[str, float, float]], across: str, up: str) -> Markup:
    """Named points over two axes in powers of ten, both above 0; a name is written where no other stands in its way."""
    shown = [(name, math.log10(x), math.log10(y)) for name, x, y in places if x > 0 and y > 0]
    if not shown:
        return Markup("")
    frame = Frame(760, 400)
    west, east = _decades([x for _, x, _ in shown])
    south, north = _decades([y for _, _, y in shown])
    parts = []
    for power in range(south, north + 1):
        share = (power - south) / (north - south)
        parts += [frame.level(share), frame.beside(share, f"{10.0**power:g}")]
    for power in range(west, east + 1):
        share = (power - west) / (east - west)
        parts.append(frame.below(share, f"{10.0**power:g}", "end" if power == east else "middle"))
    taken: list[tuple[float, float]] = []
    for name, x, y in sorted(shown, key=lambda place: -place[2]):
        at = frame.across((x - west) / (east - west)), frame.up((y - south) / (north - south))
        parts.append(_dot(*at, BLUE, f"{name}: {number(10**x)}, {number(10**y)}"))
        if all(abs(at[1] - b) > 11 or abs(at[0] - a) > 120 for a, b in taken):
            last = at[0] > frame.width - 130
            parts.append(lettered(at[0] + (-7 if last else 7), at[1] + 4, "end" if last else "start", name))
            taken.append(at)
    parts.append(lettered(frame.left, 11, "start", f"{up} · {across}"))
    return frame.whole(parts, f"{up} · {across}")


def _decades(logs: list[float]) -> tuple[int, int]:
    """Powers of ten around some logarithms, one apart at least."""
    low = math.floor(min(logs))
    return low, max(math.ceil(max(logs)), low + 1)


def year(values: Array) -> Markup:
    """A year of hours as a field: a column a week, from midnight up, the mean of its days; darker is more. Other lengths as a line."""
    most = float(np.max(values))
    if len(values) != HOURS or most <= 0:
        return curve([(float(i), float(v)) for i, v in enumerate(values[:500])], say(mark("hour")), "")
    days = values[: WEEKS * DAYS_OF_WEEK * HOURS_OF_DAY].reshape(WEEKS, DAYS_OF_WEEK, HOURS_OF_DAY)
    shares = days.mean(axis=1) / days.mean(axis=1).max()
    cell = '<rect x="{}" y="{}" width="12.2" height="8.2" fill="{}" fill-opacity="{:.3f}"/>'
    frame = Frame(12 * WEEKS + 60, 8 * HOURS_OF_DAY + 36)
    low = float(shares.min())
    parts = [
        Markup(cell).format(
            52 + 12 * week,
            8 + 8 * (HOURS_OF_DAY - 1 - hour),
            BLUE,
            0.05 + 0.95 * (shares[week, hour] - low) / max(1 - low, 1e-9),
        )
        for week in range(WEEKS)
        for hour in range(HOURS_OF_DAY)
    ]
    parts += [lettered(46, 8 + 8 * (HOURS_OF_DAY - hour) + 2, "end", f"{hour}:00") for hour in (0, 6, 12, 18)]
    parts += [frame.below((week + 0.5) / WEEKS, str(week + 1)) for week in range(0, WEEKS, 8)]
    return frame.whole(parts, say(mark("A year of hours, a column a week")))


def _dot(x: float, y: float, colour: str, told: str) -> Markup:
    form = '<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"><title>{}</title></circle>'
    return Markup(form).format(x, y, colour, told)
