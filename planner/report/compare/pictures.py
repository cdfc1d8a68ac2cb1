"""Runs side by side as pictures: a map of what moved, the energy mixes, and the bridge from the base's cost to another's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import BasicTicker, ColumnDataSource, CustomJS, DataRange1d, FactorRange, NumeralTickFormatter
from bokeh.models.widgets import Select

from planner.base.text import short, signed, whole
from planner.report.compare.runs import Comparison
from planner.report.figures.bokeh_parts import CONTROL, Data, hover, plain_figure
from planner.report.maps import geometry
from planner.report.maps.geometry import PACIFIC, Panel
from planner.report.maps.map_interactive import backdrop, canvas
from planner.report.page.embed import Picture
from planner.words import pivots, style
from planner.words.costs import bridge, on_power_bill
from planner.words.language import mark, say

MORE, LESS, SAME = "#D55E00", "#0072B2", "#8f8b7d"
LARGEST_PX, LEAST_PX = 46.0, 5.0
PARTS = {"power": mark("Power bill"), "all": mark("All lines")}
SWAP = "for (let i = 0; i < sources.length; i++) sources[i].data = Object.assign({}, pages[i][a.value + '|' + b.value])"
BRIDGE = """
const found = pages[run.value + "|" + part.value]
source.data = Object.assign({}, found)
rows.factors = found.label
plot.height = 90 + 30 * found.label.length
"""


def difference_map(found: Comparison) -> Picture:
    """A map per country: circles by how much more (orange) or less (blue) a site runs than in the base, by run and stage."""
    layers = geometry.load(found.plans[0])
    others = found.names[1:]
    largest = max(
        float((_loads(found, name)[name] - _loads(found, name)[found.names[0]]).abs().max()) for name in others
    )
    picture, sources, pages = Picture("moved"), [], []
    for panel in layers.panels:
        if panel is PACIFIC:
            continue
        plot = canvas(panel)
        backdrop(plot, panel, layers)
        made = {
            f"{name}|{stage}": _points(found, name, stage, panel, max(largest, 1.0))
            for name in others
            for stage in found.stages
        }
        source = ColumnDataSource(dict(made[f"{others[-1]}|{found.stages[-1]}"]), name=f"moved-{panel.key}")
        plot.scatter(
            "x", "y", source=source, size="size", fill_color="colour", fill_alpha="alpha", line_color="colour", line_width="line"
        )  # fmt: skip
        plot.text(
            "x", "y", text="text", source=source, text_align="center", text_baseline="middle", text_font_size="13px"
        )
        plot.add_tools(
            hover(
                tooltips=[
                    ("", "@name"),
                    (say(mark("in the base")), "@before{0,0.0} MW"),
                    (say(mark("in the other")), "@after{0,0.0} MW"),
                    (say(mark("change")), "@change{+0,0.0} MW"),
                ]
            )
        )
        picture.roots[panel.key] = plot
        sources.append(source)
        pages.append(made)
    picture.roots |= _two_choices(others, [str(stage) for stage in found.stages], sources, pages)
    return picture


def _two_choices(
    runs: list[str], stages: list[str], sources: list[ColumnDataSource], pages: list[Any]
) -> dict[str, Any]:
    """Drop-downs of a run and a stage that swap the data of all sources."""
    names: Any = list(runs)
    years: Any = list(stages)
    run = Select(title=say(mark("Run")), value=names[-1], options=names, width=260, stylesheets=[CONTROL])
    stage = Select(title=say(mark("Year")), value=years[-1], options=years, width=120, stylesheets=[CONTROL])
    show = CustomJS(args={"a": run, "b": stage, "sources": sources, "pages": pages}, code=SWAP)
    run.js_on_change("value", show)
    stage.js_on_change("value", show)
    return {"run": run, "stage": stage}


def _loads(found: Comparison, name: str) -> pd.DataFrame:
    """Mean MW and place of every site of the base and another run: index site and stage."""
    base = found.names[0]
    frames = [found.plans[found.names.index(key)].tables["sites"] for key in (base, name)]
    sides = [frame.set_index(["site", "stage"])["facility_mw"] for frame in frames]
    where = (
        pd.concat(frames)
        .drop_duplicates(["site", "stage"])
        .set_index(["site", "stage"])[["name", "country", "lat", "lon"]]
    )
    return where.join(sides[0].rename(base)).join(sides[1].rename(name)).fillna({base: 0.0, name: 0.0})


def _points(found: Comparison, name: str, stage: int, panel: Panel, largest: float) -> Data:
    loads = _loads(found, name)
    here = loads[(loads.index.get_level_values("stage") == stage) & (loads["country"] == panel.key)]
    before, after = here[found.names[0]].to_numpy(float), here[name].to_numpy(float)
    change = after - before
    x, y = panel.project(here["lon"].to_numpy(), here["lat"].to_numpy())
    moved = np.abs(change) > 0.5
    return {
        "x": x.round(1).tolist(),
        "y": y.round(1).tolist(),
        "name": here["name"].tolist(),
        "before": before.tolist(),
        "after": after.tolist(),
        "change": change.tolist(),
        "size": np.where(
            moved, np.maximum(LARGEST_PX * np.sqrt(np.abs(change) / largest), LEAST_PX), LEAST_PX
        ).tolist(),
        "colour": [MORE if c > 0.5 else LESS if c < -0.5 else SAME for c in change],
        "alpha": np.where(moved, 0.65, 0.0).tolist(),
        "line": np.where((before > 0.5) != (after > 0.5), 2.5, 0.8).tolist(),
        "text": ["+" if b <= 0.5 < a else "–" if a <= 0.5 < b else "" for b, a in zip(before, after, strict=True)],
    }


def mixes(found: Comparison) -> Picture:
    """Energy given by family, a bar per stage and run."""
    wides = [
        pivots.by_family(plan.tables["energy"].loc[lambda f: f["country"].isin(found.countries)], ["stage"]) / 1e3
        for plan in found.plans
    ]
    keys = [item.key for item in style.FAMILIES if any(item.key in wide for wide in wides)]
    rows = [(stage, number) for stage in found.stages for number in range(len(found.names))]
    data: Data = {
        "x": [(str(stage), f"{number + 1}") for stage, number in rows],
        "run": [found.names[n] for _, n in rows],
    }
    for key in keys:
        data[key] = [
            float(wides[n].at[stage, key]) if stage in wides[n].index and key in wides[n] else 0.0 for stage, n in rows
        ]
    families = [style.FAMILY[key] for key in keys]
    plot = plain_figure(
        height=340, x_range=FactorRange(factors=data["x"]), y_range=DataRange1d(start=0), y_axis_label=say(mark("TWh per year"))
    )  # fmt: skip
    plot.vbar_stack(
        keys, x="x", width=0.86, source=ColumnDataSource(data), line_color=None,
        fill_color=[item.colour for item in families], hatch_pattern=[item.hatch or None for item in families],
        hatch_color="white", hatch_alpha=0.7, hatch_scale=8,
    )  # fmt: skip
    plot.add_tools(
        hover(tooltips=[("", "@run"), *((say(item.label), f"@{item.key}{{0,0.0}} TWh") for item in families)])
    )
    plot.xgrid.visible = False
    return Picture("mixes", {"plot": plot})


def cost_bridge(found: Comparison) -> Picture | None:
    """Steps from the base's cost to another run's, M USD of present value by line; None when the costs cannot be compared."""
    if found.whole is None:
        return None
    lines = [plan.tables["costs"].groupby("line")["musd"].sum() for plan in found.plans]
    pages = {
        f"{name}|{part}": _steps(_part(lines[0], part), _part(other, part), found.names[0], name)
        for name, other in zip(found.names[1:], lines[1:], strict=True)
        for part in PARTS
    }
    first = pages[f"{found.names[-1]}|power"]
    source = ColumnDataSource(dict(first))
    plot = plain_figure(
        height=90 + 30 * len(first["label"]),
        y_range=FactorRange(factors=first["label"]),
        x_range=DataRange1d(range_padding=0.08),
        x_axis_label=say(mark("M USD, present value")),
    )
    plot.hbar("label", left="low", right="high", height=0.62, source=source, fill_color="colour", line_color=None)
    plot.add_tools(hover(tooltips=[("", "@label"), ("", "@told")]))
    plot.xaxis.formatter, plot.ygrid.visible = NumeralTickFormatter(format="0,0"), False
    plot.xaxis[0].ticker = BasicTicker(desired_num_ticks=4)
    names: Any = found.names[1:]
    options: Any = [(key, say(label)) for key, label in PARTS.items()]
    run = Select(title=say(mark("To run")), value=names[-1], options=names, width=260, stylesheets=[CONTROL])
    part = Select(title=say(mark("Show")), value="power", options=options, width=160, stylesheets=[CONTROL])
    scope = {"run": run, "part": part, "source": source, "rows": plot.y_range, "plot": plot, "pages": pages}
    show = CustomJS(args=scope, code=BRIDGE)
    run.js_on_change("value", show)
    part.js_on_change("value", show)
    return Picture("bridge", {"run": run, "part": part, "plot": plot})


def _part(lines: pd.Series, part: str) -> pd.Series:
    return lines if part == "all" else lines[[on_power_bill(str(line)) for line in lines.index]]


def _steps(before: pd.Series, after: pd.Series, base: str, other: str) -> Data:
    """The bars of a bridge from top to bottom: the base, every step, the other; bars begin near the steps, not at 0.

    Blanks tell a run that is called like a cost line from that line.
    """
    steps = bridge(before, after)
    ends = [float(before.sum()), float(after.sum())]
    span = max([*steps["high"], *ends]) - min([*steps["low"], *ends])
    floor = max(min([*steps["low"], *ends]) - max(0.6 * span, 1e-9), 0.0)
    rows = [(f"{short(base, 28)} ", floor, ends[0], SAME, f"{whole(ends[0])} M USD")]
    rows += [
        (say(row.label), row.low, row.high, MORE if row.change > 0 else LESS, f"{signed(whole(row.change))} M USD")
        for row in steps.itertuples()
    ]
    rows.append((f"{short(other, 28)}  ", floor, ends[1], SAME, f"{whole(ends[1])} M USD"))
    heads = ("label", "low", "high", "colour", "told")
    return {head: [row[i] for row in rows[::-1]] for i, head in enumerate(heads)}
