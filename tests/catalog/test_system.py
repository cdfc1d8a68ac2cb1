"""The power system's tables: what they hold, and what is said of tables that do not fit each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.base.money import exchange_rates, usd_2023
from planner.catalog import tables
from planner.catalog.read import DATA
from planner.catalog.system import measured, power_system


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one's own, with a copy of our power system."""
    shutil.copytree(DATA / "system", tmp_path / "system")
    return tmp_path


def edit(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change a table of the folder."""
    path = folder / "system" / f"{name}.csv"
    change(pd.read_csv(path, keep_default_na=False)).to_csv(path, index=False)


def refused(folder: Path) -> str:
    """What is said of the folder's tables."""
    with pytest.raises(InputError) as caught:
        power_system(folder)
    return str(caught.value)


def set_cell(row: int, column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.astype({column: object})
        table.loc[row, column] = value
        return table

    return change


def test_every_site_lies_in_one_zone_of_the_power_system() -> None:
    homes = [site for sites in power_system().zones["sites"] for site in sites.split()]
    assert sorted(homes) == sorted(tables.sites().index)


def test_every_zone_of_the_tariffs_lies_in_the_power_system() -> None:
    inside = {zone for zones in power_system().zones["planner_zones"] for zone in zones.split()}
    assert inside == set(tables.table("zones.csv").index)


def test_hours_are_utc() -> None:
    """Tokyo's sun at noon, 12:00 in Japan, is hour 3 UTC."""
    sun = power_system().profiles["JP-TK|solar"].reshape(365, 24).mean(axis=0)
    assert sun.argmax() in (2, 3)


def test_the_tables_carry_only_licences_that_allow_it() -> None:
    system = power_system()
    for name in ("zones", "fleet", "additions", "storage", "links", "load_growth", "fuel_prices", "past", "scarcity"):
        assert getattr(system, name)["licence"].str.match(r"A(-)?[:;]|A$|own planning assumption").all(), name
    assert measured()["licence"].str.match(r"A(-)?:").all()


def test_a_folder_of_ones_own_is_read(folder: Path) -> None:
    edit(folder, "fleet", lambda table: table[table["zone"] != "JP-HKD"])
    assert "JP-HKD" not in set(power_system(folder).fleet["zone"])


def test_an_unknown_zone_is_named_with_the_nearest(folder: Path) -> None:
    edit(folder, "fleet", set_cell(0, "zone", "US-CALL"))
    said = refused(folder)
    assert "unknown zone 'US-CALL'" in said and "US-CAL" in said and "fleet.csv" in said


def test_a_link_to_nowhere_is_named(folder: Path) -> None:
    edit(folder, "links", set_cell(0, "to_zone", "US-NOWHERE"))
    said = refused(folder)
    assert "leads nowhere" in said and "US-NOWHERE" in said and "links.csv" in said


def test_a_link_to_its_own_zone_is_refused(folder: Path) -> None:
    edit(folder, "links", lambda table: table.assign(to_zone=table["from_zone"]))
    assert "leads back to its own zone" in refused(folder)


def test_a_negative_fleet_is_refused(folder: Path) -> None:
    edit(folder, "fleet", set_cell(3, "mw_2024", -5.0))
    said = refused(folder)
    assert "mw_2024" in said and "-5" in said and "at least 0" in said


def test_a_fuel_without_a_price_is_named(folder: Path) -> None:
    edit(folder, "fuel_prices", lambda t: t[~((t["zone"] == "JP-TK") & (t["fuel"] == "lng"))])
    said = refused(folder)
    assert "JP-TK burns lng, which has no price there" in said and "fuel_prices.csv" in said


def test_a_plant_that_nobody_knows_is_refused(folder: Path) -> None:
    edit(folder, "fleet", set_cell(0, "plant", "windmill"))
    said = refused(folder)
    assert "windmill" in said and "coal" in said


def test_a_load_of_the_wrong_length_is_refused(folder: Path) -> None:
    path = folder / "system" / "load_hourly.parquet"
    pd.read_parquet(path).iloc[:-1].to_parquet(path)
    said = refused(folder)
    assert "8,759 hours" in said and "8,760" in said


def test_a_zone_without_a_load_is_named(folder: Path) -> None:
    path = folder / "system" / "load_hourly.parquet"
    pd.read_parquet(path).drop(columns="JP-SK").to_parquet(path)
    assert "zone JP-SK has no load" in refused(folder)


def test_a_plant_without_hours_is_named(folder: Path) -> None:
    path = folder / "system" / "profiles_hourly.parquet"
    pd.read_parquet(path).drop(columns="US-ERC|wind").to_parquet(path)
    assert "wind of US-ERC has no hours" in refused(folder)


def test_a_zone_without_any_supply_is_named(folder: Path) -> None:
    edit(folder, "fleet", lambda table: table[table["zone"] != "JP-HKD"])
    edit(folder, "links", lambda t: t[(t["from_zone"] != "JP-HKD") & (t["to_zone"] != "JP-HKD")])
    assert "zone JP-HKD has no supply" in refused(folder)


def test_a_new_battery_where_none_stands_is_named(folder: Path) -> None:
    edit(folder, "storage", lambda t: t[~((t["zone"] == "US-ERC") & (t["plant"] == "battery"))])
    assert "the new battery of US-ERC has neither hours nor efficiency" in refused(folder)


def test_a_zone_without_growth_is_named(folder: Path) -> None:
    edit(folder, "load_growth", lambda table: table[table["zone"] != "KR-CAP"])
    assert "zone KR-CAP has no load growth" in refused(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "system" / "storage.csv").unlink()
    assert "storage.csv" in refused(folder)


def test_what_a_wider_link_costs_is_what_was_told_of_it() -> None:
    """Southern Spirit 2.6 B USD for 3 GW; Saemangeum-Seohwaseong 2.8 T KRW for 2; Kanmon 441.2 B JPY for 1; money of 2024, 2025, 2025."""
    links = power_system().new_links.reset_index().set_index(["from_zone", "to_zone"])
    rates, later = exchange_rates(), usd_2023(2025)
    cost = links["usd_per_kw"]
    assert cost["US-ERC", "US-MISS"] == pytest.approx(2.6e9 / 3e6 * usd_2023(2024), abs=0.5)
    assert cost["KR-REG", "KR-CAP"] == pytest.approx(2.8e12 / 2e6 / rates["KRW"] * later, abs=0.5)
    assert cost["JP-CG", "JP-KY"] == pytest.approx(441.2e9 / 1e6 / rates["JPY"] * later, abs=0.5)


def test_a_modelled_link_is_a_line_of_its_route_and_two_converters() -> None:
    """Carolinas to PJM West: a route of 107.2 miles for 270.8 M USD of 2024 is 172.5 km, less than 1.3 times the straight 161.4 km between
    both units: 210 km, 165 USD/kW at 2 GW, and 195 for a converter at each end; 150 of the cheaper kind at the low end."""
    links = power_system().new_links.reset_index().set_index(["from_zone", "to_zone"])
    row = links.loc[("US-CAR", "US-PJMW")]
    line = 270.8e6 / 2e6 * (1.3 * 161.4) / (107.2 * 1.609344)
    assert row["length_km"] == pytest.approx(1.3 * 161.4, abs=1)
    assert row["usd_per_kw"] == pytest.approx((line + 2 * 195) * usd_2023(2024), abs=1)
    assert row["low"] == pytest.approx((line + 2 * 150) * usd_2023(2024), abs=1)
    assert row["high"] == pytest.approx(1.5 * (line + 2 * 195) * usd_2023(2024), abs=2)


def test_no_link_costs_less_at_its_high_end() -> None:
    links = power_system().new_links
    assert (links["low"] <= links["usd_per_kw"]).all() and (links["usd_per_kw"] <= links["high"]).all()
