"""The tables of `data/`: places, grid, fuel, money, maps. A loader reads the user's folder if given one, else ours.

Money is USD of 2023. data/README.md describes every column. Every loader raises `InputError` (file, row, column) for a
missing file or column, an empty cell, a duplicated row or a figure out of range.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pandera.pandas as pa

from planner.base.errors import InputError, unknown_name
from planner.catalog.hourly import capacity_factors, grid_hourly, weather, weather_stations
from planner.catalog.provenance import provenance
from planner.catalog.read import DATA, KINDS, flag, number, read_csv, text

__all__ = [
    "DATA", "basemap", "capacity_factors", "carbon_factor", "carbon_path", "facts", "fuel_price", "fuel_prices",
    "grid_hourly", "headroom", "lng_routes", "lng_terminals", "provenance", "reference", "regional_multipliers",
    "sites", "weather", "weather_stations", "zone_headroom", "zones",
]  # fmt: skip

FACT_GROUPS = ("finance", "datacenter", "demand", "grid_tariffs", "lng")
LAYERS = ("countries", "us_states", "kr_provinces", "jp_prefectures", "jp_areas", "context")
SOURCE = {"source": text(), "licence": text(), "kind": text(among=KINDS)}

SITES = pa.DataFrameSchema(
    {
        "site": text(unique=True),
        "name": text(),
        "name_local": text(nullable=True),
        "country": text(),
        "admin1": text(),
        "zone": text(),
        "lat": number(-90, 90),
        "lon": number(-180, 180),
        "utc_offset_h": number(-12, 14, whole=True),
        "kind": text(),
        "evidence": text(nullable=True),
        "gas_access": text(among=["pipeline", "lng", "none"]),
        "gas_division": text(nullable=True),
        "lng_terminal": text(nullable=True),
        "lng_km": number(0, nullable=True),
        "nuclear_km": number(0, nullable=True),
        "nuclear_operating_mw": number(0, nullable=True),
        "smr_allowed": flag(),
        "capital_area": flag(),
        "water_stress": text(among=["low", "low-medium", "medium-high", "high", "extremely-high", "unknown"]),
        "land_limit_mw": number(0),
        "capex_region": text(),
        "normals_station": text(),
        "energy_price_usd_per_mwh": number(0),
    }
)
ZONES = pa.DataFrameSchema(
    {
        "zone": text(unique=True),
        "country": text(),
        "name": text(),
        "utc_offset_h": number(-12, 14, whole=True),
        "energy_price_usd_per_mwh": number(0),
        "capacity_charge_usd_per_kw_year": number(0),
        "carbon_kg_per_mwh": number(0, 2000),
        "carbon_base_year": number(2000, 2100, whole=True),
        "peak_demand_mw": number(0),
        "reserve_margin": number(0, 1),
    }
)
HEADROOM = pa.DataFrameSchema(
    {
        "site": text(),
        "tier": number(1, 9, whole=True),
        "mw": number(0),
        "first_year": number(2000, 2100, whole=True),
        "reinforcement_usd_per_kw": number(0),
        **SOURCE,
    },
    unique=["site", "tier"],
)
ZONE_HEADROOM = pa.DataFrameSchema(
    {"zone": text(), "year": number(2000, 2100, whole=True), "mw": number(0), **SOURCE}, unique=["zone", "year"]
)
CARBON_PATH = pa.DataFrameSchema(
    {"country": text(), "year": number(2000, 2100, whole=True), "kg_per_mwh": number(0, 2000), **SOURCE},
    unique=["country", "year"],
)
TERMINALS = pa.DataFrameSchema(
    {
        "terminal": text(),
        "country": text(),
        "kind": text(among=["import", "export"]),
        "status": text(among=["operating", "construction"]),
        "first_year": number(1950, 2100, whole=True),
        "mtpa": number(0),
        "lat": number(-90, 90),
        "lon": number(-180, 180),
        "route_port": text(),
        "source": text(),
    },
    unique=["terminal", "kind", "status", "first_year", "source"],
)
ROUTES = pa.DataFrameSchema(
    {"export": text(), "import": text(), "route": text(), "distance_nm": number(0), "days_at_17kn": number(0)},
    unique=["export", "import", "route"],
)
FUEL = pa.DataFrameSchema(
    {
        "item": text(),
        "region": text(),
        "year": number(1950, 2100, whole=True),
        "value": number(),
        "low": number(nullable=True),
        "high": number(nullable=True),
        "unit": text(),
        **SOURCE,
    },
    unique=["item", "region", "year"],
)
FACTS = pa.DataFrameSchema(
    {
        "topic": text(),
        "item": text(),
        "region": text(),
        "year": number(1900, 2100, nullable=True, whole=True),
        "value": number(),
        "low": number(nullable=True),
        "high": number(nullable=True),
        "unit": text(),
        "dollar_year": number(1900, 2100, nullable=True, whole=True),
        "value_2023usd": number(nullable=True),
        **SOURCE,
    }
)
MULTIPLIERS = pa.DataFrameSchema(
    {
        "region": text(),
        "region_name": text(),
        "technology": text(),
        "capex_multiplier": number(0.1, 10),
        "fixed_om_multiplier": number(0.1, 10, nullable=True),
        **SOURCE,
    },
    unique=["region", "technology"],
)


def sites(folder: Path | None = None) -> gpd.GeoDataFrame:
    """Candidate sites, index `site`, points in EPSG:4326."""
    table = read_csv("sites.csv", SITES, folder).set_index("site")
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table["lon"], table["lat"]), crs=4326)


def zones(folder: Path | None = None) -> pd.DataFrame:
    """Grid zones, index `zone`: price level, capacity charge, carbon of the base year, peak demand, reserve margin."""
    return read_csv("zones.csv", ZONES, folder).set_index("zone")


def headroom(folder: Path | None = None) -> pd.DataFrame:
    """Connection tiers per site: site, tier, mw, first_year, reinforcement_usd_per_kw, source, licence, kind."""
    return read_csv("headroom.csv", HEADROOM, folder)


def zone_headroom(folder: Path | None = None) -> pd.DataFrame:
    """New large load a zone can take, cumulative since 2026: zone, year, mw, low, high, source, licence, kind."""
    return read_csv("zone_headroom.csv", ZONE_HEADROOM, folder)


def carbon_path(folder: Path | None = None) -> pd.DataFrame:
    """National average carbon intensity: country, year, kg_per_mwh, source, licence, kind."""
    return read_csv("carbon_path.csv", CARBON_PATH, folder)


def carbon_factor(country: str, year: float, base_year: float, table: pd.DataFrame | None = None) -> float:
    """Grid carbon of a year over that of a zone's `carbon_base_year`, from the national path, the ends held."""
    table = carbon_path() if table is None else table
    rows = _pick(table, "country", "country", country)
    return _at(rows, year, "kg_per_mwh") / _at(rows, base_year, "kg_per_mwh")


def lng_terminals(folder: Path | None = None) -> pd.DataFrame:
    """LNG blocks: terminal, country, kind (import, export), status, first_year, mtpa, lat, lon, route_port, source.

    `first_year` is the first whole calendar year; a terminal has a row per status and year. `route_port` is its name in
    `lng_routes`.
    """
    return read_csv("lng_terminals.csv", TERMINALS, folder)


def lng_routes(folder: Path | None = None) -> pd.DataFrame:
    """Sea distances: export, import, route (panama, suez, cape; other exporters: direct), distance_nm, days_at_17kn."""
    return read_csv("lng_routes.csv", ROUTES, folder)


def fuel_prices(folder: Path | None = None) -> pd.DataFrame:
    """Fuel prices and their parts, long: item, region, year, value, low, high, unit, source, licence, kind."""
    return read_csv("fuel_prices.csv", FUEL, folder)


def fuel_price(item: str, region: str, year: float, table: pd.DataFrame | None = None, which: str = "value") -> float:
    """A fuel price in a year, linear between years, the ends held.

    `which` is value, low or high; low and high fall back on the value where there is none. A region without rows of its
    own takes those of region `any`. Raises InputError for an unknown item or region.
    """
    table = fuel_prices() if table is None else table
    rows = _pick(table, "item", "fuel item", item)
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
    return read_csv(f"facts/{group}.csv", FACTS, folder)


def regional_multipliers(folder: Path | None = None) -> pd.DataFrame:
    """Overnight cost and fixed O&M of a technology in a region over the US average.

    Columns: region, region_name, technology, capex_multiplier, fixed_om_multiplier (NaN: as the US), source, licence, kind.
    """
    return read_csv("facts/regional_multipliers.csv", MULTIPLIERS, folder)


def reference(name: str, folder: Path | None = None) -> pd.DataFrame:
    """A table for the report: national_mix, marginal_carbon, jp_interconnections, us_interfaces, us_reserve_margins,
    wholesale_levels, kepco_tariff, kepco_bands, published_lcoe."""
    known = sorted(path.stem for path in (Path(folder or DATA) / "reference").glob("*.csv"))
    if name not in known:
        raise unknown_name("reference table", name, known)
    return read_csv(f"reference/{name}.csv", pa.DataFrameSchema({}), folder)


def basemap(folder: Path | None = None) -> dict[str, gpd.GeoDataFrame]:
    """Outlines in EPSG:4326: countries, us_states, kr_provinces, jp_prefectures, jp_areas, context (land nearby)."""
    layers = {}
    for name in LAYERS:
        path = Path(folder or DATA) / "basemap" / f"{name}.geojson"
        if not path.is_file():
            raise InputError(f"the map layer '{name}' is missing", file=path, expected="a GeoJSON file")
        layers[name] = gpd.read_file(path).set_crs(4326, allow_override=True)
    return layers


def _pick(table: pd.DataFrame, column: str, what: str, name: str) -> pd.DataFrame:
    """The rows of one name, or an error with the nearest names."""
    rows = table[table[column] == name]
    if rows.empty:
        raise unknown_name(what, name, sorted(set(table[column])))
    return rows


def _at(rows: pd.DataFrame, year: float, column: str) -> float:
    """Linear between the years of the rows, the ends held."""
    rows = rows.sort_values("year")
    return float(np.interp(year, rows["year"].to_numpy(float), rows[column].to_numpy(float)))
