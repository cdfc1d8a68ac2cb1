"""The map of sites that somebody brings: a panel per country, a dot per site, a line to the catalog site whose figures it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planner.base.countries import Countries
from planner.base.text import columns, short
from planner.catalog import tables as catalog
from planner.report.maps import map_static
from planner.report.maps.geometry import Layers, Panel, panels_of
from planner.report.page import labels
from planner.words import style

HEIGHT_IN = 6.0
OWN, NEIGHBOUR, FAR = "#0072B2", "#6B7280", "#D55E00"
MOST_LABELS = 40


@dataclass(frozen=True)
class Spot:
    """A site to draw; `near` is the place of the catalog site whose figures it takes, `far` whether that is too far."""

    name: str
    country: str
    lat: float
    lon: float
    near: tuple[float, float] | None = None
    far: bool = False


NOTE = "Dots: sites of the file. Rings and lines: the catalog site whose figures they take; red: too far."
CELLS = "Dots: the shortlist. Small: cells that are kept (green) and left out (grey)."


def sites_figure(
    spots: Sequence[Spot], countries: Countries, title: str, cells: Sequence[tuple[float, float, bool]] = ()
) -> Figure:
    """The map of some sites, over the cells of a screen (latitude, longitude, kept) if there are any."""
    empty = gpd.GeoDataFrame(geometry=[], crs="EPSG:4326")
    panels = [
        panel.holding(*(np.array([getattr(spot, axis) for spot in here], float) for axis in ("lon", "lat")))
        for panel in panels_of(countries)
        if (here := [spot for spot in spots if spot.country == panel.key])
    ]
    layers = Layers(catalog.basemap(), empty, empty, empty, panels)
    widths = [panel.aspect * HEIGHT_IN for panel in panels]
    with matplotlib.rc_context({"text.parse_math": False, "font.family": map_static.fonts()}):
        figure = Figure(figsize=(sum(widths) + 0.4, HEIGHT_IN + 0.9), facecolor="white")
        figure.text(0.02, 0.95, title, fontsize=13, weight="bold", color=style.INK)
        figure.text(0.02, 0.915, CELLS if cells else NOTE, fontsize=8, color=style.FAINT)
        left = 0.1 / (sum(widths) + 0.4)
        for panel, width in zip(panels, widths, strict=True):
            share = width / (sum(widths) + 0.4)
            axes = figure.add_axes((left, 0.02, share, HEIGHT_IN / (HEIGHT_IN + 0.9)))
            map_static.backdrop(axes, panel, layers)
            _cells(axes, panel, cells)
            _spots(axes, panel, [spot for spot in spots if spot.country == panel.key])
            left += share + 0.1 / (sum(widths) + 0.4)
    return figure


def _cells(axes: Axes, panel: Panel, cells: Sequence[tuple[float, float, bool]]) -> None:
    for kept, colour in ((False, "#B7B2A6"), (True, "#009E73")):
        here = np.array([(lat, lon) for lat, lon, is_kept in cells if is_kept == kept], float).reshape(-1, 2)
        x, y = panel.project(here[:, 1], here[:, 0])
        axes.scatter(x, y, s=3, color=colour, linewidth=0, zorder=4)


def _spots(axes: Axes, panel: Panel, spots: list[Spot]) -> None:
    for spot in spots:
        x, y = panel.project(np.array([spot.lon]), np.array([spot.lat]))
        colour = FAR if spot.far else OWN
        if spot.near is not None:
            to_x, to_y = panel.project(np.array([spot.near[1]]), np.array([spot.near[0]]))
            axes.plot([x[0], to_x[0]], [y[0], to_y[0]], color=FAR if spot.far else NEIGHBOUR, linewidth=0.8, zorder=5)
            axes.scatter(to_x, to_y, s=26, facecolor="white", edgecolor=NEIGHBOUR, linewidth=0.9, zorder=6)
        axes.scatter(x, y, s=22, color=colour, edgecolor="white", linewidth=0.6, zorder=8)
    if len(spots) <= MOST_LABELS:
        _names(axes, panel, spots)


def _names(axes: Axes, panel: Panel, spots: list[Spot]) -> None:
    """The names of sites beside their dots, where they find room."""
    km_per_point = (panel.extent[3] - panel.extent[1]) / (72.0 * HEIGHT_IN)
    x, y = panel.project(np.array([spot.lon for spot in spots]), np.array([spot.lat for spot in spots]))
    texts = [short(spot.name, 26) for spot in spots]
    sizes = [(4.2 * columns(text) * km_per_point, 9.2 * km_per_point) for text in texts]
    dots = [2.6 * km_per_point] * len(texts)
    for spot in labels.place(list(zip(x, y, strict=True)), dots, sizes, panel.extent, 1.6 * km_per_point):
        axes.text(
            spot.x, spot.y + 1.8 * km_per_point, texts[spot.index], fontsize=7, color=style.INK, zorder=9,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip
