"""The tables of the catalog, each read once for one planning problem."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from planner.base.countries import Countries, countries
from planner.base.errors import InputError
from planner.catalog import tables
from planner.catalog.read import is_there, table_path

POWER_ZONES = "system/zones.csv"


class Shelf:
    """Tables of `data/`, or of a folder of the user's own, read and checked when first asked for."""

    def __init__(self, folder: Path | None = None, known: Countries | None = None) -> None:
        """folder : the user's tables. known : the countries, where a scenario has some that no table has."""
        self.folder = folder
        self.read: dict[str, pd.DataFrame] = {}  # by the name of its file
        self.known = known
        self.prices: dict[tuple[str, str, float], float] = {}
        self.factors: dict[tuple[str, float, float], float] = {}

    def table(self, name: str) -> pd.DataFrame:
        """A table by the name of its file, such as `headroom.csv` (see `planner.catalog.tables.table`)."""
        if name not in self.read:
            frame = tables.table(name, self.folder)
            tables.check_countries(name, frame, self.countries, self.folder)
            self.read[name] = frame
        return self.read[name]

    def without_hours(self) -> Shelf:
        """The same tables without the years by the hour, which take far more memory than all others."""
        shelf = Shelf(self.folder, self.known)
        shelf.read = self.read
        return shelf

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        return tables.with_points(self.table("sites.csv"))

    @cached_property
    def weather(self) -> dict[str, pd.DataFrame]:
        return tables.weather(self.folder)

    @cached_property
    def capacity_factors(self) -> dict[str, pd.DataFrame]:
        return tables.capacity_factors(self.folder)

    @cached_property
    def grid_hourly(self) -> dict[str, pd.DataFrame]:
        return tables.grid_hourly(self.folder)

    def fuel_price(self, item: str, region: str, year: float) -> float:
        """A fuel price in a year, USD of 2023 (see `planner.catalog.tables.fuel_price`)."""
        key = (item, region, year)
        if key not in self.prices:
            self.prices[key] = tables.fuel_price(item, region, year, self.table("fuel_prices.csv"))
        return self.prices[key]

    def carbon_factor(self, country: str, year: float, base_year: float) -> float:
        """Grid carbon of a year over that of a base year (see `planner.catalog.tables.carbon_factor`)."""
        key = (country, year, base_year)
        if key not in self.factors:
            self.factors[key] = tables.carbon_factor(country, year, base_year, self.table("carbon_path.csv"))
        return self.factors[key]

    @cached_property
    def power_zones(self) -> pd.DataFrame:
        """Zones of the power system with their `country` and `sites`, index zone; none where a user's folder has no such table."""
        if is_there(POWER_ZONES, self.folder):
            return tables.table(POWER_ZONES, self.folder)
        return pd.DataFrame({"country": [], "sites": []}, index=pd.Index([], name="zone"), dtype=str)

    @cached_property
    def zone_of_site(self) -> dict[str, str]:
        """The zone of the power system of each of the catalog's sites."""
        zones = self.power_zones
        return {site: str(zone) for zone, sites in zones["sites"].items() for site in str(sites).split()}

    @cached_property
    def machine_classes(self) -> dict[str, tuple[str, ...]]:
        """Class of machines -> the technologies that share its slots. InputError for a class of slots without any."""
        members = self.table("supply/machine_classes.csv")
        found = {str(name): tuple(rows.index) for name, rows in members.groupby("class", sort=False)}
        for name in self.table("supply/machine_slots.csv")["class"].unique():
            if name not in found:
                raise InputError(
                    f"the class of machines '{name}' has slots but no technologies",
                    file=table_path("supply/machine_classes.csv", self.folder),
                    key="class",
                    value=name,
                    expected="a row with a technology of this class",
                )
        return found

    @cached_property
    def countries(self) -> Countries:
        return countries(self.folder) if self.known is None else self.known

    @cached_property
    def demand_centres(self) -> pd.DataFrame:
        """Cities that latency is measured from, with those of a scenario's own countries."""
        own = [
            {"country": code, "city": f"{code} {i + 1}", "lat": lat, "lon": lon}
            for code, country in self.countries.items()
            for i, (lon, lat) in enumerate(country.centres)
        ]
        table = self.table("demand_centres.csv")
        return pd.concat([table, pd.DataFrame(own)], ignore_index=True) if own else table

    def parameter(self, key: str) -> float:
        """One of the planner's own parameters, in the unit of `planning.csv`."""
        rows = self.table("planning.csv")
        if key not in rows.index:
            raise InputError(
                f"the row '{key}' is missing",
                file=table_path("planning.csv", self.folder),
                key=key,
                expected="every row of data/planning.csv",
            )
        return float(rows.at[key, "value"])

    def fact(self, item: str) -> float:
        """The value of a data-center fact, money in USD of 2023."""
        rows = self.table("facts/datacenter.csv")
        row = rows[rows["item"] == item].iloc[0]
        return float(row["value_2023usd"] if pd.notna(row["value_2023usd"]) else row["value"])
