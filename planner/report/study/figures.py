"""Pictures of a study: tornado, ranges, any two figures against each other, and how often a site is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, CustomJS
from bokeh.models.widgets import Select

from planner.base.countries import Countries
from planner.report.figures.bokeh_parts import CONTROL, Data, hover, plain_figure, swap
from planner.report.maps import geometry
from planner.report.maps.map_interactive import backdrop, canvas
from planner.report.page.embed import Picture

LOW, HIGH = "#0072B2", "#D55E00"  # less and more than the base
ROW_PX = 30
LARGEST_PX = 26.0
PICK = """
const name = cb_obj.value, axis = which == "x" ? plot.below[0] : plot.left[0];
const data = Object.assign({}, source.data); data[which] = data[name]; source.data = data;
axis.axis_label = labels[name];
"""


def _choice(title: str, options: Sequence[tuple[str, str]], value: str) -> Select:
    shown: Any = list(options)
    return Select(title=title, value=value, options=shown, width=260, stylesheets=[CONTROL])


def tornado(found: dict[str, Any]) -> Picture | None:
    """A bar for every factor, from its least to its greatest change of a figure that one chooses; the picture `tornado`."""
    rows = pd.DataFrame(found["tornado"])
    if rows.empty:
        return None
    named = {row["figure"]: _named(row) for row in found["ranges"]}
    factors = list(dict.fromkeys(rows["factor"]))[::-1]
    made: dict[str, Data] = {figure: _bars(group, factors) for figure, group in rows.groupby("figure", sort=False)}
    source = ColumnDataSource(dict(made["cost_musd"]))
    plot = plain_figure(height=80 + ROW_PX * len(factors), y_range=factors, x_axis_label="change against the base")
    plot.hbar("factor", left="start", right="end", height=0.62, fill_color="colour", line_color=None, source=source)
    plot.ygrid.visible = False
    plot.ray(x=0, y=0, length=0, angle=np.pi / 2, line_color="#7a8190")
    plot.add_tools(hover([("factor", "@factor"), ("value", "@value"), ("change", "@change{0,0.[0000]}")]))
    control = _choice("Figure", [(key, named[key]) for key in made], "cost_musd")
    control.js_on_change("value", swap([(source, made)]))
    return Picture("tornado", {"figure": control, "plot": plot})


def _bars(rows: pd.DataFrame, factors: Sequence[str]) -> Data:
    change = rows["change"].to_numpy(float)
    return {
        "factor": rows["factor"].tolist(),
        "value": rows["value"].tolist(),
        "start": np.minimum(change, 0.0),
        "end": np.maximum(change, 0.0),
        "change": change,
        "colour": [LOW if value < 0 else HIGH for value in change],
    }


def _named(row: dict[str, Any]) -> str:
    return f"{row['name']}, {row['unit']}" if row["unit"] else row["name"]


def scatter(found: dict[str, Any], runs: pd.DataFrame) -> Picture | None:
    """Any two figures or factors of the runs against each other; the picture `scatter`."""
    done = runs[runs["state"] == "done"]
    labels = {row["figure"]: _named(row) for row in found["ranges"]}
    columns = {key: done[key].fillna(0.0).to_numpy(float) for key in labels}
    for one in found["factors"]:
        values = _numbers(done.get(one["factor"], pd.Series("", index=done.index)))
        if values is not None:
            columns[one["factor"]], labels[one["factor"]] = values, one["factor"]
    if len(done) < 2:
        return None
    names = list(columns)
    varied = [name for name in names if name == labels[name]]  # factors are called by their keys
    first = varied[0] if varied and found["kind"] != "one-at-a-time" else names[1]
    second = names[0]
    data = {**columns, "x": columns[first], "y": columns[second], "label": done["label"].tolist()}
    colours = [HIGH if number == 0 else LOW for number in done["run"]]
    source = ColumnDataSource(data | {"colour": colours})
    plot = plain_figure(height=420, x_axis_label=labels[first], y_axis_label=labels[second])
    plot.scatter("x", "y", size=8, fill_color="colour", fill_alpha=0.65, line_color=None, source=source)
    plot.add_tools(hover([("run", "@label"), ("x", "@x{0,0.[0000]}"), ("y", "@y{0,0.[0000]}")]))
    controls = {}
    for which, value in (("x", first), ("y", second)):
        controls[which] = _choice(f"{which} axis", [(key, labels[key]) for key in names], value)
        arguments: dict[str, Any] = {"source": source, "plot": plot, "labels": labels, "which": which}
        controls[which].js_on_change("value", CustomJS(args=arguments, code=PICK))
    return Picture("scatter", {**controls, "plot": plot})


def _numbers(texts: pd.Series) -> np.ndarray | None:
    """The settings of a factor as numbers, those of runs that leave it alone empty; None where they are words."""
    numbers = pd.to_numeric(texts.astype(str).str.split(" ").str[0], errors="coerce")
    words = numbers.isna() & (texts.astype(str) != "")
    return None if words.any() or numbers.isna().all() else numbers.to_numpy(float)


def site_map(found: dict[str, Any]) -> Picture | None:
    """How often each site is used, a panel for every country; the picture `use`."""
    sites = pd.DataFrame(found["site_use"])
    if sites.empty or sites["used_share"].max() == 0:
        return None
    known = Countries.of(found["country_data"])
    layers = geometry.bare(known, sites)
    largest = max(float(sites["mean_mw"].max()), 1e-9)
    picture = Picture("use")
    for panel in layers.panels:
        here = sites[sites["country"] == panel.key]
        x, y = panel.project(here["lon"].to_numpy(float), here["lat"].to_numpy(float))
        source = ColumnDataSource(
            {
                "x": x,
                "y": y,
                "size": np.maximum(LARGEST_PX * np.sqrt(here["mean_mw"].to_numpy(float) / largest), 5.0),
                "alpha": 0.08 + 0.85 * here["used_share"].to_numpy(float),
                "name": here["name"].tolist(),
                "share": 100 * here["used_share"].to_numpy(float),
                "mean": here["mean_mw"].to_numpy(float),
            }
        )
        plot = canvas(panel)
        backdrop(plot, panel, layers)
        plot.scatter("x", "y", size="size", fill_color=HIGH, fill_alpha="alpha", line_color="#7a8190", source=source)
        rows = [("site", "@name"), ("used in", "@share{0} % of the plans"), ("then", "@mean{0,0} MW mean")]
        plot.add_tools(hover(rows))
        picture.roots[panel.key] = plot
    return picture
