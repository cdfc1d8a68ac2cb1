"""Places are read from what GIS programs write, in degrees; files that hold something else end in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from planner.base.errors import InputError
from planner.geo.read import MOST_PLACES, read_places

SEOUL = (37.5547, 126.9707)


def geojson(folder: Path, *features: tuple[dict[str, Any], dict[str, Any]], **more: Any) -> Path:
    path = folder / "sites.geojson"
    listed = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": listed} | more), "utf-8")
    return path


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def area(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(c) for c in (*corners, corners[0])]]}


def frame(shape: Any, crs: int | None = 4326) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["a"], "mw": [120.0]}, geometry=[shape], crs=crs)


@pytest.mark.parametrize("suffix", ["geojson", "gpkg", "shp", "kml"])
def test_a_point_is_the_same_from_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"sites.{suffix}"
    frame(Point(126.9707, 37.5547)).to_file(path, **({"driver": "KML"} if suffix == "kml" else {}))
    (place,) = read_places(path)
    assert (place.lat, place.lon) == pytest.approx(SEOUL, abs=1e-6)
    assert place.area_km2 is None and place.where == "feature 1"


def test_metres_of_the_korean_grid_become_degrees(tmp_path: Path) -> None:
    path = tmp_path / "sites.gpkg"
    frame(Point(SEOUL[1], SEOUL[0])).to_crs(5179).to_file(path)
    (place,) = read_places(path)
    assert (place.lat, place.lon) == pytest.approx(SEOUL, abs=1e-6)


def test_a_table_of_metres_says_its_system_in_the_scenario(tmp_path: Path) -> None:
    path = tmp_path / "sites.csv"
    # the origin of EPSG:5179 is 38 N, 127.5 E with false coordinates 1,000,000 and 2,000,000
    path.write_text("name,x,y\norigin,1000000,2000000\n")
    (place,) = read_places(path, "EPSG:5179")
    assert (place.lat, place.lon) == pytest.approx((38.0, 127.5), abs=1e-6)
    with pytest.raises(InputError, match="does not say its coordinate system"):
        read_places(path)


def test_the_point_of_an_area_lies_inside_it_and_its_size_is_told(tmp_path: Path) -> None:
    shape = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0.09, 0.1], [0.09, 0.01], [0, 0.01], [0, 0]]],
    }
    (place,) = read_places(geojson(tmp_path, ({}, shape)))
    hook = Polygon(shape["coordinates"][0])
    assert hook.contains(Point(place.lon, place.lat)) and not hook.contains(hook.centroid)
    (square,) = read_places(geojson(tmp_path, ({}, area((0, 0), (0.01, 0), (0.01, 0.01), (0, 0.01)))))
    # a hundredth of a degree at the equator: 1.1132 km of longitude by 1.1057 km of latitude (WGS 84)
    assert square.area_km2 == pytest.approx(1.1132 * 1.1057, rel=1e-3)


def test_an_area_across_the_180th_meridian_is_put_together(tmp_path: Path) -> None:
    (place,) = read_places(geojson(tmp_path, ({}, area((179.9, 52), (-179.9, 52), (-179.9, 52.1), (179.9, 52.1)))))
    assert abs(abs(place.lon) - 180) < 0.1 and place.lat == pytest.approx(52.05, abs=0.05)
    assert place.area_km2 is not None and place.area_km2 < 200


@pytest.mark.parametrize(
    ("text", "lat"),
    [
        ("name,lat,lon\na,37.5547,126.9707\n", 37.5547),
        ("\ufeffname;Latitude;Longitude\na;37,5547;126,9707\n", 37.5547),
        ("# from the survey\nname\tlat\tlng\na\t37.5547\t126.9707\n\n", 37.5547),
        ("이름,위도,경도\n서울,37.5547,126.9707\n", 37.5547),
    ],
)
def test_tables_are_read_whatever_wrote_them(tmp_path: Path, text: str, lat: float) -> None:
    path = tmp_path / "sites.csv"
    path.write_bytes(text.encode("cp949") if "서울" in text else text.encode("utf-8"))
    (place,) = read_places(path)
    assert (place.lat, place.lon) == pytest.approx(SEOUL) and place.where.startswith("line ")


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        (area((0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1)), "the area of feature 1 crosses itself"),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "feature 1 is a LineString"),
        (None, "feature 1 has no place"),
        (point(953265, 1951000), "the coordinates of feature 1 are no degrees"),
        (area((0, 0), (5, 0), (5, 5), (0, 5)), "feature 1 is no site: it has"),
    ],
)
def test_what_is_no_place_is_refused(tmp_path: Path, shape: Any, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_places(geojson(tmp_path, ({}, shape)))


def test_a_layer_without_a_coordinate_system_is_refused_and_one_that_says_another(tmp_path: Path) -> None:
    frame(Point(127, 37), None).to_file(tmp_path / "bare.shp")
    with pytest.raises(InputError, match="does not say its coordinate system"):
        read_places(tmp_path / "bare.shp")
    assert read_places(tmp_path / "bare.shp", "EPSG:4326")[0].lon == 127
    frame(Point(127, 37)).to_file(tmp_path / "said.gpkg")
    with pytest.raises(InputError, match="says another coordinate system"):
        read_places(tmp_path / "said.gpkg", "EPSG:5179")
    with pytest.raises(InputError, match="unknown coordinate system"):
        read_places(tmp_path / "said.gpkg", "EPSG:0")


def test_a_file_with_two_layers_is_refused_by_their_names(tmp_path: Path) -> None:
    frame(Point(127, 37)).to_file(tmp_path / "two.gpkg", layer="north")
    frame(LineString([(0, 0), (1, 1)])).to_file(tmp_path / "two.gpkg", layer="roads")
    with pytest.raises(InputError, match="2 layers") as caught:
        read_places(tmp_path / "two.gpkg")
    assert "north, roads" in str(caught.value.expected)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "a.geojson",
            b"<OGRVRTDataSource><OGRVRTLayer name='x'><SrcDataSource>/etc</SrcDataSource></OGRVRTLayer>",
            "not that of",
        ),
        ("a.kml", b"<?xml version='1.0'?><!DOCTYPE k [<!ENTITY a 'b'>]><kml>&a;</kml>", "defines entities"),
        ("a.kml", b"<?xml version='1.0'?><html></html>", "not that of"),
        ("a.geojson", b'{"type": "Topology", "objects": {}}', "not GeoJSON"),
        ("a.geojson", b"{" * 5000, "not JSON"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', ""),
        ("a.gpkg", b"SQLite format 3\x00" + b"\x00" * 100, ""),
        ("a.shp", b"\x00\x00\x27\x0a", ""),
        ("a.zip", b"PK", "unpack it first"),
        ("a.exe", b"MZ", "not read"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"name,lat,lon\n", "no place"),
        ("a.csv", b"name,lat,lon\na,37\xb030,127\n", "no coordinates"),
        ("a.csv", b"name,lat,lon\na,nan,127\n", "no place|no number"),
        ("a.csv", b"name,north,east\na,37,127\n", "no column 'lat'"),
        ("a.csv", b"name,lat,lat,lon\na,37,37,127\n", "twice"),
    ],
)
def test_files_that_are_something_else_end_in_words(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says or "."):
        read_places(path)


def test_too_many_places_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("lat,lon\n" + "37,127\n" * (MOST_PLACES + 1))
    with pytest.raises(InputError, match="5,001 places"):
        read_places(path)
    frame(box(0, 0, 0.1, 0.1)).loc[[0] * (MOST_PLACES + 1)].to_file(tmp_path / "many.gpkg")
    with pytest.raises(InputError, match="5,001 places"):
        read_places(tmp_path / "many.gpkg")


def test_no_file_and_a_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "f.geojson").mkdir()
    for name, says in (("none.geojson", "no such file"), ("f.geojson", "a folder")):
        with pytest.raises(InputError, match=says):
            read_places(tmp_path / name)


def test_geojson_in_metres_that_says_no_system_takes_the_one_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Point", "coordinates": [1_000_000, 2_000_000]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with pytest.raises(InputError, match="no degrees"):
        read_places(path)
    place = read_places(path, crs="EPSG:5179")[0]
    assert (place.lat, place.lon) == (38, 127.5)  # the origin of Korea 2000 / Unified CS: 38 N, 127.5 E
