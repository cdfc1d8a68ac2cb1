"""Build zones.csv, zone_headroom.csv, carbon_path.csv and the hourly price and carbon tables; add prices to sites.csv.

Run: python data/build/grid.py SOURCE_FOLDER (after sites.py)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import carbon
import numpy as np
import pandas as pd
import prices
from shared import ASSUMED, HOURS, local_to_usd2023, read_sites, source_folder, to_2023, write_csv, write_parquet
from sites import industrial_prices

# United States: part of the all-in price that is charged per kW of demand, and the capacity auction of PJM.
US_NETWORK_USD_PER_MWH, PJM_CAPACITY_USD_PER_MW_DAY = 20.0, 329.17
KR_PEAK_MW = 97_100.0
JP_NAME = {
    "JP-HKD": "Hokkaido",
    "JP-TH": "Tohoku",
    "JP-TK": "Tokyo",
    "JP-CB": "Chubu",
    "JP-HR": "Hokuriku",
    "JP-KN": "Kansai",
    "JP-CG": "Chugoku",
    "JP-SK": "Shikoku",
    "JP-KY": "Kyushu",
}
PJM, ERCOT, CAISO = "US-MIDA-PJM", "US-TEX-ERCO", "US-CAL-CISO"
US_ZONE = {  # zone: name, standard time, ISO with hourly prices, area with the 2022 mix, area whose peak demand counts
    PJM: ("PJM", -5, PJM, "US-PJM", "US-PJM"),
    ERCOT: ("ERCOT", -6, ERCOT, "US-ERCO", "US-ERCO"),
    CAISO: ("California ISO", -8, CAISO, "US-CISO", "US-CISO"),
    "US-CENT-SWPP": ("Southwest Power Pool", -6, ERCOT, "US-MISO", "US-SWPP"),
    "US-MIDW-MISO": ("MISO", -6, PJM, "US-MISO", "US-MISO"),
    "US-TEN-TVA": ("Tennessee Valley Authority", -6, PJM, "US-SOCO", "US-TVA"),
    "US-SE-SOCO": ("Southern Company", -5, PJM, "US-SOCO", "US-SOCO"),
    "US-CAR-DUK": ("Duke Energy Carolinas", -5, PJM, "US-SOCO", "US-DUK"),
    "US-SW-AZPS": ("Arizona Public Service", -7, CAISO, "US-AZPS", "US-AZPS"),
    "US-NW-NEVP": ("Nevada Power", -8, CAISO, "US-AZPS", "US-NEVP"),
    "US-NW-GCPD": ("Grant County PUD", -8, CAISO, "US-BPAT", "US-BPAT"),
    "US-NW-PACW": ("PacifiCorp West", -8, CAISO, "US-BPAT", "US-BPAT"),
    "US-NW-PACE": ("PacifiCorp East", -7, CAISO, "US-AZPS", "US-PACE"),
    "US-NW-WACM": ("Western Area Power, Rockies", -7, CAISO, "US-AZPS", "US-PSCO"),
}
# New large load that a zone can take, as a share of its peak demand per year (low, value, high) and why.
HEADROOM_RATE = {
    "KR": (0.002, 0.010, 0.020, "between the government path (8.2 to 30 TWh by 2038) and the 18.4 GW plan for 2035"),
    "US": (0.005, 0.010, 0.016, "LBNL 2024: 176 TWh in 2023 to 325-580 TWh in 2028 on a peak of about 760 GW"),
    "JP": (0.003, 0.006, 0.012, "OCCTO 2025-01: data centres and fabs 0.56 to 5.38 GW, FY2025-30, on a 158 GW peak"),
}
ANNOUNCED = [  # zone, year, MW: announced phases (facts/demand.csv), cumulative, where the rate would not allow them
    ("JP-HR", 2028, 400),
    ("JP-HR", 2035, 3100),
    ("JP-HKD", 2026, 50),
    ("JP-HKD", 2030, 300),
    ("JP-KY", 2028, 120),
    ("JP-KY", 2029, 420),
    ("JP-TK", 2027, 600),
    (ERCOT, 2026, 1200),
    ("US-MIDW-MISO", 2030, 2000),
]
HEADROOM_YEARS = [2026, 2028, 2030, 2035, 2040, 2045, 2050]
Zone = tuple[dict[str, Any], np.ndarray, np.ndarray]  # row, price index, kg/MWh


def cell(prefix: str, source: str, kind: str) -> dict[str, str]:
    """The source and kind columns beside a figure."""
    return {f"{prefix}_source": source, f"{prefix}_kind": kind}


def korea(folder: Path) -> Zone:
    """The one zone of Korea: KEPCO's tariff."""
    tariff = pd.read_csv(folder / "grid" / "kr_kepco_tariff_2026.csv")
    won = prices.kepco_energy(tariff, pd.read_csv(folder / "grid" / "kr_tou_bands.csv"))
    row: dict[str, Any] = {"zone": "KR", "country": "KR", "name": "Korea, KEPCO", "utc_offset_h": 9}
    row["energy_price_usd_per_mwh"] = 1000 * local_to_usd2023(won.mean(), "KRW", 2026)
    row["capacity_charge_usd_per_kw_year"] = local_to_usd2023(prices.kepco_basic_krw_per_kw_year(tariff), "KRW", 2026)
    row |= {"peak_demand_mw": KR_PEAK_MW, "reserve_margin": 0.22}
    tariff_name = "KEPCO industrial (eul), high voltage B, option II, effective 2026-06-01"
    row |= cell("price", f"{tariff_name}, with 14 KRW/kWh of adders", "published")
    row |= {"price_shape_source": "KEPCO season, band and weekday rules of 2026"}
    row |= cell("capacity_charge", f"{tariff_name}: basic charge 7,380 KRW/kW-month", "published")
    row |= cell("carbon", f"national average in every hour, no open hourly series; {ASSUMED}", "assumed")
    row |= cell("peak", f"{ASSUMED} (August 2024)", "assumed")
    row |= cell("reserve_margin", f"{ASSUMED} (11th Basic Plan)", "assumed")
    return row | {"licence": "A-: official facts"}, won / won.mean(), np.full(HOURS, carbon.KR_KG_PER_MWH)


def japan(folder: Path) -> list[Zone]:
    """The areas of Japan: national level, area difference and shape of the day-ahead market."""
    shape = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_shape.csv")
    levels = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_levels.csv")
    supply = pd.read_parquet(folder / "hourly" / "jp_area_hourly_supply_demand_2024-04_2025-09.parquet")
    demand = supply[supply["ts"] < "2025-04-01"].groupby("zone")["demand"]
    jepx = levels[levels["currency"].eq("JPY") & levels["year"].eq(2025)].set_index("zone")["mean_per_mwh"] / 1000
    national = float(np.average(jepx, weights=demand.sum()[jepx.index].astype(float)))
    out = []
    for zone, name in JP_NAME.items():
        yen = prices.japan_energy(shape, zone, jepx[zone] - national)
        row: dict[str, Any] = {"zone": zone, "country": "JP", "name": name, "utc_offset_h": 9}
        row["energy_price_usd_per_mwh"] = 1000 * local_to_usd2023(yen.mean(), "JPY", 2026)
        row["capacity_charge_usd_per_kw_year"] = local_to_usd2023(prices.JP_BASIC_JPY_PER_KW_YEAR, "JPY", 2026)
        row |= {"peak_demand_mw": float(demand.max()[zone]), "reserve_margin": 0.08}
        level = "special high voltage national average 17.56 JPY/kWh of 2026-04 (METI/EGC report) and levy 4.06"
        row |= cell("price", f"{level}, less the basic charge, with the area difference of JEPX 2025", "modelled")
        row |= {"price_shape_source": "JEPX area index by month, weekend and hour on the energy part"}
        row |= cell("capacity_charge", f"{ASSUMED}: basic charge 1,900 JPY/kW-month, taken out of the level", "assumed")
        factors = "864/430/695/600 g/kWh of coal, LNG, oil, other thermal"
        row |= cell("carbon", f"supply of the area's TSO in FY2024 x {factors}", "modelled")
        row |= cell("peak", "demand of the area's TSO, FY2024", "measured")
        row |= cell("reserve_margin", f"{ASSUMED} (OCCTO minimum)", "assumed")
        index = yen / yen.mean()
        out.append((row | {"licence": "A-: official facts"}, index, carbon.japan_hourly(supply, zone)))
    return out


def united_states(folder: Path, sites: pd.DataFrame, all_in: pd.DataFrame) -> list[Zone]:
    """The US zones: mean level of their sites, shape and mix of the ISO named in the table above."""
    market = pd.read_parquet(folder / "hourly" / "us_iso_prices_2023_2024.parquet")
    mix = pd.read_parquet(folder / "hourly" / "us_ba_hourly_generation_mix_2022.parquet")
    demand = pd.read_parquet(folder / "hourly" / "jp_us_demand.parquet").groupby("zone")["demand_mw"]
    peak = demand.quantile(0.9999).astype(float)  # one hour left out: the cleaned series keep single spikes
    out = []
    for zone, (name, offset, iso, mix_area, peak_area) in US_ZONE.items():
        members = sites[sites["zone"].eq(zone)]
        level = float(all_in.loc[members["site"], "usd_per_mwh"].mean()) - US_NETWORK_USD_PER_MWH
        index, share = prices.us_index(market, iso, offset, level)
        auction = PJM_CAPACITY_USD_PER_MW_DAY * 0.365 * to_2023(2026) if zone == PJM else 0.0
        row: dict[str, Any] = {"zone": zone, "country": "US", "name": name, "utc_offset_h": offset}
        row["energy_price_usd_per_mwh"] = level
        row["capacity_charge_usd_per_kw_year"] = US_NETWORK_USD_PER_MWH * HOURS / 1000 + auction
        row["peak_demand_mw"] = float(peak[peak_area])
        row["reserve_margin"] = float(members["reserve_margin_nerc2026"].mode().iloc[0])
        row |= cell("price", "mean over the zone's sites: state industrial average less the network part", "modelled")
        row |= {"price_shape_source": f"{iso} hourly prices of 2024; {share:.2f} of the energy price follows them"}
        extra = "; plus PJM base residual auction 2026/27, 329.17 USD/MW-day" if auction else ""
        row |= cell("capacity_charge", f"{ASSUMED}: network part of 20 USD/MWh at full load{extra}", "assumed")
        own = mix_area.removeprefix("US-") in zone
        near = "" if own else ", the nearest area with data"
        row |= cell("carbon", f"EIA-930 mix of 2022 of {mix_area}{near}", "modelled" if own else "assumed")
        row |= cell("peak", f"EIA-930 cleaned demand of 2019 of {peak_area}", "measured")
        row |= cell("reserve_margin", "NERC planning reserve margin 2026, as carried in NREL ReEDS-2.0", "published")
        row["licence"] = "A: EIA, NERC via NREL (public domain); A-: ISO prices, public postings"
        out.append((row, index, carbon.us_hourly(mix, mix_area, offset)))
    return out


def zone_headroom(zones: pd.DataFrame) -> pd.DataFrame:
    """Cumulative new large load by zone and year: a share of peak a year from 2026, at least the announced phases."""
    rows = []
    for z in zones.itertuples(index=False):
        low, value, high, why = HEADROOM_RATE[z.country]
        for year in HEADROOM_YEARS:
            growth = [rate * z.peak_demand_mw * (year - 2025) for rate in (low, value, high)]
            said = max((mw for zone, first, mw in ANNOUNCED if zone == z.zone and first <= year), default=0)
            mw = [round(max(g, said)) for g in growth]
            source = f"{ASSUMED}: {value:.1%} of peak demand a year; {why}"
            if said > growth[1]:
                source = f"announced data-centre phases in the zone (facts/demand.csv); above the rule: {source}"
            rows.append({"zone": z.zone, "year": year, "mw": mw[1], "low": mw[0], "high": mw[2], "source": source})
    return pd.DataFrame(rows).assign(licence="own planning assumption", kind="assumed")


def main() -> None:
    folder = source_folder()
    sites = read_sites()
    sites = sites.drop(columns=["energy_price_usd_per_mwh", "price_source", "price_kind"], errors="ignore")
    candidates = pd.read_csv(folder / "sites" / "candidate_sites.csv")
    all_in = industrial_prices(pd.read_csv(folder / "tech" / "grid_tariffs.csv"), candidates)
    found = [korea(folder), *japan(folder), *united_states(folder, sites, all_in)]
    zones = pd.DataFrame([row for row, _, _ in found])
    hourly = {row["zone"]: (index, kg) for row, index, kg in found}
    zones["carbon_kg_per_mwh"] = [hourly[z][1].mean().round(1) for z in zones["zone"]]
    zones["carbon_base_year"] = zones["country"].map(carbon.BASE_YEAR)
    money = ["energy_price_usd_per_mwh", "capacity_charge_usd_per_kw_year"]
    zones[money] = zones[money].round(3)
    zones["peak_demand_mw"] = zones["peak_demand_mw"].round(0)

    zone = zones.set_index("zone").loc[sites["zone"]]
    us, own = sites["country"].eq("US").to_numpy(), all_in.loc[sites["site"]]
    level = np.where(us, own["usd_per_mwh"] - US_NETWORK_USD_PER_MWH, zone["energy_price_usd_per_mwh"])
    sites["energy_price_usd_per_mwh"] = level.round(3)
    sites["price_source"] = np.where(us, own["source"] + ", less the network part", zone["price_source"])
    sites["price_kind"] = np.where(us, own["kind"], zone["price_kind"])
    write_csv(sites, "sites.csv")
    write_csv(zones, "zones.csv")
    write_parquet(
        pd.DataFrame({z: i for z, (i, _) in hourly.items()}).round(4).astype("float32"), "price_index.parquet"
    )
    write_parquet(
        pd.DataFrame({z: c for z, (_, c) in hourly.items()}).round(0).astype("float32"), "carbon_hourly.parquet"
    )
    write_csv(carbon.path(), "carbon_path.csv")
    write_csv(zone_headroom(zones), "zone_headroom.csv")


if __name__ == "__main__":
    main()
