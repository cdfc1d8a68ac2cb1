"""The power system around the sites, as tables: zones, fleets, hours, storage, links, additions, growth, fuel.

A user's own folder holds the same files in `system/`. Money is USD of 2023, heat HHV, power MW AC. Hours are 8,760 UTC.
Every loader raises `InputError` for what cannot be used; `PowerSystem` holds tables that fit each other (`system_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa

from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.read import flag, number, read_csv, table_path, text, to_utc, whole_years
from planner.catalog.system_check import check

KINDS = ["measured", "datasheet", "published", "modelled", "assumed"]
SOURCE = {"source": text(), "licence": text(), "kind": text(among=KINDS)}
YEAR = number(1990, 2100, whole=True)
# What a plant is. Must-take plants give what their hours allow; stack plants run in order of cost; hydro has a daily energy.
MUST_TAKE = ("nuclear", "must_take", "hydro_ror", "wind", "wind_off", "solar")
HYDRO = "hydro_dispatchable"
STACK = ("coal", "gas_cc", "gas_ct", "gas_st", "gas_ic", "oil", "petcoke", "bio", "geo", "other")
PLANTS = [*MUST_TAKE, HYDRO, *STACK]
STORES = ["pumped_hydro", "battery"]

ZONES = pa.DataFrameSchema(
    {
        "zone": text(unique=True),
        "country": text(),
        "name": text(),
        "market": text(),
        "role": text(among=["core", "boundary"]),
        "utc_offset_h": number(-12, 14, whole=True),
        "planner_zones": text(nullable=True),
        "sites": text(nullable=True),
        "co2_price_usd_per_t": number(0),
        "reserve_margin": number(0, 1),
        **SOURCE,
    }
)
PLANT = {
    "zone": text(),
    "plant": text(among=PLANTS),
    "fuel": text(nullable=True),
    "heat_rate_mmbtu_per_mwh": number(0, 30),
    "variable_om_usd_per_mwh": number(0),
    "availability": number(0, 1),
    "scheduled_outage": number(0, 0.35),
    "most_yearly_share": number(0, 1),
    "profile": text(nullable=True),
    "co2_kg_per_mwh": number(0, 3000),
    **SOURCE,
}
SURVIVING = {f"mw_{year}": number(0) for year in (2024, 2030, 2035, 2040, 2045)}
FLEET = pa.DataFrameSchema(
    {**PLANT, "band": number(1, 99, whole=True), **SURVIVING, "least_share": number(0, 1)},
    unique=["zone", "plant", "band"],
)
ADDITIONS = pa.DataFrameSchema(
    {
        **PLANT,
        "plant": text(among=[*PLANTS, *STORES]),
        "name": text(nullable=True),
        "year": YEAR,
        "mw": number(0),
        "firm": flag(),
        "status": text(),
    }
)
STORAGE = pa.DataFrameSchema(
    {
        "zone": text(),
        "plant": text(among=STORES),
        "discharge_mw": number(0.001),
        "charge_mw": number(0),
        "energy_mwh": number(0),
        "round_trip_efficiency": number(0.01, 1),
        "discharge_mw_2035": number(0),
        **SOURCE,
    },
    unique=["zone", "plant"],
)
LINKS = pa.DataFrameSchema(
    {
        "from_zone": text(),
        "to_zone": text(),
        "forward_mw": number(0),
        "reverse_mw": number(0),
        "first_year": YEAR,
        "hurdle_forward_usd_per_mwh": number(0),
        "hurdle_reverse_usd_per_mwh": number(0),
        **SOURCE,
    }
)
LOAD_GROWTH = pa.DataFrameSchema(
    {
        "zone": text(),
        "year": YEAR,
        "without_new_data_centers": number(0),
        "with_new_data_centers": number(0),
        **SOURCE,
    },
    unique=["zone", "year"],
)
FUEL_PRICES = pa.DataFrameSchema(
    {"zone": text(), "fuel": text(), "year": YEAR, "usd_per_mmbtu": number(0), **SOURCE},
    unique=["zone", "fuel", "year"],
)
PAST = pa.DataFrameSchema(
    {"zone": text(), "year": YEAR, "quantity": text(), "value": number(), "unit": text(), **SOURCE},
    unique=["zone", "year", "quantity"],
)
SCARCITY = pa.DataFrameSchema(
    {"market": text(), "reserve_share": number(0), "adder_usd_per_mwh": number(), **SOURCE},
    unique=["market", "reserve_share"],
)
MEASURED = pa.DataFrameSchema(
    {
        "area": text(),
        "zones": text(),
        "year": YEAR,
        "quantity": text(),
        "measured": number(),
        "unit": text(),
        "goal": number(0, nullable=True),
        **SOURCE,
    },
    unique=["area", "year", "quantity"],
)
FILES = {
    "zones": ZONES,
    "fleet": FLEET,
    "additions": ADDITIONS,
    "storage": STORAGE,
    "links": LINKS,
    "load_growth": LOAD_GROWTH,
    "fuel_prices": FUEL_PRICES,
    "past": PAST,
    "scarcity": SCARCITY,
}


@dataclass(frozen=True)
class PowerSystem:
    """Tables of the power system that fit each other. `load_mw` and `profiles` are 8,760 hours UTC by zone, `ZONE|kind`."""

    zones: pd.DataFrame  # index zone
    fleet: pd.DataFrame
    additions: pd.DataFrame
    storage: pd.DataFrame
    links: pd.DataFrame
    load_growth: pd.DataFrame
    fuel_prices: pd.DataFrame
    past: pd.DataFrame
    scarcity: pd.DataFrame
    load_mw: dict[str, np.ndarray]
    profiles: dict[str, np.ndarray]
    folder: Path


def power_system(folder: Path | None = None) -> PowerSystem:
    """The power system of `folder/system`, else ours. Raises InputError for a table or a reference that cannot be used."""
    tables = {name: read_csv(f"system/{name}.csv", schema, folder) for name, schema in FILES.items()}
    zones = tables["zones"].set_index("zone")
    tables["zones"] = zones
    load = _hours("system/load_hourly.parquet", folder)
    missing = [zone for zone in zones.index if zone not in load]
    if missing:
        path = table_path("system/load_hourly.parquet", folder)
        raise InputError(f"zone {missing[0]} has no load", file=path, key=missing[0], expected=f"{HOURS:,} hours, MW")
    profiles = _hours("system/profiles_hourly.parquet", folder)
    load_mw = {zone: _year(load, zone, zone, zones, 1e7, folder, "load") for zone in zones.index}
    known = [column for column in profiles if column.partition("|")[0] in zones.index]
    shapes = {c: _year(profiles, c, c.partition("|")[0], zones, 1.5, folder, "profiles") for c in known}
    place = table_path("system/zones.csv", folder).parent
    system = PowerSystem(**tables, load_mw=load_mw, profiles=shapes, folder=place)
    check(system, STORES)
    return system


def measured(folder: Path | None = None) -> pd.DataFrame:
    """Measured facts to hold a dispatch against: area, zones, year, quantity, measured, unit, goal, source, licence, kind."""
    return read_csv("system/measured.csv", MEASURED, folder)


def _hours(name: str, folder: Path | None) -> pd.DataFrame:
    """A table of hours in each zone's standard time."""
    path = table_path(name, folder)
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputError("the table cannot be read", file=path, value=str(error)[:200], expected="Parquet") from None


def _year(
    table: pd.DataFrame, column: str, zone: str, zones: pd.DataFrame, high: float, folder: Path | None, name: str
) -> np.ndarray:
    """One column as 8,760 hours UTC."""
    path = table_path(f"system/{name}_hourly.parquet", folder)
    local = whole_years(table[column], path, column, 0, high)
    return to_utc(local.astype(float), int(zones.at[zone, "utc_offset_h"]))
