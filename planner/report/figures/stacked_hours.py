"""Hours as a stack of what feeds a place, lines of what it draws over it, and the price below, for places and stages to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.layouts import column
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    DataRange1d,
    FixedTicker,
    NoOverlap,
    NumeralTickFormatter,
)
from bokeh.models.widgets import Select
from bokeh.plotting import figure

from planner.report.figures.bokeh_parts import CONTROL, hover, offered, plain_figure
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark, say

GREY, PRICE = "#7a8190", "#D55E00"
LEAST_SPAN = 20.0  # USD/MWh that the axis of prices spans at least
Hours = dict[str, dict[str, Any]]  # "PLACE|STAGE" -> values by hour of every series, and `days`, the labels of its days
SHOW = """
const key = place.value + "|" + stage.value
const found = hours[key]
const count = found ? found.load.length : 0
const data = {hour: Float64Array.from({length: count}, (_, i) => i)}
for (const name of Object.keys(source.data))
    if (name != "hour") data[name] = found && found[name] ? found[name] : new Float32Array(count)
source.data = data
const days = found ? found.days : []
ticker.ticks = days.map((_, i) => 24 * i)
formatter.args = {days: days}
range.start = 0
range.end = Math.max(count - 1, 1)
"""


@dataclass(frozen=True)
class Line:
    """A series drawn as a line: its key, what it is called, and how it looks."""

    key: str
    label: str
    colour: str = GREY
    dash: str = "solid"
    width: float = 1.5


@dataclass(frozen=True)
class View:
    """How the hours of a kind of place are shown: key of the picture, root and label of its drop-down, lines over the stack and prices.

    The first line is `load`; the pointer on it tells everything of its hour.
    """

    key: str
    root: str
    label: str
    lines: tuple[Line, ...]
    prices: tuple[Line, ...]


def stacked(view: View, hours: Hours, names: dict[str, str]) -> Picture:
    """The picture with drop-downs of places (`names` by identifier, in their order) and stages. Families that occur are stacked."""
    families = [item for item in style.FAMILIES if any(item.key in found for found in hours.values())]
    places = list(dict.fromkeys(key.split("|")[0] for key in hours))
    stages = sorted({key.split("|")[1] for key in hours})
    chosen = first_stage(hours, places[0], stages)
    first = hours[f"{places[0]}|{chosen}"]
    count = len(first["load"])
    series = [*(item.key for item in families), *(line.key for line in (*view.lines, *view.prices))]
    shown = {name: first.get(name, np.zeros(count, np.float32)) for name in series}
    source = ColumnDataSource({"hour": np.arange(count, dtype=float)} | shown, name=f"{view.key}-hours")
    top, low = _plots(view, families, source, count)
    ticker = FixedTicker(ticks=[24 * day for day in range(len(first["days"]))])
    formatter = CustomJSTickFormatter(args={"days": first["days"]}, code="return days[Math.round(tick / 24)] || ''")
    for plot in (top, low):
        plot.xaxis.ticker, plot.xaxis.formatter, plot.xgrid.ticker = ticker, formatter, ticker
        plot.xaxis.major_label_policy = NoOverlap()
        plot.min_border_left = 64
    choices: Any = [(key, offered(str(names[key]), str(key))) for key in places]
    years: Any = list(stages)
    place = Select(title=say(view.label), value=places[0], options=choices, width=330, stylesheets=[CONTROL])
    stage = Select(title=say(mark("Year")), value=chosen, options=years, width=110, stylesheets=[CONTROL])
    told = {"place": place, "stage": stage, "source": source, "hours": hours, "ticker": ticker}
    show = CustomJS(args=told | {"formatter": formatter, "range": top.x_range}, code=SHOW)
    place.js_on_change("value", show)
    stage.js_on_change("value", show)
    plots = column(top, low, sizing_mode="stretch_width")
    return Picture(view.key, {view.root: place, "stage": stage, "plot": plots})


def _plots(view: View, families: list[style.Family], source: ColumnDataSource, count: int) -> tuple[figure, figure]:
    """The stack with its lines, and the prices below on the same hours."""
    top = plain_figure(height=320, y_axis_label="MW", x_range=(0, count - 1))
    top.varea_stack(
        [item.key for item in families],
        x="hour",
        source=source,
        fill_color=[item.colour for item in families],
        hatch_pattern=[item.hatch or None for item in families],
        hatch_color="white",
        hatch_alpha=0.35,
        hatch_scale=9,
    )
    drawn = [
        top.line("hour", line.key, source=source, line_width=line.width, line_color=line.colour, line_dash=line.dash)
        for line in view.lines
    ]
    top.yaxis.formatter = NumeralTickFormatter(format="0,0[.]00")
    top.xaxis.visible = False
    # A price that hardly moves is drawn as one.
    low = plain_figure(
        height=140, y_axis_label="USD/MWh", x_range=top.x_range, y_range=DataRange1d(min_interval=LEAST_SPAN)
    )
    for line in view.prices:
        low.step(
            "hour", line.key, source=source, line_width=line.width, line_color=line.colour, line_dash=line.dash,
            mode="center",
        )  # fmt: skip
    top.add_tools(hover(renderers=drawn[:1], mode="vline", tooltips=tooltips(view, families)))
    return top, low


def tooltips(view: View, families: list[style.Family]) -> list[tuple[str, str]]:
    """What the pointer tells of an hour."""
    words = [(say(item.label), f"@{item.key}{{0,0.0}} MW") for item in families]
    lines = [(say(line.label), f"@{line.key}{{0,0.0}} MW") for line in view.lines]
    prices = [(say(line.label), f"@{line.key}{{0,0.0}} USD/MWh") for line in view.prices]
    return [(say(mark("hour")), "@hour{0}"), *words, *lines, *prices]


def first_stage(hours: Hours, place: str, stages: list[str]) -> str:
    """The last stage for which the place has hours."""
    return next(stage for stage in reversed(stages) if f"{place}|{stage}" in hours)
