"""The power system around the sites, as tables: zones, fleets, hours, storage, links, additions, growth, fuel.

A user's own folder holds the same files in `system/`. Money is USD of 2023, heat HHV, power MW AC. Hours are 8,760 UTC.
Every loader raises `InputError` for what cannot be used; `PowerSystem` holds tables that fit each other (`system_check`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.catalog.read import table_path, to_utc, whole_years
from planner.catalog.system_check import check
from planner.catalog.tables import table

# What a plant is. Must-take plants give what their hours allow; stack plants run in order of cost; hydro has a daily energy.
MUST_TAKE = ("nuclear", "must_take", "hydro_ror", "wind", "wind_off", "solar")
HYDRO = "hydro_dispatchable"
STACK = ("coal", "gas_cc", "gas_ct", "gas_st", "gas_ic", "oil", "petcoke", "bio", "geo", "other")
PLANTS = [*MUST_TAKE, HYDRO, *STACK]
STORES = ["pumped_hydro", "battery"]

FILES = (
    "zones",
    "fleet",
    "additions",
    "storage",
    "links",
    "load_growth",
    "fuel_prices",
    "past",
    "scarcity",
    "new_plants",
    "new_links",
    "wires",
    "old_plants",
)


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
    new_plants: pd.DataFrame
    new_links: pd.DataFrame
    wires: pd.DataFrame
    old_plants: pd.DataFrame
    load_mw: dict[str, np.ndarray]
    profiles: dict[str, np.ndarray]
    folder: Path


def power_system(folder: Path | None = None) -> PowerSystem:
    """The power system of `folder/system`, else ours. Raises InputError for a table or a reference that cannot be used."""
    tables = {name: table(f"system/{name}.csv", folder) for name in FILES}
    zones = tables["zones"]
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
    return table("system/measured.csv", folder)


def _hours(name: str, folder: Path | None) -> pd.DataFrame:
    """A table of hours in each zone's standard time."""
    path = table_path(name, folder)
    try:
        return pd.read_parquet(path)
    except (ValueError, OSError) as error:
        raise InputError("the table cannot be read", file=path, value=str(error)[:200], expected="Parquet") from None


def _year(
    hours: pd.DataFrame, column: str, zone: str, zones: pd.DataFrame, high: float, folder: Path | None, name: str
) -> np.ndarray:
    """One column as 8,760 hours UTC."""
    path = table_path(f"system/{name}_hourly.parquet", folder)
    local = whole_years(hours[column], path, column, 0, high)
    return to_utc(local.astype(float), int(zones.at[zone, "utc_offset_h"]))
