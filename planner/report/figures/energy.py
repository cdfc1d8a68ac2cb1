"""Energy mix, reactor orders and time to power as Bokeh pictures; every one a sum or a pivot of the plan's tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, DataRange1d, FactorRange, LinearColorMapper

from planner.base.text import plain, short, whole
from planner.plan.plan import Plan
from planner.report.figures.bokeh_parts import LABEL, Data, hover, plain_figure
from planner.report.page.embed import Picture
from planner.words import pivots, style
from planner.words.language import mark, say
from planner.words.names import Names

TIMELINE_SITES = 40
SLANT = 6  # bars: more stand too close on a phone for words that lie
UNITS = mark("units")
BLUES = ["#DCE9F5", "#BCD6EC", "#94BFE0", "#66A3D2", "#3B86C0", "#1C69A8", "#0B4C86"]

Tables = dict[str, pd.DataFrame]


def mix(plan: Plan) -> Picture:
    """Energy per year by family, a bar per country and stage."""
    tables = plan.tables
    wide = pivots.by_family(tables["energy"], ["country", "stage"]) / 1000
    countries = plan.countries.ordered(tables["sites"]["country"])
    stages = pivots.stages_of(tables)
    wide = wide.reindex(pd.MultiIndex.from_product([countries, stages]), fill_value=0.0)
    factors = [(say(plan.countries.label(country)), str(stage)) for country, stage in wide.index]
    families = [style.FAMILY[str(key)] for key in wide.columns]
    source = ColumnDataSource({"x": factors} | {item.key: wide[item.key].tolist() for item in families})
    plot = plain_figure(
        height=340,
        x_range=FactorRange(factors=factors),
        y_range=DataRange1d(start=0),
        y_axis_label=say(mark("TWh per year")),
    )
    plot.vbar_stack(
        [item.key for item in families],
        x="x",
        width=0.82,
        source=source,
        fill_color=[item.colour for item in families],
        line_color=None,
        hatch_pattern=[item.hatch or None for item in families],
        hatch_color="white",
        hatch_alpha=0.7,
        hatch_scale=8,
    )
    words = [(say(item.label), f"@{item.key}{{0,0.00}} TWh") for item in families]
    plot.add_tools(hover(tooltips=[(say(mark("country, year")), "@x"), *words]))
    plot.xaxis.major_label_orientation = "vertical" if len(factors) > SLANT else "horizontal"
    plot.xgrid.visible = False
    return Picture("mix", {"plot": plot})


def smr_orders(plan: Plan) -> Picture | None:
    """MW of reactors ordered by stage, a bar per design and country; None without orders."""
    frame, names = plan.tables["smr_orders"], Names(plan)
    frame = frame[frame["mw"] > 0]
    if frame.empty:
        return None
    book = frame.groupby(["stage", "country", "design"], as_index=False)[["units", "mw"]].sum()
    factors = [(str(row.stage), f"{short(names.source(row.design), 22)}, {row.country}") for row in book.itertuples()]
    data: Data = {"x": factors, "mw": book["mw"].tolist(), "units": book["units"].tolist()}
    source = ColumnDataSource(data | {"text": [f"{plain(units, 3)} {say(UNITS)}" for units in book["units"]]})
    plot = plain_figure(
        height=300,
        x_range=FactorRange(factors=factors),
        y_range=DataRange1d(start=0, range_padding=0.25),
        y_axis_label=say(mark("MW ordered")),
    )
    item = style.FAMILY["smr"]
    plot.vbar("x", top="mw", width=0.75, source=source, fill_color=item.colour, line_color=None)
    plot.text("x", "mw", text="text", source=source, text_align="center", y_offset=-3, **LABEL)
    plot.add_tools(hover(tooltips=[("", "@x"), (say(UNITS), "@units{0,0.[00]}"), ("MW", "@mw{0,0.0}")]))
    plot.xaxis.major_label_orientation = 0.6
    plot.xgrid.visible = False
    return Picture("smr", {"plot": plot})


def time_to_power(tables: Tables) -> Picture:
    """Which site runs how much in which stage: the largest sites as rows, stages as columns, MW as shade and number."""
    sites = tables["sites"]
    stages = pivots.stages_of(tables)
    rank = (
        sites[sites["open"].astype(bool)]
        .groupby("site")["facility_mw"]
        .max()
        .sort_values(ascending=False, kind="stable")
    )
    names = sites.drop_duplicates("site").set_index("site")
    chosen = rank.index[:TIMELINE_SITES].tolist()
    frame = sites[sites["site"].isin(chosen)]
    rows = {site: f"{short(str(names.at[site, 'name']), 26)} · {site}" for site in chosen}
    largest = max(float(frame["facility_mw"].max()) if len(frame) else 1.0, 1.0)
    dark = np.asarray(frame["facility_mw"]) > 0.45 * largest
    source = ColumnDataSource(
        {
            "row": [rows[site] for site in frame["site"]],
            "name": frame["name"].tolist(),
            "stage": frame["stage"].astype(str).tolist(),
            "facility_mw": frame["facility_mw"].tolist(),
            "connectable_mw": frame["connectable_mw"].tolist(),
            "grid_mw": frame["grid_mw"].tolist(),
            "scarce": [words or say(mark("nothing")) for words in frame["scarce"]],
            "text": [whole(mw) if mw > 0 else "" for mw in frame["facility_mw"]],
            "ink": np.where(dark, "#ffffff", "#1f2430").tolist(),
        }
    )
    plot = plain_figure(
        height=50 + 24 * len(chosen),
        x_range=FactorRange(factors=[str(stage) for stage in stages]),
        y_range=FactorRange(factors=[rows[site] for site in chosen[::-1]]),
        x_axis_location="above",
    )
    shade = LinearColorMapper(palette=BLUES, low=0, high=largest)
    plot.rect(
        "stage", "row", width=0.96, height=0.9, source=source, line_color=None,
        fill_color={"field": "facility_mw", "transform": shade},
    )  # fmt: skip
    plot.text(
        "stage", "row", text="text", source=source, text_color="ink",
        text_align="center", text_baseline="middle", text_font_size="12px",
    )  # fmt: skip
    plot.add_tools(
        hover(
            tooltips=[
                ("", "@name, @stage"),
                (say(mark("mean facility load")), "@facility_mw{0,0.0} MW"),
                (say(mark("must be served in the design hour")), "@connectable_mw{0,0.0} MW"),
                (say(mark("grid connection")), "@grid_mw{0,0.0} MW"),
                (say(mark("scarce")), "@scarce"),
            ]
        )
    )
    plot.grid.visible = False
    plot.axis.axis_line_color = plot.axis.major_tick_line_color = None
    return Picture("time", {"plot": plot})
