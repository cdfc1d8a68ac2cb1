"""The tables of `data/`: places, grid, fuel, money, maps. A loader reads the user's folder if given one, else ours.

Money is USD of 2023. data/README.md describes every column. Every loader raises `InputError` (file, row, column) for a
missing file or column, an empty cell, a duplicated row or a figure out of range.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from planner.base.countries import Countries, countries
from planner.base.errors import InputError, unknown_name
from planner.catalog.hourly import capacity_factors, grid_hourly, weather
from planner.catalog.provenance import provenance, sources
from planner.catalog.read import DATA, read_csv, table_path
from planner.catalog.schema import countries_of, key_of

__all__ = [
    "DATA", "basemap", "capacity_factors", "carbon_factor", "facts", "fuel_price", "grid_hourly", "provenance", "reference",
    "sites", "sources", "table", "weather",
]  # fmt: skip

FACT_GROUPS = ("finance", "datacenter", "demand", "grid_tariffs", "lng")
LAYERS = ("countries", "us_states", "kr_provinces", "jp_prefectures", "jp_areas", "context")


def table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A table of `data/` by the name of its file, such as `headroom.csv`; what names a row in one column is its index.

    `data/columns.csv` says what is in it. Raises InputError for what is missing or cannot be used.
    """
    key = key_of(name)
    frame = read_csv(name, folder)
    return frame.set_index(key) if len(key) == 1 else frame


def sites(folder: Path | None = None) -> gpd.GeoDataFrame:
    """Candidate sites, index `site`, points in EPSG:4326. Raises InputError for a country that nobody knows."""
    frame = table("sites.csv", folder)
    check_countries("sites.csv", frame, countries(folder), folder)
    return with_points(frame)


def check_countries(name: str, frame: pd.DataFrame, known: Countries, folder: Path | None = None) -> None:
    """Raises InputError for a country of a table that nobody knows (KOR for KR): its rows would be planned by nobody."""
    for column in countries_of(name):
        rows = frame.reset_index()
        strange = rows[~rows[column].isin(list(known))]
        if len(strange):
            where = f"row {strange.index[0] + 2}, column '{column}'"
            raise unknown_name("country", str(strange[column].iloc[0]), known, file=table_path(name, folder), key=where)


def with_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Rows with `lat` and `lon` as points in EPSG:4326."""
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs=4326)


def carbon_factor(country: str, year: float, base_year: float, path: pd.DataFrame | None = None) -> float:
    """Grid carbon of a year over that of a zone's `carbon_base_year`, from the national path, the ends held."""
    path = table("carbon_path.csv") if path is None else path
    rows = _pick(path, "country", "country", country)
    return _at(rows, year, "kg_per_mwh") / _at(rows, base_year, "kg_per_mwh")


def fuel_price(item: str, region: str, year: float, prices: pd.DataFrame | None = None, which: str = "value") -> float:
    """A fuel price in a year, linear between years, the ends held.

    `which` is value, low or high; low and high fall back on the value where there is none. A region without rows of its
    own takes those of region `any`. Raises InputError for an unknown item or region.
    """
    prices = table("fuel_prices.csv") if prices is None else prices
    rows = _pick(prices, "item", "fuel item", item)
    regions = set(rows["region"])
    rows = _pick(rows, "region", f"region of {item}", "any" if region not in regions and "any" in regions else region)
    if which != "value":
        rows = rows.assign(value=rows[which].fillna(rows["value"]))
    return _at(rows, year, "value")


def facts(group: str, folder: Path | None = None) -> pd.DataFrame:
    """Planning facts of a group (finance, datacenter, demand, grid_tariffs, lng).

    Columns: topic, item, region, year, value, low, high, unit, dollar_year, value_2023usd, source, licence, kind, note.
    """
    if group not in FACT_GROUPS:
        raise unknown_name("group of facts", group, FACT_GROUPS)
    return table(f"facts/{group}.csv", folder)


def reference(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A table for the report: national_mix, marginal_carbon, jp_interconnections, us_interfaces, us_reserve_margins,
    wholesale_levels, kepco_tariff, kepco_bands, published_lcoe."""
    known = sorted(path.stem for path in (Path(folder or DATA) / "reference").glob("*.csv"))
    if name not in known:
        raise unknown_name("reference table", name, known)
    return table(f"reference/{name}.csv", folder)


def basemap(folder: Path | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Outlines in EPSG:4326: countries, us_states, kr_provinces, jp_prefectures, jp_areas, context (land nearby)."""
    layers = {}
    for name in LAYERS:
        path = Path(folder or DATA) / "basemap" / f"{name}.geojson"
        if not path.is_file():
            raise InputError(f"the map layer '{name}' is missing", file=path, expected="a GeoJSON file")
        layers[name] = gpd.read_file(path).set_crs(4326, allow_override=True)
    return layers


def _pick(frame: pd.DataFrame, column: str, what: str, name: str) -> pd.DataFrame:
    """The rows of one name, or an error with the nearest names."""
    rows = frame[frame[column] == name]
    if rows.empty:
        raise unknown_name(what, name, sorted(set(frame[column])))
    return rows


def _at(rows: pd.DataFrame, year: float, column: str) -> float:
    """Linear between the years of the rows, the ends held."""
    rows = rows.sort_values("year")
    return float(np.interp(year, rows["year"].to_numpy(float), rows[column].to_numpy(float)))
