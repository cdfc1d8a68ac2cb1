"""Sea lanes of the right length and without a seam; panels that keep distances; labels that do not overlap."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.base.countries import countries
from planner.catalog.tables import table
from planner.plan.plan import Plan
from planner.report.gis import layers as gis
from planner.report.maps import geometry
from planner.report.maps.geometry import PACIFIC, Layers, Panel, panels_of
from planner.report.maps.sea_lanes import GEOD, LEG_KM, great_circle, waypoints
from planner.report.page import labels

PANELS = {panel.key: panel for panel in panels_of(countries())}


@pytest.fixture(scope="module")
def layers(plan: Plan) -> Layers:
    return geometry.load(plan)


def nautical_miles(line: np.ndarray) -> float:
    return GEOD.line_length(*line.T) / 1852


@pytest.mark.parametrize("route", ["panama", "cape", "suez"])
@pytest.mark.parametrize("export", ["Sabine Pass LNG Terminal", "Cove Point LNG Export Terminal"])
@pytest.mark.parametrize("port", ["Pyeongtaek", "Ulsan", "Tokyo Bay (Futtsu)", "Niigata", "Ishikari", "Senboku"])
def test_lanes_are_about_as_long_as_the_sea_routes(export: str, port: str, route: str) -> None:
    terminals = table("lng_terminals.csv")
    start = terminals[terminals["terminal"] == export].iloc[0]
    end = terminals[(terminals["route_port"] == port) & (terminals["kind"] == "import")].iloc[0]
    line = great_circle(waypoints((start["lon"], start["lat"]), (end["lon"], end["lat"]), route))
    routes = table("lng_routes.csv")
    known = routes[(routes["export"] == export) & (routes["import"] == port) & (routes["route"] == route)]
    assert nautical_miles(line) == pytest.approx(known["distance_nm"].iloc[0], rel=0.06)


def test_lanes_have_no_seam_and_short_legs() -> None:
    line = great_circle(waypoints((-93.9, 29.7), (139.8, 35.4), "panama"))
    assert np.abs(np.diff(line[:, 0])).max() < 5
    assert line[-1, 0] == pytest.approx(139.8 - 360)
    steps = GEOD.line_lengths(*line.T) / 1000
    assert np.max(steps) < 2 * LEG_KM


def test_a_route_split_at_the_date_line_loses_nothing() -> None:
    line = great_circle(waypoints((-93.9, 29.7), (139.8, 35.4), "panama"))
    parts = geometry.split_at_date_line(shapely.LineString(line))
    lon = shapely.get_coordinates(parts)[:, 0]
    assert lon.min() >= -180 and lon.max() <= 180
    assert len(parts.geoms) == 2
    total = sum(GEOD.line_length(*np.array(part.coords).T) for part in parts.geoms)
    assert total == pytest.approx(GEOD.line_length(*line.T), rel=1e-3)


@pytest.mark.parametrize("panel", [*PANELS.values(), PACIFIC], ids=lambda panel: panel.key)
def test_routes_stay_inside_their_panel_and_never_cross_it(panel: geometry.Panel, layers: Layers) -> None:
    x0, y0, x1, y1 = panel.extent
    for line in layers.routes.geometry:
        for piece in geometry.route_on(panel, line):
            assert piece[:, 0].min() >= x0 - 1e-6 and piece[:, 0].max() <= x1 + 1e-6
            assert piece[:, 1].min() >= y0 - 1e-6 and piece[:, 1].max() <= y1 + 1e-6
            assert np.hypot(*np.diff(piece, axis=0).T).max() < 4 * LEG_KM


@pytest.mark.parametrize("key", list(PANELS))
def test_panels_keep_distances_and_hold_their_sites(key: str, plan: Plan) -> None:
    panel = PANELS[key]
    sites = plan.tables["sites"].query("country == @key").drop_duplicates("site")
    lon, lat = sites["lon"].to_numpy(), sites["lat"].to_numpy()
    x, y = panel.project(lon, lat)
    x0, y0, x1, y1 = panel.extent
    assert (x > x0).all() and (x < x1).all() and (y > y0).all() and (y < y1).all()
    real = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2] / 1000
    assert np.hypot(np.diff(x), np.diff(y)) == pytest.approx(real, rel=0.02)


def test_the_pacific_has_no_seam(layers: Layers) -> None:
    [(kind, land)] = layers.backdrop(PACIFIC)
    assert kind == "land"
    chukotka = shapely.Point(*(float(v) for v in PACIFIC.project(np.array(180.0), np.array(67.5))))
    assert any(shape.buffer(-20).contains(chukotka) for shape in land)


def test_north_is_up_on_the_pacific_and_distances_hold_where_the_campuses_are() -> None:
    """A meridian of each country stands upright; from Tokyo to Seoul along 36 degrees the panel is true within 2 %."""
    for lon in (127.0, 140.0, -120.0, -75.0):
        x, y = PACIFIC.project(np.array([lon, lon]), np.array([30.0, 45.0]))
        assert abs(x[1] - x[0]) < 0.01 * (y[1] - y[0])
    x, y = PACIFIC.project(np.array([127.0, 139.7]), np.array([35.7, 35.7]))
    real = GEOD.inv(127.0, 35.7, 139.7, 35.7)[2] / 1000
    assert np.hypot(np.diff(x), np.diff(y))[0] == pytest.approx(real, rel=0.02)


def test_terminals_carry_the_tonnes_that_pass(plan: Plan, layers: Layers) -> None:
    lng = plan.tables["lng"]
    for stage in (2028, 2031, 2035):
        shipped = lng[(lng["stage"] == stage) & (lng["mt"] > 0)]
        exported = layers.terminals.loc[layers.terminals["kind"] == "export", f"mt_{stage}"].sum()
        assert exported == pytest.approx(shipped["mt"].sum())


def test_gis_layers_hold_the_plan(plan: Plan, run) -> None:  # type: ignore[no-untyped-def]
    names = [name for name, _ in pyogrio.list_layers(run / "plan.gpkg")]
    assert names == ["sites", "terminals", "lng_routes", "zones", "columns"]
    words = pyogrio.read_dataframe(run / "plan.gpkg", layer="columns")
    described = set(zip(words["layer"], words["column"], strict=True))
    for name in names[:-1]:
        layer = gpd.read_file(run / "plan.gpkg", layer=name)
        assert layer.crs == "EPSG:4326" and len(layer)
        assert {(name, column) for column in layer.columns.drop("geometry")} <= described
        assert len(gpd.read_file(run / "geojson" / f"{name}.geojson")) == len(layer)
    assert (words["meaning"].str.len() > 0).all()
    sites = gpd.read_file(run / "plan.gpkg", layer="sites")
    assert sites["facility_mw"].tolist() == pytest.approx(plan.tables["sites"]["facility_mw"].tolist())
    mix = sites[[column for column in sites.columns if column.startswith("energy_gwh_")]].sum().sum()
    assert mix == pytest.approx(plan.tables["energy"]["energy_gwh"].sum())
    assert set(sites["name"]) == set(plan.tables["sites"]["name"])


def test_routes_in_files_lie_within_the_world(plan: Plan, layers: Layers) -> None:
    routes = gis.frames(plan, layers)["lng_routes"]
    assert routes.total_bounds[0] >= -180 and routes.total_bounds[2] <= 180
    assert routes["mt"].sum() == pytest.approx(plan.tables["lng"]["mt"].sum())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 200)), min_size=1, max_size=25))
def test_labels_do_not_overlap(points: list[tuple[float, float]]) -> None:
    radii = [3.0 + index % 7 for index in range(len(points))]
    sizes = [(40.0 + 5 * (index % 5), 10.0) for index in range(len(points))]
    placed = labels.place(points, radii, sizes, (0, 0, 300, 200), 1.0)
    boxes = [shapely.box(p.x, p.y, p.x + sizes[p.index][0], p.y + sizes[p.index][1]) for p in placed]
    for number, box in enumerate(boxes):
        assert shapely.box(0, 0, 300, 200).buffer(1e-6).covers(box)
        assert all(box.intersection(other).area < 1e-6 for other in boxes[:number])


@pytest.mark.parametrize(
    ("key", "lon", "lat"),
    [
        ("US", -149.9, 61.2),  # Anchorage
        ("US", -157.9, 21.3),  # Honolulu
        ("US", 144.8, 13.5),  # Guam
        ("JP", 127.7, 26.2),  # Naha
        ("KR", 126.5, 33.4),  # Jeju
        ("US", 2.3, 48.9),
        ("KR", 0.0, -90.0),
        ("JP", -58.0, -34.6),  # near the antipode of Japan
    ],
)
def test_a_site_anywhere_on_earth_lies_in_its_panel(key: str, lon: float, lat: float) -> None:
    home = {"US": (-96.0, 39.0), "JP": (138.0, 36.0), "KR": (128.0, 36.0)}[key]
    lons, lats = np.array([lon, home[0]]), np.array([lat, home[1]])
    panel = PANELS[key].holding(lons, lats)
    x, y = panel.project(lons, lats)
    x0, y0, x1, y1 = panel.extent
    assert ((x > x0) & (x < x1) & (y > y0) & (y < y1)).all()
    assert x1 - x0 >= PANELS[key].extent[2] - PANELS[key].extent[0] - 1e-6 or panel.crs != PANELS[key].crs
    assert 0.2 < panel.aspect < 5.0


def test_a_panel_that_holds_its_sites_stays_as_it_is() -> None:
    assert PANELS["US"].holding(np.array([-96.0]), np.array([39.0])) is PANELS["US"]


def test_sites_on_both_sides_of_the_date_line_lie_below_the_panel_s_title() -> None:
    """Attu and Adak: the title takes 5 % of the height, a circle 2.5 %."""
    panel = PANELS["US"].holding(np.array([173.2, -176.6]), np.array([52.8, 51.9]))
    x, y = panel.project(np.array([173.2, -176.6]), np.array([52.8, 51.9]))
    x0, y0, x1, y1 = panel.extent
    assert ((y > y0) & (y < y1 - 0.05 * (y1 - y0))).all()
    assert ((x > x0 + 0.025 * (x1 - x0)) & (x < x1)).all()


def test_land_is_drawn_up_to_the_frame_where_it_bends_beyond_its_corners() -> None:
    """A frame that holds Attu reaches past Canada's north coast (71 N): no straight cut there."""
    panel = PANELS["US"].holding(np.array([173.2]), np.array([52.8]))
    assert max(lat for _, lat in panel.corners) < 60 < 71 < panel.latitudes[1]
    south, north = PANELS["JP"].latitudes
    assert (south, north) == pytest.approx(tuple(_edge_latitudes(PANELS["JP"])), abs=0.05)


def _edge_latitudes(panel: Panel) -> list[float]:
    """The same by asking every latitude of a fine grid whether it lies in the frame."""
    lon, lat = np.meshgrid(np.arange(100, 170, 0.05), np.arange(10, 70, 0.01))
    x, y = panel.project(lon, lat)
    x0, y0, x1, y1 = panel.extent
    inside = (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    return [float(lat[inside].min()), float(lat[inside].max())]
