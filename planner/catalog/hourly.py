"""The hourly tables of `data/`: weather, capacity factors, grid price and carbon, all returned in UTC.

Files keep standard time (hour 0 = 00:00-01:00 on 1 January of a typical year of 8,760 hours that starts on a Sunday);
loaders roll each row by its offset, so that one hour index means one moment everywhere. Frames have a row per site or
zone and a column per hour.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.read import read_csv, table_path, to_utc, whole_years
from planner.catalog.schema import limits_of

WEATHER_RANGE = limits_of("weather.parquet")
PLACES = ("site", "normals_station", "utc_offset_h")
OFFSETS = ("zone", "utc_offset_h")


def weather(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Weather of each site: `dry_bulb_c`, `wet_bulb_c`, `rh_pct`, `pressure_pa`, each site x 8,760 hours UTC, float32.

    Raises InputError for a station that a site names and the table lacks, a year that has not 8,760 hours, an hour
    given twice, or a wet bulb above the dry bulb.
    """
    places = read_csv("sites.csv", folder, only=PLACES)
    path = table_path("weather.parquet", folder)
    table = _parquet(path, ["station", "hour", *WEATHER_RANGE])
    twice = table.duplicated(["station", "hour"])
    if twice.any():
        row = table.loc[twice].iloc[0]
        raise InputError(
            "an hour is given twice",
            file=path,
            key=f"station {row['station']}, hour {row['hour']}",
            expected="each hour once",
        )
    years = {}
    for station, rows in table.sort_values(["station", "hour"]).groupby("station", observed=True):
        year = {c: whole_years(rows[c], path, f"{c} of {station}", *limits) for c, limits in WEATHER_RANGE.items()}
        if (year["wet_bulb_c"] > year["dry_bulb_c"] + 1e-3).any():
            hour = int(np.argmax(year["wet_bulb_c"] - year["dry_bulb_c"]))
            where = f"station {station}, hour {hour}, column 'wet_bulb_c'"
            raise InputError(
                "wet bulb above dry bulb",
                file=path,
                key=where,
                value=float(year["wet_bulb_c"][hour]),
                expected="at most the dry bulb",
            )
        years[str(station)] = year
    for site, station in zip(places["site"], places["normals_station"], strict=True):
        if station not in years:
            raise InputError(
                f"no weather for site {site}",
                file=path,
                key="station",
                value=station,
                expected="8,760 rows of that station",
            )
    homes = list(zip(places["normals_station"].astype(str), places["utc_offset_h"].astype(int), strict=True))
    return {
        c: pd.DataFrame(
            np.stack([to_utc(years[station][c], offset) for station, offset in homes]), index=_sites(places)
        )
        for c in WEATHER_RANGE
    }


def capacity_factors(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """AC capacity factors: `solar` (single-axis tracking) and `wind` (100 m), site x 8,760 hours UTC, 0..1, float32."""
    places = read_csv("sites.csv", folder, only=PLACES)
    path = table_path("capacity_factors.parquet", folder)
    table = _parquet(path, [f"{site}|{kind}" for site in places["site"] for kind in ("solar", "wind")])
    out = {}
    for kind in ("solar", "wind"):
        rows = [
            to_utc(whole_years(table[f"{site}|{kind}"], path, f"{site}|{kind}", 0, 1), offset)
            for site, offset in zip(places["site"], places["utc_offset_h"], strict=True)
        ]
        out[kind] = pd.DataFrame(np.stack(rows), index=_sites(places))
    return out


def grid_hourly(folder: Path | None = None) -> dict[str, pd.DataFrame]:
    """Grid of each zone, zone x 8,760 hours UTC, float32.

    `price_index` has mean 1 and multiplies a site's energy price; `carbon_kg_per_mwh` is that of the zone's base year.
    """
    zones = read_csv("zones.csv", folder, only=OFFSETS)
    out = {}
    for name, file, high in (
        ("price_index", "price_index.parquet", 1000),
        ("carbon_kg_per_mwh", "carbon_hourly.parquet", 2000),
    ):
        path = table_path(file, folder)
        table = _parquet(path, list(zones["zone"]))
        rows = [
            to_utc(whole_years(table[zone], path, zone, 0, high), offset)
            for zone, offset in zip(zones["zone"], zones["utc_offset_h"], strict=True)
        ]
        out[name] = pd.DataFrame(np.stack(rows), index=pd.Index(zones["zone"]))
    return out


def _parquet(path: Path, columns: list[str]) -> pd.DataFrame:
    """A Parquet table that has these columns and `HOURS` rows or more."""
    try:
        table = pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputError("the table cannot be read", file=path, value=str(error)[:200], expected="Parquet") from None
    for column in columns:
        if column not in table:
            raise InputError(
                f"column '{column}' is missing",
                file=path,
                key=column,
                expected=f"{HOURS:,} hours in a column '{column}'",
            )
    return table


def _sites(places: pd.DataFrame) -> pd.Index:
    """The row names of a site frame."""
    return pd.Index(places["site"], name="site")
