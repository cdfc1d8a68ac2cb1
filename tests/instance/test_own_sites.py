"""Own sites take what they leave out from the nearest site of the whole catalog, and say so; places with a slip are refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.catalog.store import Shelf
from planner.costs.distance import great_circle_km
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.instance.own_sites import site_entries
from planner.instance.site_entry import catalog_entry, origins
from planner.scenario import parse

FIVE = {
    "TX-ONE": (32.4, -99.8, "US-ABILENE"),
    "OH-TWO": (40.0, -82.9, "US-COLUMBUS"),
    "VA-THREE": (37.6, -77.4, "US-RICHMOND"),
    "WA-FOUR": (47.2, -119.9, "US-QUINCY"),
    "GA-FIVE": (33.8, -84.5, "US-ATLANTA"),
}
BASE: dict[str, Any] = {
    "name": "own",
    "countries": ["US"],
    "stages": [2030],
    "time": {"days": 2},
    "workloads": [{"owner": "US", "load": 100}],
    "power": ["grid", "wind_on"],
}


def site(name: str, lat: float, lon: float, **given: Any) -> dict[str, Any]:
    return {"name": name, "country": "US", "lat": lat, "lon": lon} | given


def made(sites: dict[str, Any]) -> Inputs:
    return assemble(parse(BASE | {"sites": sites}))


@pytest.mark.parametrize("sites", [{"use": ["US-ABILENE"]}, {"use": [], "inherit": "catalog"}])
def test_five_own_sites_are_five_places(sites: dict[str, Any]) -> None:
    found = made(sites | {"add": [site(name, lat, lon) for name, (lat, lon, _) in FIVE.items()]})
    rows = Shelf().sites
    for name, (_, _, source) in FIVE.items():
        assert found.sites[name].zone == rows.at[source, "zone"]
        assert found.sites[name].land_limit_gw == pytest.approx(rows.at[source, "land_limit_mw"] * 1e-3)
        assert any(
            note.startswith(f"{name}: what it leaves out") and f"that of {source}, " in note for note in found.notes
        )
    assert set(found.sites) == {*FIVE, *sites["use"]}
    wind = {name: found.timeline.mean(found.sites[name].capacity_factor["wind_on"]) for name in FIVE}
    assert len({round(float(mean), 4) for mean in wind.values()}) == 5
    assert set(found.zone_limit) == {site.zone for site in found.sites.values()} & set(Shelf().table("zones.csv").index)


def test_the_distance_to_the_neighbour_is_told_and_a_far_one_is_warned_of() -> None:
    found = made({"use": [], "inherit": "catalog", "add": [site("GA", 33.75, -84.39), site("HI", 21.3, -157.9)]})
    near, far = (next(note for note in found.notes if note.startswith(name)) for name in ("GA", "HI"))
    assert "US-ATLANTA, " in near and "too far" not in near
    assert "too far for them to be the site's" in far


def test_only_own_sites_without_the_catalog_stay_neutral() -> None:
    own = site("bus", 39, -96, energy_price=50)
    for sites in ({"use": []}, {"use": [], "inherit": "none"}):
        found = assemble(parse(BASE | {"power": ["grid"], "sites": sites | {"add": [own]}}))
        assert found.sites["bus"].design_pue["air_economiser"] == 1.0 and not found.notes and not found.zone_limit


def test_sites_that_give_their_connection_do_not_count_in_the_zones_headroom() -> None:
    found = made({"use": [], "inherit": "catalog", "add": [site("GA", 33.8, -84.5, headroom=500)]})
    assert not found.zone_limit and found.sites["GA"].tiers[0].gw[0] == 0.5


def test_hours_of_ones_own_do_not_go_with_the_catalogs_figures() -> None:
    asked = BASE | {"power": [], "technologies": [{"name": "p", "variable_cost": 5}], "time": {"hours": 3}}
    with pytest.raises(InputError, match="hours of your own go with sites and work of your own"):
        assemble(parse(asked | {"sites": {"use": [], "inherit": "catalog", "add": [site("a", 39, -96)]}}))


@pytest.mark.parametrize(
    ("country", "lat", "lon", "says"),
    [
        ("US", 39, 96, "the sign of lon is missing"),
        ("US", -75, 40, "lat and lon are swapped"),
        ("KR", -36, 128, "the sign of lat is wrong"),
        ("JP", 36, -138, "the sign of lon is missing"),
    ],
)
def test_a_place_with_a_slip_is_refused(country: str, lat: float, lon: float, says: str) -> None:
    own = {"name": "a", "country": country, "lat": lat, "lon": lon, "energy_price": 50}
    asked = BASE | {"countries": [country], "workloads": [{"owner": country, "load": 1}], "power": ["grid"]}
    with pytest.raises(InputError, match=says) as caught:
        assemble(parse(asked | {"sites": {"use": [], "add": [own]}}))
    assert caught.value.key == "sites.add[0].lat"


@pytest.mark.parametrize(("lat", "lon"), [(61.2, -149.9), (21.3, -157.9), (18.4, -66.1), (24.6, -81.8), (52.9, 172.9)])
def test_every_part_of_a_country_is_inside(lat: float, lon: float) -> None:
    own = site("a", lat, lon, energy_price=50)
    assert not assemble(parse(BASE | {"power": ["grid"], "sites": {"use": [], "add": [own]}})).notes


def test_a_place_elsewhere_is_told() -> None:
    found = assemble(
        parse(BASE | {"power": ["grid"], "sites": {"use": [], "add": [site("a", 48.9, 2.4, energy_price=5)]}})
    )
    assert found.notes == ("a: 48.9 north, 2.4 east lies outside US",)


def test_figures_of_a_country_that_is_not_planned_are_told() -> None:
    asked = BASE | {"sites": {"use": ["US-ABILENE"]}, "policy": {"carbon_price": {"KR": 9, "US": 9}}}
    burns = asked | {"power": ["grid", "gas_cc_h"]}
    assert assemble(parse(burns)).notes == ("policy.carbon_price.KR is not used: KR is not planned",)


HOUR = np.arange(8760)
SUMMER = (HOUR >= 24 * 151) & (HOUR < 24 * 243)
PRICE = np.where(SUMMER, -120.0, 60.0)
SUN = np.where(HOUR // 24 % 10 == 0, 1.0, 0.0)


def own_series(days: int, **given: Any) -> Inputs:
    power = ["grid", "solar_pv", "battery_4h"]
    return assemble(
        parse(
            BASE
            | {"time": {"days": days}, "power": power}
            | {"sites": {"use": ["US-ABILENE"], "add": [site("mine", 32.4, -99.8, **given)]}}
        )
    )


@pytest.mark.parametrize("days", [3, 4, 12])
def test_typical_days_leave_a_price_as_it_is_and_see_its_summer(days: int) -> None:
    found = own_series(days, hourly_price=PRICE.tolist())
    assert set(np.round(found.sites["mine"].price * 1e3, 9)) == {-120.0, 60.0}
    assert found.timeline.mean(found.sites["mine"].price) * 1e3 == pytest.approx(PRICE.mean(), abs=25)


def test_a_price_whose_mean_moves_is_told() -> None:
    found = own_series(1, hourly_price=PRICE.tolist())
    assert len(set(found.sites["mine"].price)) == 1
    assert any(
        "sites.add.mine.hourly_price: the typical days have a mean of" in note and "stay as they are" in note
        for note in found.notes
    )


@pytest.mark.parametrize("days", [1, 2, 4, 12])
def test_typical_days_keep_the_mean_of_rare_sun(days: int) -> None:
    found = own_series(days, capacity_factor={"solar_pv": SUN.tolist()})
    sun = found.sites["mine"].capacity_factor["solar_pv"]
    assert found.timeline.mean(sun) == pytest.approx(SUN.mean(), rel=1e-6)
    assert sun.min() >= 0 and sun.max() <= 1
    if days == 1:
        assert any("changed to keep the year's" in note for note in found.notes)


def test_the_day_of_the_largest_load_is_among_the_typical_days() -> None:
    load = np.ones(8760)
    load[24 * 200 + 7] = 9.0
    work = [{"owner": "US", "load": 100, "shape": load.tolist()}]
    asked = BASE | {"time": {"days": 4}, "sites": {"use": ["US-ABILENE"]}, "workloads": work}
    found = assemble(parse(asked))
    assert 24 * 200 + 7 in found.timeline.hours


@pytest.mark.parametrize(
    ("length", "says"),
    [(8784, "leave out 29 February"), (35040, "quarter hours"), (17520, "half hours"), (8759, "an hour is missing")],
)
def test_a_year_of_another_length_is_explained(length: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        own_series(2, hourly_price=[50 + i % 2 for i in range(length)])


def test_every_figure_of_an_own_site_says_where_it_is_from_and_how_far() -> None:
    asked = site("GA", 33.8, -84.5, headroom=500, land_limit=200, hourly_price=[50.0])
    shelf = Shelf()
    entries = site_entries(
        parse(BASE | {"sites": {"use": [], "inherit": "catalog", "add": [asked]}}).sites, ["US"], shelf, grid=True
    )
    found = origins(entries.values()).set_index("figure")
    assert set(found.index[found["place"] == ""]) == {
        "headroom",
        "land_limit",
        "energy_price",
    }  # what the site says itself
    assert set(found.index[found["place"] == "US-ATLANTA"]) == {
        "zone", "weather", "carbon_intensity", "capacity_charge", "shell_cost", "cost factors", "gas"
    }  # fmt: skip
    km = great_circle_km(33.8, -84.5, *shelf.sites.loc["US-ATLANTA", ["lat", "lon"]].astype(float))
    assert found.at["weather", "km"] == pytest.approx(float(km)) and np.isnan(found.at["headroom", "km"])
    assert (
        found.at["capacity_charge", "value"]
        == shelf.table("zones.csv").at[shelf.sites.at["US-ATLANTA", "zone"], "capacity_charge_usd_per_kw_year"]
    )
    assert (found.at["land_limit", "value"], found.at["headroom", "unit"]) == (200, "MW")


def test_a_catalog_site_is_its_own_neighbour() -> None:
    entry = catalog_entry("US-ATLANTA", Shelf())
    assert {said.place for said in entry.origin.values()} == {"US-ATLANTA"}
    assert {said.km for said in entry.origin.values()} == {0.0}


def test_a_site_in_a_zone_of_the_catalog_has_the_grid_of_that_zone() -> None:
    """A place in Ohio that says it is in Georgia's zone has Georgia's price, charge and tiers, and Ohio's weather and land."""
    zone = Shelf().sites.at["US-ATLANTA", "zone"]
    found = made({"use": ["US-ATLANTA", "US-COLUMBUS"], "add": [site("OH", 40.0, -82.9, zone=zone)]}).sites
    own, georgia, ohio = found["OH"], found["US-ATLANTA"], found["US-COLUMBUS"]
    assert own.zone == zone and own.capacity_charge == georgia.capacity_charge
    assert own.price == pytest.approx(georgia.price) and own.carbon == pytest.approx(georgia.carbon)
    assert [tier.gw.tolist() for tier in own.tiers] == [tier.gw.tolist() for tier in georgia.tiers]
    assert own.derate == pytest.approx(ohio.derate) and own.land_limit_gw == ohio.land_limit_gw


def test_changes_of_the_catalogs_grid_leave_own_figures_as_they_are() -> None:
    """A factor on grid prices, a delay and a factor on headroom change what a site takes from the tables, not what it says itself."""
    sites = {
        "use": ["US-ATLANTA"],
        "add": [site("GA", 33.75, -84.39, headroom=500, energy_price=40), site("GB", 33.75, -84.39)],
    }
    changed = assemble(
        parse(BASE | {"sites": sites, "grid": {"price_scale": 2, "headroom_scale": 3, "carbon_scale": 4}})
    ).sites
    plain = made(sites).sites
    assert changed["GA"].price_scale == pytest.approx(1.0)
    assert changed["GA"].tiers[0].gw == pytest.approx(0.5)
    assert changed["GB"].price_scale == pytest.approx(2.0)
    assert changed["GB"].tiers[-1].gw == pytest.approx(3 * plain["GB"].tiers[-1].gw)
    assert changed["GA"].carbon_scale == pytest.approx(4 * plain["GA"].carbon_scale)
