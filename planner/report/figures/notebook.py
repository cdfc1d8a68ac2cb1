"""Pictures for a notebook, drawn by Matplotlib in the report's colours; and how a plan shows itself there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planner.base.errors import InputError, unknown_name
from planner.plan.plan import Plan
from planner.report.figures import hourly as figure_hourly
from planner.report.figures.shown import Shown
from planner.report.maps import map_static
from planner.words import answer as words
from planner.words import pivots, style
from planner.words.figures import cell
from planner.words.language import mark, say

site_map = map_static.site_map


def mix(plan: Plan) -> Figure:
    """Energy per year by family, a bar per country and stage."""
    wide = pivots.by_family(plan.tables["energy"], ["country", "stage"]) / 1000
    have = wide.index.get_level_values(0)
    wide = wide.reindex(plan.countries.ordered(have), level=0)
    figure = Shown(figsize=(9, 4), layout="constrained")
    axes = figure.add_subplot(ylabel=say(mark("TWh per year")))
    base = np.zeros(len(wide))
    names = [f"{say(plan.countries.label(str(country)))}\n{stage}" for country, stage in wide.index]
    for key in wide.columns:
        item = style.FAMILY[str(key)]
        axes.bar(names, wide[key], bottom=base, label=say(item.label), **_fill(item))
        base += wide[key].to_numpy()
    _finish(axes)
    return figure


def dispatch(plan: Plan, site: str, stage: int) -> Figure:
    """Hour by hour what serves a site in a stage (its standard time): all typical days, or a full year's week of the largest load."""
    frame = plan.tables["dispatch"]
    if site not in set(frame["site"]):
        raise unknown_name("site with hours", site, sorted(set(frame["site"])))
    frame = frame[(frame["site"] == site) & (frame["stage"] == stage)]
    if frame.empty:
        raise InputError(f"{site} does not run in {stage}", value=stage, expected="a stage in which the site is open")
    series = figure_hourly.site_hours(plan.tables | {"dispatch": frame})[f"{site}|{stage}"]
    days = series.pop("days")
    keys = [item.key for item in style.FAMILIES if item.key in series]
    hours = np.arange(len(series["load"]))
    figure = Shown(figsize=(9, 4.5), layout="constrained")
    axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    layers = axes.stackplot(
        hours, *[series[key] for key in keys], labels=[say(style.FAMILY[key].label) for key in keys]
    )
    for layer, key in zip(layers, keys, strict=True):
        layer.set(**_fill(style.FAMILY[key]))
    axes.plot(hours, series["load"], color=style.INK, linewidth=1.5, label=say(mark("facility load")))
    axes.set(ylabel="MW", title=f"{site}, {stage}", xlim=(0, len(hours) - 1))
    if "price" in series:
        below.step(hours, series["price"], where="mid", color="#D55E00")
    below.set(ylabel="USD/MWh", xticks=np.arange(len(days)) * 24, xticklabels=days)
    below.tick_params(axis="x", labelrotation=90 if len(days) > 8 else 0)
    _finish(axes)
    return figure


def plan_html(plan: Plan) -> str:
    """The plan as a notebook shows it: the answer line by line, and the totals by stage and country."""
    totals = pd.DataFrame(plan.summary["totals"])
    columns = ["stage", "country", "it_mw", "facility_mw", "chips_thousand", "unserved_share", "co2_kt"]
    rows = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td>{}</td>").format(value if name in ("stage", "country") else cell(value))
                for name, value in zip(columns, row, strict=True)
            )
        )
        for row in totals[columns].itertuples(index=False, name=None)
    ]
    heads = Markup("").join(Markup("<th>{}</th>").format(name) for name in columns)
    return Markup("<div><h3>{}</h3>{}<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>").format(
        plan.name,
        Markup("").join(Markup("<p><b>{}</b> {}</p>").format(line.label, line.text) for line in words.answer(plan)),
        heads,
        Markup("").join(rows),
    )


def _fill(item: style.Family) -> dict[str, Any]:
    return {"facecolor": item.colour, "hatch": item.hatch * 2, "edgecolor": "white", "linewidth": 0.3}


def _finish(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(y=0.02)
