"""A screen leaves out cells for what they lack, tells why, and its shortlist is a file of sites that a scenario plans with."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from planner.base.errors import InputError
from planner.catalog.store import Shelf
from planner.catalog.system import power_system
from planner.grid.assemble import system_year
from planner.grid.slope import slope
from planner.instance.assemble import assemble
from planner.instance.site_screen import Asked, grid, screen
from planner.scenario import parse
from tests.cli import planner


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf()


def drawn(folder: Path, name: str, *shapes: object) -> Path:
    path = folder / f"{name}.geojson"
    gpd.GeoDataFrame(geometry=list(shapes), crs=4326).to_file(path)
    return path


def test_cells_are_squares_of_equal_area() -> None:
    """A degree of longitude by one of latitude at the equator is 111.32 by 110.57 km: 123 cells of 10 km."""
    flat = "+proj=laea +lat_0=0 +lon_0=0 +datum=WGS84 +units=km"
    cells = grid(box(-0.5, -0.5, 0.5, 0.5), flat, 10.0)
    assert len(cells) == pytest.approx(111.32 * 110.57 / 100, abs=12)
    assert cells["lat"].is_monotonic_decreasing
    with pytest.raises(InputError, match="the cells are too small"):
        grid(box(-5, -5, 5, 5), flat, 1.0)
    with pytest.raises(InputError, match="no cell lies in the area"):
        grid(box(0, 0, 0.01, 0.01), flat, 100.0)


def test_each_cell_that_is_left_out_says_why_and_the_counts_sum_up(shelf: Shelf, tmp_path: Path) -> None:
    north = drawn(tmp_path, "parks", box(124, 37, 132, 39))
    line = drawn(tmp_path, "lines", LineString([(126.5, 34.0), (126.5, 37.0)]))
    asked = Asked(cell_km=25, exclude=(north,), near=((line, 60.0),), headroom_mw=1000, price_usd_per_mwh=500)
    found = screen("KR", asked, shelf=shelf)
    cells = found.cells
    assert (cells.loc[cells["lat"] > 37.0, "why"] == "inside parks.geojson").all()
    kept = cells[cells["why"] == ""]
    assert len(kept) and (kept["headroom_mw"] >= 1000).all() and (kept["km_to_lines"] <= 60).all()
    assert sum(found.counts.values()) + len(kept) == len(cells)
    # at 35.5 N a degree of longitude is 90.7 km
    near = cells[(cells["lat"] - 35.5).abs() < 0.3]
    assert np.allclose(near["km_to_lines"], (near["lon"] - 126.5).abs() * 90.7, rtol=0.02, atol=1)


def test_the_shortlist_is_the_cheapest_and_not_all_of_one_neighbour(shelf: Shelf) -> None:
    found = screen("JP", Asked(cell_km=50, top=6, per_neighbour=2), shelf=shelf)
    chosen = found.shortlist
    assert len(chosen) == 6 and chosen["cost_usd_per_mwh"].is_monotonic_increasing
    assert chosen["neighbour"].value_counts().max() <= 2
    kept = found.cells[found.cells["why"] == ""]
    assert chosen["cost_usd_per_mwh"].iloc[0] == kept["cost_usd_per_mwh"].min()


def test_the_command_writes_sites_that_are_planned_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    area = drawn(tmp_path, "jeolla", box(126, 34.3, 127.6, 36))
    command = ["sites", "screen", "--country", "KR", "--within", area, "--cell", "20", "--top", "3", "--mw", "250"]
    answer = planner(capsys, *command, "--out", "short.geojson")
    assert answer.code == 0, answer.err
    assert Path("short.sites.html").stat().st_size > 20_000
    listed = json.loads(Path("short.geojson").read_text())["features"]
    assert len(listed) == 3 and "USD/MWh with its connection" in listed[0]["properties"]["screen_why"]
    asked = {
        "name": "x", "countries": ["KR"], "stages": [2030], "time": {"days": 1}, "workloads": [{"owner": "KR", "load": 50}],
        "sites": {"use": [], "inherit": "catalog", "file": str(tmp_path / "short.geojson")},
    }  # fmt: skip
    sites = assemble(parse(asked)).sites
    assert len(sites) == 3 and all(site.land_limit_gw == 0.25 for site in sites.values())
    again = planner(capsys, *command, "--out", "short.geojson")
    assert again.code == 2 and "needs a new file" in again.err
    nothing = planner(capsys, *command, "--out", "none.geojson", "--price", "1")
    assert nothing.code == 2 and "no cell is left" in nothing.err and not Path("none.geojson").exists()


def test_cells_with_more_stress_of_water_than_asked_are_left_out(shelf: Shelf, tmp_path: Path) -> None:
    """Cells take the stress of the nearest catalog site; the word that is asked for is allowed itself."""
    stress = shelf.sites["water_stress"]
    near = {word: shelf.sites[(stress == word) & (shelf.sites["country"] == "US")].iloc[0] for word in ("low", "high")}
    for word, kept in (("low", ["low"]), ("low-medium", ["low"]), ("high", ["low", "high"])):
        for found, site in near.items():
            place = drawn(tmp_path, f"{word}-{found}", Point(site["lon"], site["lat"]).buffer(0.2))
            cells = screen("US", Asked(cell_km=15, water_stress=word), place, shelf).cells
            assert (cells["why"] == "").any() == (found in kept)


def test_an_area_elsewhere_and_wrong_words_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    sea = drawn(tmp_path, "sea", box(0, 0, 1, 1))
    point = drawn(tmp_path, "point", Point(127, 36))
    for within, says in ((sea, "holds no land of KR"), (point, "is no area")):
        with pytest.raises(InputError, match=says):
            screen("KR", Asked(), within, shelf)
    with pytest.raises(InputError, match="unknown stress of water 'lo'"):
        screen("KR", Asked(water_stress="lo"), shelf=shelf)
    with pytest.raises(InputError, match="unknown country 'XX'"):
        screen("XX", Asked(), shelf=shelf)


def test_cells_of_a_zone_that_a_gw_more_makes_too_dear_are_left_out_with_the_figure_of_grid_slope() -> None:
    found = screen("KR", Asked(cell_km=80, slope_usd_per_mwh=0.605))
    system = power_system()
    names = [str(zone) for zone in system.zones.index[system.zones["country"] == "KR"]]
    rises = {zone: slope(system_year(system, 2030, names), zone, [1.0], 25)[0].price_rise_usd_per_mwh for zone in names}
    told = dict(zip(found.cells["neighbour"], found.cells["usd_per_mwh_per_gw"], strict=True))
    for zone, rise in rises.items():
        site = str(system.zones.at[zone, "sites"]).split()
        assert {told[name] for name in site if name in told} <= {round(rise, 2)}
    steep = found.cells["usd_per_mwh_per_gw"] > 0.605
    assert steep.any() and not steep.all()
    assert (found.cells.loc[steep, "why"] == "a GW more adds above 0.605 USD/MWh to the zone").all()
