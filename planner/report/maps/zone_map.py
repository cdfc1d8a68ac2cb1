"""The map of zones by stage: what the plan does to everybody else's price and bill, and which links between zones are full."""

from __future__ import annotations

import numpy as np
import pandas as pd
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from planner.base.constants import HOURS
from planner.base.text import DASH, fixed, signed, whole
from planner.plan.plan import Plan
from planner.report.figures.bokeh_parts import LABEL, Data, by_stage, hover, stage_slider
from planner.report.maps.geometry import PACIFIC, Layers, Panel
from planner.report.maps.map_interactive import backdrop, canvas
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark, say

LARGEST_PX, LEAST_PX = 24.0, 5.0
WIDEST_PX, THINNEST_PX = 5.0, 0.8
OFTEN_FULL = 0.25  # of the year
FULL, FREE = "#D55E00", "#6B7280"
HOVER = {
    mark("zone"): "@name, @zone",
    mark("price without the campuses"): "@before{0,0.0} USD/MWh",
    mark("price"): "@price{0,0.0} USD/MWh",
    mark("firm supply"): "@capacity_before{0,0.0} → @capacity{0,0.0} USD/kW-y",
    mark("everybody else pays more"): "@bill{0,0} M USD/y",
    mark("campuses buy"): "@bought{0,0.00} TWh/y",
    mark("hours short"): "@short_before{0,0} → @short{0,0}",
    mark("carbon, average"): "@carbon",
    mark("carbon, incremental"): "@more_carbon",
}
TIE_HOVER = {
    mark("link"): "@link",
    mark("limit"): "@limit{0,0} MW",
    mark("of it added"): "@new_before{0,0} → @new{0,0} MW",
    mark("net flow"): "@before{0,0} → @net{0,0} GWh/y",
    mark("hours full"): "@full_before{0,0} → @full{0,0}",
}


def zone_map(plan: Plan, layers: Layers) -> Picture:
    """The picture `zones`: root `slider` and one root per country whose zones have a place."""
    zones, links = plan.tables["zones"], plan.tables["links"]
    stages = sorted({int(stage) for stage in zones["stage"]})
    largest = max(float(zones["others_bill_musd"].abs().max()), 1e-9)
    widest = max(float(links[["forward_mw", "back_mw"]].to_numpy().max()), 1e-9) if len(links) else 1.0
    picture, swaps = Picture("zones"), []
    for panel in panels(zones, layers):
        own = zones[(zones["country"] == panel.key) & zones["lat"].notna()]
        plot = canvas(panel)
        plot.name = f"zones-{panel.key}"
        backdrop(plot, panel, layers)
        sources = {}
        for name, make in (
            ("ties", lambda stage, own=own, panel=panel: ties(links, own, panel, stage, widest)),
            ("zones", lambda stage, own=own, panel=panel: circles(own, panel, stage, largest)),
        ):
            source, found = by_stage(stages, make)  # type: ignore[arg-type]
            source.name = f"{name}-{panel.key}"
            sources[name] = source
            swaps.append((source, found))
        _draw(plot, sources)
        picture.roots[panel.key] = plot
    picture.roots = {"slider": stage_slider(stages, swaps)} | picture.roots
    return picture


def panels(zones: pd.DataFrame, layers: Layers) -> list[Panel]:
    """A panel for every country with zones that have a place, wide enough to hold them."""
    found = []
    for panel in layers.panels:
        own = zones[(zones["country"] == panel.key) & zones["lat"].notna()]
        if panel is not PACIFIC and len(own):
            found.append(panel.holding(own["lon"].to_numpy(float), own["lat"].to_numpy(float)))
    return found


def _draw(plot: figure, sources: dict[str, ColumnDataSource]) -> None:
    lines = plot.multi_line(
        "xs", "ys", source=sources["ties"], line_width="width", line_color="colour", line_dash="dash", line_alpha=0.8
    )
    circles = plot.scatter(
        "x", "y", source=sources["zones"], size="size", fill_color="colour", line_color="#1f2430", line_width="edge"
    )
    plot.text(
        "x",
        "y",
        text="text",
        source=sources["zones"],
        y_offset="dy",
        text_align="center",
        text_baseline="bottom",
        **LABEL,
    )
    plot.add_tools(
        hover(renderers=[lines], tooltips=[(say(label), field) for label, field in TIE_HOVER.items()]),
        hover(renderers=[circles], tooltips=[(say(label), field) for label, field in HOVER.items()]),
    )


def circles(own: pd.DataFrame, panel: Panel, stage: int, largest: float) -> Data:
    """Circles of a stage, the largest first, so that small ones lie on top."""
    here = own[own["stage"] == stage]
    here = here.iloc[np.argsort(-here["others_bill_musd"].abs().to_numpy(float), kind="stable")]
    x, y = panel.project(here["lon"].to_numpy(), here["lat"].to_numpy())
    change = (here["price_usd_per_mwh"] - here["price_without_usd_per_mwh"]).to_numpy(float)
    size = 2 * np.maximum(LARGEST_PX * np.sqrt(here["others_bill_musd"].abs().to_numpy(float) / largest), LEAST_PX)
    copied = {
        "name": "name",
        "zone": "zone",
        "price": "price_usd_per_mwh",
        "before": "price_without_usd_per_mwh",
        "capacity": "capacity_price_usd_per_kw_year",
        "capacity_before": "capacity_price_without_usd_per_kw_year",
        "bill": "others_bill_musd",
        "bought": "ai_twh",
        "short": "hours_short",
        "short_before": "hours_short_without",
    }
    return {key: here[column].tolist() for key, column in copied.items()} | {
        "x": x.round(1).tolist(),
        "y": y.round(1).tolist(),
        "size": size.round(2).tolist(),
        "dy": (-0.5 * size - 1).round(1).tolist(),
        "edge": [2.2 if twh > 1e-3 else 0.8 for twh in here["ai_twh"]],
        "colour": [style.change_colour(value) for value in change],
        "text": [signed(fixed(value, 1)) for value in change],
        "carbon": [_intensity(kg) for kg in here["co2_average_kg_per_mwh"]],
        "more_carbon": [_intensity(kg) for kg in here["co2_incremental_kg_per_mwh"]],
    }


def _intensity(kg: float) -> str:
    return f"{whole(kg)} kg/MWh" if kg == kg else DASH


def ties(links: pd.DataFrame, own: pd.DataFrame, panel: Panel, stage: int, widest: float) -> Data:
    """Links of a stage whose both ends have a place here, as straight lines between them."""
    places = own.drop_duplicates("zone").set_index("zone")
    here = links[
        (links["stage"] == stage) & links["from_zone"].isin(places.index) & links["to_zone"].isin(places.index)
    ]
    found: Data = {key: [] for key in ("xs", "ys", "width", "colour", "dash", "link", "limit", "net", "before")}
    found |= {"full": here["hours_full"].tolist(), "full_before": here["hours_full_without"].tolist()}
    found |= {"new": here["new_mw"].tolist(), "new_before": here["new_without_mw"].tolist()}
    for row in here.to_dict("records"):
        ends = places.loc[[row["from_zone"], row["to_zone"]]]
        x, y = panel.project(ends["lon"].to_numpy(), ends["lat"].to_numpy())
        limit, full = max(row["forward_mw"], row["back_mw"]), row["hours_full"] >= OFTEN_FULL * HOURS
        found["xs"].append(x.round(1).tolist())
        found["ys"].append(y.round(1).tolist())
        found["width"].append(round(max(WIDEST_PX * (limit / widest) ** 0.5, THINNEST_PX), 2))
        found["colour"].append(FULL if full else FREE)
        found["dash"].append("dashed" if full else "solid")
        found["link"].append(f"{ends['name'].iloc[0]} – {ends['name'].iloc[1]}")
        found["limit"].append(limit)
        found["net"].append(row["forward_gwh"] - row["back_gwh"])
        found["before"].append(row["net_without_gwh"])
    return found


def legend() -> list[tuple[str, str]]:
    """Colour of the circles, and the change of price in words, USD/MWh."""
    return list(zip(style.CHANGES, style.change_words(), strict=True))
