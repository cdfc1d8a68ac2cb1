"""Costs as pictures: the lines of a year by country, the power bill first so that chips do not hide it; and what a MWh costs, by part."""

from __future__ import annotations

from typing import Any

import pandas as pd
from bokeh.models import ColumnDataSource, CustomJS, DataRange1d, FactorRange, NumeralTickFormatter
from bokeh.models.widgets import Select

from planner.plan.plan import Plan
from planner.report.figures.bokeh_parts import CONTROL, Data, hover, plain_figure
from planner.report.page.embed import Picture
from planner.words import pivots
from planner.words.costs import GROUPS, on_power_bill, power_bill
from planner.words.language import mark, say

HEAD_PX, ROW_PX = 60, 26
PARTS = {"power": mark("Power bill"), "all": mark("All lines")}
SHOW = """
const found = pages[stage.value + "|" + part.value]
source.data = Object.assign({}, found)
rows.factors = found.line
plot.height = head + row * found.line.length
"""


def legend(plan: Plan) -> list[tuple[str, str, str]]:
    """Name, colour and hatch of every country of the plan."""
    known = plan.countries
    return [
        (say(known.label(key)), known.colour(key), known.hatch(key))
        for key in known.ordered(plan.tables["sites"]["country"])
    ]


def costs(plan: Plan) -> Picture:
    """M USD per year by cost line and country: a drop-down of stages, and one that leaves chips out or takes them in."""
    frame, stages, known = plan.tables["costs"], pivots.stages_of(plan.tables), plan.countries
    countries = known.ordered(frame["country"])
    order = frame.groupby("line")["musd_per_year"].sum().abs().sort_values(kind="stable").index.tolist()
    lines = {"power": [line for line in order if on_power_bill(line)], "all": order}
    pages = {
        f"{stage}|{part}": _page(frame[frame["stage"] == stage], lines[part], countries)
        for stage in stages
        for part in PARTS
    }
    first = pages[f"{stages[-1]}|power"]
    source = ColumnDataSource(dict(first))
    plot = plain_figure(
        height=HEAD_PX + ROW_PX * len(first["line"]),
        y_range=FactorRange(factors=first["line"]),
        x_range=DataRange1d(start=0) if (frame["musd_per_year"] >= 0).all() else DataRange1d(),
        x_axis_label=say(mark("M USD per year")),
    )
    plot.hbar_stack(
        countries,
        y="line",
        height=0.72,
        source=source,
        line_color=None,
        hatch_color="white",
        hatch_alpha=0.7,
        hatch_scale=8,
        fill_color=[known.colour(country) for country in countries],
        hatch_pattern=[known.hatch(country) or None for country in countries],
    )
    unit = say(mark("M USD per year"))
    words = [(say(known.label(country)), f"@{country}{{0,0.0}} {unit}") for country in countries]
    plot.add_tools(hover(tooltips=[("", "@line"), *words, (say(mark("total")), f"@total{{0,0.0}} {unit}")]))
    plot.xaxis.formatter = NumeralTickFormatter(format="0,0")
    plot.ygrid.visible = False
    return Picture("costs", _controls(stages, source, plot, pages) | {"plot": plot})


def _controls(stages, source, plot, pages):  # type: ignore[no-untyped-def]
    """The two drop-downs of the cost lines."""
    names: Any = [str(stage) for stage in stages]
    stage = Select(title=say(mark("Year")), value=names[-1], options=names, width=140, stylesheets=[CONTROL])
    options: Any = [(key, say(label)) for key, label in PARTS.items()]
    part = Select(title=say(mark("Show")), value="power", options=options, width=180, stylesheets=[CONTROL])
    scope = {"stage": stage, "part": part, "source": source, "plot": plot, "rows": plot.y_range, "pages": pages}
    show = CustomJS(args=scope | {"head": HEAD_PX, "row": ROW_PX}, code=SHOW)
    stage.js_on_change("value", show)
    part.js_on_change("value", show)
    return {"stage": stage, "part": part}


def _page(frame: pd.DataFrame, lines: list[str], countries: list[str]) -> Data:
    wide = frame.pivot_table(index="line", columns="country", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    wide = wide.reindex(index=lines, columns=countries, fill_value=0.0)
    told = [say(line) for line in lines]
    return {"line": told, "total": wide.sum(axis=1).tolist()} | {c: wide[c].tolist() for c in countries}


def per_mwh(plan: Plan) -> Picture:
    """USD per MWh of the load by part of the power bill, a stacked bar per country and stage."""
    tables = plan.tables
    bill = power_bill(tables["costs"]).pivot_table(
        index=["country", "stage"], columns="group", values="musd_per_year", aggfunc="sum", fill_value=0.0
    )
    energy = tables["sites"].groupby(["country", "stage"])["energy_gwh"].sum()
    have = energy[energy > 0]
    rows = [
        (country, stage)
        for country in plan.countries.ordered(tables["sites"]["country"])
        for stage in pivots.stages_of(tables)
        if (country, stage) in have.index
    ]
    groups = [group for group in GROUPS if group.key in bill.columns]
    usd = bill.reindex(rows, fill_value=0.0).div([have[row] for row in rows], axis=0) * 1e3
    data: Data = {"x": [(say(plan.countries.label(country)), str(stage)) for country, stage in rows]}
    source = ColumnDataSource(
        data | {group.key: usd[group.key].tolist() for group in groups} | {"total": usd.sum(axis=1).tolist()}
    )
    plot = plain_figure(
        height=320, x_range=FactorRange(factors=data["x"]), y_axis_label=say(mark("USD per MWh of the load"))
    )
    plot.vbar_stack(
        [group.key for group in groups],
        x="x",
        width=0.82,
        source=source,
        line_color=None,
        hatch_color="white",
        hatch_alpha=0.7,
        hatch_scale=8,
        fill_color=[group.colour for group in groups],
        hatch_pattern=[group.hatch or None for group in groups],
    )
    words = [(say(group.label), f"@{group.key}{{0,0.0}} USD/MWh") for group in groups]
    plot.add_tools(
        hover(tooltips=[(say(mark("country, year")), "@x"), *words, (say(mark("total")), "@total{0,0.0} USD/MWh")])
    )
    plot.xaxis.major_label_orientation = "vertical" if len(rows) > 6 else "horizontal"
    plot.xgrid.visible = False
    return Picture("mwh", {"plot": plot})
