"""Carbon of the grid: hourly average intensity of each zone in a base year, and the national path from there."""

from __future__ import annotations

import numpy as np
import pandas as pd
from shared import ASSUMED, HOURS

JP_G_PER_KWH = {"coal": 864.0, "lng": 430.0, "oil": 695.0, "thermal_other": 600.0}
JP_SUPPLY = ["nuclear", "lng", "coal", "oil", "thermal_other", "hydro", "geothermal", "biomass", "solar", "wind"]
KR_KG_PER_MWH = 416.0  # no open hourly series: the national average in every hour
BASE_YEAR = {"KR": 2024, "US": 2022, "JP": 2024}
PATH = [  # country, year, kg/MWh, source, kind
    ("KR", 2024, 416, f"{ASSUMED} (about 410-430; direct emissions 357-378)", "assumed"),
    ("KR", 2030, 300, ASSUMED, "assumed"),
    ("KR", 2038, 130, "11th Basic Plan: 70 % carbon-free in 2038 x 0.43 t/MWh on the rest", "modelled"),
    ("US", 2022, 366, f"{ASSUMED}: eGRID 2023 raised by 4.6 %", "assumed"),
    ("US", 2023, 350, "EPA eGRID 2023, national", "published"),
    ("US", 2030, 290, ASSUMED, "assumed"),
    ("US", 2035, 230, ASSUMED, "assumed"),
    ("JP", 2024, 477, "Ember 2025 via GreenCalculus data page, taken for FY2024", "published"),
    ("JP", 2030, 370, f"{ASSUMED} (2030 plan 250-370)", "assumed"),
    ("JP", 2040, 150, "7th Strategic Energy Plan FY2040 mix x 0.42 t/MWh on thermal", "modelled"),
]


def path() -> pd.DataFrame:
    """National average by year."""
    table = pd.DataFrame(PATH, columns=["country", "year", "kg_per_mwh", "source", "kind"])
    table["licence"] = ["own planning assumption" if kind == "assumed" else "A-: cited facts" for kind in table["kind"]]
    return table


def typical_japan(series: pd.Series) -> np.ndarray:
    """Fiscal year 2024 on the typical calendar: winter from 29 December 2024, the rest from 6 April, weekdays kept."""
    winter = series.loc["2024-12-29":].iloc[: 90 * 24]
    rest = series.loc["2024-04-06":].iloc[: HOURS - 90 * 24]
    return np.concatenate([winter.to_numpy(dtype=float), rest.to_numpy(dtype=float)])


def japan_hourly(supply: pd.DataFrame, zone: str) -> np.ndarray:
    """Production-based kg/MWh of each hour of an area."""
    area = supply[supply["zone"].eq(zone)].set_index("ts")[JP_SUPPLY].astype(float).fillna(0.0)
    emitted = area[list(JP_G_PER_KWH)] @ pd.Series(JP_G_PER_KWH)
    return typical_japan(emitted / area.sum(axis=1))


def us_hourly(mix: pd.DataFrame, area: str, utc_offset_h: int) -> np.ndarray:
    """Average kg/MWh of each hour of 2022 from Sunday 2 January, local; the first day stands last."""
    series = mix[mix["zone"].eq(area)].sort_values("ts_utc")["avg_CI"].interpolate(limit_direction="both")
    return np.roll(series.to_numpy(dtype=float), utc_offset_h - 24)
