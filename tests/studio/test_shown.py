"""What pages show beside the report: three numbers with their ranges, the catalog's defaults, the zones on the map."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from planner.plan.plan import Plan
from planner.studio import zone_map
from planner.studio.defaults import of_catalog
from planner.studio.fields import Said, groups
from planner.words import three
from tests.studio.served import Served


def near_of(plan: Plan) -> pd.DataFrame:
    """Ranges of one source of Korea, which gives a tenth to a half of 100 TWh, and of two sites."""
    rows = [
        ("energy", "gas_cc_f", "KR", 2035, 10.0, 50.0, 10.0, 50.0),
        ("sites", "KR-ULSAN", "KR", 2035, 20.0, 90.0, 20.0, 90.0),
        ("sites", "KR-HAENAM", "KR", 2035, 0.0, 90.0, 0.0, 90.0),
    ]
    columns = ["quantity", "item", "country", "stage", "least", "most", "least_proven", "most_proven"]
    found = pd.DataFrame(rows, columns=columns).assign(plan=30.0)
    found.attrs = {"within": 0.005, "load_twh": {"KR 2035": 100.0}}
    return found


def test_three_numbers_stand_with_how_far_each_may_move(looked_at: Served) -> None:
    plan = looked_at.studio.plan("runs/sample")
    korea = plan.tables["energy"][plan.tables["energy"]["country"] == "KR"].replace({"grid": "gas_cc_f"})
    told = three.numbers(replace(plan, tables=dict(plan.tables) | {"energy": korea}), near_of(plan))
    assert [tile.label for tile in told] == ["The whole cost", "Most of the energy", "Sites"]
    assert "10-50 % for 0.5 % of the cost more" in str(told[1].unit)
    assert (
        "1 to 2 for 0.5 % of the cost more" in pd.Series([str(told[2].unit)]).str.replace(r"<[^>]*>", "", regex=True)[0]
    )


def test_a_range_that_nobody_asked_for_is_said_to_be_missing(looked_at: Served) -> None:
    shown = looked_at.get("/runs/runs/sample").text
    assert shown.count("how far it may move was not asked yet") == 2
    assert shown.index("The whole cost") < shown.index('id="map"') < shown.index("What decides it")


def test_a_default_of_the_catalog_is_the_figure_of_its_table_between_two_years() -> None:
    found = of_catalog("fuel.henry_hub", [2030, 2035], ["KR"])
    assert found is not None and found.figure == "{2030: 3.91, 2035: 4.10}"
    between = of_catalog("fuel.henry_hub", [2028], ["KR"])
    assert between is not None and between.figure == "{2028: 3.64}"  # 3.5 + (3.90625 - 3.5) / 3
    assert between.origin.startswith("published: EIA STEO 10-Mar-2026; assumed: planning assumption")
    assert of_catalog("grid.delay", [2030], ["KR"]) is None and of_catalog("fuel.lng_spot", [2030], ["US"]) is None


def test_a_field_that_says_nothing_shows_what_it_takes() -> None:
    shown = {f.key: f for g in groups("money", Said({}, {}), [2030], ["KR"]) for f in g.fields}
    assert shown["fx.KRW"].default == "1364" and shown["fx.KRW"].origin.startswith("modelled: ")
    assert shown["fuel.uranium"].default == "that of each technology card"
    assert shown["fuel.lng_spot"].label == "LNG spot"


def test_zones_lie_where_their_sites_are_with_their_room_and_their_price() -> None:
    zones = {item["properties"]["site"]: item for item in zone_map.features()["sites"]["features"]}
    korea = zones["KR"]
    assert korea["properties"]["mw_2030"] == 4855 and "971 to 9,710 MW" in korea["properties"]["words_2030"]
    lon, lat = korea["geometry"]["coordinates"]
    assert 126 < lon < 130 and 34 < lat < 38
    assert korea["properties"]["colour_2030"] == zone_map.colour(112.842) != zone_map.colour(42.3)


@pytest.mark.parametrize(("zone", "systems"), [("KR", ["KR-CAP", "KR-REG"]), ("JP-TK", ["JP-TK"])])
def test_a_zone_that_is_clicked_asks_for_the_response_of_its_power_system(
    looked_at: Served, zone: str, systems: list[str]
) -> None:
    assert len(json.loads(looked_at.get("/zones.json").text)["sites"]["features"]) == 24
    panel = looked_at.get(f"/zones/of/{zone}?stage=2035").text
    asked = [f"/zones/response?zone={system}&amp;add=1%2C2%2C5%2C10&amp;year=2035" for system in systems]
    assert all(address in panel for address in asked) and panel.count("hx-get") == len(systems)
    assert looked_at.get("/zones/of/nowhere").status == 422
