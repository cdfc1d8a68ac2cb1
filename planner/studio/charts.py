"""Charts as SVG, without scripts and without styles: two bounds that close, and the hours of a site."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from planner.words.language import mark, say
from planner.words.style import Family

GREY, BLUE, RED = "#8a919c", "#0072B2", "#D55E00"
Points = list[tuple[float, float]]


@dataclass(frozen=True)
class Frame:
    """Where a chart's lines may be, in units of the picture."""

    width: int
    height: int
    left: int = 52
    right: int = 8
    top: int = 14
    foot: int = 28

    def across(self, share: float) -> float:
        """From a share of the width to a place."""
        return self.left + (self.width - self.left - self.right) * share

    def up(self, share: float) -> float:
        """From a share of the height, from below, to a place."""
        return self.height - self.foot - (self.height - self.foot - self.top) * share

    def level(self, share: float, *, dashed: bool = False) -> Markup:
        """A faint line across."""
        form = '<line x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}" stroke="{}" stroke-opacity="{}"{}/>'
        dash = Markup(' stroke-dasharray="5 4"') if dashed else ""
        place = self.up(share)
        return Markup(form).format(self.left, self.width - self.right, place, place, GREY, 1 if dashed else 0.3, dash)

    def beside(self, share: float, words: str) -> Markup:
        """Words at the left of a height."""
        return lettered(self.left - 6, self.up(share) + 4, "end", words)

    def below(self, share: float, words: str, anchor: str = "middle") -> Markup:
        """Words under a place of the axis."""
        return lettered(self.across(share), self.height - 8, anchor, words)

    def whole(self, parts: list[Markup], words: str) -> Markup:
        """The picture, with words for those who do not see it."""
        head = '<svg viewBox="0 0 {} {}" class="wide" role="img" aria-label="{}"><title>{}</title>{}</svg>'
        return Markup(head).format(self.width, self.height, words, words, Markup("").join(parts))


def bounds(gaps: Points, asked: float | None) -> Markup:
    """The best plan so far above and the bound below it, closing over the seconds; apart by the gap, in powers of ten.

    gaps : pairs of seconds and relative gap. asked : the gap to be proven.
    """
    if len(gaps) < 2:
        return Markup("")
    frame = Frame(640, 220)
    values = [max(gap, 1e-12) for _, gap in gaps] + ([asked] if asked else [])
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    first, last = gaps[0][0], max(gaps[-1][0], gaps[0][0] + 0.1)

    def away(gap: float) -> float:  # from the middle, where plan and bound meet
        return 0.5 * (math.log10(max(gap, 10.0**low)) - low) / (high - low)

    def line(sign: int) -> Points:
        return [(frame.across((t - first) / (last - first)), frame.up(0.5 + sign * away(gap))) for t, gap in gaps]

    upper, lower = line(1), line(-1)
    parts = [_area(upper + lower[::-1], BLUE, 0.12), stroke(upper, RED, 2.5), stroke(lower, BLUE, 2.5)]
    for power in range(low, high + 1):
        for share in sorted({0.5 - away(10.0**power), 0.5 + away(10.0**power)}):
            parts += [frame.level(share), frame.beside(share, f"{100 * 10.0**power:g} %")]
    if asked:
        parts += [frame.level(0.5 + sign * away(asked), dashed=True) for sign in (-1, 1)]
    parts += [frame.below(0, f"{first:.0f} s", "start"), frame.below(1, f"{last:.0f} s", "end")]
    told = say(mark("The best plan (red) and the bound that no plan can beat (blue) are {gap} apart"))
    return frame.whole(parts, told.format(gap=f"{gaps[-1][1]:.1e}"))


def hours(stack: list[tuple[Family, list[float]]], load: list[float], days: list[str]) -> Markup:
    """Supply by family stacked over days of 24 hours, MW, with the load as a line; `days` are written under their middles."""
    count = len(load)
    if count < 2:
        return Markup("")
    frame = Frame(720, 230)
    highest = max(1e-9, *load, *(sum(values[hour] for _, values in stack) for hour in range(count)))

    def place(hour: int, mw: float) -> tuple[float, float]:
        return frame.across(hour / (count - 1)), frame.up(mw / highest)

    parts, below = [], [0.0] * count
    for family, values in stack:
        above = [a + b for a, b in zip(below, values, strict=True)]
        edge = [place(hour, mw) for hour, mw in enumerate(above)]
        edge += [place(hour, below[hour]) for hour in reversed(range(count))]
        parts.append(_area(edge, family.colour, 1.0, family.label))
        below = above
    parts.append(stroke([place(hour, mw) for hour, mw in enumerate(load)], "currentColor", 1.5))
    for day, label in enumerate(days):
        parts.append(frame.below(min(24 * day + 12, count - 1) / (count - 1), label))
        if day:
            parts.append(stroke([place(24 * day, 0.0), place(24 * day, highest)], GREY, 0.6))
    parts += [frame.beside(share, f"{share * highest:,.0f}") for share in (0.0, 0.5, 1.0)]
    return frame.whole(parts, say(mark("Hours of supply and load, MW")))


def lettered(x: float, y: float, anchor: str, words: str) -> Markup:
    """Words at a place."""
    form = '<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="11" fill="{}">{}</text>'
    return Markup(form).format(x, y, anchor, GREY, words)


def stroke(points: Points, colour: str, width: float) -> Markup:
    """A line through points."""
    form = '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}"/>'
    return Markup(form).format(_joined(points), colour, width)


def _area(points: Points, colour: str, opacity: float, title: str = "") -> Markup:
    form = '<polygon points="{}" fill="{}" fill-opacity="{}"><title>{}</title></polygon>'
    return Markup(form).format(_joined(points), colour, opacity, title)


def _joined(points: Points) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
