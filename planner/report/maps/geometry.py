"""Where things are drawn: one projected panel per country and one of the Pacific, the base map, terminals and sea lanes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from planner.base.arrays import Array
from planner.base.countries import Countries, Country
from planner.catalog import tables as catalog
from planner.plan.plan import Plan
from planner.report.maps.sea_lanes import great_circle, waypoints
from planner.words.language import mark

# Natural Earth land 1:110m (public domain) from npm world-atlas 2.0.2, islets dropped, coordinates to
# 0.01 degree, longitudes of each outline unwrapped (Siberia runs on past 180 degrees).
LAND_FILE = Path(__file__).parents[1] / "assets" / "land_110m.geojson"

STRETCH_KM = 4500.0  # as far beyond a country's frame its projection still shows land as one knows it
KM_PER_DEGREE = 111.2  # of a great circle
LEAST_MT = 0.001  # million t per year: thinner flows are not drawn (one cargo is about 0.07)


@dataclass(frozen=True)
class Panel:
    """One map: a projection in metres, drawn in km, and the corners of its frame as longitude and latitude points."""

    key: str
    title: str
    crs: str
    corners: tuple[tuple[float, float], ...]
    scale_km: int
    borders: str = ""  # layer of the base map inside the country
    world: bool = False  # is the land around it the world's outline, or the base map's own?

    @cached_property
    def transformer(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def project(self, lon: Array, lat: Array) -> tuple[Array, Array]:
        """Longitude and latitude (any turn of 360 degrees) as km east and north."""
        x, y = self.transformer.transform((np.asarray(lon, float) + 180) % 360 - 180, np.asarray(lat, float))
        return np.asarray(x) / 1000, np.asarray(y) / 1000

    @cached_property
    def extent(self) -> tuple[float, float, float, float]:
        """x0, y0, x1, y1 of the frame in km, never a strip."""
        x, y = self.project(*np.array(self.corners, float).T)
        width, height = x.max() - x.min(), y.max() - y.min()
        beside, above = max(0.0, 0.5 * height - width) / 2, max(0.0, width / 4 - height) / 2
        return float(x.min() - beside), float(y.min() - above), float(x.max() + beside), float(y.max() + above)

    @cached_property
    def latitudes(self) -> tuple[float, float]:
        """The least and the greatest latitude on the frame's edge: a curved grid reaches beyond the corners."""
        x0, y0, x1, y1 = self.extent
        edge = shapely.segmentize(shapely.box(x0, y0, x1, y1).exterior, (x1 - x0) / 50)
        x, y = np.array(edge.coords).T * 1000
        lat = self.transformer.transform(x, y, direction="INVERSE")[1]
        lat = lat[np.isfinite(lat)]
        return float(lat.min()), float(lat.max())

    @property
    def aspect(self) -> float:
        """Width over height of the frame."""
        x0, y0, x1, y1 = self.extent
        return (x1 - x0) / (y1 - y0)

    def holding(self, lon: Array, lat: Array) -> Panel:
        """This panel if its frame holds all points; else one that does, about their middle where the projection would bend them too far."""
        x0, y0, x1, y1 = self.extent
        x, y = self.project(lon, lat)
        out = ~((x > x0) & (x < x1) & (y > y0) & (y < y1))
        if not out.any():
            return self
        beyond = np.maximum.reduce([x0 - x, x - x1, y0 - y, y - y1])[out]
        # Room for the circles, and for the panel's title above them.
        room = max(2.0, 0.06 * (max(x1, x[out].max()) - min(x0, x[out].min())) / KM_PER_DEGREE)
        boxes = [
            (lon[i] + dx, lat[i] + dy) for i in np.flatnonzero(out) for dx in (-room, room) for dy in (-room, room)
        ]
        corners = (*self.corners, *((float(a), float(np.clip(b, -89, 89))) for a, b in boxes))
        crs = (
            self.crs if np.nanmax(np.append(beyond, 0)) < STRETCH_KM and np.isfinite(beyond).all() else _about(corners)
        )
        wider = replace(self, corners=corners, crs=crs)
        widths = [panel.extent[2] - panel.extent[0] for panel in (wider, self)]
        return replace(wider, scale_km=self.scale_km * max(1, round(widths[0] / widths[1])))


def _about(points: tuple[tuple[float, float], ...]) -> str:
    """The equal-area projection about the middle of points anywhere on the globe."""
    lon, lat = np.radians(np.array(points)).T
    x, y, z = (np.cos(lat) * np.cos(lon)).mean(), (np.cos(lat) * np.sin(lon)).mean(), np.sin(lat).mean()
    middle = np.degrees([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)])
    return f"+proj=laea +lat_0={middle[0]:.1f} +lon_0={middle[1]:.1f} +datum=WGS84 +units=m"


PACIFIC = Panel(
    "PACIFIC",
    mark("Pacific"),
    "+proj=eqc +lat_ts=35 +lon_0=-165 +datum=WGS84 +units=m",  # north is up everywhere, and true at 35 degrees
    ((121.0, 30.0), (-163.0, 26.0), (-66.0, 42.0), (-79.0, 7.0), (-163.0, 64.0)),
    2000,
)


def panel_of(code: str, country: Country) -> Panel:
    """The panel of a country as the table of countries draws it."""
    frame = country.map
    crs = frame.crs or _about(frame.corners)
    return Panel(code, country.label, crs, frame.corners, frame.scale_km, frame.borders, frame.around == "world")


def panels_of(countries: Countries) -> list[Panel]:
    """A panel per country, from west to east as the Pacific lies between them; none for companies."""
    found = [panel_of(code, country) for code, country in countries.items() if country.map.corners]
    return sorted(found, key=lambda panel: float(np.mean([lon % 360 for lon, _ in panel.corners])))


@dataclass
class Layers:
    """What the maps and the GIS files share, in longitude and latitude."""

    base: dict[str, gpd.GeoDataFrame]
    terminals: gpd.GeoDataFrame
    routes: gpd.GeoDataFrame  # one row per flow of the `lng` table
    legs: gpd.GeoDataFrame  # the same flows summed where they sail the same leg: stage, route, mt
    panels: list[Panel]
    drawn: dict[str, list[tuple[str, gpd.GeoSeries]]] = field(default_factory=dict)  # backdrops by panel

    def backdrop(self, panel: Panel) -> list[tuple[str, gpd.GeoSeries]]:
        """(kind, shapes in km) to draw from the bottom up; kind is context, land or border."""
        if panel.key not in self.drawn:
            self.drawn[panel.key] = self._backdrop(panel)
        return self.drawn[panel.key]

    def _backdrop(self, panel: Panel) -> list[tuple[str, gpd.GeoSeries]]:
        if panel is PACIFIC:
            return [("land", _projected(_pacific_land(), panel))]
        world = panel.world or not panel.borders
        near = self.base["context"].geometry  # finer than the world's outline
        around = pd.concat([gpd.read_file(LAND_FILE).geometry, near], ignore_index=True) if world else near
        shapes = [("context", _projected(_window(around, panel), panel))]
        if panel.borders:
            shapes.append(("land", _projected(self.base[panel.borders].geometry, panel)))
        return shapes


def load(plan: Plan) -> Layers:
    """The layers of a plan: base map, every terminal with what it ships, every LNG flow with its path."""
    terminals = terminals_of(plan.tables["lng"], sorted(int(stage) for stage in plan.tables["sites"]["stage"].unique()))
    routes, legs = routes_of(plan.tables["lng"], terminals)
    panels = panels_with(plan.countries, plan.tables["sites"])
    panels += [PACIFIC] if len(panels) > 1 or len(routes) else []
    return Layers(catalog.basemap(), terminals, routes, legs, panels)


def panels_with(known: Countries, sites: pd.DataFrame) -> list[Panel]:
    """A panel for every country that has sites (columns country, lat, lon), wide enough to hold them all."""
    panels = []
    for panel in panels_of(known):
        here = sites[sites["country"] == panel.key]
        if len(here):
            panels.append(panel.holding(here["lon"].to_numpy(float), here["lat"].to_numpy(float)))
    return panels


def bare(known: Countries, sites: pd.DataFrame) -> Layers:
    """The layers of a map of sites alone."""
    empty = gpd.GeoDataFrame({"geometry": []}, crs="EPSG:4326")
    return Layers(catalog.basemap(), empty, empty, empty, panels_with(known, sites))


def terminals_of(lng: pd.DataFrame, stages: list[int]) -> gpd.GeoDataFrame:
    """Every LNG terminal once, with million tonnes per year that pass it in every stage (`mt_2028`, ...)."""
    known = catalog.table("lng_terminals.csv").sort_values("mtpa", ascending=False, kind="stable")
    known = known.drop_duplicates("terminal").sort_values("terminal", kind="stable").reset_index(drop=True)
    frame = known[["terminal", "country", "kind", "lat", "lon", "route_port"]].copy()
    for stage in stages:
        here = lng[lng["stage"] == stage]
        moved = pd.concat([here.groupby("export")["mt"].sum(), here.groupby("terminal")["mt"].sum()])
        frame[f"mt_{stage}"] = frame["terminal"].map(moved.groupby(level=0).sum()).fillna(0.0)
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")


def routes_of(lng: pd.DataFrame, terminals: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The rows of the `lng` table that name both ends of a voyage with the path as a line, and the sum of flows on every leg.

    An end is a terminal, or a port of the distance table (then its largest terminal stands for it). Longitudes are unwrapped.
    """
    frame = lng[(lng["export"] != "") & (lng["mt"] > 0)].reset_index(drop=True)
    places = list(zip(terminals["lon"], terminals["lat"], strict=True))
    where = dict(zip(terminals["route_port"], places, strict=True)) | dict(
        zip(terminals["terminal"], places, strict=True)
    )
    frame = frame[frame["export"].isin(where) & frame["terminal"].isin(where)].reset_index(drop=True)
    keys = list(zip(frame["export"], frame["terminal"], frame["route"], strict=True))
    turns = {key: waypoints(where[key[0]], where[key[1]], key[2]) for key in dict.fromkeys(keys)}
    lines = {key: shapely.LineString(great_circle(points)) for key, points in turns.items()}
    routes = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([lines[key] for key in keys], crs="EPSG:4326"))
    tonnes: dict[tuple[int, str, tuple[tuple[float, float], ...]], float] = {}
    for key, stage, mt in zip(keys, frame["stage"], frame["mt"], strict=True):
        for ends in pairwise(map(tuple, turns[key])):
            leg = (int(stage), key[2], ends)
            tonnes[leg] = tonnes.get(leg, 0.0) + mt
    legs = gpd.GeoDataFrame(
        {
            "stage": [stage for stage, _, _ in tonnes],
            "route": [route for _, route, _ in tonnes],
            "mt": list(tonnes.values()),
        },
        geometry=gpd.GeoSeries(
            [shapely.LineString(great_circle(np.array(ends))) for *_, ends in tonnes], crs="EPSG:4326"
        ),
    )
    return routes, legs[legs["mt"] >= LEAST_MT].reset_index(drop=True)


def split_at_date_line(line: shapely.LineString) -> shapely.MultiLineString:
    """An unwrapped line as pieces within -180..180, as GIS files want it."""
    pieces = []
    for turn in range(-2, 3):
        part = shapely.clip_by_rect(line, -180 + 360 * turn, -90, 180 + 360 * turn, 90)
        moved = shapely.transform(part, lambda xy, turn=turn: xy - [360 * turn, 0])
        pieces += [piece for piece in shapely.get_parts(moved) if piece.length > 0]
    return shapely.MultiLineString(pieces)


def route_on(panel: Panel, line: shapely.LineString) -> list[Array]:
    """The visible pieces of an unwrapped line in a panel, each n x 2 in km."""
    lon, lat = np.array(line.coords).T
    x, y = panel.project(lon, lat)
    x0, y0, x1, y1 = panel.extent
    # The far side of the globe has no place in the panel: a gap there keeps a path from crossing the picture.
    near = (x > x0 - 800) & (x < x1 + 800) & (y > y0 - 800) & (y < y1 + 800)
    runs = np.split(np.arange(len(x)), np.flatnonzero(np.diff(near.astype(int))) + 1)
    pieces: list[Array] = []
    for run in runs:
        if len(run) > 1 and near[run[0]]:
            clipped = shapely.clip_by_rect(shapely.LineString(np.column_stack([x[run], y[run]])), x0, y0, x1, y1)
            pieces += [np.array(part.coords) for part in shapely.get_parts(clipped) if part.length > 0]
    return pieces


def _pacific_land() -> gpd.GeoSeries:
    """World land in longitudes 85..315, the Pacific in the middle."""
    shapes = gpd.read_file(LAND_FILE).geometry
    both = pd.concat([shapes, shapes.translate(360)])
    joined = shapely.union_all(shapely.clip_by_rect(both.values, 85, -20, 315, 82), grid_size=0.01)
    return gpd.GeoSeries(shapely.segmentize(list(shapely.get_parts(joined)), 2.0), crs="EPSG:4326")


def _window(shapes: gpd.GeoSeries, panel: Panel) -> gpd.GeoSeries:
    lon, lat = np.array(panel.corners).T
    south, north = panel.latitudes
    box = (lon.min() - 6, min(lat.min(), south) - 6, lon.max() + 6, max(lat.max(), north) + 8)
    clipped = shapely.get_parts(shapely.clip_by_rect(shapes.values, *box))
    return gpd.GeoSeries([shape for shape in clipped if not shape.is_empty], crs="EPSG:4326")


def _projected(shapes: gpd.GeoSeries, panel: Panel) -> gpd.GeoSeries:
    """Shapes in km, thinned to about a pixel and clipped to a little more than the frame."""
    x0, y0, x1, y1 = panel.extent
    margin = 0.05 * (x1 - x0)

    def to_km(xy: Array) -> Array:
        return np.column_stack(panel.project(xy[:, 0], xy[:, 1]))

    flat = shapely.simplify(shapely.transform(shapes.values, to_km), (x1 - x0) / 1500)
    clipped = shapely.clip_by_rect(shapely.make_valid(flat), x0 - margin, y0 - margin, x1 + margin, y1 + margin)
    return gpd.GeoSeries([shape for shape in clipped if not shape.is_empty])
