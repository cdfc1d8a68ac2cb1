"""A table that cannot be used says file, row and column; and the dictionary of columns knows every column."""

import shutil

import geopandas as gpd
import pandas as pd
import pytest

from planner.base.errors import InputError
from planner.catalog import provenance, tables
from planner.catalog.system import power_system


@pytest.fixture
def folder(tmp_path):
    for path in tables.DATA.glob("*"):
        if path.suffix in {".csv", ".parquet"}:
            shutil.copy(path, tmp_path)
    return tmp_path


def spoil(folder, name, change):
    path = folder / name
    read, write = (pd.read_csv, "to_csv") if name.endswith("csv") else (pd.read_parquet, "to_parquet")
    getattr(change(read(path)), write)(path, index=False)
    return path


FIGURE = {
    "sites.csv": "land_limit_mw",
    "zones.csv": "carbon_kg_per_mwh",
    "headroom.csv": "mw",
    "zone_headroom.csv": "mw",
    "carbon_path.csv": "kg_per_mwh",
    "lng_terminals.csv": "mtpa",
    "lng_routes.csv": "distance_nm",
    "fuel_prices.csv": "value",
    "weather_stations.csv": "elevation_m",
}


@pytest.mark.parametrize("name", FIGURE)
def test_missing_column(folder, name):
    path = spoil(folder, name, lambda t: t.drop(columns=FIGURE[name]))
    with pytest.raises(InputError, match=f"column '{FIGURE[name]}' is missing") as caught:
        tables.table(name, folder)
    assert caught.value.file == path


@pytest.mark.parametrize("name", FIGURE)
def test_empty_cell_names_its_row(folder, name):
    path = spoil(folder, name, lambda t: t.assign(**{FIGURE[name]: t[FIGURE[name]].where(t.index != 4)}))
    with pytest.raises(InputError, match=f"row 6, column '{FIGURE[name]}' is empty") as caught:
        tables.table(name, folder)
    assert caught.value.file == path


@pytest.mark.parametrize("name", FIGURE)
def test_duplicated_row_names_both_keys(folder, name):
    rows = len(pd.read_csv(folder / name))
    spoil(folder, name, lambda t: pd.concat([t, t.iloc[[2]]]))
    with pytest.raises(InputError, match=f"row {rows + 2} repeats"):
        tables.table(name, folder)


@pytest.mark.parametrize(
    ("name", "column", "value", "words"),
    [
        ("headroom.csv", "mw", -3, "at least 0"),
        ("headroom.csv", "kind", "guess", "one of measured"),
        ("headroom.csv", "mw", "many", "a number"),
        ("sites.csv", "lat", 137.0, "at most 90"),
        ("sites.csv", "smr_allowed", "perhaps", "True or False"),
        ("zones.csv", "reserve_margin", 22, "at most 1"),
    ],
)
def test_figure_that_cannot_be(folder, name, column, value, words):
    spoil(folder, name, lambda t: t.assign(**{column: t[column].astype(object).where(t.index != 3, value)}))
    with pytest.raises(InputError, match=column) as caught:
        tables.table(name, folder)
    assert words in str(caught.value)


def test_missing_table_and_empty_table(folder):
    spoil(folder, "sites.csv", lambda t: t.iloc[:0])
    with pytest.raises(InputError, match="no rows"):
        tables.sites(folder)
    (folder / "sites.csv").unlink()
    with pytest.raises(InputError, match=r"'sites\.csv' is missing"):
        tables.sites(folder)
    with pytest.raises(InputError, match="map layer"):
        tables.basemap(folder)


@pytest.mark.parametrize("hours", [8759, 8784])
def test_weather_of_the_wrong_length(folder, hours):
    def lengthen(table):
        first = table["station"] == table["station"].iloc[0]
        one = table[first].iloc[:hours]
        extra = one.iloc[: max(hours - 8760, 0)].assign(hour=range(8760, max(hours, 8760)))
        return pd.concat([one, extra, table[~first]])

    spoil(folder, "weather.parquet", lengthen)
    with pytest.raises(InputError, match=f"has {hours:,} hours"):
        tables.weather(folder)


def test_weather_faults(folder):
    def replaced(column, value):
        return lambda t: t.assign(**{column: t[column].where(t.index != 7, value)})

    good = pd.read_parquet(folder / "weather.parquet")
    for column, value, words in [
        ("dry_bulb_c", float("nan"), "hour 7"),
        ("rh_pct", 140.0, "from 0 to 100"),
        ("wet_bulb_c", 44.0, "wet bulb above dry bulb"),
        ("hour", 8, "given twice"),
    ]:
        replaced(column, value)(good).to_parquet(folder / "weather.parquet")
        with pytest.raises(InputError, match=words):
            tables.weather(folder)
    good[good["station"] != good["station"].iloc[0]].to_parquet(folder / "weather.parquet")
    with pytest.raises(InputError, match="no weather for site"):
        tables.weather(folder)
    good.drop(columns="pressure_pa").to_parquet(folder / "weather.parquet")
    with pytest.raises(InputError, match="'pressure_pa' is missing"):
        tables.weather(folder)


def test_capacity_factors_and_grid_hours_of_the_wrong_length_or_size(folder):
    spoil(folder, "capacity_factors.parquet", lambda t: t.iloc[:8000])
    with pytest.raises(InputError, match="has 8,000 hours"):
        tables.capacity_factors(folder)
    spoil(folder, "price_index.parquet", lambda t: t.drop(columns="KR"))
    with pytest.raises(InputError, match="column 'KR' is missing"):
        tables.grid_hourly(folder)
    shutil.copy(tables.DATA / "price_index.parquet", folder)
    spoil(folder, "carbon_hourly.parquet", lambda t: t.assign(KR=-1.0))
    with pytest.raises(InputError, match="'KR' cannot be used in hour 0"):
        tables.grid_hourly(folder)
    (folder / "price_index.parquet").write_text("not a table")
    with pytest.raises(InputError, match="cannot be read"):
        tables.grid_hourly(folder)


@pytest.mark.parametrize(
    ("call", "near"),
    [
        (lambda: tables.fuel_price("henry_hbu", "US", 2030), "henry_hub"),
        (lambda: tables.fuel_price("henry_hub", "USA", 2030), "US"),
        (lambda: tables.facts("finances"), "finance"),
        (lambda: tables.reference("national_mixx"), "national_mix"),
        (lambda: tables.carbon_factor("KO", 2030, 2024), "KR"),
    ],
)
def test_unknown_names_offer_the_nearest(call, near):
    with pytest.raises(InputError, match="unknown") as caught:
        call()
    assert near in str(caught.value)


def table_columns(path):
    if path.suffix == ".geojson":
        return list(gpd.read_file(path, rows=1).columns)
    if path.suffix == ".csv":
        return list(pd.read_csv(path, nrows=1).columns)
    names = list(pd.read_parquet(path).columns)
    known = {"sites": set(tables.sites().index), "zones": set(tables.table("zones.csv").index)}
    if set(names) == known["zones"]:
        return ["ZONE"]
    parts = {name.partition("|")[0] for name in names}
    if parts == set(power_system().zones.index):
        return ["ZONE|kind" if "|" in names[0] else "ZONE"]
    if parts == known["sites"]:
        return ["SITE|solar", "SITE|wind"]
    return names


def test_the_dictionary_describes_every_column_of_every_table_and_no_other():
    """But for chips/, measurements that name their source row by row."""
    described = provenance.columns().query("not table.str.startswith('chips/')").groupby("table")["column"].apply(set)
    files = [p for p in tables.DATA.rglob("*") if p.suffix in {".csv", ".parquet", ".geojson"}]
    files = [path for path in files if path.parent.name != "chips"]
    found = {path.relative_to(tables.DATA).as_posix(): set(table_columns(path)) for path in files}
    assert described.to_dict() == found


def test_the_readme_carries_the_dictionary():
    readme = (tables.DATA / "README.md").read_text(encoding="utf-8")
    for row in provenance.columns().itertuples():
        assert f"### {row.table}" in readme
        assert f"| {row.meaning} |" in readme


def test_every_figure_has_a_source_a_licence_and_a_kind():
    frame = tables.provenance()
    assert not frame[["source", "licence", "kind"]].isin(["", "per row"]).any().any()
    assert frame.notna().all().all() or frame.drop(columns="unit").notna().all().all()
    assert set(frame["kind"]) <= {"measured", "datasheet", "published", "modelled", "assumed"}
    assumed = frame[frame["kind"] == "assumed"]
    assert {"headroom.csv", "zone_headroom.csv", "fuel_prices.csv", "carbon_path.csv", "sites.csv"} <= set(
        assumed["table"]
    )
