"""Build zones.csv, carbon_path.csv, zone_headroom.csv, price_index.parquet, carbon_hourly.parquet, kepco_tariff.csv and
reference/*.csv, and add the price columns of sites.csv. Run: python data/build/grid.py SOURCE_FOLDER (after sites.py).

Hourly columns are in the zone's standard time, on the calendar of 2023 (1 January is a Sunday), 8,760 hours.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shared import (
    ASSUMED,
    DATA,
    HOURS,
    LOCAL_PER_USD,
    clean,
    local_to_usd2023,
    source_folder,
    to_2023,
    write_csv,
    write_parquet,
)
from sites import industrial_prices

CALENDAR = pd.date_range("2023-01-01", periods=HOURS, freq="h")
MONTH, HOUR, DAY = CALENDAR.month.to_numpy(), CALENDAR.hour.to_numpy(), CALENDAR.dayofweek.to_numpy()

# KEPCO, effective 2026-06-01: industrial (eul), high voltage B, option II, with the two adders.
KEPCO_CLASS, KEPCO_ADDERS_KRW = "industrial_b_highB_2", {"climate and environment": 9.0, "fuel adjustment": 5.0}
# Japan, JPY/kWh of 2026.
JP_LEVEL, JP_LEVY, JP_WHEELING, JP_BASIC_JPY_PER_KW_MONTH = 17.56, 4.06, 2.3, 1900.0
# United States: part of the all-in price that is charged per kW of demand, and the capacity auction of PJM.
US_NETWORK_USD_PER_MWH, PJM_CAPACITY_USD_PER_MW_DAY = 20.0, 329.17

ZONE_NAME = {
    "KR": "Korea, KEPCO", "JP-HKD": "Hokkaido", "JP-TH": "Tohoku", "JP-TK": "Tokyo", "JP-CB": "Chubu", "JP-HR": "Hokuriku",
    "JP-KN": "Kansai", "JP-CG": "Chugoku", "JP-SK": "Shikoku", "JP-KY": "Kyushu", "US-MIDA-PJM": "PJM", "US-TEX-ERCO": "ERCOT",
    "US-CENT-SWPP": "Southwest Power Pool", "US-MIDW-MISO": "MISO", "US-TEN-TVA": "Tennessee Valley Authority",
    "US-SE-SOCO": "Southern Company", "US-CAR-DUK": "Duke Energy Carolinas", "US-SW-AZPS": "Arizona Public Service",
    "US-NW-NEVP": "Nevada Power", "US-CAL-CISO": "California ISO", "US-NW-GCPD": "Grant County PUD",
    "US-NW-PACW": "PacifiCorp West", "US-NW-PACE": "PacifiCorp East", "US-NW-WACM": "Western Area Power, Rockies",
}  # fmt: skip
# zone -> ISO with hourly prices, balancing area with the 2022 mix, balancing area whose peak counts
US_PROXY = {
    "US-MIDA-PJM": ("US-MIDA-PJM", "US-PJM", "US-PJM"), "US-TEX-ERCO": ("US-TEX-ERCO", "US-ERCO", "US-ERCO"),
    "US-CENT-SWPP": ("US-TEX-ERCO", "US-MISO", "US-SWPP"), "US-MIDW-MISO": ("US-MIDA-PJM", "US-MISO", "US-MISO"),
    "US-TEN-TVA": ("US-MIDA-PJM", "US-SOCO", "US-TVA"), "US-SE-SOCO": ("US-MIDA-PJM", "US-SOCO", "US-SOCO"),
    "US-CAR-DUK": ("US-MIDA-PJM", "US-SOCO", "US-DUK"), "US-SW-AZPS": ("US-CAL-CISO", "US-AZPS", "US-AZPS"),
    "US-NW-NEVP": ("US-CAL-CISO", "US-AZPS", "US-NEVP"), "US-CAL-CISO": ("US-CAL-CISO", "US-CISO", "US-CISO"),
    "US-NW-GCPD": ("US-CAL-CISO", "US-BPAT", "US-BPAT"), "US-NW-PACW": ("US-CAL-CISO", "US-BPAT", "US-BPAT"),
    "US-NW-PACE": ("US-CAL-CISO", "US-AZPS", "US-PACE"), "US-NW-WACM": ("US-CAL-CISO", "US-AZPS", "US-PSCO"),
}  # fmt: skip
US_OFFSET = {
    "US-MIDA-PJM": -5,
    "US-SE-SOCO": -5,
    "US-CAR-DUK": -5,
    "US-TEX-ERCO": -6,
    "US-CENT-SWPP": -6,
    "US-MIDW-MISO": -6,
    "US-TEN-TVA": -6,
}
US_OFFSET |= {"US-SW-AZPS": -7, "US-NW-PACE": -7, "US-NW-WACM": -7}  # the rest of the West is at -8
JP_FACTOR = {"coal": 864.0, "lng": 430.0, "oil": 695.0, "thermal_other": 600.0}  # g/kWh
JP_SUPPLY = ["nuclear", "lng", "coal", "oil", "thermal_other", "hydro", "geothermal", "biomass", "solar", "wind"]
CARBON_PATH = [  # country, year, g/kWh, source, kind
    ("KR", 2024, 416, f"{ASSUMED} (about 410-430; direct figure 357-378)", "assumed"),
    ("KR", 2030, 300, ASSUMED, "assumed"),
    ("KR", 2038, 130, "11th Basic Plan: 70 % carbon-free in 2038 x 0.43 t/MWh on the rest", "modelled"),
    ("US", 2022, 366, "held at the ratio 2022/2023 of PJM, the largest zone: EIA-930 mix", "modelled"),
    ("US", 2023, 350, "EPA eGRID 2023, national", "published"),
    ("US", 2030, 290, ASSUMED, "assumed"),
    ("US", 2035, 230, ASSUMED, "assumed"),
    ("JP", 2024, 477, "Ember 2025 via GreenCalculus data page, taken for FY2024", "published"),
    ("JP", 2030, 370, f"{ASSUMED} (2030 plan 250-370)", "assumed"),
    ("JP", 2040, 150, "7th Strategic Energy Plan FY2040 mix x 0.42 t/MWh on thermal", "modelled"),
]
CARBON_BASE_YEAR = {"KR": 2024, "US": 2022, "JP": 2024}
KR_CARBON_KG = 0.416
KR_PEAK_MW = 97_100.0
# New large load that a zone can take, as a share of its peak demand per year after 2026 (low, value, high).
HEADROOM_RATE = {
    "KR": (0.002, 0.010, 0.020, "between the government path (8.2 -> 30 TWh by 2038) and the 18.4 GW plan for 2035"),
    "US": (0.005, 0.010, 0.016, "LBNL 2024: 176 TWh in 2023 to 325-580 TWh in 2028 against a 760 GW peak"),
    "JP": (0.003, 0.006, 0.012, "OCCTO 2025-01: data centres and fabs +0.56 to +5.38 GW, FY2025-30, on a 158 GW peak"),
}
ANNOUNCED = [  # zone, year, MW of announced phases that the growth rate of a small zone would not allow
    ("JP-HR", 2028, 400), ("JP-HR", 2035, 3100), ("JP-HKD", 2026, 50), ("JP-HKD", 2030, 300), ("JP-KY", 2028, 120),
    ("JP-KY", 2029, 420), ("JP-TK", 2027, 600), ("KR", 2029, 143), ("US-TEX-ERCO", 2026, 1200), ("US-MIDW-MISO", 2030, 2000),
]  # fmt: skip
HEADROOM_YEARS = [2026, 2028, 2030, 2035, 2040, 2045, 2050]


def kepco_hourly(tariff: pd.DataFrame, bands: pd.DataFrame) -> np.ndarray:
    """Energy charge with adders, KRW/kWh of each hour, and its rule for weekends."""
    own = tariff[tariff["tariff"].eq(KEPCO_CLASS)]
    charge = {(r.season, r.band): r.energy_won_per_kwh for r in own.itertuples()}
    seasons = {
        m: "summer_6-8" if m in (6, 7, 8) else "winter_11-2" if m in (11, 12, 1, 2) else "spring_autumn_3-5_9-10"
        for m in range(1, 13)
    }
    weekday = {(r.months, r.hour_beginning): r.band_weekday for r in bands[bands["version"].eq("2026")].itertuples()}
    price = np.empty(HOURS)
    for i, (month, hour, day) in enumerate(zip(MONTH, HOUR, DAY, strict=True)):
        band = weekday["nov_feb" if month in (11, 12, 1, 2) else "mar_oct", hour]
        if day == 6:  # Sunday
            band = "light"
        elif day == 5 and band == "peak":
            band = "mid"
        energy = charge[seasons[month], band]
        half = seasons[month].startswith("spring") and day >= 5 and 11 <= hour < 14
        price[i] = (0.5 if half else 1.0) * energy + sum(KEPCO_ADDERS_KRW.values())
    return price


def jp_index(shape: pd.DataFrame, zone: str) -> np.ndarray:
    """Wholesale price of each hour over its yearly mean, from month x weekend x hour means."""
    table = shape[shape["zone"].eq(zone)].set_index(["month", "weekend", "hour"])["index_mean"]
    index = table.loc[list(zip(MONTH, (DAY >= 5).astype(int), HOUR, strict=True))].to_numpy()
    return index / index.mean()


def us_index(prices: pd.DataFrame, iso: str, offset: int) -> tuple[np.ndarray, float]:
    """Hourly price over its mean, and the mean (USD/MWh of 2024): the 365 days from Sunday 31 December 2023."""
    series = prices[prices["zone"].eq(iso)].set_index("ts_utc")["price"].astype(float)
    start = pd.Timestamp("2023-12-31") - pd.Timedelta(hours=offset)
    year = series.loc[start : start + pd.Timedelta(hours=HOURS - 1)].to_numpy()
    assert len(year) == HOURS and np.isfinite(year).all()
    year = np.maximum(year, 0.0)  # a retail customer is never paid to draw
    return year / year.mean(), float(year.mean())


def typical_japan(series: pd.Series) -> np.ndarray:
    """Year of FY2024 on the typical calendar: April to December, then January to March, weekdays kept (shift of 3-5 days)."""
    first = series.loc["2024-12-29":].iloc[: 90 * 24].to_numpy(dtype=float)
    rest = series.loc["2024-04-06":].iloc[: 275 * 24].to_numpy(dtype=float)
    return np.concatenate([first, rest])


def jp_carbon(supply: pd.DataFrame, zone: str) -> np.ndarray:
    """Production-based kg/MWh of each hour."""
    area = supply[supply["zone"].eq(zone)].set_index("ts")[JP_SUPPLY].astype(float).fillna(0.0)
    emitted = sum(area[fuel] * grams for fuel, grams in JP_FACTOR.items())
    return typical_japan(emitted / area.sum(axis=1))


def us_carbon(mix: pd.DataFrame, area: str, offset: int) -> np.ndarray:
    """Average kg/MWh of each hour of 2022, from Sunday 2 January (local), the first day put last."""
    series = (
        mix[mix["zone"].eq(area)]
        .sort_values("ts_utc")["avg_CI"]
        .interpolate(limit_direction="both")
        .to_numpy(dtype=float)
    )
    assert len(series) == HOURS
    return np.roll(series, offset - 24)


def zone_table(folder: Path, sites: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Zones, hourly price index, hourly carbon, and the site price rows."""
    grid, hourly = folder / "grid", folder / "hourly"
    shape, levels = (
        pd.read_csv(grid / "kr_jp_wholesale_price_shape.csv"),
        pd.read_csv(grid / "kr_jp_wholesale_price_levels.csv"),
    )
    supply = pd.read_parquet(hourly / "jp_area_hourly_supply_demand_2024-04_2025-09.parquet")
    mix = pd.read_parquet(hourly / "us_ba_hourly_generation_mix_2022.parquet")
    prices = pd.read_parquet(hourly / "us_iso_prices_2023_2024.parquet")
    demand = pd.read_parquet(hourly / "jp_us_demand.parquet").groupby("zone")["demand_mw"]
    us_peak = demand.quantile(0.9999).astype(float)  # the cleaned series keep a few spikes; one hour a year is left out
    jp_demand = supply.loc[supply["ts"] < "2025-04-01"].groupby("zone")["demand"].sum()
    jepx = levels[levels["currency"].eq("JPY") & levels["year"].eq(2025)].set_index("zone")["mean_per_mwh"] / 1000
    jepx_mean = float(np.average(jepx, weights=jp_demand[jepx.index].astype(float)))
    tariff, bands = pd.read_csv(grid / "kr_kepco_tariff_2026.csv"), pd.read_csv(grid / "kr_tou_bands.csv")
    raw = pd.read_csv(folder / "sites" / "candidate_sites.csv")
    us_price = industrial_prices(pd.read_csv(folder / "tech" / "grid_tariffs.csv"), raw)

    zones, index, carbon = [], {}, {}
    for zone, members in sites.groupby("zone"):
        country = members["country"].iloc[0]
        row: dict[str, object] = {"zone": zone, "country": country, "name": ZONE_NAME[zone]}
        if country == "KR":
            won = kepco_hourly(tariff, bands)
            basic = float(tariff.loc[tariff["tariff"].eq(KEPCO_CLASS), "basic_won_per_kw_month"].iloc[0])
            energy = local_to_usd2023(won.mean(), "KRW", 2026) * 1000
            index[zone], carbon[zone] = won / won.mean(), np.full(HOURS, KR_CARBON_KG * 1000)
            row |= {"utc_offset_h": 9, "energy_price_usd_per_mwh": energy, "price_kind": "published"}
            row |= {
                "price_source": "KEPCO industrial (eul) high voltage B option II, effective 2026-06-01, with 14 KRW/kWh adders"
            }
            row |= {"price_shape_source": "KEPCO season, band and weekday rules of 2026"}
            row |= {"capacity_charge_usd_per_kw_year": local_to_usd2023(basic * 12, "KRW", 2026)}
            row |= {
                "capacity_charge_kind": "published",
                "capacity_charge_source": "KEPCO basic charge 7,380 KRW/kW-month",
            }
            row |= {"carbon_source": f"national average, no hourly open series: {ASSUMED}", "carbon_kind": "assumed"}
            row |= {
                "peak_demand_mw": KR_PEAK_MW,
                "peak_source": f"{ASSUMED} (August 2024)",
                "peak_kind": "assumed",
                "reserve_margin": 0.22,
            }
            row |= {"reserve_margin_source": f"{ASSUMED} (11th Basic Plan)", "reserve_margin_kind": "assumed"}
        elif country == "JP":
            basic = JP_BASIC_JPY_PER_KW_MONTH * 12
            shaped = JP_LEVEL + jepx[zone] - jepx_mean - basic / 8760 - JP_WHEELING
            yen = shaped * jp_index(shape, zone) + JP_WHEELING + JP_LEVY
            index[zone], carbon[zone] = yen / yen.mean(), jp_carbon(supply, str(zone))
            row |= {"utc_offset_h": 9, "energy_price_usd_per_mwh": local_to_usd2023(yen.mean(), "JPY", 2026) * 1000}
            row |= {
                "price_kind": "modelled",
                "price_source": "special high voltage national average 17.56 JPY/kWh (2026-04, METI/EGC report), area difference of JEPX FY2025, levy 4.06",
            }
            row |= {
                "price_shape_source": "JEPX area index by month, weekend and hour on the energy part; wheeling and levy flat"
            }
            row |= {
                "capacity_charge_usd_per_kw_year": local_to_usd2023(basic, "JPY", 2026),
                "capacity_charge_kind": "assumed",
            }
            row |= {"capacity_charge_source": f"{ASSUMED}: basic charge 1,900 JPY/kW-month, taken out of the level"}
            row |= {
                "carbon_source": "TSO area supply FY2024 x 864/430/695/600 g/kWh (coal, LNG, oil, other thermal)",
                "carbon_kind": "modelled",
            }
            row |= {
                "peak_demand_mw": float(demand.max()[zone]),
                "peak_source": "TSO area demand, 2024-04 to 2025-09",
                "peak_kind": "measured",
            }
            row |= {
                "reserve_margin": 0.08,
                "reserve_margin_source": f"{ASSUMED} (OCCTO minimum)",
                "reserve_margin_kind": "assumed",
            }
        else:
            iso, mix_area, peak_area = US_PROXY[str(zone)]
            offset = US_OFFSET.get(str(zone), -8)
            idx, wholesale = us_index(prices, iso, offset)
            all_in = us_price.loc[members["site"], "usd_per_mwh"]
            level = float(all_in.mean()) - US_NETWORK_USD_PER_MWH
            share = min(1.0, wholesale * to_2023(2024) / level)
            index[zone], carbon[zone] = 1 + share * (idx - 1), us_carbon(mix, mix_area, offset)
            pjm = zone == "US-MIDA-PJM"
            capacity = US_NETWORK_USD_PER_MWH * 8.76 + (
                PJM_CAPACITY_USD_PER_MW_DAY * 0.365 * to_2023(2026) if pjm else 0
            )
            row |= {"utc_offset_h": offset, "energy_price_usd_per_mwh": level, "price_kind": "modelled"}
            row |= {"price_source": "mean of the zone's sites: state industrial average less the network part"}
            row |= {"price_shape_source": f"{iso} hourly prices of 2024; {share:.2f} of the energy price follows them"}
            row |= {"capacity_charge_usd_per_kw_year": capacity, "capacity_charge_kind": "assumed"}
            auction = "; plus PJM base residual auction 2026/27, 329.17 USD/MW-day" if pjm else ""
            row |= {
                "capacity_charge_source": f"{ASSUMED}: network part of 20 USD/MWh at full load, charged per kW{auction}"
            }
            near = "" if mix_area.split("-")[1] in str(zone) else ", nearest area with data"
            row |= {
                "carbon_source": f"EIA-930 mix 2022 of {mix_area}{near}",
                "carbon_kind": "assumed" if near else "modelled",
            }
            row |= {
                "peak_demand_mw": float(us_peak[peak_area]),
                "peak_source": f"EIA-930 cleaned demand 2019 of {peak_area}",
                "peak_kind": "measured",
            }
            row |= {"reserve_margin": float(members["reserve_margin_nerc2026"].mode().iloc[0])}
            row |= {
                "reserve_margin_source": "NERC planning reserve margin 2026, as carried in NREL ReEDS-2.0",
                "reserve_margin_kind": "published",
            }
        row["carbon_kg_per_mwh"], row["carbon_base_year"] = carbon[zone].mean(), CARBON_BASE_YEAR[country]
        row["licence"] = (
            "A: EIA (public domain); ISO prices A-: public postings" if country == "US" else "A-: official facts"
        )
        zones.append(row)
    table = pd.DataFrame(zones)
    figures = ["energy_price_usd_per_mwh", "capacity_charge_usd_per_kw_year", "carbon_kg_per_mwh", "peak_demand_mw"]
    table[figures] = table[figures].round({figures[0]: 3, figures[1]: 3, figures[2]: 1, figures[3]: 0})
    return table, pd.DataFrame(index).round(4), pd.DataFrame(carbon).round(0), us_price


def zone_headroom(zones: pd.DataFrame) -> pd.DataFrame:
    """Cumulative new large load by zone and year: a share of peak per year, and never less than the announced phases."""
    rows = []
    for z in zones.itertuples(index=False):
        low, value, high, why = HEADROOM_RATE[z.country]
        for year in HEADROOM_YEARS:
            # One year's growth is there in 2026 already, so that a first stage has something to draw on.
            growth = [rate * z.peak_demand_mw * (year - 2025) for rate in (low, value, high)]
            said = max([mw for zone, first, mw in ANNOUNCED if zone == z.zone and first <= year], default=0)
            source = f"{ASSUMED}: {value:.1%} of peak demand a year; {why}"
            if said > growth[1]:
                source = f"announced data-centre phases in the zone (facts/demand.csv); else {source}"
            mw = [round(max(g, said), 0) for g in growth]
            rows.append(
                {
                    "zone": z.zone,
                    "year": year,
                    "mw": mw[1],
                    "low": mw[0],
                    "high": mw[2],
                    "source": source,
                    "kind": "assumed",
                }
            )
    table = pd.DataFrame(rows)
    table["licence"] = "own planning assumption"
    return table


def reference(folder: Path) -> None:
    """Tables for the report: interconnections, interface limits, marginal carbon, reserve margins, wholesale levels."""
    links = pd.read_csv(folder / "grid" / "jp_interconnections.csv")
    links = links[["zone_a", "zone_b", "name", "type", "recommended_mw", "note"]].rename(
        columns={"recommended_mw": "mw"}
    )
    links["note"] = links["note"].fillna("").str.replace("electricitymaps", "the lower source")
    write_csv(links, "reference/jp_interconnections.csv")
    limits = pd.read_csv(folder / "grid" / "us_interface_limits_z134.csv").query("region_a != region_b")
    swap = limits["region_a"] > limits["region_b"]
    limits.loc[swap, ["region_a", "region_b", "MW_forward", "MW_reverse"]] = limits.loc[
        swap, ["region_b", "region_a", "MW_reverse", "MW_forward"]
    ].to_numpy()
    limits = limits.groupby(["region_a", "region_b"], as_index=False)[["MW_forward", "MW_reverse"]].sum().round(0)
    write_csv(
        limits.rename(columns={"MW_forward": "mw_a_to_b", "MW_reverse": "mw_b_to_a"}), "reference/us_interfaces.csv"
    )
    carbon = pd.read_csv(folder / "grid" / "marginal_carbon_regression.csv")
    carbon.columns = ["zone", "period", "average_kg_per_mwh", "marginal_kg_per_mwh", "r2"]
    write_csv(carbon, "reference/marginal_carbon.csv")
    margins = pd.read_csv(folder / "grid" / "us_reserve_margin_nerc.csv").rename(
        columns={"nercr": "region", "t": "year", "nerc": "margin"}
    )
    write_csv(margins[["region", "year", "margin"]].query("year <= 2040"), "reference/us_reserve_margins.csv")
    levels = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_levels.csv").query("hours > 6000")
    write_csv(levels, "reference/wholesale_levels.csv")
    tariff = pd.read_csv(folder / "grid" / "kr_kepco_tariff_2026.csv")
    tariff.columns = ["tariff", "basic_krw_per_kw_month", "season", "band", "energy_krw_per_kwh", "effective"]
    write_csv(tariff, "reference/kepco_tariff.csv")
    bands = pd.read_csv(folder / "grid" / "kr_tou_bands.csv").query("version == '2026'").drop(columns="version")
    write_csv(bands, "reference/kepco_bands.csv")


def main() -> None:
    folder = source_folder()
    sites = pd.read_csv(DATA / "sites.csv", keep_default_na=False, na_values=[""])
    sites = sites.drop(columns=["energy_price_usd_per_mwh", "price_source", "price_kind"], errors="ignore")
    zones, index, carbon, us_price = zone_table(folder, sites)
    level, source, kind = (
        zones.set_index("zone")["energy_price_usd_per_mwh"],
        zones.set_index("zone")["price_source"],
        zones.set_index("zone")["price_kind"],
    )
    us = sites["country"].eq("US").to_numpy()
    own = us_price.loc[sites["site"]]
    sites["energy_price_usd_per_mwh"] = np.where(
        us, own["usd_per_mwh"] - US_NETWORK_USD_PER_MWH, level[sites["zone"]]
    ).round(3)
    sites["price_source"] = np.where(us, own["source"] + ", less the network part", source[sites["zone"]])
    sites["price_kind"] = np.where(us, own["kind"], kind[sites["zone"]])
    write_csv(sites, "sites.csv")
    write_csv(zones, "zones.csv")
    write_parquet(index.astype("float32"), "price_index.parquet")
    write_parquet(carbon.astype("float32"), "carbon_hourly.parquet")
    path = pd.DataFrame(CARBON_PATH, columns=["country", "year", "kg_per_mwh", "source", "kind"])
    path["licence"] = ["own planning assumption" if k == "assumed" else "A-: cited facts" for k in path["kind"]]
    write_csv(path, "carbon_path.csv")
    write_csv(zone_headroom(zones), "zone_headroom.csv")
    reference(folder)


if __name__ == "__main__":
    main()
