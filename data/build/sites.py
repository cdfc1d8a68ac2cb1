"""Build sites.csv and headroom.csv. Run: python data/build/sites.py SOURCE_FOLDER (after fuel.py).

The rules of the assumed columns (land, SMR permission, connection tiers) stand in site_rules.py.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from fuel import kilometres
from shared import ASSUMED, COUNTRY, DATA, source_folder, to_2023, write_csv
from site_rules import (
    CAPEX_REGION,
    CAPITAL_AREA,
    DENSE,
    DIVISION,
    FIRST_PHASE,
    INZAI_USD_PER_KW,
    JAPANESE,
    JP_METRO,
    KOREAN,
    LAND_MW,
    LAND_PRESS,
    NO_SMR,
    STATE,
    TIERS,
    US_AREA_MW,
    US_AREA_SOURCE,
    WAIT_YEARS,
)


def land_limit(site: str, kind: str, country: str) -> tuple[float, str, str]:
    """IT power that fits, MW, its source and kind: press figures, what a US area stands for, else a rule by kind of site."""
    mw, source = LAND_PRESS.get(site, (0, ""))
    if country == "US" and site not in DENSE and mw < US_AREA_MW:
        return US_AREA_MW, US_AREA_SOURCE, "modelled"
    if mw:
        return mw, source, "published"
    return (200 if site in DENSE else LAND_MW[kind]), f"{ASSUMED}; by kind of site", "assumed"


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
    land = [land_limit(*row) for row in zip(out["site"], out["kind"], out["country"], strict=True)]
    out["land_limit_mw"], out["land_source"], out["land_kind"] = zip(*land, strict=True)
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
    return next(WAIT_YEARS[key] for key in (site, admin1, metro, zone, country) if key in WAIT_YEARS)


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
