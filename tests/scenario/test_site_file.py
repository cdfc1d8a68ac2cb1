"""Sites of a file are entries of `sites.add`: what the file says is checked as those are, and told by feature or line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import Point

from planner.base.errors import InputError
from planner.scenario import Scenario, load, parse
from planner.scenario.site_file import sites_of

HEAD = "name: own\ncountries: [US, KR]\nstages: [2030]\ntime: { days: 2 }\nworkloads: [{ owner: US, load: 100 }]\n"


def scenario(folder: Path, sites: str) -> Scenario:
    (folder / "own.yaml").write_text(HEAD + f"sites: {sites}\n", "utf-8")
    return load(folder / "own.yaml")


def table(folder: Path, text: str) -> None:
    (folder / "my.csv").write_text(text, "utf-8")


def test_a_file_joins_the_sites_under_add_and_the_resolved_scenario_needs_it_no_more(tmp_path: Path) -> None:
    table(tmp_path, "name,lat,lon,country,mw,first_year\nTX-ONE,32.4,-99.8,US,1.2 GW,2029\nOHIO,40,-82.9,USA,300,\n")
    read = scenario(
        tmp_path, "{ use: [], inherit: catalog, file: my.csv, add: [{ name: b, country: KR, lat: 36, lon: 127 }] }"
    )
    assert [(site.name, site.country, site.land_limit) for site in read.sites.add] == [
        ("b", "KR", None), ("TX-ONE", "US", 1200.0), ("OHIO", "US", 300.0)
    ]  # fmt: skip
    assert read.sites.add[1].first_year == 2029 and read.sites.file is None
    (tmp_path / "my.csv").unlink()
    assert parse(read.resolved()).sites == read.sites


def test_names_become_identifiers_and_stay_as_titles(tmp_path: Path) -> None:
    table(tmp_path, "name,lat,lon\nAbilène <b>West</b>,32.4,-99.8\n해남,34.6,126.4\n,40,-82\n")
    found = scenario(tmp_path, "{ use: [], inherit: catalog, file: my.csv, country: US }").sites.add
    assert [(site.name, site.title) for site in found] == [
        ("Abilene-b-West-b", "Abilène <b>West</b>"), ("site-3", "해남"), ("site-4", None)
    ]  # fmt: skip


def test_terms_of_a_site_are_read_from_json_in_a_cell(tmp_path: Path) -> None:
    said = {
        "name": "a",
        "offers": [{"mw": 100, "first_year": 2030, "cost": 120}],
        "committed": {"2030": 50, "2035": 80},
    }
    feature = {"type": "Feature", "properties": said, "geometry": {"type": "Point", "coordinates": [-99.8, 32.4]}}
    (tmp_path / "my.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    (found,) = scenario(tmp_path, "{ use: [], file: my.geojson, country: US }").sites.add
    assert found.offers[0].cost == 120 and found.committed.at(2035) == 80
    table(tmp_path, 'name,lat,lon,offers\na,32.4,-99.8,"[{""mw"": 100}]"\n')
    assert scenario(tmp_path, "{ use: [], file: my.csv, country: US }").sites.add[0].offers[0].mw == 100


def test_columns_with_other_names_are_mapped_and_a_shapefile_cuts_names_short(tmp_path: Path) -> None:
    table(tmp_path, "SITE;BREITE;LAENGE;MVA\nTX;32,4;-99,8;250\n")
    columns = "columns: { name: SITE, lat: BREITE, lon: LAENGE, mw: MVA }"
    (found,) = scenario(tmp_path, f"{{ use: [], file: my.csv, country: US, {columns} }}").sites.add
    assert (found.name, found.lat, found.land_limit) == ("TX", 32.4, 250)
    shape = gpd.GeoDataFrame({"NAME": ["a"], "WATER_LIMI": [12.0]}, geometry=[Point(-99.8, 32.4)], crs=4326)
    shape.to_file(tmp_path / "my.shp")
    (found,) = scenario(tmp_path, "{ use: [], file: my.shp, country: US }").sites.add
    assert found.water_limit == 12.0


@pytest.mark.parametrize(
    ("text", "says", "expected"),
    [
        (
            "name,lat,lon,energy_prise\na,1,2,50\n",
            "my.csv: line 2: the column 'energy_prise' is no key",
            "'energy_price'",
        ),
        ("name,lat,lon,mw\na,1,2,120000\n", "line 2: no site is so large; are these kW", "MW"),
        ("name,lat,lon,mw\na,1,2,120 MWh\n", "line 2: land_limit: 'MWh' is not a unit of this figure", "MW"),
        ("name,lat,lon,mw\na,1,2,-5\n", "line 2: land_limit: this figure is negative", "at least 0"),
        ("name,lat,lon\na,1,2\na,3,4\n", "line 3: the name 'a' is given twice", "a name for each"),
        ("name,lat,lon,mw,land_limit\na,1,2,5,6\n", "line 2: two columns say 'land_limit'", "one"),
        ("name,lat,lon,offers\na,1,2,[{mw\n", "line 2: this is no JSON", "such as"),
        ("name,lat,lon,must_build\na,1,2,yes\n", "line 2: must_build: what must be built", "land_limit"),
        ("name,lat,lon,country\na,1,2,Atlantis\n", "line 2: country: unknown name 'Atlantis'", "KR"),
        (
            "name,lat,lon,existing,mw\na,1,2,50,40\n",
            "line 2: land_limit: 50 MW that stand or must stand",
            "50 MW or more",
        ),
        ("name,lat,lon,gas,gas_price\na,1,2,none,5\n", "line 2: gas: gas is given twice", "gas_price, or gas"),
        ("name,lat\na,1\n", "my.csv: the file has no column 'lon'", "ITS NAME"),
    ],
)
def test_what_a_file_says_wrong_is_told_by_line_and_key(tmp_path: Path, text: str, says: str, expected: str) -> None:
    table(tmp_path, text)
    with pytest.raises(InputError) as caught:
        scenario(tmp_path, "{ use: [], file: my.csv, country: US }")
    assert says in caught.value.message and expected in str(caught.value.expected)
    assert str(caught.value.file).endswith("own.yaml, line 6") and caught.value.key == "sites.file"


def test_a_site_without_a_country_and_a_column_that_is_not_there_are_told(tmp_path: Path) -> None:
    table(tmp_path, "name,lat,lon\na,1,2\n")
    for sites, says in (
        ("{ use: [], file: my.csv }", "the site has no country"),
        ("{ use: [], file: my.csv, country: US, columns: { mw: NAMES } }", "the file has no column 'NAMES'"),
        ("{ use: [], file: none.csv, country: US }", "no such file"),
    ):
        with pytest.raises(InputError, match=says):
            scenario(tmp_path, sites)


@pytest.mark.parametrize(
    "given", [{"headroom": 5, "offers": [{"mw": 5}]}, {"offers": [{"mw": -5}]}, {"first_year": 1900}]
)
def test_terms_that_contradict_each_other_are_refused(given: dict[str, Any]) -> None:
    own = {"name": "a", "country": "US", "lat": 39, "lon": -96} | given
    with pytest.raises(InputError):
        parse(
            {
                "name": "x",
                "countries": ["US"],
                "stages": [2030],
                "workloads": [{"owner": "US", "load": 1}],
                "sites": {"add": [own]},
            }
        )


@pytest.mark.parametrize("name", ["/etc/passwd", "../../etc/passwd"])
def test_a_series_that_a_file_names_elsewhere_is_refused_and_nothing_of_it_told(tmp_path: Path, name: str) -> None:
    given = json.dumps({"file": name, "column": "x"}).replace('"', '""')
    (tmp_path / "s.csv").write_text(f'name,lat,lon,hourly_price\na,31,-97,"{given}"\n')
    with pytest.raises(InputError, match="the series lies elsewhere") as refused:
        sites_of(tmp_path / "s.csv", {}, None, "US", {"folder": tmp_path})
    assert "root:" not in str(refused.value)
    nested = json.dumps([{"name": "p", "mw": 1, "price": 9, "hours": {"file": name, "column": "x"}}]).replace('"', '""')
    (tmp_path / "s.csv").write_text(f'name,lat,lon,ppa\na,31,-97,"{nested}"\n')
    with pytest.raises(InputError, match="the series lies elsewhere"):
        sites_of(tmp_path / "s.csv", {}, None, "US", {"folder": tmp_path})
