"""The map in the browser: a slider over the stages; hover tells what stands at a site, what feeds it and what is scarce."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure

from planner.base.text import columns, fixed, short
from planner.plan.plan import Plan
from planner.report.figures.bokeh_parts import LABEL, Data, by_stage, hover, plain_figure, stage_slider
from planner.report.maps import geometry
from planner.report.maps.geometry import PACIFIC, Layers, Panel
from planner.report.page import labels
from planner.report.page.embed import Picture
from planner.words import pivots, style
from planner.words.language import mark, say
from planner.words.names import Names

LARGEST_PX = 22.0
PANEL_PX = 340.0  # usual height of a country's panel
LABELS_PER_PANEL = 8
HOVER = {  # hover row -> column of the site source
    mark("site"): "@name",
    mark("place"): "@site, @zone",
    mark("load"): "@facility_mw{0,0.0} MW mean, @facility_peak_mw{0,0.0} MW peak",
    mark("chips"): "@chips",
    mark("energy from"): "@mix",
    mark("grid connection"): "@grid_mw{0,0.0} MW",
    mark("power cost"): "@lcoe",
    mark("PUE"): "@pue_words",
    mark("scarce"): "@scarce",
}


def site_map(plan: Plan, layers: Layers) -> Picture:
    """The picture `map`: root `slider` and one root per panel (KR, US, JP, PACIFIC)."""
    stages = pivots.stages_of(plan.tables)
    largest = max(float(plan.tables["sites"]["facility_mw"].max()), 1.0)
    sites = {stage: _sites(plan, stage, largest) for stage in stages}
    picture, swaps = Picture("map"), []
    for panel in layers.panels:
        plot = canvas(panel)
        backdrop(plot, panel, layers)
        sources = {}
        for name, make in (
            ("routes", lambda stage, panel=panel: _routes(panel, layers, stage)),
            ("terminals", lambda stage, panel=panel: _terminals(panel, layers, stage)),
            ("sites", lambda stage, panel=panel: _points(sites[stage], panel)),
            ("rings", lambda stage, panel=panel: _rings(sites[stage], panel)),
            ("labels", lambda stage, panel=panel: _labels(sites[stage], panel)),
        ):
            source, found = by_stage(stages, make)  # type: ignore[arg-type]
            source.name = f"{name}-{panel.key}"
            sources[name] = source
            swaps.append((source, found))
        _draw(plot, sources)
        picture.roots[panel.key] = plot
    picture.roots = {"slider": stage_slider(stages, swaps)} | picture.roots
    return picture


def canvas(panel: Panel) -> figure:
    """An empty map of a panel, in km."""
    x0, y0, x1, y1 = panel.extent
    plot = plain_figure(
        name=f"map-{panel.key}",
        width=480,
        height=round(480 / panel.aspect),
        sizing_mode="scale_width",
        x_range=Range1d(start=x0, end=x1, bounds=(x0, x1)),
        y_range=Range1d(start=y0, end=y1, bounds=(y0, y1)),
        min_border_right=0,
        tools="pan,wheel_zoom,reset",
        toolbar_location="right",
        toolbar_inner=True,
    )
    plot.toolbar.autohide, plot.toolbar.logo = True, None
    plot.axis.visible, plot.grid.visible = False, False
    return plot


def backdrop(plot: figure, panel: Panel, layers: Layers) -> None:
    """Land, borders and a scale bar under everything else."""
    for kind, shapes in layers.backdrop(panel):
        polygons = [
            part for shape in shapes for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon"
        ]
        outlines = [
            [np.asarray(ring.coords, np.float32).round(1) for ring in (part.exterior, *part.interiors)]
            for part in polygons
        ]
        plot.multi_polygons(
            "xs",
            "ys",
            source=ColumnDataSource(
                {
                    name: [[[ring[:, axis] for ring in rings]] for rings in outlines]
                    for axis, name in enumerate(("xs", "ys"))
                }
            ),
            fill_color="#8f8b7d",
            fill_alpha=0.14 if kind == "context" else 0.30,
            line_color="#ffffff" if kind == "land" and panel is not PACIFIC else None,
            line_alpha=0.7,
            line_width=0.6,
        )
    x0, y0, x1, y1 = panel.extent
    x, y = x0 + 0.03 * (x1 - x0), y0 + 0.04 * (y1 - y0)
    plot.line([x, x + panel.scale_km], [y, y], line_width=2, color="#7a8190")
    halo: dict[str, Any] = {"text_font_size": "11px", "text_color": "#7a8190", "text_baseline": "bottom"}
    plot.text([x], [y + 0.01 * (y1 - y0)], [f"{panel.scale_km:,} km"], **halo)


def _draw(plot: figure, sources: dict[str, ColumnDataSource]) -> None:
    routes, sites = sources["routes"], sources["sites"]
    lines = plot.multi_line(
        "xs", "ys", source=routes, line_width="width", line_color="colour", line_dash="dash", line_alpha=0.75
    )
    plot.scatter("x", "y", source=sites, size="size", fill_color="#ffffff", fill_alpha=0.9, line_color="edge")
    plot.annular_wedge(
        "x",
        "y",
        source=sources["rings"],
        inner_radius="inner",
        outer_radius="outer",
        inner_radius_units="screen",
        outer_radius_units="screen",
        start_angle="start",
        end_angle="end",
        direction="clock",
        fill_color="colour",
        line_color="#ffffff",
        line_width=0.4,
        hatch_pattern="hatch",
        hatch_color="#ffffff",
        hatch_alpha=0.55,
        hatch_scale=6,
        hatch_weight=0.5,
    )
    ports = plot.scatter(
        "x", "y", source=sources["terminals"], marker="marker", size=9, fill_color="#1f2430", line_color="#ffffff"
    )
    target = plot.scatter("x", "y", source=sites, size="size", fill_alpha=0, line_alpha=0, name="sites")
    plot.text(
        "x", "y", text="text", source=sources["labels"], x_offset="dx", y_offset="dy", text_baseline="bottom", **LABEL
    )
    tons = "@mt{0,0.00} Mt/y"
    plot.add_tools(
        hover(renderers=[lines], tooltips=[(say(mark("LNG on this leg")), f"{tons} @route")]),
        hover(renderers=[ports], tooltips=[("@kind", "@terminal"), ("LNG", tons)]),
        hover(renderers=[target], tooltips=[(say(label), field) for label, field in HOVER.items()]),
    )


def _sites(plan: Plan, stage: int, largest_mw: float) -> pd.DataFrame:
    """All sites of a stage with what the hover says; the largest last, so that small circles stay on top of none."""
    sites = plan.tables["sites"]
    frame = sites[sites["stage"] == stage].copy()
    mixes = pivots.site_mix(plan.tables, stage).set_index("site")["mix"].to_dict()
    chips = pivots.chips_words(plan.tables["chips"], Names(plan).chip)
    frame["parts"] = [mixes.get(site, {}) for site in frame["site"]]
    frame["mix"] = [pivots.mix_words(parts) or say(mark("nothing built")) for parts in frame["parts"]]
    frame["chips"] = [chips.get((site, stage), say(mark("none"))) for site in frame["site"]]
    frame["lcoe"] = [f"{fixed(v, 1)} USD/MWh" if v == v else "–" for v in frame["lcoe_usd_per_mwh"]]
    frame["pue_words"] = [fixed(v, 3) if v == v else "–" for v in frame["pue"]]
    frame["radius_px"] = np.where(
        frame["open"], np.maximum(LARGEST_PX * np.sqrt(frame["facility_mw"] / largest_mw), 4), 3
    )
    return frame.sort_values(["facility_mw", "site"], ascending=[False, True]).reset_index(drop=True)


def _placed(frame: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """The sites that a panel shows, with their place in km and their radius in pixels there."""
    here = frame[frame["open"].astype(bool)] if panel is PACIFIC else frame[frame["country"] == panel.key]
    x, y = panel.project(here["lon"].to_numpy(), here["lat"].to_numpy())
    return here.assign(x=x.round(1), y=y.round(1), radius_px=here["radius_px"] * (0.5 if panel is PACIFIC else 1.0))


def _points(frame: pd.DataFrame, panel: Panel) -> Data:
    here = _placed(frame, panel)
    copied = ["site", "name", "zone", "facility_mw", "facility_peak_mw", "grid_mw", "chips", "mix", "lcoe", "pue_words"]
    return {column: here[column].tolist() for column in [*copied, "x", "y"]} | {
        "size": (2 * here["radius_px"]).round(2).tolist(),
        "edge": ["#1f2430" if is_open else "#7a8190" for is_open in here["open"]],
        "scarce": [words or say(mark("nothing")) for words in here["scarce"]],
    }


def _labels(frame: pd.DataFrame, panel: Panel) -> Data:
    """Names beside the largest sites, as far as there is room when a panel is PANEL_PX high."""
    here = _placed(frame, panel)
    here = here.iloc[:0] if panel is PACIFIC else here[here["open"].astype(bool)]
    x0, y0, _, y1 = panel.extent
    scale = PANEL_PX / (y1 - y0)
    spots = list(zip((here["x"] - x0) * scale, (here["y"] - y0) * scale, strict=True))
    texts = [short(str(name), 22) for name in here["name"]]
    sizes = [(5.8 * columns(text) + 4, 15.0) for text in texts]
    room = (0.0, 0.0, PANEL_PX * panel.aspect, PANEL_PX)
    placed = labels.place(spots, here["radius_px"].tolist(), sizes, room, 2.0)[:LABELS_PER_PANEL]
    index = [item.index for item in placed]
    return {
        "x": here["x"].iloc[index].tolist(),
        "y": here["y"].iloc[index].tolist(),
        "text": [texts[item.index] for item in placed],
        "dx": [round(item.x - spots[item.index][0], 1) for item in placed],
        "dy": [round(spots[item.index][1] - item.y, 1) for item in placed],
    }


def _rings(frame: pd.DataFrame, panel: Panel) -> Data:
    rows: list[tuple[Any, ...]] = []
    here = _placed(frame, panel)
    for px, py, radius, parts in zip(here["x"], here["y"], here["radius_px"], here["parts"], strict=True):
        angle = np.pi / 2
        for key in [item.key for item in style.FAMILIES if item.key in parts]:
            end = angle - 2 * np.pi * parts[key]
            item = style.FAMILY[key]
            rows.append((px, py, 0.5 * radius, radius, angle, end, item.colour, item.hatch or " "))
            angle = end
    heads = ["x", "y", "inner", "outer", "start", "end", "colour", "hatch"]
    return {head: [row[index] for row in rows] for index, head in enumerate(heads)}


def _terminals(panel: Panel, layers: Layers, stage: int) -> Data:
    used = layers.terminals[layers.terminals[f"mt_{stage}"] > 0]
    x, y = panel.project(used["lon"].to_numpy(), used["lat"].to_numpy())
    return {
        "x": x.round(1).tolist(),
        "y": y.round(1).tolist(),
        "marker": ["triangle" if kind == "export" else "inverted_triangle" for kind in used["kind"]],
        "terminal": used["terminal"].tolist(),
        "kind": used["kind"].tolist(),
        "mt": used[f"mt_{stage}"].tolist(),
    }


def _routes(panel: Panel, layers: Layers, stage: int) -> Data:
    legs = layers.legs
    largest = max(float(legs["mt"].max()) if len(legs) else 1.0, 1e-9)
    found: Data = {key: [] for key in ("xs", "ys", "width", "colour", "dash", "route", "mt")}
    for row in legs[legs["stage"] == stage].itertuples():
        for piece in geometry.route_on(panel, row.geometry):
            found["xs"].append(piece[:, 0].astype(np.float32).round(1))
            found["ys"].append(piece[:, 1].astype(np.float32).round(1))
            found["width"].append(round(1 + 3.5 * (row.mt / largest) ** 0.5, 2))
            found["colour"].append(style.ROUTE_COLOUR.get(row.route, style.FAINT))
            found["dash"].append(style.ROUTE_DASH.get(row.route, "solid"))
            found["route"].append(say(style.ROUTE_LABEL.get(row.route, row.route)))
            found["mt"].append(row.mt)
    return found
