"""The tables of the catalog, each read once for one planning problem."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd

from planner.base.countries import Countries, countries
from planner.base.errors import InputError
from planner.catalog import planning, tables
from planner.catalog.read import table_path


class Shelf:
    """Tables of `data/`, or of a folder of the user's own, read and checked when first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.prices: dict[tuple[str, str, float], float] = {}
        self.factors: dict[tuple[str, float, float], float] = {}

    @cached_property
    def sites(self) -> gpd.GeoDataFrame:
        return tables.sites(self.folder)

    @cached_property
    def zones(self) -> pd.DataFrame:
        return tables.zones(self.folder)

    @cached_property
    def headroom(self) -> pd.DataFrame:
        return tables.headroom(self.folder)

    @cached_property
    def zone_headroom(self) -> pd.DataFrame:
        return tables.zone_headroom(self.folder)

    @cached_property
    def carbon_path(self) -> pd.DataFrame:
        return tables.carbon_path(self.folder)

    @cached_property
    def weather(self) -> dict[str, pd.DataFrame]:
        return tables.weather(self.folder)

    @cached_property
    def capacity_factors(self) -> dict[str, pd.DataFrame]:
        return tables.capacity_factors(self.folder)

    @cached_property
    def grid_hourly(self) -> dict[str, pd.DataFrame]:
        return tables.grid_hourly(self.folder)

    @cached_property
    def lng_terminals(self) -> pd.DataFrame:
        return tables.lng_terminals(self.folder)

    @cached_property
    def lng_routes(self) -> pd.DataFrame:
        return tables.lng_routes(self.folder)

    @cached_property
    def fuel_prices(self) -> pd.DataFrame:
        return tables.fuel_prices(self.folder)

    @cached_property
    def datacenter(self) -> pd.DataFrame:
        return tables.facts("datacenter", self.folder)

    @cached_property
    def multipliers(self) -> pd.DataFrame:
        return tables.regional_multipliers(self.folder)

    @cached_property
    def national_mix(self) -> pd.DataFrame:
        return tables.reference("national_mix", self.folder)

    def fuel_price(self, item: str, region: str, year: float) -> float:
        """A fuel price in a year, USD of 2023 (see `planner.catalog.tables.fuel_price`)."""
        key = (item, region, year)
        if key not in self.prices:
            self.prices[key] = tables.fuel_price(item, region, year, self.fuel_prices)
        return self.prices[key]

    def carbon_factor(self, country: str, year: float, base_year: float) -> float:
        """Grid carbon of a year over that of a base year (see `planner.catalog.tables.carbon_factor`)."""
        key = (country, year, base_year)
        if key not in self.factors:
            self.factors[key] = tables.carbon_factor(country, year, base_year, self.carbon_path)
        return self.factors[key]

    @cached_property
    def countries(self) -> Countries:
        return countries(self.folder)

    @cached_property
    def planning(self) -> pd.DataFrame:
        return planning.planning(self.folder)

    @cached_property
    def demand_centres(self) -> pd.DataFrame:
        return planning.demand_centres(self.folder)

    def parameter(self, key: str) -> float:
        """One of the planner's own parameters, in the unit of `planning.csv`."""
        if key not in self.planning.index:
            raise InputError(
                f"the row '{key}' is missing",
                file=table_path("planning.csv", self.folder),
                key=key,
                expected="every row of data/planning.csv",
            )
        return float(self.planning.at[key, "value"])

    def fact(self, item: str) -> float:
        """The value of a data-center fact, money in USD of 2023."""
        row = self.datacenter[self.datacenter["item"] == item].iloc[0]
        return float(row["value_2023usd"] if pd.notna(row["value_2023usd"]) else row["value"])
