"""What stands, grows and costs in a year: survivors, additions, growth, fuel. Between given years in straight lines."""

from __future__ import annotations

import numpy as np
import pandas as pd

BASE_YEAR = 2024
FLEET_YEARS = (2024, 2030, 2035, 2040, 2045)


def survivors_mw(fleet: pd.DataFrame, year: int) -> np.ndarray:
    """MW of each row of the fleet that still stand; before the base year what stood then."""
    table = fleet[[f"mw_{y}" for y in FLEET_YEARS]].to_numpy(float)
    at = np.interp(year, FLEET_YEARS, np.arange(len(FLEET_YEARS)))
    left = int(min(at, len(FLEET_YEARS) - 2))
    return table[:, left] + (at - left) * (table[:, left + 1] - table[:, left])


def built(additions: pd.DataFrame, year: int, firm_only: bool = True) -> pd.DataFrame:
    """The additions that stand in a year."""
    return additions[(additions["year"] <= year) & (additions["firm"] | (not firm_only))]


def growth(load_growth: pd.DataFrame, zone: str, year: int, with_new_data_centers: bool) -> float:
    """Energy over that of the base year; the ends are held, before the base year 1."""
    rows = load_growth[load_growth["zone"] == zone].sort_values("year")
    column = "with_new_data_centers" if with_new_data_centers else "without_new_data_centers"
    return float(np.interp(year, rows["year"], rows[column]))


def fuel_price(fuel_prices: pd.DataFrame, zone: str, fuel: str, year: int) -> float:
    """Delivered price, USD/MMBtu; the ends are held."""
    rows = fuel_prices[(fuel_prices["zone"] == zone) & (fuel_prices["fuel"] == fuel)].sort_values("year")
    return float(np.interp(year, rows["year"], rows["usd_per_mmbtu"]))


def past(table: pd.DataFrame, zone: str, year: int, quantity: str, otherwise: float) -> float:
    """A quantity of a past year, between years in straight lines, the ends held; `otherwise` for a zone without any."""
    rows = table[(table["zone"] == zone) & (table["quantity"] == quantity)].sort_values("year")
    return float(np.interp(year, rows["year"], rows["value"])) if len(rows) else otherwise
