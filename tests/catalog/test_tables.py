"""The tables of data/: shapes, published numbers, and what hangs together between them."""

import numpy as np
import pandas as pd
import pytest

from planner.catalog import tables


@pytest.fixture(scope="module")
def sites():
    return tables.sites()


@pytest.fixture(scope="module")
def zones():
    return tables.table("zones.csv")


def test_sites_cover_three_countries_with_points_in_wgs84(sites):
    assert sites.groupby("country").size().to_dict() == {"JP": 23, "KR": 22, "US": 31}
    assert sites.crs.to_epsg() == 4326
    assert sites.loc["KR-ULSAN", "land_limit_mw"] == 1000
    assert (sites["name_local"] != "").sum() == 45
    assert set(sites.loc[sites["country"] == "US", "utc_offset_h"]) == {-5, -6, -7, -8}


def test_every_key_of_a_site_exists_in_its_table(sites, zones):
    assert set(sites["zone"]) == set(zones.index)
    terminals = tables.table("lng_terminals.csv")
    asian = sites[sites["gas_access"] == "lng"]
    assert set(asian["lng_terminal"]) <= set(terminals.loc[terminals["kind"] == "import", "terminal"])
    prices = tables.table("fuel_prices.csv")
    divisions = set(prices.loc[prices["item"] == "us_gas", "region"])
    assert set(sites.loc[sites["gas_access"] == "pipeline", "gas_division"]) <= divisions
    assert set(sites["capex_region"]) <= set(tables.table("facts/regional_multipliers.csv")["region"])
    assert set(sites["normals_station"]) <= set(tables.table("weather_stations.csv").index)


def test_small_reactors_are_barred_from_the_capital_areas_and_by_state_law(sites):
    assert not sites.loc[["JP-TOKYO", "JP-OSAKA", "US-SANTACLARA", "US-BOARDMAN"], "smr_allowed"].any()
    assert not sites.loc[sites["capital_area"], "smr_allowed"].any()
    assert sites.loc[["KR-GYEONGJU", "US-ABILENE", "JP-MUTSU"], "smr_allowed"].all()
    assert set(sites.index[sites["capital_area"]]) == {
        "KR-PYEONGTAEK", "KR-YONGIN", "KR-INCHEON", "KR-ANYANG", "KR-PAJU"
    }  # fmt: skip


def test_flat_load_in_korea_pays_the_published_average(zones):
    """175.7 KRW/kWh with basic charge and 14 won of adders, on a year with 53 Sundays instead of 52."""
    korea = zones.loc["KR"]
    usd = korea["energy_price_usd_per_mwh"] + korea["capacity_charge_usd_per_kw_year"] / 8.76
    assert usd * 1.075 * 1364 / 1000 == pytest.approx(175.7, abs=0.3)


def test_kepco_bands_show_in_the_price_index(zones):
    """Monday 9 January 2023: night light, evening peak; a Sunday is flat but for nothing; a spring Sunday noon is halved."""
    utc = tables.grid_hourly()["price_index"].loc["KR"].to_numpy()
    local = np.roll(utc, 9) * zones.loc["KR", "energy_price_usd_per_mwh"] * 1.075 * 1.364
    hour = pd.date_range("2023-01-01", periods=8760, freq="h")

    def at(when):
        return local[hour.get_loc(when)]

    assert at("2023-01-09 03:00") == pytest.approx(134.6 + 14, abs=0.1)
    assert at("2023-01-09 17:00") == pytest.approx(214.1 + 14, abs=0.1)
    assert at("2023-07-04 18:00") == pytest.approx(239.1 + 14, abs=0.1)
    assert at("2023-07-09 18:00") == pytest.approx(127.6 + 14, abs=0.1)
    assert at("2023-04-09 12:00") == pytest.approx(127.6 / 2 + 14, abs=0.1)


def test_japanese_level_is_the_published_average_with_levy(zones):
    """Tokyo and Kyushu lie on both sides of 17.56 + 4.06 JPY/kWh, by the difference of their day-ahead means."""
    flat = zones["energy_price_usd_per_mwh"] + zones["capacity_charge_usd_per_kw_year"] / 8.76
    yen = flat[flat.index.str.startswith("JP")] * 1.075 * 150 / 1000
    assert yen["JP-KY"] < 17.56 + 4.06 < yen["JP-TK"]
    assert yen["JP-TK"] - yen["JP-KY"] == pytest.approx(12.411 - 9.715, abs=0.01)


def test_american_sites_keep_the_state_average_at_full_load(sites, zones):
    charge = zones.loc[sites["zone"], "capacity_charge_usd_per_kw_year"].to_numpy() / 8.76
    flat = sites["energy_price_usd_per_mwh"] + charge
    assert flat["US-ABILENE"] == pytest.approx(66.0)
    assert flat["US-SABINE"] == pytest.approx(58.8)
    auction = 329.17 * 0.365 / 1.075 / 8.76
    assert flat["US-ASHBURN"] == pytest.approx(89.2 + auction, abs=0.01)


def test_gulf_to_tokyo_bay_is_9306_miles_and_longer_by_suez_and_cape():
    routes = tables.table("lng_routes.csv").set_index(["export", "import", "route"])["distance_nm"]
    tokyo = routes["Sabine Pass LNG Terminal", "Tokyo Bay (Futtsu)"]
    assert tokyo["panama"] == 9306
    assert tokyo["panama"] < tokyo["suez"] < tokyo["cape"]


def test_every_terminal_has_routes_and_the_published_capacity():
    terminals, routes = tables.table("lng_terminals.csv"), tables.table("lng_routes.csv")
    assert set(terminals.loc[terminals["kind"] == "import", "route_port"]) == set(routes["import"])
    assert set(terminals.loc[terminals["kind"] == "export", "route_port"]) <= set(routes["export"])
    mtpa = terminals.groupby("terminal")["mtpa"].sum()
    assert mtpa["Sabine Pass LNG Terminal"] == pytest.approx(29.5)
    assert mtpa["Incheon LNG Terminal"] == pytest.approx(54.5)
    assert mtpa["Sodegaura LNG Terminal"] == pytest.approx(32.7)
    working = terminals[(terminals["kind"] == "export") & (terminals["status"] == "operating")]
    assert working["mtpa"].sum() == pytest.approx(
        92.8, rel=0.02
    )  # 11.42 Bcf/d at the end of 2023, nameplate 14 % above


def test_fuel_prices_interpolate_and_hold_their_ends():
    table = tables.table("fuel_prices.csv")
    at_2030, at_2035 = (tables.fuel_price("henry_hub", "US", year, table) for year in (2030, 2035))
    assert at_2030 == pytest.approx(4.0 / 1.024, abs=1e-4)
    assert tables.fuel_price("henry_hub", "US", 2032.5, table) == pytest.approx((at_2030 + at_2035) / 2)
    assert tables.fuel_price("henry_hub", "US", 2090, table) == tables.fuel_price("henry_hub", "US", 2050, table)
    assert tables.fuel_price("uranium_smr", "KR", 2035, table) == 1.0
    assert tables.fuel_price("us_gas", "West_South_Central", 2025, table) == pytest.approx(3.29486 / 1.05, abs=1e-4)
    low, high = (tables.fuel_price("jkm", "JP", 2030, table, which) for which in ("low", "high"))
    assert low < tables.fuel_price("jkm", "JP", 2030, table) < high


def test_carbon_falls_along_the_national_path():
    assert tables.carbon_factor("KR", 2038, 2024) == pytest.approx(130 / 416)
    assert tables.carbon_factor("JP", 2050, 2024) == pytest.approx(150 / 477)
    assert tables.carbon_factor("US", 2022, 2022) == 1.0


def test_tiers_cost_more_and_come_later_and_stay_on_the_land(sites):
    tiers = tables.table("headroom.csv").set_index(["site", "tier"]).sort_index()
    for _, own in tiers.groupby("site"):
        assert own["first_year"].is_monotonic_increasing
        assert own["reinforcement_usd_per_kw"].is_monotonic_increasing
    total = tiers.groupby("site")["mw"].sum()
    assert set(total.index) == set(sites.index)
    assert np.allclose(total, sites.loc[total.index, "land_limit_mw"], atol=0.2)
    first = tiers.xs(1, level="tier")["first_year"]
    assert first[["US-ASHBURN", "US-COLUMBUS", "US-SANTACLARA", "KR-ANYANG", "KR-POHANG", "JP-INZAI"]].tolist() == [
        2033, 2033, 2032, 2032, 2029, 2033
    ]  # fmt: skip
    assert tiers.loc[("KR-ULSAN", 1), "mw"] == 103


def test_zone_headroom_grows_and_admits_announced_phases(zones):
    table = tables.table("zone_headroom.csv")
    assert set(table["zone"]) == set(zones.index)
    assert table.sort_values("year").groupby("zone")["mw"].apply(lambda mw: mw.is_monotonic_increasing).all()
    assert (table["low"] <= table["mw"]).all() and (table["mw"] <= table["high"]).all()
    mw = table.set_index(["zone", "year"])["mw"]
    assert mw["JP-HR", 2028] == 400
    assert np.interp(2029, mw["KR"].index, mw["KR"]) == pytest.approx(0.01 * 97_100 * 4, rel=1e-3)


def test_facts_are_in_dollars_of_2023():
    shell = tables.facts("datacenter").query("topic == 'capex_shell_mep' and item == 'Tokyo'").iloc[0]
    assert shell["value_2023usd"] == pytest.approx(15.2 / 1.05, abs=1e-3)
    tariff = tables.facts("grid_tariffs").query("item == 'KEPCO industrial average'").iloc[0]
    assert tariff["value_2023usd"] == pytest.approx(179.23 / 1364 / 1.05, abs=1e-3)


def test_reference_tables_hold_the_published_links_and_tariffs():
    links = tables.reference("jp_interconnections").set_index(["zone_a", "zone_b"])["mw"]
    assert links["JP-HKD", "JP-TH"] == 900
    assert links["JP-TK", "JP-CB"] == 2100
    tariff = tables.reference("kepco_tariff").set_index(["tariff", "season", "band"])
    assert tariff.loc[("industrial_b_highB_2", "summer_6-8", "peak"), "energy_krw_per_kwh"] == 239.1
    assert tables.reference("national_mix").set_index("country").loc["KR", "total_twh"] == pytest.approx(614.19)


def test_every_map_layer_is_small_valid_and_in_wgs84(zones):
    layers = tables.basemap()
    counts = {"countries": 3, "us_states": 49, "kr_provinces": 17, "jp_prefectures": 47, "jp_areas": 10, "context": 7}
    assert {name: len(layer) for name, layer in layers.items()} == counts
    assert all(layer.is_valid.all() and layer.crs.to_epsg() == 4326 for layer in layers.values())
    assert {z for z in zones.index if z.startswith("JP")} <= set(layers["jp_areas"]["zone"])
    assert sum(path.stat().st_size for path in (tables.DATA / "basemap").iterdir()) < 800_000


def test_tables_stay_under_twelve_megabytes():
    assert sum(path.stat().st_size for path in tables.DATA.rglob("*") if path.is_file()) < 12e6
