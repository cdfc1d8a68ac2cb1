"""Layers for QGIS and other GIS tools: one GeoPackage and the same layers as GeoJSON, all in WGS 84 (EPSG:4326)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from planner.base.countries import Countries
from planner.plan.plan import Plan
from planner.plan.tables import TABLES
from planner.report.maps import geometry
from planner.report.maps.geometry import Layers

ROUTE_COLUMNS = {
    "stage": TABLES["lng"]["stage"],
    "kind": TABLES["lng"]["kind"],
    "export": TABLES["lng"]["export"],
    "route": TABLES["lng"]["route"],
    "terminal": TABLES["lng"]["terminal"],
    "country": TABLES["lng"]["country"],
    "tbtu": TABLES["lng"]["tbtu"],
    "mt": TABLES["lng"]["mt"],
    "price_usd_per_mmbtu": TABLES["lng"]["price_usd_per_mmbtu"],
}
TERMINAL_COLUMNS = {
    "terminal": "LNG terminal",
    "country": "country where it stands",
    "kind": "export or import",
    "lat": "latitude, degrees north",
    "lon": "longitude, degrees east",
    "route_port": "port of the distance table that stands for it",
}
ZONE_COLUMNS = {
    "country": "country",
    "name": "state, province or grid area",
    "zone": "grid zone of the plan, where the area is one; else empty",
}


def write_layers(plan: Plan, folder: Path, layers: Layers) -> None:
    """`plan.gpkg` and `geojson/*.geojson` in `folder`."""
    found = frames(plan, layers)
    (folder / "geojson").mkdir()
    with _fixed_date():
        for name, frame in found.items():
            pyogrio.write_dataframe(
                frame, folder / "plan.gpkg", layer=name, driver="GPKG", append=True, promote_to_multi=name == "zones"
            )
            options = {"RFC7946": "YES", "COORDINATE_PRECISION": "5"}
            pyogrio.write_dataframe(
                frame, folder / "geojson" / f"{name}.geojson", driver="GeoJSON", layer=name, layer_options=options
            )
        words = columns(plan, found)
        pyogrio.write_dataframe(words, folder / "plan.gpkg", layer="columns", driver="GPKG", append=True)


def frames(plan: Plan, layers: Layers) -> dict[str, gpd.GeoDataFrame]:
    """The layers by name: sites (one row per site and stage, with build-out and mix), terminals, lng_routes, zones."""
    terminals = layers.terminals
    routes = layers.routes.copy()
    routes["geometry"] = [geometry.split_at_date_line(line) for line in routes.geometry]
    return {
        "sites": site_layer(plan.tables),
        "terminals": terminals[[*TERMINAL_COLUMNS, *_tonnes(terminals), "geometry"]],
        "lng_routes": routes[[*ROUTE_COLUMNS, "geometry"]],
        "zones": zone_layer(layers.base, plan.countries.ordered(plan.tables["sites"]["country"]), plan.countries),
    }


def site_layer(tables: dict[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """The `sites` table with a column per source (`energy_gwh_SOURCE`) and per technology (`capacity_mw_TECHNOLOGY`)."""
    sites, keys = tables["sites"], ["site", "stage"]
    energy = tables["energy"].pivot_table(
        index=keys, columns="source", values="energy_gwh", aggfunc="sum", fill_value=0.0
    )
    built = tables["capacity"].pivot_table(
        index=keys, columns="technology", values="capacity_mw", aggfunc="sum", fill_value=0.0
    )
    wide = sites.join(energy.add_prefix("energy_gwh_"), on=keys).join(built.add_prefix("capacity_mw_"), on=keys)
    added = [column for column in wide.columns if column not in sites.columns]
    wide[added] = wide[added].fillna(0.0)
    return gpd.GeoDataFrame(wide, geometry=gpd.points_from_xy(wide["lon"], wide["lat"]), crs="EPSG:4326")


def zone_layer(base: dict[str, gpd.GeoDataFrame], codes: list[str], known: Countries) -> gpd.GeoDataFrame:
    """The states, provinces or grid areas of the countries as one layer."""
    parts = [gpd.GeoDataFrame({"country": [], "name": [], "zone": []}, geometry=[], crs="EPSG:4326")]
    for country in codes:
        if country in known and known[country].map.areas:
            frame = base[known[country].map.areas]
            zone = frame.get("zone", pd.Series("", index=frame.index))
            name = frame.get("name", zone)
            content = {"country": country, "name": name, "zone": zone, "geometry": frame.geometry}
            parts.append(gpd.GeoDataFrame(content, crs="EPSG:4326"))
    return gpd.GeoDataFrame(pd.concat(parts[1:] or parts, ignore_index=True), crs="EPSG:4326")


def columns(plan: Plan, found: dict[str, gpd.GeoDataFrame]) -> pd.DataFrame:
    """What every column of every layer means: layer, column, meaning."""
    known = {
        "sites": TABLES["sites"],
        "terminals": TERMINAL_COLUMNS,
        "lng_routes": ROUTE_COLUMNS,
        "zones": ZONE_COLUMNS,
    }
    rows = [
        ("all", "geometry", "WGS 84 longitude and latitude, EPSG:4326; routes are drawn sea lanes, not sailed ones")
    ]
    for layer, frame in found.items():
        for column in frame.columns.drop("geometry"):
            rows.append((layer, column, known[layer].get(column) or _made(column)))
    return pd.DataFrame(rows, columns=["layer", "column", "meaning"])


def _made(column: str) -> str:
    """The meaning of a column that a pivot made."""
    for prefix, words in (
        ("energy_gwh_", "energy per year from {}, GWh"),
        ("capacity_mw_", "standing capacity of {}, MW"),
        ("mt_", "LNG that passes in {}, million t per year"),
    ):
        if column.startswith(prefix):
            return words.format(column.removeprefix(prefix))
    return ""


def _tonnes(terminals: gpd.GeoDataFrame) -> list[str]:
    return [column for column in terminals.columns if column.startswith("mt_")]


@contextmanager
def _fixed_date() -> Iterator[None]:
    """GeoPackages carry a date of writing; a fixed one keeps the bytes of a plan the same."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2023-01-01T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
