"""Build sites.csv and headroom.csv. Run: python data/build/sites.py SOURCE_FOLDER (after fuel.py).

The rules of the assumed columns (land, SMR permission, connection tiers) are the constants below and are repeated in data/README.md.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from fuel import kilometres
from shared import ASSUMED, COUNTRY, DATA, local_to_usd2023, source_folder, to_2023, write_csv

DIVISION = {
    "VA": "South_Atlantic", "GA": "South_Atlantic", "NC": "South_Atlantic", "OH": "East_North_Central", "IL": "East_North_Central",
    "IN": "East_North_Central", "PA": "Mid_Atlantic", "TX": "West_South_Central", "LA": "West_South_Central",
    "TN": "East_South_Central", "AZ": "Mountain", "NV": "Mountain", "UT": "Mountain", "WY": "Mountain", "CA": "Pacific",
    "WA": "Pacific", "OR": "Pacific", "IA": "West_North_Central", "ND": "West_North_Central", "MO": "West_North_Central",
}  # fmt: skip
CAPEX_REGION = {
    "VA": "PJMD", "GA": "SRSE", "NC": "SRCA", "OH": "PJMW", "IL": "PJMC", "IN": "MISC", "PA": "PJME", "TX": "TRE", "LA": "MISS",
    "TN": "SRCE", "AZ": "SRSG", "NV": "BASN", "UT": "BASN", "WY": "RMRG", "CA": "CASO", "WA": "NWPP", "OR": "NWPP", "IA": "MISW",
    "ND": "MISW", "MO": "SPPN", "US-AMARILLO": "SPPS", "US-HOMERCITY": "PJMW",
}  # fmt: skip
STATE = {
    "VA": "Virginia", "OH": "Ohio", "IL": "Illinois", "PA": "Pennsylvania", "TX": "Texas", "LA": "Louisiana", "TN": "Tennessee",
    "GA": "Georgia", "NC": "North Carolina", "AZ": "Arizona", "NV": "Nevada", "CA": "California", "IA": "Iowa", "WA": "Washington",
    "OR": "Oregon", "WY": "Wyoming", "UT": "Utah", "ND": "North Dakota", "IN": "Indiana", "MO": "Missouri",
}  # fmt: skip
CAPITAL_AREA = {"Seoul", "Incheon", "Gyeonggi"}
# No new reactor: the three metropolitan areas, and states whose law stands against one (general knowledge; verify).
NO_SMR = {
    *CAPITAL_AREA, "Tokyo", "Kanagawa", "Saitama", "Chiba", "Osaka", "Kyoto", "Hyogo", "Nara",
    "CA", "OR", "MN", "MA", "NJ", "NY", "CT", "HI", "ME", "RI", "VT",
}  # fmt: skip
LAND_MW = {"existing hub": 500, "under construction": 1000, "planned AI campus": 2000, "candidate": 1000}
DENSE = {"KR-ANYANG", "JP-TOKYO", "US-SANTACLARA"}  # inner-city hubs: 200 MW
LAND_PRESS = {
    "KR-HAENAM": (3000, "press: up to 3 GW proposals"),
    "KR-ULSAN": (1000, "press: SK-AWS 1 GW option"),
    "KR-JANGSEONG": (500, "press: 500 MW memorandum, 2026-01"),
    "JP-NANTO": (3100, "Reuters 2025-12-19"),
    "JP-TOMAKOMAI": (1000, "cloudnews.tech: up to 1 GW"),
    "JP-ITOSHIMA": (300, "di-lab 2025-03"),
    "JP-KITAKYUSHU": (120, "di-lab 2025-03"),
    "US-ABILENE": (1600, "Barclays note via aigazine: 1.2-1.6 GW"),
    "US-RICHLAND": (5000, "Fast Company 2025-07: to 5 GW"),
    "US-MEMPHIS": (1400, "Barclays note"),
}
WAIT_YEARS = {  # site, state or area -> (years from 2026, kind, source)
    "JP-INZAI": (7.0, "assumed", f"{ASSUMED} (5-10 years)"),
    "US-ASHBURN": (7.0, "published", "computeforecast.com long read: Northern Virginia"),
    "US-COLUMBUS": (7.0, "published", "PowerGen 2026 newsletter: 84 months, AEP Ohio"),
    "US-SANTACLARA": (6.0, "published", "PowerGen 2026 newsletter: 72 months, Silicon Valley"),
    "PA": (3.0, "published", "PowerGen 2026 newsletter: 36 months at best, Pittsburgh"),
    "TX": (3.5, "assumed", f"{ASSUMED} (2-6 years)"),
    "US-MIDA-PJM": (5.0, "assumed", f"{ASSUMED}; between Pittsburgh and Northern Virginia"),
    "US": (4.0, "assumed", f"{ASSUMED}; between Texas and PJM"),
    "KR-metro": (6.0, "assumed", f"{ASSUMED} (4-10 years)"),
    "KR": (3.0, "assumed", f"{ASSUMED} (2-5 years)"),
    "JP-metro": (6.0, "assumed", f"{ASSUMED}; just below Inzai"),
    "JP": (4.0, "assumed", f"{ASSUMED}; away from the three metropolitan areas"),
}
JP_METRO = {"Tokyo", "Chiba", "Osaka", "Kyoto", "Aichi"}
FIRST_PHASE = {  # announced phases: MW and year, in place of the rule's first tier
    "KR-ULSAN": (103, 2029, "JoongAng 2025-06-20"),
    "KR-HAENAM": (40, 2029, "press: national AI computing centre"),
    "JP-NANTO": (400, 2028, "Reuters 2025-12-19"),
    "JP-TOMAKOMAI": (50, 2026, "cloudnews.tech"),
    "JP-ITOSHIMA": (300, 2029, "di-lab 2025-03"),
    "JP-KITAKYUSHU": (120, 2028, "di-lab 2025-03"),
}
# Tiers: share of the land limit, years after the first connection, reinforcement in USD of 2025 per kW. The third is the
# Inzai programme: JPY 220 bn for 1.1 -> 2.3 GW = 1,222 USD/kW (Yomiuri 2025-07-31); the others are assumed fractions of it.
TIERS = [(0.15, 0, 1 / 12), (0.35, 2, 1 / 3), (0.50, 5, 1.0)]
INZAI_USD_PER_KW = local_to_usd2023(220e9, "JPY", 2025) / (1.2e6)
KOREAN = {
    "HAENAM": "해남 솔라시도", "ULSAN": "울산 미포산업단지", "PYEONGTAEK": "평택 포승·고덕", "YONGIN": "용인 반도체 클러스터",
    "INCHEON": "인천 송도·청라", "ANYANG": "안양 평촌", "PAJU": "파주", "GANGNEUNG": "강릉", "SAMCHEOK": "삼척", "CHUNCHEON": "춘천",
    "SEJONG": "세종", "BORYEONG": "보령", "DANGJIN": "당진", "POHANG": "포항", "GYEONGJU": "경주", "ULJIN": "울진",
    "YEONGGWANG": "영광", "GUMI": "구미", "JANGSEONG": "장성", "GWANGYANG": "광양", "SAEMANGEUM": "새만금(군산)", "BUSAN": "부산 강서",
}  # fmt: skip
JAPANESE = {
    "INZAI": "印西・白井", "TOKYO": "東京(江東・大手町)", "FUTTSU": "富津・袖ケ浦", "TOKAI": "東海・ひたちなか", "KASHIWAZAKI": "柏崎",
    "NIIGATA": "新潟東港", "SOMA": "相馬・南相馬", "MUTSU": "むつ小川原", "ISHIKARI": "石狩", "TOMAKOMAI": "苫小牧東",
    "OSAKA": "大阪(茨木・箕面)", "KEIHANNA": "けいはんな学研都市", "SAKAI": "堺", "TSURUGA": "敦賀・若狭", "NANTO": "南砺",
    "CHITA": "知多・名古屋", "HIMEJI": "姫路", "MIHARA": "三原", "SHIMANE": "松江", "KITAKYUSHU": "北九州(響灘・若松)",
    "ITOSHIMA": "糸島", "SATSUMA": "薩摩川内", "SAKAIDE": "坂出",
}  # fmt: skip


def sites(raw: pd.DataFrame, stations: pd.DataFrame, normals: pd.DataFrame, terminals: pd.DataFrame) -> pd.DataFrame:
    """The site table, without prices (grid.py adds them)."""
    out = pd.DataFrame(
        {"site": raw["site_id"], "name": raw["name"], "country": raw["iso3"].map(COUNTRY), "admin1": raw["admin1"]}
    )
    local = {"KR": KOREAN, "JP": JAPANESE}
    out["name_local"] = [local.get(s[:2], {}).get(s[3:], "") for s in out["site"]]
    out["zone"], out["lat"], out["lon"], out["kind"] = raw["grid_zone"], raw["lat"], raw["lon"], raw["kind"]
    station = stations.set_index("station")
    out["utc_offset_h"] = [int(station.loc[s, "utc_offset"]) for s in raw["weather_station"]]
    out["evidence"] = raw["evidence"]
    general = (out["country"] == "US") & ~out["site"].isin(LAND_PRESS)
    out["evidence_status"] = np.where(general, "general knowledge", "press or own compilation")
    us = out["country"] == "US"
    out["gas_access"] = np.where(us, "pipeline", "lng")
    out["gas_division"] = [DIVISION[a] if c == "US" else "" for a, c in zip(out["admin1"], out["country"], strict=True)]
    nearest = [
        ("", np.nan) if c == "US" else _nearest(terminals, c, la, lo)
        for c, la, lo in zip(out["country"], out["lat"], out["lon"], strict=True)
    ]
    out["lng_terminal"], out["lng_km"] = [n for n, _ in nearest], [k for _, k in nearest]
    out["nearest_nuclear"], out["nuclear_km"] = raw["nearest_nuclear"], raw["nuclear_km"]
    out["nuclear_operating_mw"] = raw["nuclear_operating_mw"]
    for fuel in ("gas", "coal", "nuclear"):
        out[f"{fuel}_mw_50km"] = raw[f"{fuel}_mw_50km"]
    out["smr_allowed"] = ~out["admin1"].isin(NO_SMR)
    out["capital_area"] = out["admin1"].isin(CAPITAL_AREA)
    out["water_stress"] = raw["water_stress_class"].fillna("unknown").str.replace(" ", "-")
    out["water_source"] = raw["water_stress_source"].where(us, "no open sub-national table found")
    land = [
        LAND_PRESS.get(s, (200 if s in DENSE else LAND_MW[k], f"{ASSUMED}; by kind of site"))
        for s, k in zip(out["site"], out["kind"], strict=True)
    ]
    out["land_limit_mw"], out["land_source"] = [mw for mw, _ in land], [s for _, s in land]
    out["land_kind"] = np.where(out["site"].isin(LAND_PRESS), "published", "assumed")
    out["water_kind"] = np.where(us, "published", "assumed")
    out["capex_region"] = [
        CAPEX_REGION.get(s, CAPEX_REGION.get(a, c))
        for s, a, c in zip(out["site"], out["admin1"], out["country"], strict=True)
    ]
    out["weather_station"], out["weather_km"] = raw["weather_station"], raw["weather_km"]
    out["normals_station"], out["normals_km"] = raw["normals_station"], raw["normals_km"]
    height = normals.drop_duplicates("station").set_index("station")["elev_m"]
    out["elevation_m"] = [float(height[s]) for s in raw["normals_station"]]
    for source in ("solar", "wind"):
        pair = raw[[f"{source}_cf_era5", f"{source}_cf_merra2"]]
        out[f"{source}_cf_mean"] = pair.mean(axis=1).round(4)
        out[f"{source}_cf_low"], out[f"{source}_cf_high"] = pair.min(axis=1), pair.max(axis=1)
    out["reserve_margin_nerc2026"] = raw["reserve_margin_nerc2026"]
    return out


def _nearest(terminals: pd.DataFrame, country: str, lat: float, lon: float) -> tuple[str, float]:
    """The nearest import terminal of a country and its distance."""
    here = terminals[terminals["country"].eq(country) & terminals["kind"].eq("import")]
    km = kilometres(lat, lon, here["lat"].to_numpy(), here["lon"].to_numpy())
    return str(here["terminal"].iloc[int(km.argmin())]), round(float(km.min()), 1)


def wait(site: str, country: str, admin1: str, zone: str) -> tuple[float, str, str]:
    """Years from 2026 until a new large load is connected, with kind and source."""
    metro = f"{country}-metro" if admin1 in (CAPITAL_AREA | JP_METRO) else ""
    return next(WAIT_YEARS[key] for key in (site, admin1, zone, metro, country) if key in WAIT_YEARS)


def headroom(table: pd.DataFrame) -> pd.DataFrame:
    """Three connection tiers per site, rising in cost and coming later."""
    rows = []
    for s in table.itertuples(index=False):
        years, kind, source = wait(s.site, s.country, s.admin1, s.zone)
        first = 2026 + math.ceil(years)
        sizes = [share * s.land_limit_mw for share, _, _ in TIERS]
        if s.site in FIRST_PHASE:
            mw = FIRST_PHASE[s.site][0]
            rest = (s.land_limit_mw - mw) / (sizes[1] + sizes[2])
            sizes = [mw, sizes[1] * rest, sizes[2] * rest]
        for tier, ((_, delay, part), mw) in enumerate(zip(TIERS, sizes, strict=True), start=1):
            if mw <= 0:
                continue
            phase = tier == 1 and s.site in FIRST_PHASE
            press = FIRST_PHASE[s.site][2] if phase else ""
            rows.append(
                {
                    "site": s.site,
                    "tier": tier,
                    "mw": round(mw, 1),
                    "first_year": FIRST_PHASE[s.site][1] if phase else first + delay,
                    "reinforcement_usd_per_kw": round(part * INZAI_USD_PER_KW, 0),
                    "source": press if phase else f"connection wait ({kind}): {source}; size and cost: {ASSUMED}",
                    "licence": "A-: cited facts" if phase or kind == "published" else "own planning assumption",
                    "kind": "published" if phase else "assumed",
                }
            )
    return pd.DataFrame(rows)


def industrial_prices(folder_table: pd.DataFrame, raw: pd.DataFrame) -> pd.DataFrame:
    """All-in US industrial price per site in USD of 2023 per MWh: EIA 2023 where printed, else the 2024 estimate."""
    eia = folder_table[folder_table["item"].str.startswith("industrial average") & folder_table["region"].eq("US")]
    by_state = {row.item.removeprefix("industrial average "): 10.0 * row.value for row in eia.itertuples()}
    rows = []
    for site, state, estimate in raw[["site_id", "admin1", "us_industrial_usd_mwh_2024_est"]].itertuples(index=False):
        printed = by_state.get(STATE.get(state, ""))
        source = "EIA Electric Power Annual 2023, state industrial average"
        if printed is None:
            printed = estimate * to_2023(2024)
            source = "EIA-861 state industrial average 2020 x 1.207 (median 2024/2020 ratio of 12 south-eastern states)"
        rows.append(
            {
                "site": site,
                "usd_per_mwh": printed,
                "source": source,
                "kind": "modelled" if "x 1.207" in source else "measured",
            }
        )
    return pd.DataFrame(rows).set_index("site")


def main() -> None:
    folder = source_folder()
    raw = pd.read_csv(folder / "sites" / "candidate_sites.csv")
    stations = pd.read_csv(folder / "hourly" / "weather_stations.csv")
    normals = pd.read_csv(folder / "hourly" / "weather_monthly_normals.csv")
    table = sites(raw, stations, normals, pd.read_csv(DATA / "lng_terminals.csv"))
    write_csv(table, "sites.csv")
    write_csv(headroom(table), "headroom.csv")


if __name__ == "__main__":
    main()
