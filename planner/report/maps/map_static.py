"""The map for a slide: a panel per country and one of the Pacific, circles by MW with a ring of the power mix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Circle, PathPatch, Rectangle, Wedge
from matplotlib.path import Path as Outline

from planner.base.text import columns, number, power, short, whole
from planner.plan.plan import Plan
from planner.report.figures.shown import Shown
from planner.report.maps import geometry
from planner.report.maps.geometry import PACIFIC, Layers, Panel
from planner.report.page import labels
from planner.words import pivots, style
from planner.words.language import mark, say

FONTS = ("DejaVu Sans", "Noto Sans CJK KR", "Noto Sans CJK JP", "Malgun Gothic", "Apple SD Gothic Neo", "Yu Gothic")
TITLE = mark("{name}: {load} of AI data centers at {sites} sites in {year}")
CIRCLES = mark("Circle area: mean facility load. Ring: where its energy comes from.")
CARGOES = mark("Lines: LNG cargoes, width by Mt per year.")
BASE_MAP, TERMINALS = mark("Base map:"), mark("Terminals:")
DRAWN = mark("Sea lanes are drawn, not sailed. All other figures: this plan.")
SIZE_IN = (13.333, 7.5)
LABELS_PER_PANEL = 9
HATCHED = (
    6.0  # points of radius from which a ring is wide enough to show a hatch, which takes ten times as long to draw
)
LEFT, LOW, ROOM, GAP = 0.02, 0.05, 0.855, 0.012  # figure fractions: margin, foot, height of all maps, gap
TOP_SHARE, KEY_WIDTH = 0.34, 0.27  # least height of the upper row; width of the key beside a single country


def write(plan: Plan, folder: Path, layers: Layers | None = None) -> None:
    """`map.png` and `map.svg` of the last stage in `folder`."""
    figure = site_map(plan, layers=layers)
    with matplotlib.rc_context({"svg.hashsalt": "planner", "svg.fonttype": "path"}):
        figure.savefig(folder / "map.png", dpi=150, metadata={"Software": None})
        figure.savefig(folder / "map.svg", metadata={"Date": None, "Creator": None})


def site_map(plan: Plan, stage: int | None = None, layers: Layers | None = None) -> Figure:
    """The map of one stage (the last one unless told) as a Matplotlib figure."""
    layers = geometry.load(plan) if layers is None else layers
    stage = pivots.stages_of(plan.tables)[-1] if stage is None else stage
    with matplotlib.rc_context(
        {
            "font.family": fonts(),
            "text.parse_math": False,
            "hatch.linewidth": 0.5,
            "axes.linewidth": 0.6,
        }
    ):
        return _draw(plan, stage, layers)


def fonts() -> list[str]:
    """Those of our fonts that this machine has."""
    have = {font.name for font in fontManager.ttflist}
    return [name for name in FONTS if name in have]


def _draw(plan: Plan, stage: int, layers: Layers) -> Figure:
    figure = Shown(figsize=SIZE_IN, facecolor="white")
    sites = pivots.site_mix(plan.tables, stage)
    total, unit = power(float(sites["facility_mw"].sum()))
    title = say(TITLE).format(name=plan.name, load=f"{total} {unit}", sites=len(sites), year=stage)
    figure.text(0.02, 0.955, title, fontsize=17, weight="bold", color=style.INK)
    figure.text(
        0.02,
        0.922,
        say(CIRCLES) + (f" {say(CARGOES)}" if len(layers.routes) else ""),
        fontsize=9.5,
        color=style.FAINT,
    )
    per_mw = _area_per_mw(sites["facility_mw"].max() if len(sites) else 1.0)
    boxes = _boxes(layers.panels)
    for panel, box in boxes:
        axes = figure.add_axes(box)
        backdrop(axes, panel, layers)
        _routes(axes, panel, layers, stage)
        _sites(axes, panel, plan, sites, per_mw, box)
    _key(figure, plan, stage, layers, per_mw, sites, boxes[-1 if len(boxes) == 1 else 0][1])
    figure.text(
        0.02,
        0.018,
        f"{say(BASE_MAP)} Natural Earth; US Census; KOSTAT 2012; MLIT N03 (SmartNews). {say(TERMINALS)} Global Energy Monitor, CC BY 4.0. "
        + say(DRAWN),
        fontsize=6.5,
        color=style.FAINT,
    )
    return figure


def _boxes(panels: list[Panel]) -> list[tuple[Panel, tuple[float, float, float, float]]]:
    """A frame for every panel in figure fractions, each with its map's aspect: the Pacific above, countries below."""
    width, height = SIZE_IN
    countries = [panel for panel in panels if panel is not PACIFIC]
    total = sum(panel.aspect for panel in countries)
    free = 1 - 2 * LEFT - GAP * (len(countries) - 1) - (0 if PACIFIC in panels else KEY_WIDTH)
    tall = min(free * width / height / total, ROOM - (TOP_SHARE if PACIFIC in panels else 0))
    found, left = [], LEFT
    if PACIFIC in panels:
        top = ROOM - tall - GAP * width / height
        found.append((PACIFIC, (LEFT, LOW + ROOM - top, top * height * PACIFIC.aspect / width, top)))
    for panel in countries:
        size = tall * height * panel.aspect / width
        found.append((panel, (left, LOW if PACIFIC in panels else LOW + ROOM - tall, size, tall)))
        left += size + GAP
    return found


def _area_per_mw(largest_mw: float) -> float:
    """Square points per MW, such that the largest site stays readable."""
    return float(np.pi * 15.0**2 / max(largest_mw, 1.0))


def _radius_points(mw: float, per_mw: float) -> float:
    return max(float(np.sqrt(mw * per_mw / np.pi)), 2.2)


def backdrop(axes: Axes, panel: Panel, layers: Layers) -> None:
    """Sea, land, borders, title and scale of a panel."""
    x0, y0, x1, y1 = panel.extent
    axes.set(xlim=(x0, x1), ylim=(y0, y1), xticks=[], yticks=[], facecolor=style.SEA, aspect="equal")
    for spine in axes.spines.values():
        spine.set_edgecolor("#C5CAD3")
    for kind, shapes in layers.backdrop(panel):
        outlines = [_outline(polygon) for shape in shapes for polygon in getattr(shape, "geoms", [shape])]
        face = style.CONTEXT if kind == "context" else style.LAND
        patches = [PathPatch(outline) for outline in outlines if outline is not None]
        axes.add_collection(
            PatchCollection(
                patches, facecolor=face, edgecolor="white" if kind == "land" else style.CONTEXT, linewidth=0.5
            )
        )
    axes.text(
        0.012, 0.975, say(panel.title), transform=axes.transAxes, va="top", fontsize=10, weight="bold", color=style.INK,
        zorder=12, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5},
    )  # fmt: skip
    _scale_bar(axes, panel)


def _outline(polygon: Any) -> Outline | None:
    rings = [polygon.exterior, *polygon.interiors] if polygon.geom_type == "Polygon" else []
    return (
        Outline.make_compound_path(*[Outline(np.asarray(ring.coords), closed=True) for ring in rings])
        if rings
        else None
    )


def _scale_bar(axes: Axes, panel: Panel) -> None:
    x0, y0, x1, y1 = panel.extent
    x, y = x0 + 0.03 * (x1 - x0), y0 + 0.035 * (y1 - y0)
    axes.plot([x, x + panel.scale_km], [y, y], color=style.INK, linewidth=1.6, solid_capstyle="butt", zorder=11)
    axes.text(x, y + 0.012 * (y1 - y0), f"{panel.scale_km:,} km", fontsize=6.5, color=style.INK, va="bottom", zorder=11)


def _routes(axes: Axes, panel: Panel, layers: Layers, stage: int) -> None:
    legs = layers.legs[layers.legs["stage"] == stage]
    largest = max(float(layers.legs["mt"].max()) if len(layers.legs) else 1.0, 1e-9)
    for row in legs.itertuples():
        width = 0.8 + 3.2 * (row.mt / largest) ** 0.5
        pieces = geometry.route_on(panel, row.geometry)
        axes.add_collection(
            LineCollection(
                pieces,
                linewidths=width,
                colors=style.ROUTE_COLOUR.get(row.route, style.FAINT),
                linestyles=style.ROUTE_DASH.get(row.route, "solid"),
                alpha=0.75,
                capstyle="round",
                zorder=3,
            )
        )
    used = layers.terminals[layers.terminals[f"mt_{stage}"] > 0]
    x, y = panel.project(used["lon"].to_numpy(), used["lat"].to_numpy())
    for kind, marker in (("export", "^"), ("import", "v")):
        mask = (used["kind"] == kind).to_numpy()
        axes.scatter(x[mask], y[mask], marker=marker, s=26, color=style.INK, edgecolor="white", linewidth=0.6, zorder=8)


def _sites(axes, panel, plan, sites, per_mw, box) -> None:  # type: ignore[no-untyped-def]
    x0, _, x1, _ = panel.extent
    km_per_point = (x1 - x0) / (box[2] * SIZE_IN[0] * 72)
    shrink = 0.55 if panel is PACIFIC else 1.0
    every = plan.tables["sites"].drop_duplicates("site")
    if panel is not PACIFIC:
        shut = every[~every["site"].isin(sites["site"]) & (every["country"] == panel.key)]
        x, y = panel.project(shut["lon"].to_numpy(), shut["lat"].to_numpy())
        axes.scatter(x, y, s=9, facecolor="white", edgecolor=style.FAINT, linewidth=0.7, zorder=5)
        sites = sites[sites["country"] == panel.key]
    x, y = panel.project(sites["lon"].to_numpy(), sites["lat"].to_numpy())
    radii = [_radius_points(mw, per_mw) * km_per_point * shrink for mw in sites["facility_mw"]]
    for order, (px, py, radius, mix) in enumerate(zip(x, y, radii, sites["mix"], strict=True)):
        _ring(axes, px, py, radius, mix, 6 + order / len(radii), hatched=radius >= HATCHED * km_per_point)
    if panel is PACIFIC:
        return
    height = 8.6 * km_per_point
    texts = [
        f"{short(row.name, 30)}  {whole(row.facility_mw)} MW"
        for row in sites[["name", "facility_mw"]].itertuples(index=False)
    ]
    widths = [3.85 * columns(text) * km_per_point for text in texts]
    placed = labels.place(
        list(zip(x, y, strict=True)),
        radii,
        list(zip(widths, [height] * len(texts), strict=True)),
        panel.extent,
        1.6 * km_per_point,
    )
    for spot in placed[:LABELS_PER_PANEL]:
        axes.text(
            spot.x,
            spot.y + 0.2 * height,
            texts[spot.index],
            fontsize=6.6,
            color=style.INK,
            zorder=9,
            bbox={"facecolor": "white", "alpha": 0.72, "edgecolor": "none", "pad": 0.6},
        )


def _ring(axes: Axes, x: float, y: float, radius: float, mix: dict[str, float], level: float, *, hatched: bool) -> None:
    """A site. Parts are artists, not patches: those would ask for the limits of the axes, which stand, in half of the drawing time."""
    angle = 90.0
    for key in [item.key for item in style.FAMILIES if item.key in mix]:
        item, sweep = style.FAMILY[key], 360 * mix[key]
        axes.add_artist(
            Wedge(
                (x, y), radius, angle - sweep, angle, width=0.48 * radius, facecolor=item.colour,
                edgecolor="white", linewidth=0.25, hatch=item.hatch * 3 if hatched else None, zorder=level,
            )
        )  # fmt: skip
        angle -= sweep
    axes.add_artist(Circle((x, y), 0.52 * radius, facecolor="white", edgecolor="none", zorder=level))
    axes.add_artist(Circle((x, y), radius, facecolor="none", edgecolor=style.INK, linewidth=0.5, zorder=level))


def _key(figure, plan, stage, layers, per_mw, sites, beside) -> None:  # type: ignore[no-untyped-def]
    """Families, circle sizes, routes and the mix of every country, to the right of the box `beside`."""
    left, low, tall = beside[0] + beside[2] + 0.015, beside[1], beside[3]
    wide, top = (0.985 - left) * SIZE_IN[0] * 72, tall * SIZE_IN[1] * 72
    axes = figure.add_axes((left, low, 0.985 - left, tall))
    axes.set(xlim=(0, wide), ylim=(0, top))
    axes.axis("off")
    _heading(axes, 0, top, say(mark("Energy from")))
    y = top - 27
    for key in pivots.families_in(plan.tables):
        _swatch(axes, 0, y, 20, 9, key)
        axes.text(26, y + 4.5, say(style.FAMILY[key].label), fontsize=8, va="center", color=style.INK)
        y -= 14.5
    x, y = 145.0, top - 20
    _heading(axes, x, top, say(mark("Mean facility load")))
    largest = float(sites["facility_mw"].max()) if len(sites) else 0.0
    for mw in [size for size in (100, 300, 1000, 3000, 10_000) if size <= 1.2 * largest][-3:]:
        radius = _radius_points(mw, per_mw)
        y -= max(radius, 6)
        axes.add_patch(Circle((x + 16, y), radius, facecolor="none", edgecolor=style.INK, linewidth=0.7))
        axes.text(x + 38, y, f"{number(mw)} MW", fontsize=8, va="center", color=style.INK)
        y -= max(radius, 6) + 2
    axes.scatter([x + 16], [y - 6], s=9, facecolor="white", edgecolor=style.FAINT, linewidth=0.7)
    axes.text(x + 38, y - 6, say(mark("candidate, not built")), fontsize=8, va="center", color=style.INK)
    y -= 24
    for route in sorted(set(layers.routes["route"]), reverse=True):
        colour, dash = style.ROUTE_COLOUR.get(route, style.FAINT), style.ROUTE_DASH.get(route, "solid")
        axes.plot([x, x + 32], [y, y], color=colour, linestyle=dash, linewidth=2)
        axes.text(
            x + 38, y, f"LNG {say(style.ROUTE_LABEL.get(route, route))}", fontsize=8, va="center", color=style.INK
        )
        y -= 14.5
    if (layers.terminals[f"mt_{stage}"] > 0).any():
        for marker, shift, text in (("^", 10, ""), ("v", 22, say(mark("export, import port")))):
            axes.scatter([x + shift], [y], marker=marker, s=24, color=style.INK)
            axes.text(x + 38, y, text, fontsize=8, va="center", color=style.INK)
    if wide > 420 and len(sites):
        _bars(axes, plan, stage, 280.0, top, wide - 280)


def _bars(axes: Axes, plan: Plan, stage: int, x: float, top: float, wide: float) -> None:
    """The mix of every country in the stage shown, or of every stage when the plan has one country; load in words."""
    sites, energy = plan.tables["sites"], plan.tables["energy"]
    countries = plan.countries.ordered(sites["country"])
    key = "country" if len(countries) > 1 else "stage"
    if key == "country":
        sites, energy = sites[sites["stage"] == stage], energy[energy["stage"] == stage]
    loads, mixes = sites.groupby(key)["facility_mw"].sum(), pivots.by_family(energy, [key])
    _heading(axes, x, top, say(mark("By country")) if key == "country" else say(mark("By year")))
    y = top - 42
    for row in [item for item in (countries if key == "country" else loads.index) if item in mixes.index]:
        load, unit = power(float(loads[row]))
        axes.text(x, y + 14, say(plan.countries.label(str(row))), fontsize=8, color=style.INK)
        axes.text(x + wide, y + 14, f"{load} {unit}", fontsize=8, color=style.INK, ha="right")
        at, energies = x, dict(zip(mixes.columns, mixes.loc[[row]].to_numpy()[0], strict=True))
        for item, gwh in energies.items():
            share = float(gwh) / sum(energies.values())
            _swatch(axes, at, y, wide * share, 11, str(item))
            at += wide * share
        y -= 38


def _heading(axes: Axes, x: float, top: float, text: str) -> None:
    axes.text(x, top - 4, text, fontsize=9, weight="bold", va="top", color=style.INK)


def _swatch(axes: Axes, x: float, y: float, width: float, height: float, key: str) -> None:
    item = style.FAMILY[key]
    axes.add_patch(
        Rectangle(
            (x, y), width, height, facecolor=item.colour, hatch=item.hatch * 3, edgecolor="white", linewidth=0.3
        )
    )  # fmt: skip
