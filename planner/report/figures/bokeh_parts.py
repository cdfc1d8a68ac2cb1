"""What every Bokeh picture shares: a plain responsive figure, and a control that swaps the data of one stage for another's."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from bokeh.models import ColumnDataSource, CustomJS, HoverTool
from bokeh.models.widgets import CategoricalSlider, Select
from bokeh.plotting import figure

from planner.words.language import mark, say

YEAR = mark("Year")
CONTROL = """
.bk-input { background-color: var(--card); color: var(--ink); border-color: var(--line); }
select.bk-input option { background-color: var(--paper); color: var(--ink); }
.noUi-target { background: var(--line); border-color: var(--line); box-shadow: none; }
.noUi-handle { background: var(--accent); border-color: var(--paper); box-shadow: none; }
"""
LABEL: dict[str, Any] = {  # words on a picture: dark on a light patch, readable on any ground
    "text_font_size": "11px",
    "text_color": "#1f2430",
    "background_fill_color": "#ffffff",
    "background_fill_alpha": 0.72,
    "padding": 1,
    "border_radius": 2,
}
SWAP = "for (let i = 0; i < sources.length; i++) sources[i].data = Object.assign({}, stages[i][cb_obj.value])"

Data = dict[str, Any]


def plain_figure(**options: Any) -> figure:
    """A figure as wide as its place, without a frame; the page's CSS colours axes and text in light and dark."""
    settings: dict[str, Any] = {
        "sizing_mode": "stretch_width",
        "toolbar_location": None,
        "background_fill_color": None,
        "border_fill_color": None,
        "outline_line_color": None,
        "tools": "",
        "min_border": 0,
        "min_border_right": 12,
    }
    plot = figure(**(settings | options))
    plot.grid.grid_line_color = "#9aa1ad"
    plot.grid.grid_line_alpha = 0.35
    plot.axis.axis_label_text_font_style = "normal"
    plot.axis.minor_tick_line_color = None
    for axis in plot.axis:
        axis.axis_label_text_font_size = axis.major_label_text_font_size = "12px"
    return plot


def by_stage(stages: list[int], make: Callable[[int], Data]) -> tuple[ColumnDataSource, dict[str, Data]]:
    """A source that shows the last stage, and the data of every stage for `stage_select` or `stage_slider`."""
    found = {str(stage): make(stage) for stage in stages}
    return ColumnDataSource(dict(found[str(stages[-1])])), found


def stage_select(
    stages: list[int], swaps: list[tuple[ColumnDataSource, dict[str, Data]]], title: str | None = None
) -> Select:
    """A drop-down of stages that swaps the data of all sources."""
    names: Any = [str(stage) for stage in stages]
    control = Select(title=title or say(YEAR), value=names[-1], options=names, width=140, stylesheets=[CONTROL])
    control.js_on_change("value", swap(swaps))
    return control


def stage_slider(
    stages: list[int], swaps: list[tuple[ColumnDataSource, dict[str, Data]]]
) -> CategoricalSlider | Select:
    """A slider over the stages that swaps the data of all sources; a drop-down when there is one stage only."""
    names = [str(stage) for stage in stages]
    if len(names) == 1:
        return stage_select(stages, swaps)
    control = CategoricalSlider(
        categories=names, value=names[-1], title=say(YEAR), sizing_mode="stretch_width", stylesheets=[CONTROL]
    )
    control.js_on_change("value", swap(swaps))
    return control


def offered(name: str, key: str) -> str:
    """How a place is offered in a list: its name and identifier, by which Bokeh tells choices apart; once where they are the same."""
    return key if name == key else f"{name} · {key}"


def swap(swaps: list[tuple[ColumnDataSource, dict[str, Data]]]) -> CustomJS:
    return CustomJS(
        args={"sources": [source for source, _ in swaps], "stages": [found for _, found in swaps]}, code=SWAP
    )


def hover(tooltips: list[tuple[str, str]], **options: Any) -> HoverTool:
    """A hover box of (label, field with its format) rows. Bokeh escapes the fields' values; colours are the page's."""
    lines = [f'<div><span style="opacity: 0.75">{escape(label)}</span> {field}</div>' for label, field in tooltips]
    return HoverTool(tooltips="<div>" + "".join(lines) + "</div>", show_arrow=False, **options)
