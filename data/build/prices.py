"""Grid price rules: what a flat load pays in each hour of the typical year, in local money and standard time.

The calendar is that of 2023 (1 January is a Sunday), 8,760 hours.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from shared import HOURS, to_2023

CALENDAR = pd.date_range("2023-01-01", periods=HOURS, freq="h")
MONTH, HOUR, DAY = CALENDAR.month.to_numpy(), CALENDAR.hour.to_numpy(), CALENDAR.dayofweek.to_numpy()

# KEPCO, effective 2026-06-01: industrial (eul), high voltage B, option II, with climate-environment and fuel adders.
KEPCO_CLASS = "industrial_b_highB_2"
KEPCO_ADDERS_KRW_PER_KWH = 9.0 + 5.0
# Japan, special high voltage, 2026: average level without tax and levy, renewable levy, wheeling, basic charge.
JP_LEVEL, JP_LEVY, JP_WHEELING = 17.56, 4.06, 2.3  # JPY/kWh
JP_BASIC_JPY_PER_KW_YEAR = 1900.0 * 12


def kepco_energy(tariff: pd.DataFrame, bands: pd.DataFrame) -> np.ndarray:
    """Energy charge with adders, KRW/kWh.

    Sundays are light, Saturday peak is mid, weekends of spring and autumn pay half from 11 to 14 h.
    """
    own = tariff[tariff["tariff"].eq(KEPCO_CLASS)]
    charge = {(r.season, r.band): r.energy_won_per_kwh for r in own.itertuples()}
    weekday = {(r.months, r.hour_beginning): r.band_weekday for r in bands[bands["version"].eq("2026")].itertuples()}
    price = np.empty(HOURS)
    for i, (month, hour, day) in enumerate(zip(MONTH, HOUR, DAY, strict=True)):
        winter, summer = month in (11, 12, 1, 2), month in (6, 7, 8)
        season = "winter_11-2" if winter else "summer_6-8" if summer else "spring_autumn_3-5_9-10"
        band = weekday["nov_feb" if winter else "mar_oct", hour]
        if day == 6:
            band = "light"
        elif day == 5 and band == "peak":
            band = "mid"
        half = not winter and not summer and day >= 5 and 11 <= hour < 14
        price[i] = charge[season, band] * (0.5 if half else 1.0) + KEPCO_ADDERS_KRW_PER_KWH
    return price


def kepco_basic_krw_per_kw_year(tariff: pd.DataFrame) -> float:
    """Basic charge of the class for a year."""
    return 12.0 * float(tariff.loc[tariff["tariff"].eq(KEPCO_CLASS), "basic_won_per_kw_month"].iloc[0])


def japan_energy(shape: pd.DataFrame, zone: str, area_difference: float) -> np.ndarray:
    """JPY/kWh without the basic charge: the energy part follows the area's wholesale index, wheeling and levy are flat.

    `area_difference` is the area's wholesale mean less the national one, JPY/kWh.
    """
    table = shape[shape["zone"].eq(zone)].set_index(["month", "weekend", "hour"])["index_mean"]
    index = table.loc[list(zip(MONTH, (DAY >= 5).astype(int), HOUR, strict=True))].to_numpy()
    shaped = JP_LEVEL + area_difference - JP_BASIC_JPY_PER_KW_YEAR / HOURS - JP_WHEELING
    return shaped * index / index.mean() + JP_WHEELING + JP_LEVY


def us_index(prices: pd.DataFrame, iso: str, utc_offset_h: int, level: float) -> tuple[np.ndarray, float]:
    """Price index (mean 1) for an energy price of `level` USD_2023/MWh, and the share of it that follows the market.

    The market is the ISO's hourly price of the 365 days from Sunday 31 December 2023, never below zero. The share that
    moves is its mean over the level; the rest is flat.
    """
    series = prices[prices["zone"].eq(iso)].set_index("ts_utc")["price"].astype(float)
    start = pd.Timestamp("2023-12-31") - pd.Timedelta(hours=utc_offset_h)
    year = series.loc[start : start + pd.Timedelta(hours=HOURS - 1)].clip(lower=0.0).to_numpy()
    if len(year) != HOURS:
        raise ValueError(f"{iso}: {len(year)} hours")
    share = min(1.0, year.mean() * to_2023(2024) / level)
    return 1 + share * (year / year.mean() - 1), share
