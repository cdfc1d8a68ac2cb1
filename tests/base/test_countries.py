"""The table of countries: read, refused with its key, and a country added by data alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

import planner
from planner.base.constants import DATA
from planner.base.countries import Countries, countries
from planner.base.errors import InputError
from planner.catalog import tables
from planner.catalog.store import Shelf
from planner.instance import gas
from planner.instance.horizon import Horizon
from planner.plan.plan import Plan
from planner.report.maps import geometry
from planner.report.page import html
from planner.scenario import load as load_scenario
from planner.scenario import parse
from planner.timeline import stages
from planner.words import answer

TAIWAN = {
    "label": "Taiwan",
    "iso3": "TWN",
    "colour": "#CC79A7",
    "hatch": "x",
    "clock_h": 8,
    "currency": "TWD",
    "renewable_land": "renewable_land_kr_jp_gw",
    "shell_market": "Osaka",
    "map": {
        "crs": "EPSG:3826",
        "corners": [[119.9, 21.8], [122.1, 21.8], [119.9, 25.4], [122.1, 25.4]],
        "scale_km": 50,
        "around": "world",
    },
}
SCENARIO = """
name: taiwan
countries: [TW, KR]
stages: [2030]
horizon_end: 2031
inputs: { data: tables }
fx: { TWD: 32 }
time: { hours: 24 }
sites:
  use: []
  add:
    - { name: Taichung, country: TW, lat: 24.2, lon: 120.6, energy_price: 2.56 TWD/kWh, carbon_intensity: 480 }
    - { name: Ulsan, country: KR, lat: 35.5, lon: 129.3, energy_price: 130, carbon_intensity: 400 }
workloads:
  - { owner: TW, load: 100 MW, home_share: 100 % }
  - { owner: KR, load: 100 MW, name: korean, home_share: 100 % }
policy: { carbon_price: { TW: 320 TWD/t } }
reliability: { reserve_margin: 0 }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our tables with Taiwan beside the other countries: entries and rows, no code."""
    place = tmp_path_factory.mktemp("own") / "tables"
    place.mkdir()
    for path in DATA.iterdir():
        if path.name not in ("countries.yaml", "money.csv", "lng_terminals.csv", "fuel_prices.csv"):
            (place / path.name).symlink_to(path)
    known = yaml.safe_load((DATA / "countries.yaml").read_text("utf-8"))
    (place / "countries.yaml").write_text(yaml.safe_dump({"TW": TAIWAN} | known, sort_keys=False), "utf-8")
    (place / "money.csv").write_text((DATA / "money.csv").read_text("utf-8") + "TWD,,32.5,,,TWD/USD,x,x,assumed\n")
    terminals = tables.table("lng_terminals.csv")
    like = terminals[terminals["country"] == "KR"].iloc[:1]
    own = like.assign(terminal="Taichung LNG", country="TW", lat=24.3, lon=120.5)
    terminals.merge(own, how="outer").to_csv(place / "lng_terminals.csv", index=False)
    prices = tables.table("fuel_prices.csv")
    own = prices[prices["item"].isin(["regas", "domestic_transmission", "jkm"]) & (prices["region"] == "KR")]
    prices.merge(own.assign(region="TW"), how="outer").to_csv(place / "fuel_prices.csv", index=False)
    (place.parent / "taiwan.yaml").write_text(SCENARIO, "utf-8")
    return place


@pytest.fixture(scope="module")
def taiwan(folder: Path) -> Plan:
    return planner.plan(load_scenario(folder.parent / "taiwan.yaml"))


def test_our_countries_are_korea_the_united_states_and_japan() -> None:
    known = countries()
    assert list(known) == ["KR", "US", "JP"] and known.currencies == ["KRW", "JPY"]
    assert known.label("US") == "United States" and known.inside("US") == "the United States"
    assert known.label("XX") == "XX" and known.ordered(["XX", "JP", "KR"]) == ["KR", "JP", "XX"]


def test_a_place_lies_in_a_country_or_not_and_anywhere_in_one_whose_extent_is_not_known() -> None:
    known = countries()
    assert known.holds("KR", 37.5, 127.0) and not known.holds("KR", 127.0, 37.5)
    assert known.holds("US", 21.3, -157.9) and known.holds("US", 18.4, -66.1) and not known.holds("US", 39.0, 96.0)
    assert known.holds("XX", 0.0, 0.0)


def test_every_currency_has_a_rate_or_is_refused() -> None:
    assert countries().rates() == {"KRW": 1364.0, "JPY": 150.0}
    with pytest.raises(InputError, match="a currency has no rate"):
        Countries.of({"TW": TAIWAN}).rates()


def test_what_a_plan_keeps_of_its_countries_is_read_back_the_same() -> None:
    assert Countries.of(countries().plain(["US", "KR"])) == {code: countries()[code] for code in ("KR", "US")}


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"colur": "#000000"}, "TW.colur"),
        ({"label": None}, "TW.label"),
        ({"clock_h": "eight"}, "TW.clock_h"),
        ({"map": {"crs": "EPSG:3826", "corners": [[1, 2], [3, 4]], "scale_km": 50}}, "TW.map.corners"),
        ({"map": {"crs": "EPSG:3826", "scale_km": 50}}, "TW.map.corners"),
        ({"shell_markets": ["Tokyo"]}, "TW.shell_markets"),
        ({"extent": [[21.0, 119.0, 26.5]]}, "TW.extent"),
        ({"extent": [[26.5, 119.0, 21.0, 123.0]]}, "TW.extent"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused_with_its_key(changed: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as refused:
        Countries.of({"TW": TAIWAN | changed})
    assert refused.value.key == key


def test_a_country_that_no_table_has_is_refused() -> None:
    with pytest.raises(InputError, match="unknown name 'TW'"):
        parse({"name": "x", "countries": ["TW"], "stages": [2030], "workloads": [{"owner": "TW", "load": 1}]})


def test_a_country_added_by_data_alone_is_planned_at_its_own_currency(taiwan: Plan) -> None:
    """2.56 TWD/kWh at 32 TWD per USD is 80 USD/MWh: 100 MW for a year pay 70.08 million USD."""
    costs = taiwan.tables["costs"].set_index(["country", "line"])["musd_per_year"]
    assert costs["TW", "grid energy"] == pytest.approx(100 * 8760 * 80 / 1e6)
    assert costs["KR", "grid energy"] == pytest.approx(100 * 8760 * 130 / 1e6)


def test_a_country_added_by_data_alone_has_its_name_colour_and_map(taiwan: Plan) -> None:
    known = taiwan.countries
    assert list(known) == ["TW", "KR"]
    assert (known.label("TW"), known.colour("TW"), known.hatch("TW")) == ("Taiwan", "#CC79A7", "x")
    assert "Taiwan 100 MW" in answer.answer(taiwan)[0].text.striptags()
    west, east = (panel for panel in geometry.load(taiwan).panels if panel is not geometry.PACIFIC)
    assert (west.key, east.key) == ("TW", "KR")
    x, y = west.project(np.array([120.6]), np.array([24.2]))
    x0, y0, x1, y1 = west.extent
    assert x0 < x[0] < x1 and y0 < y[0] < y1
    page = html.pages(taiwan)["report.html"]
    assert "<figcaption>Taiwan</figcaption>" in page


def test_a_country_added_by_data_alone_gets_its_gas_by_ship(folder: Path) -> None:
    shelf, fuel = Shelf(folder), load_scenario(folder.parent / "taiwan.yaml").fuel
    horizon = Horizon(2026, tuple(stages([2030], 2031, 0.05)), 0.05)
    found, terminals, sellers = gas.sources([("TW", "Taichung LNG")], shelf, fuel, horizon)
    assert found["Taichung LNG"].kind == "terminal" and found["Taichung LNG"].country == "TW"
    terminal = terminals["Taichung LNG"]
    assert terminal.spot_price[0] == pytest.approx(shelf.fuel_price("jkm", "TW", 2030)) and terminal.spare_tbtu[0] > 0
    assert sellers and all(terminal.port in seller.shipping for seller in sellers.values())


def test_the_users_of_a_country_added_by_data_alone_live_by_its_clock(folder: Path) -> None:
    assert Shelf(folder).countries["TW"].clock_h == 8
