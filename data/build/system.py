"""Build data/system: zones, their fleets, load, profiles, storage, links, additions and fuel prices.

Run: python data/build/system.py SOURCE_FOLDER (before system_measured.py)
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shared import ASSUMED, DATA, source_folder, write_csv, write_parquet

SHIPPED = ("A", "A-", "own")  # licence classes that may be passed on
BASE_YEAR = 2024
# Part of a plant's year in planned maintenance (NREL ReEDS, outage_scheduled_static); the rest of 1 - availability is forced.
SCHEDULED = {"coal": 0.12, "gas_cc": 0.10, "gas_ct": 0.07, "gas_ic": 0.07, "gas_st": 0.13, "oil": 0.13, "petcoke": 0.12}
SCHEDULED |= {"nuclear": 0.06, "geo": 0.024, "bio": 0.076, "other": 0.10}
PROFILE = {"wind": "wind", "wind_off": "wind", "solar": "solar", "hydro_ror": "hydro", "hydro_dispatchable": "hydro"}
PROFILE |= {"nuclear": "nuclear", "must_take": "must_take"}  # measured hours, in Japan only
FIRM = ("planned", "construction", "pre-construction", "policy", "restart")
MARKET = {"US-PJM": "PJM", "US-MIS": "MISO", "KR-": "Korea"}  # zones that share a price; every other zone is its own
JP_FULL_YEAR = 0.84  # reactors that ran all of FY2024, for those that restarted during it
# Highest yearly share of coal's MW, EIA-930 of 2022 (a year of dear gas), where the area is known; 0.60 elsewhere.
COAL_SHARE = {"US-PJM": 0.48, "US-MIS": 0.56, "US-ERC": 0.61, "US-SOU": 0.51}
# Between Tohoku and Tokyo flowed up to 5.5 GW (area TSOs, FY2024), which is OCCTO's reference, not the 5,150 MW of the list.
JP_LIMITS = {("JP-TH", "JP-TK"): 5550.0}
KR_COAL_TWH = 167.2
KR_NUCLEAR_TWH = 188.8  # output of 2024; the list also holds reactors that stood still
SURVIVORS = ["mw_2024", "mw_2030", "mw_2035", "mw_2040", "mw_2045"]


def read(folder: Path, name: str) -> pd.DataFrame:
    """A table of the source, without rows that may not be passed on; our words for licence and kind."""
    table = pd.read_csv(folder / "system" / f"{name}.csv")
    table = table[table["licence"].str.split("[:, ]").str[0].isin(SHIPPED)].copy()
    table["licence"] = table["licence"].str.replace(r"^own(, derived)?$", "own planning assumption", regex=True)
    kind = "figure_kind" if "figure_kind" in table else "kind"
    said = table[kind].astype(str)
    table["source"] = table["source"] + np.where(said.str.contains(";"), "; " + said.str.partition("; ")[2], "")
    table["source"] = table["source"].replace("planning assumption", ASSUMED)
    table["figure_kind"] = said.str.split("[;, ]").str[0]
    return table


def zones(folder: Path) -> pd.DataFrame:
    """What a zone is, which hours its series hold, which of the planner's zones and sites lie in it."""
    table = read(folder, "zones").rename(columns={"co2_price_usd_2023_per_t_2024": "co2_price_usd_per_t"})
    code = table["zone"].str[:6].map(MARKET).fillna(table["zone"].str[:3].map(MARKET))
    table["market"] = code.fillna(table["zone"])
    table["kind"] = table["figure_kind"]
    keep = "zone country name market role utc_offset_h load_year first_weekday planner_zones sites members gas_division"
    keep += " co2_price_usd_per_t reserve_margin source licence kind"
    return table[keep.split()]


def fleet(folder: Path) -> pd.DataFrame:
    """Standing plants by zone, plant and heat-rate band: what is left of them later, what they cost and may do."""
    table = read(folder, "fleet").rename(columns={"bucket": "plant", "heat_rate_mmbtu_mwh": "heat_rate_mmbtu_per_mwh"})
    table = table.rename(columns={"vom_usd_mwh": "variable_om_usd_per_mwh", "min_share": "least_share"})
    table = table.rename(columns={"cf_max_year": "most_yearly_share", "co2_kg_mwh": "co2_kg_per_mwh"})
    table = table[(table["mw_2024"] > 0) | (table["plant"] == "nuclear")]
    japan, reactor = table["zone"].str.startswith("JP"), table["plant"].eq("nuclear")
    short = japan & reactor & table["availability"].lt(0.5)
    table.loc[short, ["availability", "most_yearly_share"]] = JP_FULL_YEAR
    table.loc[short, "source"] += f"; availability of the reactors that ran all year, {JP_FULL_YEAR}"
    coal = table["zone"].str[:6].map(COAL_SHARE).where(table["plant"].eq("coal"))
    table["most_yearly_share"] = coal.fillna(table["most_yearly_share"])
    table["source"] += np.where(coal.notna(), "; largest yearly share: EIA-930 of 2022", "")
    table = table.merge(_measured_share(folder, table), on=["zone", "plant"], how="left")
    table["most_yearly_share"] = table.pop("measured_share").fillna(table["most_yearly_share"])
    japan, reactor = table["zone"].str.startswith("JP"), table["plant"].eq("nuclear")
    korean = table["zone"].str.startswith("KR") & reactor
    table.loc[korean, ["availability", "most_yearly_share"]] = (
        KR_NUCLEAR_TWH * 1e6 / (table.loc[korean, "mw_2024"].sum() * 8784)
    )
    table.loc[korean, "source"] += f"; availability: {KR_NUCLEAR_TWH} TWh of 2024 (MOTIE) over the listed MW"
    measured = japan | ~table["plant"].isin(["nuclear", "must_take"])
    korean_river = table["zone"].str.startswith("KR") & table["plant"].eq("hydro_ror")
    table["profile"] = table["plant"].map(PROFILE).where(measured & ~korean_river)
    table["scheduled_outage"] = table["plant"].map(SCHEDULED).fillna(0.0).mask(japan & reactor, 0.0)
    shares = ["availability", "most_yearly_share"]
    table[shares] = table[shares].astype(float).round(4)
    table["fuel"] = table["fuel"].where(table["heat_rate_mmbtu_per_mwh"] > 0)
    table["kind"] = table["figure_kind"]
    keep = ["zone", "plant", "band", *SURVIVORS, "fuel", "heat_rate_mmbtu_per_mwh", "variable_om_usd_per_mwh"]
    keep += [
        "availability",
        "scheduled_outage",
        "most_yearly_share",
        "least_share",
        "profile",
        "co2_kg_per_mwh",
        "units",
    ]
    return table[[*keep, "source", "licence", "kind"]]


def _measured_share(folder: Path, fleet: pd.DataFrame) -> pd.DataFrame:
    """Coal of Japan and Korea may give what it gave: energy of FY2024 (area TSOs) and 2024 (MOTIE) over the listed MW."""
    supply = pd.read_parquet(folder / "hourly" / "jp_area_hourly_supply_demand_2024-04_2025-09.parquet")
    twh = supply[supply["ts"] < "2025-04-01"].groupby("zone")["coal"].sum() / 1e6
    coal = fleet[fleet["plant"] == "coal"].groupby("zone")["mw_2024"].sum()
    korea = coal[coal.index.str.startswith("KR")]
    share = (twh / coal * 1e6 / 8760).dropna()
    share = pd.concat([share, korea * 0 + KR_COAL_TWH * 1e6 / (korea.sum() * 8784)])
    return pd.DataFrame({"zone": share.index, "plant": "coal", "measured_share": share.to_numpy()})


def additions(folder: Path, fleet: pd.DataFrame) -> pd.DataFrame:
    """Dated builds. A new plant is like the best band of its kind in the zone, else in the country; it retires later."""
    table = read(folder, "additions").rename(columns={"bucket": "plant"})
    table = table[table["mw"] > 0].copy()
    table["firm"] = table["status"].str.startswith(FIRM)
    table["status"] = table["status"].str.split(r"[, ]").str[0]
    table["kind"] = table["figure_kind"]
    named = table["source"].str.extract(r"^(?P<source>.*unit coordinates)(?:: (?P<name>[^;]*))?(?P<rest>;.*)?$")
    table["name"] = named["name"].fillna("")
    table["source"] = (named["source"] + named["rest"].fillna("")).fillna(table["source"])
    # Bunched by year: a build of 3 MW needs no row of its own.
    small = table["source"].str.contains("EIA-860M|860M")
    names = ["zone", "year", "plant", "name", "status", "firm", "source", "licence", "kind"]
    bunched = table[small].groupby(names, sort=False, as_index=False)["mw"].sum()
    table = pd.concat([table[~small], bunched])
    figures = ["fuel", "heat_rate_mmbtu_per_mwh", "variable_om_usd_per_mwh", "availability", "scheduled_outage"]
    figures += ["most_yearly_share", "profile", "co2_kg_per_mwh"]
    best = fleet.sort_values(["heat_rate_mmbtu_per_mwh", "mw_2024"], ascending=[True, False], kind="stable")
    like = {k: rows.iloc[0] for k, rows in best.groupby(["zone", "plant"])}
    like |= {k: rows.iloc[0] for k, rows in best.groupby([best["zone"].str[:2], "plant"])}
    found = [like.get((z, p), like.get((z[:2], p))) for z, p in zip(table["zone"], table["plant"], strict=True)]
    for figure in figures:
        table[figure] = [None if row is None else row[figure] for row in found]
    table["availability"] = table["availability"].fillna(1.0)
    table["most_yearly_share"] = table["most_yearly_share"].fillna(1.0)
    for figure in ("heat_rate_mmbtu_per_mwh", "variable_om_usd_per_mwh", "scheduled_outage", "co2_kg_per_mwh"):
        table[figure] = table[figure].astype(float).fillna(0.0)
    nuclear = table["plant"].eq("nuclear") & table["profile"].notna()
    table["profile"] = table["profile"].mask(nuclear)
    keep = ["zone", "year", "plant", "name", "mw", "firm", "status", *figures, "source", "licence", "kind"]
    return table[keep].sort_values(["zone", "year", "plant"], kind="stable")


def storage(folder: Path) -> pd.DataFrame:
    """Pumped hydro and batteries."""
    table = read(folder, "storage").rename(columns={"mw_discharge": "discharge_mw", "mw_charge": "charge_mw"})
    table = table.rename(columns={"kind": "plant", "mwh": "energy_mwh", "mw_2035": "discharge_mw_2035"})
    table = table.rename(columns={"figure_kind": "kind"}).replace({"plant": {"pumped": "pumped_hydro"}})
    keep = ["zone", "plant", "discharge_mw", "charge_mw", "energy_mwh", "round_trip_efficiency", "discharge_mw_2035"]
    return table.loc[table["discharge_mw"] > 0, [*keep, "source", "licence", "kind"]]


def links(folder: Path) -> pd.DataFrame:
    """Limits between zones both ways."""
    table = read(folder, "links").rename(columns={"mw_forward": "forward_mw", "mw_reverse": "reverse_mw"})
    table = table.rename(columns={f"hurdle_{w}_usd_mwh": f"hurdle_{w}_usd_per_mwh" for w in ("forward", "reverse")})
    table["kind"] = table["figure_kind"]
    for (one, other), mw in JP_LIMITS.items():
        here = table["from_zone"].eq(one) & table["to_zone"].eq(other) & table["first_year"].eq(BASE_YEAR)
        table.loc[here, ["forward_mw", "reverse_mw"]] = mw
        table.loc[here, "source"] = "OCCTO, reference limit; hours of the area TSOs of FY2024 reach it"
    keep = ["from_zone", "to_zone", "forward_mw", "reverse_mw", "first_year"]
    keep += ["hurdle_forward_usd_per_mwh", "hurdle_reverse_usd_per_mwh", "source", "licence", "kind"]
    return table[keep]


def load_growth(folder: Path) -> pd.DataFrame:
    """Energy relative to the base year."""
    names = {"index_without_new_data_centres": "without_new_data_centers", "index_total": "with_new_data_centers"}
    table = read(folder, "load_growth").rename(columns=names)
    return table[["zone", "year", *names.values(), "source", "licence", "kind"]]


def fuel_prices(folder: Path) -> pd.DataFrame:
    """Delivered fuel by zone and year; Korea's and Japan's LNG moves with the spot price of the planner's own table."""
    table = read(folder, "fuel_prices").rename(columns={"usd_2023_per_mmbtu": "usd_per_mmbtu"})
    spot = pd.read_csv(DATA / "fuel_prices.csv")
    spot = spot[(spot["item"] == "jkm") & (spot["region"] == "JP")].set_index("year")["value"].sort_index()
    later = []
    for year, value in spot[spot.index > BASE_YEAR].items():
        moved = table[(table["fuel"] == "lng") & (table["year"] == BASE_YEAR)].copy()
        moved["usd_per_mmbtu"] = (moved["usd_per_mmbtu"] * value / spot[BASE_YEAR]).round(3)
        source = f"price of {BASE_YEAR}, moved with jkm of fuel_prices.csv"
        later.append(moved.assign(year=year, source=source, licence="own planning assumption", figure_kind="modelled"))
    table = pd.concat([table, *later], ignore_index=True)
    table["kind"] = table["figure_kind"]
    return table[["zone", "fuel", "year", "usd_per_mmbtu", "source", "licence", "kind"]]


def main() -> None:
    folder = source_folder()
    plants = fleet(folder)
    for name, table in {
        "zones": zones(folder),
        "fleet": plants,
        "additions": additions(folder, plants),
        "storage": storage(folder),
        "links": links(folder),
        "load_growth": load_growth(folder),
        "fuel_prices": fuel_prices(folder),
    }.items():
        write_csv(table, f"system/{name}.csv")
    load = pd.read_parquet(folder / "system" / "load_hourly.parquet").round(0).astype("int32")
    write_parquet(load, "system/load_hourly.parquet")
    profiles = pd.read_parquet(folder / "system" / "profiles_hourly.parquet").round(3).astype("float32")
    write_parquet(profiles, "system/profiles_hourly.parquet")


if __name__ == "__main__":
    main()
