"""Sites of a user's own in the studio: columns of a table are matched, shapes that are drawn become sites of the scenario."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from planner.base.errors import InputError
from planner.scenario import load
from planner.studio.brought import columns, keys, meant, said, shape
from tests.studio.served import SMALL, Served

OWN = SMALL.replace("{ use: [], add: [{ name: market, country: KR, lat: 36, lon: 127 }] }", "{ use: [] }")
TABLE = "Standort,Breite,Länge,Leistung\nMINE-A,35.5,129.3,120\nMINE-B,35.9,126.6,80\n"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[126.9, 36.9], [127.1, 36.9], [127.1, 37.1], [126.9, 37.1], [126.9, 36.9]]],
}


def seen(served: Served) -> str:
    return served.get("/sites?scenario=small.yaml").text.split('name="seen" value="')[1].split('"')[0]


def kept(text: str) -> str:
    return text.split('name="kept" value="')[1].split('"')[0]


@pytest.fixture
def bare(served: Served) -> Served:
    """A studio whose scenario has no site yet."""
    (served.root / "small.yaml").write_text(OWN, "utf-8")
    return served


def test_a_column_means_what_it_is_called_and_a_slip_means_nothing() -> None:
    assert [meant(name) for name in ("MW", "latitude", "경도", "energy_price", "enrgy_price", "OBJECTID", "offers")] == [
        "land_limit", "lat", "lon", "energy_price", "", "", "",
    ]  # fmt: skip


def test_only_columns_of_another_name_are_said() -> None:
    assert said({"Breite": "lat", "lon": "lon", "MW": "land_limit", "rest": ""}) == {"lat": "Breite"}
    with pytest.raises(InputError, match="two columns say 'lat'"):
        said({"Breite": "lat", "latitude": "lat"})


def test_every_key_of_a_site_that_fits_a_cell_is_on_offer() -> None:
    on_offer = keys()
    assert on_offer["land_limit"] == "land limit (MW)" and {"lat", "lon", "name", "country", "gas"} <= set(on_offer)
    assert not {"hourly_price", "offers"} & set(on_offer)


def test_columns_of_a_table_are_matched_before_it_is_brought(bare: Served) -> None:
    form = {"scenario": "small.yaml", "seen": seen(bare), "country": "KR", "alone": "1"}
    asked = bare.bring("/sites/bring", form, "file", "orte.csv", TABLE.encode())
    assert asked.status == 422 and "the file has no column 'lat'" in asked.text.replace("&#39;", "'")
    assert "MINE-A; MINE-B" in asked.text and (bare.root / "small.yaml").read_text("utf-8") == OWN
    chosen = {"c:Standort": "name", "c:Breite": "lat", "c:Länge": "lon", "c:Leistung": "land_limit"}
    form |= {"kept": kept(asked.text), "called": "orte.csv", **chosen}
    looked = bare.post("/sites/match", form | {"act": "look"})
    assert looked.status == 200 and "2 sites can be read" in looked.text
    assert "planner sites check orte.csv --column" in looked.text
    assert bare.post("/sites/match", form | {"act": "bring"}).status == 303
    text = yaml.safe_load((bare.root / "small.yaml").read_text("utf-8"))["sites"]
    assert text["columns"] == {"name": "Standort", "lat": "Breite", "lon": "Länge", "land_limit": "Leistung"}
    sites = load(bare.root / "small.yaml").sites.add
    assert [(site.name, site.lat, site.land_limit) for site in sites] == [("MINE-A", 35.5, 120), ("MINE-B", 35.9, 80)]
    assert not list((bare.root / ".studio" / "tmp-brought").iterdir())


@pytest.mark.parametrize("name", ["../../small.yaml", "a.csv", "", "0" * 64 + ".csv"])
def test_no_other_file_is_taken_for_the_table(bare: Served, name: str) -> None:
    form = {"scenario": "small.yaml", "seen": seen(bare), "kept": name, "called": "x.csv", "act": "bring"}
    assert bare.post("/sites/match", form).status == 422


def drawn(served: Served, **fields: str) -> int:
    form = {"scenario": "small.yaml", "seen": seen(served), "name": "HILL", "country": "KR"} | fields
    return served.post("/sites/draw", form).status


def test_a_point_and_an_area_are_drawn_into_a_file_of_the_scenario(bare: Served) -> None:
    assert drawn(bare, lat="35.6", lon="129.2", mw="250 MW") == 303
    assert drawn(bare, name="FIELD", shape=json.dumps(SQUARE)) == 303
    assert yaml.safe_load((bare.root / "small.yaml").read_text("utf-8"))["sites"]["file"] == "small-sites.geojson"
    hill, field = load(bare.root / "small.yaml").sites.add
    assert (hill.name, hill.lat, hill.lon, hill.land_limit) == ("HILL", 35.6, 129.2, 250.0)
    assert (field.lat, field.lon) == (pytest.approx(37.0, abs=0.05), pytest.approx(127.0, abs=0.05))
    shown = json.loads(bare.get("/sites.json?scenario=small.yaml").text)
    assert [item["geometry"] for item in shown["areas"]["features"]] == [SQUARE]
    assert {path.name for path in bare.root.iterdir()} == {"small.yaml", "small-sites.geojson"}


def test_a_drawn_site_beside_a_table_becomes_an_entry_of_the_scenario(bare: Served) -> None:
    (bare.root / "mine.csv").write_text("name,lat,lon,country\nMINE,35.5,129.3,KR\n", "utf-8")
    (bare.root / "small.yaml").write_text(OWN.replace("{ use: [] }", "{ use: [], file: mine.csv }"), "utf-8")
    assert drawn(bare, shape=json.dumps(SQUARE)) == 303
    assert [site.name for site in load(bare.root / "small.yaml").sites.add] == ["HILL", "MINE"]


BAD = [
    {},
    {"lat": "91", "lon": "127"},
    {"lat": "north", "lon": "127"},
    {"shape": "{"},
    {"shape": '{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}'},
    {"shape": '{"type": "Point", "coordinates": "here"}'},
    {"lat": "36", "lon": "127", "mw": "-5"},
    {"lat": "36", "lon": "127", "country": "XX"},
]


@pytest.mark.parametrize("fields", BAD)
def test_what_cannot_be_a_site_is_refused_with_nothing_left_behind(bare: Served, fields: dict[str, str]) -> None:
    assert drawn(bare, **fields) == 422
    assert (bare.root / "small.yaml").read_text("utf-8") == OWN
    assert [path.name for path in bare.root.iterdir() if path.name != ".studio"] == ["small.yaml"]


def test_coordinates_in_hand_are_no_shape_and_a_shape_comes_first() -> None:
    assert shape("", "36", "127") == {"type": "Point", "coordinates": [127.0, 36.0]}
    assert shape(json.dumps(SQUARE), "36", "127")["type"] == "Polygon"


def test_a_table_in_korean_letters_has_its_columns() -> None:
    found = columns(Path("x.csv"), "이름,위도,경도\n해남,34.6,126.4\n".encode("cp949"))
    assert [(column.name, column.key) for column in found] == [("이름", "name"), ("위도", "lat"), ("경도", "lon")]
