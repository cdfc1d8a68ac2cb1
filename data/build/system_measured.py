"""Build data/system/past.csv and measured.csv: what past years differed in, and the facts that a dispatch is held against.

Run: python data/build/system_measured.py SOURCE_FOLDER (after system.py)
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from shared import local_to_usd2023, source_folder, to_2023, write_csv

EIA_930 = "EIA-930 hours of 2022, sum"
EIA_GENERAL = "EIA net generation, from general knowledge; verify"
RUGGLES = "EIA-930 cleaned, T. Ruggles and D. Farnham, release of January 2025: energy of the zone's areas in {0} over that of 2024"
CANADA = "share of supply from Canada: EIA, Today in Energy, September 2025 (as reported 2025-09-30): {0:.0%} {1}"
LGEE_COAL_MW = 5000.0  # LG&E and KU, outside PJM but in our PJM West; general knowledge
CLOSED = "MW of 2022: energy of EIA-930 over its share of MW, 0.48, and 5.0 GW of LG&E/KU (general knowledge); some closed since"
MOTIE = "MOTIE, energy supply and demand 2024 (Yonhap, Newsis 2025-05-11)"
TSO = "hourly supply and demand of the area TSOs, FY2024 (statutory disclosure), sum"
LOAD_2022 = {  # energy of 2022 over 2024
    "US-CAL": 1.0097, "US-CAR": 1.0001, "US-ERC": 0.9272, "US-FLA": 0.9631, "US-MISN": 1.0238, "US-MISS": 0.9930,
    "US-NE": 1.0207, "US-NV": 0.9618, "US-NW": 0.9981, "US-NY": 1.0117, "US-PJMD": 0.9219, "US-PJME": 1.0167,
    "US-PJMW": 0.9986, "US-RMP": 0.9129, "US-SOU": 1.0071, "US-SPP": 0.9772, "US-SW": 0.9319, "US-TVA": 1.0024,
    "US-UT": 0.9596,
}  # fmt: skip
US_2022 = {"gas": 1687.0, "coal": 832.0, "nuclear": 772.0, "wind": 434.0, "solar": 144.0}
US_2024 = {"gas": 1865.0, "coal": 653.0, "nuclear": 782.0, "wind": 453.0}
FROM_CANADA = {("US-NY", 2022): 0.11, ("US-NY", 2024): 0.03, ("US-NE", 2022): 0.14, ("US-NE", 2024): 0.05}
KR_TWH = {"nuclear": 188.8, "gas": 167.2, "coal": 167.2, "renewable": 63.2}
KR_TOTAL_TWH, KR_MAINLAND, KR_CAPITAL = 595.6, 0.99, 0.42
AREAS = {  # EIA-930 area: our area, its zones, fuels worth comparing
    "US-PJM": ("PJM", "US-PJMD US-PJME US-PJMW", ("gas", "coal", "nuclear")),
    "US-MISO": ("MISO", "US-MISN US-MISS", ("gas", "coal", "nuclear", "wind")),
    "US-ERCO": ("ERCOT", "US-ERC", ("gas", "coal", "nuclear", "wind")),
    "US-SOCO": ("Southern", "US-SOU", ("gas", "coal", "nuclear")),
    "US-NYIS": ("New York", "US-NY", ("gas", "nuclear")),
}
COLUMN = {"gas": "NG", "coal": "COL", "nuclear": "NUC", "wind": "WND"}
ISO = {"US-MIDA-PJM": "PJM", "US-TEX-ERCO": "ERCOT", "US-CAL-CISO": "California", "US-NY-NYIS": "New York"}
ISO_ZONES = {"PJM": "US-PJMD US-PJME US-PJMW", "ERCOT": "US-ERC", "California": "US-CAL", "New York": "US-NY"}
JP_KG = {"coal": 864.0, "lng": 430.0, "oil": 695.0, "thermal_other": 600.0}  # kg/MWh, as in carbon.py
JP_SUPPLY = [
    "nuclear",
    "lng",
    "coal",
    "oil",
    "thermal_other",
    "hydro",
    "geothermal",
    "biomass",
    "solar",
    "wind",
    "other",
]
GOAL = {"US": 0.08, "ERCOT": 0.08, "Korea": 0.04}
QUANTILES = {"p05": 0.05, "median": 0.5, "p95": 0.95, "p99": 0.99}
PUBLIC, STATUTORY, OWN = "A: public domain (US government)", "A-: statutory disclosure", "A-: cited facts"


def past(folder: Path) -> pd.DataFrame:
    """Load, wind, sun and reactors of 2022 over 2024, and supply that no fleet holds (`other_supply_twh`), by zone."""
    mix = pd.read_parquet(folder / "hourly" / "us_ba_hourly_generation_mix_2022.parquet")
    twh = mix.groupby("zone").sum(numeric_only=True) / 1e6
    now = _base_twh()
    texas = {"wind": float(twh.at["US-ERCO", "WND"]), "solar": float(twh.at["US-ERCO", "SUN"])}
    rows = []
    for zone, share in LOAD_2022.items():
        rows.append((zone, 2022, "load_share", share, "1", RUGGLES.format(2022), "A: CC BY 4.0", "measured"))
        for kind in ("wind", "solar"):
            of = now[now.index.str.startswith("US")][kind]
            rest = (US_2022[kind] - texas[kind]) / (of.sum() - of["US-ERC"])
            value = texas[kind] / of["US-ERC"] if zone == "US-ERC" else rest
            source = EIA_930 if zone == "US-ERC" else f"{EIA_GENERAL}: {US_2022[kind]:.0f} TWh less ERCOT's"
            rows.append((zone, 2022, f"{kind}_share", value, "1", source, PUBLIC, "modelled"))
    southern = float(twh.at["US-SOCO", "NUC"]) / now.at["US-SOU", "nuclear"]
    rows.append(
        ("US-SOU", 2022, "nuclear_share", southern, "1", f"{EIA_930}; before Vogtle 3 and 4", PUBLIC, "modelled")
    )
    for zone in ("US-PJMD", "US-PJME", "US-PJMW"):
        rows.append((zone, 2022, "coal_share", _pjm_coal(twh), "1", CLOSED, PUBLIC, "modelled"))
    load = pd.read_parquet(folder / "system" / "load_hourly.parquet").sum() / 1e6
    for (zone, year), share in FROM_CANADA.items():
        energy = load[zone] * (LOAD_2022[zone] if year == 2022 else 1.0)
        source = CANADA.format(share, "in 2016-22" if year == 2022 else f"in {year}")
        rows.append((zone, year, "other_supply_twh", share * energy, "TWh", source, PUBLIC, "modelled"))
    other = (KR_TOTAL_TWH - sum(KR_TWH.values())) * KR_MAINLAND
    source = (
        f"{MOTIE}: 595.6 TWh less nuclear, gas, coal, new and renewable; oil, pumped hydro and other, split by load"
    )
    for zone, share in {"KR-CAP": KR_CAPITAL, "KR-REG": 1 - KR_CAPITAL}.items():
        rows.append((zone, 2024, "other_supply_twh", share * other, "TWh", source, OWN, "modelled"))
    for zone, energy in japan_hours(folder).groupby("zone")["oil"].sum().items():
        source = f"{TSO} of oil, which ran for other reasons than its cost"
        rows.append((zone, 2024, "other_supply_twh", energy / 1e6, "TWh", source, STATUTORY, "measured"))
        kg = ("kg/MWh", f"carbon of oil, as in carbon.py: {JP_KG['oil']:.0f} kg/MWh", STATUTORY, "modelled")
        rows.append((zone, 2024, "other_supply_kg_per_mwh", JP_KG["oil"], *kg))
    table = pd.DataFrame(rows, columns=["zone", "year", "quantity", "value", "unit", "source", "licence", "kind"])
    return table.assign(value=table["value"].round(4))


def _pjm_coal(twh: pd.DataFrame) -> float:
    """Coal plants of PJM in 2022, some of which have closed since and are not in the list, over those of 2024."""
    fleet = pd.read_csv(Path(__file__).resolve().parents[1] / "system" / "fleet.csv")
    coal = fleet[(fleet["plant"] == "coal") & fleet["zone"].str.startswith("US-PJM")]
    then_mw = float(twh.at["US-PJM", "COL"]) * 1e6 / (8760 * float(coal["most_yearly_share"].iloc[0]))
    return (then_mw + LGEE_COAL_MW) / float(coal["mw_2024"].sum())


def _base_twh() -> pd.DataFrame:
    """Energy of wind, sun and reactors of the base year as our tables give it, TWh by zone."""
    base = Path(__file__).resolve().parents[1] / "system"
    fleet = pd.read_csv(base / "fleet.csv")
    mean = pd.read_parquet(base / "profiles_hourly.parquet").mean()
    share = [
        mean.get(f"{z}|{p}", a) for z, p, a in zip(fleet["zone"], fleet["profile"], fleet["availability"], strict=True)
    ]
    energy = fleet.assign(twh=fleet["mw_2024"] * share * 8760 / 1e6, plant=fleet["plant"].replace("wind_off", "wind"))
    return energy.pivot_table(index="zone", columns="plant", values="twh", aggfunc="sum").fillna(0.0)


def japan_hours(folder: Path) -> pd.DataFrame:
    """Hours of supply of FY2024 in the nine areas, MW."""
    supply = pd.read_parquet(folder / "hourly" / "jp_area_hourly_supply_demand_2024-04_2025-09.parquet")
    return supply[(supply["ts"] < "2025-04-01") & (supply["zone"] != "JP-ON")]


def us_mix(folder: Path) -> list[tuple]:
    """Fuel mix and carbon of 2022 by area, totals of 2022 and 2024."""
    mix = pd.read_parquet(folder / "hourly" / "us_ba_hourly_generation_mix_2022.parquet")
    rows = []
    every = "US"
    for year, totals in ((2022, US_2022), (2024, US_2024)):
        for fuel, twh in totals.items():
            goal = GOAL["US"] if year == 2022 and fuel in ("gas", "coal") else None
            if fuel != "solar":
                rows.append(("US", every, year, f"{fuel}_twh", twh, "TWh", goal, EIA_GENERAL, PUBLIC, "published"))
    for code, (area, zones, fuels) in AREAS.items():
        own = mix[mix["zone"] == code]
        for fuel in fuels:
            twh = float(own[COLUMN[fuel]].sum()) / 1e6
            goal = GOAL.get(area) if fuel != "nuclear" else None
            rows.append((area, zones, 2022, f"{fuel}_twh", twh, "TWh", goal, EIA_930, PUBLIC, "measured"))
        output = own[["WND", "SUN", "WAT", "OIL", "NG", "COL", "NUC", "OTH"]].sum(axis=1)
        kg = float((output * own["avg_CI"]).sum() / output.sum())
        source = f"{EIA_930}; average intensity of generation, eGRID factors"
        rows.append((area, zones, 2022, "carbon_kg_per_mwh", kg, "kg/MWh", None, source, PUBLIC, "modelled"))
    return rows


def us_prices(folder: Path) -> list[tuple]:
    """Price of 2024 in four markets; the even days of the year apart, for steps that were fitted on the odd ones."""
    table = pd.read_parquet(folder / "hourly" / "us_iso_prices_2023_2024.parquet")
    table = table[table["ts_utc"].dt.year == 2024]
    rows = []
    for code, area in ISO.items():
        own = table[table["zone"].astype(str) == code].set_index("ts_utc")["price"].astype(float) * to_2023(2024)
        even = own[own.index.dayofyear % 2 == 0]
        for label, hours in (("", own), ("_even_days", even)):
            source = "ISO day-ahead and real-time prices of 2024, public postings" + (
                ", even days of the year" if label else ""
            )
            for name, value in {"mean": hours.mean(), **{n: hours.quantile(q) for n, q in QUANTILES.items()}}.items():
                quantity = f"price_{name}{label}_usd_per_mwh"
                rows.append((area, ISO_ZONES[area], 2024, quantity, value, "USD/MWh", None, source, OWN, "measured"))
    return rows


def korea(folder: Path) -> list[tuple]:
    """Energy by kind and the pool's price of 2024."""
    zones = "KR-CAP KR-REG"
    rows = []
    for fuel in ("gas", "coal", "nuclear"):
        rows.append(("Korea", zones, 2024, f"{fuel}_twh", KR_TWH[fuel], "TWh", GOAL["Korea"], MOTIE, OWN, "published"))
    table = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_levels.csv")
    own = table[(table["zone"] == "KR-mainland") & (table["year"] == 2024)].iloc[0]
    for name, column in {"mean": "mean_per_mwh", "median": "median_per_mwh", "p05": "p05", "p95": "p95"}.items():
        usd = local_to_usd2023(float(own[column]), "KRW", 2024)
        source = "system marginal price of the mainland, 2024 (EPSIS, KPX), statistic of hours"
        rows.append(("Korea", zones, 2024, f"price_{name}_usd_per_mwh", usd, "USD/MWh", None, source, OWN, "measured"))
    return rows


def japan(folder: Path) -> list[tuple]:
    """Energy by kind, net import and carbon of FY2024 by area; price of the fiscal years around it."""
    supply = japan_hours(folder)
    twh = supply.groupby("zone").sum(numeric_only=True) / 1e6
    rows: list[tuple] = []
    areas = " ".join(twh.index)
    for fuel, column, goal in (("gas", "lng", 0.04), ("coal", "coal", None)):
        total = float(twh[column].sum())
        rows.append(("Japan, nine areas", areas, 2024, f"{fuel}_twh", total, "TWh", goal, TSO, STATUTORY, "measured"))
    prices = pd.read_csv(folder / "grid" / "kr_jp_wholesale_price_levels.csv")
    for zone, year in twh.iterrows():
        name = str(zone)
        for fuel, column in (("gas", "lng"), ("coal", "coal")):
            rows.append((name, name, 2024, f"{fuel}_twh", year[column], "TWh", None, TSO, STATUTORY, "measured"))
        rows.append((name, name, 2024, "net_import_twh", year["interconn"], "TWh", 6.0, TSO, STATUTORY, "measured"))
        kg = sum(factor * year[kind] for kind, factor in JP_KG.items()) / year[JP_SUPPLY].sum()
        source = f"{TSO} x 864/430/695/600 kg/MWh of coal, LNG, oil, other thermal"
        rows.append((name, name, 2024, "carbon_kg_per_mwh", kg, "kg/MWh", None, source, STATUTORY, "modelled"))
        own = prices[prices["zone"] == name]
        usd = [local_to_usd2023(p, "JPY", y) for p, y in zip(own["mean_per_mwh"], own["year"], strict=True)]
        mean = float(sum(u * h for u, h in zip(usd, own["hours"], strict=True)) / own["hours"].sum())
        source = "JEPX day-ahead, mean of FY2023 and FY2025 (statistic of hours); FY2024 lies between"
        if name != "JP-TK":
            rows.append((name, name, 2024, "price_mean_usd_per_mwh", mean, "USD/MWh", None, source, OWN, "measured"))
    tokyo = {"mean": 84.5, "median": 81.4, "p95": 134.0}
    source = "JEPX day-ahead, Tokyo, 2024 (statistic of hours)"
    for name, value in tokyo.items():
        goal = 0.02 if name == "mean" else None
        quantity = f"price_{name}_usd_per_mwh"
        rows.append(("JP-TK", "JP-TK", 2024, quantity, value, "USD/MWh", goal, source, OWN, "measured"))
    return rows


def main() -> None:
    folder = source_folder()
    write_csv(past(folder), "system/past.csv")
    rows = [*us_mix(folder), *us_prices(folder), *korea(folder), *japan(folder)]
    columns = ["area", "zones", "year", "quantity", "measured", "unit", "goal", "source", "licence", "kind"]
    table = pd.DataFrame(rows, columns=columns)
    zones = pd.read_csv(Path(__file__).resolve().parents[1] / "system" / "zones.csv")
    table["zones"] = table["zones"].replace("US", " ".join(zones.loc[zones["country"] == "US", "zone"]))
    write_csv(table.assign(measured=table["measured"].astype(float).round(2)), "system/measured.csv")


if __name__ == "__main__":
    main()
