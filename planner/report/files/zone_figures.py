"""What a plan does to the power system around its sites, as files: the map of prices and bills by year, bills zone by zone, mixes with
and without the campuses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from planner.base.text import fixed, short, signed
from planner.plan.plan import Plan
from planner.report.figures import zone_mix
from planner.report.figures.bokeh_parts import Data
from planner.report.figures.shown import Shown
from planner.report.files import paper
from planner.report.maps import geometry, map_static, zone_map
from planner.words import style
from planner.words.language import mark, say

MOST_ZONES = 20  # bars of bills
MIXES = 6  # zones whose mix is drawn
POINTS_PER_PX = 0.75
MAP_WIDE_IN, GAP_IN, HEAD_IN, FOOT_IN = 13.333, 0.16, 0.75, 0.8
TALLEST_IN = 6.0  # of a map
TITLE = mark("What happens to everybody else's price, {year}")
READ = mark(
    "Colour and figure of a circle: change of everybody else's price, USD/MWh; its area: change of everybody else's bill; "
    "a thick edge: campuses buy there. Dashed orange: links often full."
)


def figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """Name and figure of all that there is to show; nothing where the grid is a tariff."""
    zones = plan.tables["zones"]
    if zones.empty:
        return
    if zones["lat"].notna().any():
        for stage in sorted(int(year) for year in zones["stage"].unique()):
            yield f"zones-{stage}", paper.drawn(price_map, plan, stage)
    yield "zones-bills", paper.drawn(bills, plan)
    yield "zones-mix", paper.drawn(mixes, plan)


def price_map(plan: Plan, stage: int) -> Figure:
    """A panel per country: zones coloured by the change of price, as large as the change of everybody else's bill."""
    zones, links, layers = plan.tables["zones"], plan.tables["links"], geometry.load(plan)
    panels = zone_map.panels(zones, layers)
    largest = max(float(zones["others_bill_musd"].abs().max()), 1e-9)
    widest = max(float(links[["forward_mw", "back_mw"]].to_numpy().max()), 1e-9) if len(links) else 1.0
    total = sum(panel.aspect for panel in panels)
    tall_in = min((MAP_WIDE_IN - GAP_IN * (len(panels) + 1)) / total, TALLEST_IN)
    high_in, left_in = HEAD_IN + tall_in + FOOT_IN, GAP_IN
    figure = Shown(figsize=(MAP_WIDE_IN, high_in), facecolor="white")
    title = say(TITLE).format(year=stage)
    figure.text(GAP_IN / MAP_WIDE_IN, 1 - 0.45 / high_in, title, fontsize=17, weight="bold", color=style.INK)
    for panel in panels:
        wide_in = tall_in * panel.aspect
        box = left_in / MAP_WIDE_IN, FOOT_IN / high_in, wide_in / MAP_WIDE_IN, tall_in / high_in
        axes = figure.add_axes(box)
        map_static.backdrop(axes, panel, layers)
        own = zones[(zones["country"] == panel.key) & zones["lat"].notna()]
        _draw(axes, zone_map.circles(own, panel, stage, largest), zone_map.ties(links, own, panel, stage, widest))
        left_in += wide_in + GAP_IN
    shades = [
        Patch(facecolor=colour, edgecolor=style.INK, linewidth=0.4, label=words) for colour, words in zone_map.legend()
    ]
    figure.legend(
        handles=shades,
        loc="lower left",
        bbox_to_anchor=(0.005, 0.3 / high_in),
        ncols=len(shades),
        frameon=False,
        fontsize=9,
    )
    figure.text(GAP_IN / MAP_WIDE_IN, 0.14 / high_in, say(READ), fontsize=8.5, color=style.FAINT)
    return figure


def _draw(axes: Axes, zones: Data, ties: Data) -> None:
    for x, y, width, colour, dash in zip(*(ties[key] for key in ("xs", "ys", "width", "colour", "dash")), strict=True):
        axes.plot(x, y, color=colour, linestyle=dash, linewidth=width, alpha=0.8, zorder=4)
    points = np.asarray(zones["size"], float) * POINTS_PER_PX
    axes.scatter(
        zones["x"], zones["y"], s=points**2, c=zones["colour"], edgecolors=style.INK, linewidths=zones["edge"], zorder=6
    )
    for x, y, size, text in zip(zones["x"], zones["y"], points, zones["text"], strict=True):
        axes.annotate(
            text, (x, y), (0, 0.5 * size + 1), textcoords="offset points", ha="center", fontsize=8, color=style.INK, zorder=9,
            bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.4},
        )  # fmt: skip


def bills(plan: Plan) -> Figure:
    """By zone, in the last stage: change of price, and of what everybody else pays; the zones where bills change most."""
    zones = plan.tables["zones"]
    stage = int(zones["stage"].max())
    here = zones[zones["stage"] == stage]
    order = here["others_bill_musd"].abs().sort_values(ascending=False, kind="stable").index[:MOST_ZONES]
    here = here.loc[order].iloc[::-1]
    change = (here["price_usd_per_mwh"] - here["price_without_usd_per_mwh"]).to_numpy(float)
    title = say(mark("What everybody else pays more, by zone, {year}")).format(year=stage)
    first, second = paper.sheet(1.4 + paper.ROW_IN * len(here), title, 1, 2, one_scale=True)
    names = [short(str(name), paper.LABEL_LETTERS) for name in here["name"]]
    colours = [style.change_colour(value) for value in change]
    for axes, values, digits, label in (
        (first, change, 1, mark("price, USD/MWh")),
        (second, here["others_bill_musd"].to_numpy(float), 0, mark("bill, M USD per year")),
    ):
        bars = axes.barh(range(len(names)), values, color=colours, edgecolor=style.INK, linewidth=0.4)
        axes.bar_label(bars, [signed(fixed(value, digits)) for value in values], padding=3, fontsize=8)
        axes.axvline(0.0, color=style.INK, linewidth=0.8)
        axes.set(xlabel=say(label))
        axes.margins(x=0.2)
    first.set_yticks(range(len(names)), names, fontsize=8)
    return first.figure  # type: ignore[return-value]


def mixes(plan: Plan) -> Figure:
    """The zones where campuses buy most: what feeds each, without and with them, by stage."""
    zones, energy = plan.tables["zones"], zone_mix.by_family(plan.tables["zone_generation"])
    stages = sorted(int(stage) for stage in zones["stage"].unique())
    most = zones.groupby("zone")["ai_twh"].max().sort_values(ascending=False, kind="stable").index[:MIXES]
    names = zones.drop_duplicates("zone").set_index("zone")["name"]
    families = [item for item in style.FAMILIES if item.key in set(energy["family"])]
    rows, columns = -(-len(most) // 3), min(len(most), 3)
    title = say(mark("What feeds the zones where campuses buy most, without and with them, TWh per year"))
    sheet = paper.sheet(0.6 + 2.9 * rows, title, rows, columns)
    for axes, zone in zip(sheet, most, strict=False):
        _bars(axes, zone_mix.bars(energy[energy["zone"] == zone], stages, families), families)
        axes.set_title(short(str(names[zone]), paper.LABEL_LETTERS), loc="left", fontsize=9)
    for axes in sheet[len(most) :]:
        axes.set_axis_off()
    figure = sheet[0].figure
    keys = [
        Patch(facecolor=item.colour, hatch=item.hatch * 2, edgecolor="white", label=say(item.label))
        for item in families
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=6, frameon=False, fontsize=8)
    return figure  # type: ignore[return-value]


def _bars(axes: Axes, found: zone_mix.Data, families: list[style.Family]) -> None:
    """Two bars a stage, without and with; below zero what leaves the zone."""
    pairs = found["x"]
    places = np.array([1.3 * (number // 2) + 0.42 * (number % 2) for number in range(len(pairs))])
    for end in ("", zone_mix.OUT):
        base = np.zeros(len(pairs))
        for item in families:
            values = np.asarray(found[item.key + end], float)
            axes.bar(
                places, values, bottom=base, width=0.4,
                facecolor=item.colour, hatch=item.hatch * 2, edgecolor="white", linewidth=0.2,
            )  # fmt: skip
            base += values
    axes.axhline(0.0, color=style.INK, linewidth=0.6)
    axes.set_xticks(places[::2] + 0.21, [stage for stage, _ in pairs[::2]], fontsize=8)
    axes.tick_params(axis="y", labelsize=8)
