"""Points of a GeoJSON, KML, GeoPackage, shapefile or CSV file, in degrees, with what the file says of each.

    place      the point itself, or a point inside an area (`representative_point`), from its own coordinate system to EPSG:4326
    area       of a polygon on the ellipsoid of WGS 84 (`pyproj.Geod`), km2; nothing for a point

A file is looked at before GDAL sees it: GDAL goes by content, not by name, and some of what it opens names other files or hosts.
"""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS, Geod
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from planner.base.errors import InputError, unknown_name
from planner.base.files import read_bytes
from planner.geo.table import cells

LARGEST_FILE = 50_000_000  # bytes
MOST_PLACES = 5000
MOST_SHAPES = 100_000  # of a layer that sites are held against
LARGEST_KM2 = 20_000.0  # no site is as large as a province
EXPECTED = "GeoJSON, KML, GeoPackage, shapefile or CSV"
DEGREES = CRS.from_epsg(4326)
STARTS = {  # how the content of a file of each kind begins, after blanks
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".kml": (b"<?xml", b"<kml"),
    ".gpkg": (b"SQLite format 3",),
    ".shp": (b"\x00\x00\x27\x0a",),
}
TABLES = (".csv", ".tsv", ".txt")
JSON = (".geojson", ".json")


@dataclass(frozen=True)
class Place:
    """One point or area: where it is, how large an area it has, what the file says of it, and where it stands there."""

    lat: float
    lon: float
    area_km2: float | None
    said: dict[str, Any]
    where: str  # "feature 3", "line 4"


def read_places(path: Path, crs: str | None = None, lat: str | None = None, lon: str | None = None) -> list[Place]:
    """The places of a file, in its order. Raises InputError.

    crs : coordinate system, such as "EPSG:5179", of a file that does not say its own. lat, lon : columns of a table that
    hold the coordinates (default: `lat` and `lon`, or what they are usually called).
    """
    kind = path.suffix.lower()
    if kind not in (*STARTS, *TABLES):
        close = "unpack it first: " if kind in (".zip", ".kmz", ".gz") else ""
        raise InputError("files of this kind are not read", file=path, value=kind, expected=f"{close}{EXPECTED}")
    raw = read_bytes(path, LARGEST_FILE, EXPECTED)
    frame, where = _table(path, raw, lat, lon) if kind in TABLES else _layer(path, raw, kind)
    if frame.empty:
        raise InputError("the file holds no place", file=path, expected="at least one point or area")
    given = _system(path, crs)
    said_none = kind in TABLES or (kind in JSON and "crs" not in json.loads(raw.decode("utf-8-sig")))
    if given is not None and frame.crs is not None and frame.crs != given and not said_none:
        raise InputError("the file says another coordinate system", file=path, value=frame.crs.name, expected="no crs")
    frame = frame.set_crs(given, allow_override=True) if given is not None else frame
    if frame.crs is None:
        expected = "crs: EPSG:4326 (degrees), EPSG:5179 (Korea), ...; or for a shapefile its .prj beside it"
        raise InputError("the file does not say its coordinate system", file=path, key="crs", expected=expected)
    shapes = [_sound(shape, path, at) for shape, at in zip(frame.geometry, where, strict=True)]
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)).to_crs(DEGREES)
    words = frame.drop(columns=frame.geometry.name)
    said = words.to_dict("records") if len(words.columns) else [{} for _ in where]
    return [_place(shape, row, path, at) for shape, row, at in zip(frame.geometry, said, where, strict=True)]


def read_shapes(path: Path, crs: str | None = None) -> gpd.GeoSeries:
    """Every shape of a GIS file, of whatever kind, in degrees: zones to keep out of, lines and points to be near to. Raises InputError."""
    kind = path.suffix.lower()
    if kind not in STARTS:
        raise InputError(
            "shapes are not read from files of this kind",
            file=path,
            value=kind,
            expected="GeoJSON, KML, GeoPackage or shapefile",
        )
    frame, _ = _layer(path, read_bytes(path, LARGEST_FILE, EXPECTED), kind, most=MOST_SHAPES)
    given = _system(path, crs)
    if frame.crs is None and given is None:
        raise InputError(
            "the file does not say its coordinate system", file=path, expected="a .prj beside it, or another format"
        )
    frame = frame.set_crs(given) if frame.crs is None else frame
    shapes = frame.geometry[~(frame.geometry.isna() | frame.geometry.is_empty)].to_crs(DEGREES).force_2d()
    if shapes.empty:
        raise InputError("the file holds no shape", file=path, expected="at least one")
    ends = shapes.total_bounds
    if not np.isfinite(ends).all() or np.abs(ends[[0, 2]]).max() > 180 or np.abs(ends[[1, 3]]).max() > 90:
        raise InputError("the coordinates of the file are no degrees", file=path, expected="its own coordinate system")
    return shapes.make_valid()


def _system(path: Path, crs: str | None) -> CRS | None:
    try:
        return None if crs is None else CRS.from_user_input(crs)
    except CRSError:
        raise InputError("unknown coordinate system", file=path, key="crs", value=crs, expected="EPSG:4326") from None


def _layer(path: Path, raw: bytes, kind: str, most: int = MOST_PLACES) -> tuple[gpd.GeoDataFrame, list[str]]:
    """A layer of a GIS file."""
    head = raw[:4096].removeprefix(b"\xef\xbb\xbf").lstrip() if kind != ".shp" else raw[:4]
    if not head.startswith(STARTS[kind]) or (kind == ".kml" and b"<kml" not in head):
        raise InputError(f"the content is not that of a {kind} file", file=path, expected=EXPECTED)
    if kind == ".kml" and (b"<!DOCTYPE" in raw or b"<!ENTITY" in raw):
        raise InputError("the KML file defines entities; it is not read", file=path, expected="KML without a DOCTYPE")
    if kind in JSON:
        _check_json(path, raw)
    try:
        layers = [str(name) for name, shape in pyogrio.list_layers(path) if shape is not None]
        if len(layers) != 1:
            expected = f"one layer of places (here: {', '.join(layers) or 'none'}), saved to a file of its own"
            raise InputError(f"the file has {len(layers)} layers of places", file=path, expected=expected)
        count = int(pyogrio.read_info(path, layer=layers[0], force_feature_count=True)["features"])
        _check_count(path, count, most)
        with warnings.catch_warnings():  # columns that hold JSON in some rows and text in others
            warnings.simplefilter("ignore", UserWarning)
            frame = gpd.read_file(path, layer=layers[0])
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        ValueError,
        shapely.errors.GEOSException,
    ) as error:
        raise InputError("the file cannot be read", file=path, value=str(error), expected=EXPECTED) from None
    return frame, [f"feature {i + 1}" for i in range(len(frame))]


def _check_json(path: Path, raw: bytes) -> None:
    """Raises InputError for JSON that is not GeoJSON: GDAL reads other kinds of it too."""
    try:
        content = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InputError(
            "the file is not JSON", file=path, value=str(error)[:100], expected="GeoJSON in UTF-8"
        ) from None
    if not isinstance(content, dict) or content.get("type") not in ("FeatureCollection", "Feature"):
        found = content.get("type") if isinstance(content, dict) else None
        raise InputError("the file is not GeoJSON", file=path, key="type", value=found, expected="a FeatureCollection")


def _check_count(path: Path, count: int, most: int = MOST_PLACES) -> None:
    if count > most:
        message = f"the file holds {count:,} places"
        raise InputError(message, file=path, expected=f"at most {most:,} (planner sites screen shortlists an area)")


def _table(path: Path, raw: bytes, lat: str | None, lon: str | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    """A table with a column of latitudes and one of longitudes (or x and y of `crs`)."""
    header, rows = cells(path, raw)
    _check_count(path, len(rows))
    y = _column(path, header, lat, ("lat", "latitude", "y", "위도", "緯度"), "lat")
    x = _column(path, header, lon, ("lon", "long", "lng", "longitude", "x", "경도", "経度"), "lon")
    found = [_numbers(path, line, row[x], row[y]) for line, row in rows]
    said = [
        {name: text for i, (name, text) in enumerate(zip(header, row, strict=True)) if i not in (x, y)}
        for _, row in rows
    ]
    names = {header[x].casefold(), header[y].casefold()}
    frame = gpd.GeoDataFrame(
        said,
        geometry=gpd.points_from_xy(*np.array(found).reshape(-1, 2).T),
        crs=None if names <= {"x", "y"} else DEGREES,
    )
    return frame, [f"line {line}" for line, _ in rows]


def _column(path: Path, header: list[str], asked: str | None, usual: tuple[str, ...], what: str) -> int:
    """Position of a column of coordinates."""
    folded = [name.casefold() for name in header]
    if asked is not None:
        if asked not in header:
            raise unknown_name("column", asked, header, file=path, key=f"columns.{what}")
        return header.index(asked)
    at = next((folded.index(name) for name in usual if name in folded), None)
    if at is None:
        expected = f"a column '{what}', or columns: {{ {what}: ITS NAME }} (here: {', '.join(header[:20])})"
        raise InputError(f"the file has no column '{what}'", file=path, key=what, expected=expected)
    return at


def _numbers(path: Path, line: int, *texts: str) -> list[float]:
    try:
        return [float(text) for text in texts]
    except ValueError:
        expected = "degrees such as 35.51 (no minutes and seconds, no letters)"
        raise InputError(
            "these are no coordinates", file=f"{path}, line {line}", value=", ".join(texts), expected=expected
        ) from None


def _sound(shape: BaseGeometry | None, path: Path, where: str) -> BaseGeometry:
    """A point or an area that does not cross itself, flat."""
    if shape is None or shape.is_empty:
        raise InputError(f"{where} has no place", file=path, key=where, expected="a point or an area")
    shape = shapely.force_2d(shape)
    if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    if shape.geom_type not in ("Point", "Polygon", "MultiPolygon"):
        raise InputError(f"{where} is a {shape.geom_type}", file=path, key=where, expected="a point or an area")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise InputError(
            f"{where} has a coordinate that is no number", file=path, key=where, expected="a point or an area"
        )
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        raise InputError(
            f"the area of {where} crosses itself", file=path, key=where, value=why, expected="a plain outline"
        )
    return shape


def _place(shape: BaseGeometry, row: dict[str, Any], path: Path, where: str) -> Place:
    """A place in degrees; an area across the 180th meridian is put together first."""
    ends = shapely.get_coordinates(shape)
    if not np.isfinite(ends).all() or np.abs(ends[:, 0]).max() > 180 or np.abs(ends[:, 1]).max() > 90:
        message = f"the coordinates of {where} are no degrees"
        expected = "longitude, then latitude; or with crs: EPSG:... the coordinate system that they are in"
        raise InputError(message, file=path, key=where, value=f"{ends[0][0]:g}, {ends[0][1]:g}", expected=expected)
    if np.ptp(ends[:, 0]) > 180:
        shape = shapely.transform(shape, lambda points: np.column_stack([points[:, 0] % 360, points[:, 1]]))
    point = shape.representative_point() if shape.geom_type != "Point" else shape
    lon = (point.x + 180) % 360 - 180
    area = None
    if shape.geom_type != "Point":
        area = abs(Geod(ellps="WGS84").geometry_area_perimeter(shape)[0]) * 1e-6
        if area > LARGEST_KM2:
            expected = f"an area of at most {LARGEST_KM2:,.0f} km2"
            raise InputError(f"{where} is no site: it has {area:,.0f} km2", file=path, key=where, expected=expected)
    return Place(round(point.y, 6), round(lon, 6), area, row, where)
