"""Sites of a user's own: the columns of a table matched to keys, and shapes that are drawn, kept in a GeoJSON file beside the scenario."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.base.errors import InputError
from planner.base.files import read_bytes
from planner.scenario.document import LARGEST_FILE

PLACES = ("lat", "lon")
USUAL = {
    "lat": ("lat", "latitude", "y", "위도", "緯度"),
    "lon": ("lon", "long", "lng", "longitude", "x", "경도", "経度"),
}
"""What columns of coordinates are usually called (as `geo.read` takes them)."""
NO_COLUMN = ("hourly_price", "hourly_carbon", "capacity_factor", "offers")
"""Keys whose values fill no cell of a table."""
SAMPLE = 3  # figures of a column that are shown
MOST_SHAPE = 200_000  # letters of a shape that is drawn


@dataclass(frozen=True)
class Column:
    """A column of a table: what it is taken for ("" for nothing) and its first figures."""

    name: str
    key: str
    sample: list[str]


def keys() -> dict[str, str]:
    """What a column may say, with how it is told: the keys of `sites.add` with their units."""
    from planner.scenario.own_site import InlineSite

    described = InlineSite.model_json_schema()["properties"]
    found = {key: key for key in (*PLACES, "name", "country")}
    for key, node in described.items():
        unit = node.get("unit") or next((o["unit"] for o in node.get("anyOf", []) if "unit" in o), "")
        if key not in found and key not in NO_COLUMN:
            found[key] = f"{key.replace('_', ' ')} ({unit})" if unit else key.replace("_", " ")
    return found


def columns(path: Path, raw: bytes, chosen: Mapping[str, str] | None = None) -> list[Column]:
    """The columns of a table with what each is taken for: as chosen, else by its name. Raises InputError for what is no table."""
    from planner.geo.table import cells

    header, rows = cells(path, raw)
    firsts = [row for _, row in rows[:SAMPLE]]
    names = [name for name in header if name]
    guessed = {name: meant(name) for name in names}
    return [
        Column(name, (chosen or guessed).get(name, ""), [row[header.index(name)] for row in firsts]) for name in names
    ]


def meant(name: str) -> str:
    """The key that a column's name means by itself; "" for none, and for a slip of one.

    >>> meant("MW"), meant("Breite"), meant("Latitude")
    ('land_limit', '', 'lat')
    """
    from planner.scenario.site_file import ALIASES, key_of

    folded = name.casefold()
    for key, usual in USUAL.items():
        if folded in usual:
            return key
    try:
        key = key_of(name) or ""
    except InputError:
        return ""
    key = ALIASES.get(key, key)
    return "" if key in NO_COLUMN else key


def said(chosen: Mapping[str, str]) -> dict[str, str]:
    """`sites.columns` for chosen columns: those alone whose name would not say it by itself. Raises InputError for a key chosen twice.

    >>> said({"MW": "land_limit", "Breite": "lat"})
    {'lat': 'Breite'}
    """
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for column, key in chosen.items():
        if key and key in taken:
            raise InputError(
                f"two columns say '{key}'", value=f"{taken[key]}, {column}", expected="one of them", key=key
            )
        if key:
            taken[key] = column
            if meant(column) != key:
                found[key] = column
    return found


def shape(text: str, lat: str, lon: str) -> dict[str, Any]:
    """A point or an area as GeoJSON: what was drawn, else the coordinates that were typed. Raises InputError."""
    if text:
        try:
            found = json.loads(text) if len(text) <= MOST_SHAPE else None
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("type") not in ("Point", "Polygon"):
            raise InputError("this is no shape", value=text[:80], expected="a point or an area")
        return {"type": found["type"], "coordinates": found.get("coordinates")}
    try:
        return {"type": "Point", "coordinates": [float(lon), float(lat)]}
    except ValueError:
        expected = "a point or an area that is drawn, or degrees such as 35.51 and 129.37"
        raise InputError("the site has no place", value=f"{lat}, {lon}", expected=expected) from None


def feature(geometry: Mapping[str, Any], name: str, country: str, mw: str) -> dict[str, Any]:
    """A site as a feature of GeoJSON."""
    told = {"name": name, "country": country} | ({"mw": mw} if mw else {})
    return {"type": "Feature", "properties": told, "geometry": dict(geometry)}


def collection(file: Path | None) -> dict[str, Any]:
    """The features of a GeoJSON file, or of none yet. Raises InputError for one that holds something else."""
    if file is None:
        return {"type": "FeatureCollection", "features": []}
    try:
        found = json.loads(read_bytes(file, LARGEST_FILE, "GeoJSON").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("features"), list):
        raise InputError("the file is no collection of features", file=file, expected="GeoJSON")
    return found


def inside(geometry: Mapping[str, Any], file: Path) -> tuple[float, float]:
    """Latitude and longitude of a point inside a shape, by the reading of any file of sites. Raises InputError."""
    from planner.geo.read import read_places

    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature(geometry, "x", "", "")]}), "utf-8")
    place = read_places(file)[0]
    return place.lat, place.lon


def areas(file: Path | None) -> list[dict[str, Any]]:
    """The areas of a GeoJSON file in degrees, to be shown; none of one that cannot be read or is in another system."""
    try:
        found = collection(file)
    except InputError:
        return []
    if "crs" in found:
        return []
    shapes = [item.get("geometry") for item in found["features"] if isinstance(item, dict)]
    kept = [shape for shape in shapes if isinstance(shape, dict) and shape.get("type") in ("Polygon", "MultiPolygon")]
    return [{"type": "Feature", "properties": {}, "geometry": shape} for shape in kept]
