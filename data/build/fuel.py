"""Build lng_terminals.csv, lng_routes.csv and fuel_prices.csv. Run: python data/build/fuel.py SOURCE_FOLDER"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shared import ASSUMED, COUNTRY, clean, kind_of, licence_of, source_folder, to_2023, write_csv

GEM = "Global Energy Monitor, Global Gas Infrastructure Tracker, 2024-10"
NEMS = "EIA NEMS AEO2025 public input nglngexp.txt (2024Q2 tracker)"
BCFD_PER_MTPA = 0.1316

# The 15 ports of the route table. A terminal takes the nearest; those on Japan's Pacific coast take Tokyo Bay.
ROUTE_PORT = {
    "Incheon": (37.35, 126.60),
    "Pyeongtaek": (37.01, 126.78),
    "Boryeong": (36.42, 126.49),
    "Gwangyang": (34.89, 127.78),
    "Tongyeong": (34.95, 128.43),
    "Ulsan": (35.49, 129.38),
    "Samcheok": (37.17, 129.35),
    "Tokyo Bay (Futtsu)": (35.35, 139.82),
    "Chita": (34.97, 136.82),
    "Senboku": (34.55, 135.43),
    "Himeji": (34.82, 134.68),
    "Kitakyushu (Hibiki)": (33.93, 130.78),
    "Niigata": (38.00, 139.24),
    "Joetsu": (37.21, 138.28),
    "Ishikari": (43.21, 141.29),
}
PACIFIC = {"Hachinohe", "Shin Minato", "Shin-Sendai", "Sendai", "Soma Port", "Hitachi", "Kushiro"}
EXPORT_PORT = {"CP2": "Calcasieu Pass LNG Terminal", "Driftwood": "Cameron LNG Terminal"}

# Start dates newer than the tracker, as (month) year: a block counts from the first whole calendar year.
# (GEM name, unit starts with) -> first whole year
NEWER_START = {
    ("Plaquemines LNG Terminal", "Phase 1"): (2025, "construction"),
    ("Plaquemines LNG Terminal", "Phase 2"): (2026, "construction"),
    ("Corpus Christi LNG Terminal", "T"): (2026, "construction"),
    ("Golden Pass LNG Terminal", "T1"): (2027, "construction"),
    ("Golden Pass LNG Terminal", "T2"): (2028, "construction"),
    ("Golden Pass LNG Terminal", "T3"): (2028, "construction"),
    ("Port Arthur LNG Terminal", "T1"): (2028, "construction"),
    ("Port Arthur LNG Terminal", "T2"): (2028, "construction"),
    ("Rio Grande LNG Terminal", "T1"): (2028, "construction"),
    ("Rio Grande LNG Terminal", "T2"): (2029, "construction"),
    ("Rio Grande LNG Terminal", "T3"): (2030, "construction"),
}
# Decided in 2025, after the tracker: terminal, position taken from the tracker row, Bcf/d, first whole year.
DECIDED_2025 = [
    ("CP2 LNG Terminal", 1.9, 2028),
    ("Driftwood LNG Terminal", 2.2, 2030),
    ("Corpus Christi LNG Terminal", 0.4, 2030),
    ("Rio Grande LNG Terminal", 0.72, 2031),
    ("Rio Grande LNG Terminal", 0.72, 2032),
    ("Port Arthur LNG Terminal", 1.58, 2031),
]


def kilometres(lat: float, lon: float, lat2: np.ndarray, lon2: np.ndarray) -> np.ndarray:
    """Great-circle distance, sphere of 6,371 km."""
    a, b, c, d = (np.radians(x) for x in (lat, lon, lat2, lon2))
    h = np.sin((c - a) / 2) ** 2 + np.cos(a) * np.cos(c) * np.sin((d - b) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(h))


def route_port(name: str, kind: str, lat: float, lon: float) -> str:
    """The port of the route table that stands for a terminal."""
    short = name.replace(" LNG Terminal", "")
    if kind == "export":
        return EXPORT_PORT.get(short, name)
    if short in PACIFIC:
        return "Tokyo Bay (Futtsu)"
    ports = np.array(list(ROUTE_PORT.values()))
    return list(ROUTE_PORT)[int(np.argmin(kilometres(lat, lon, ports[:, 0], ports[:, 1])))]


def terminals(folder: Path) -> pd.DataFrame:
    """One row per terminal, status and start year."""
    raw = pd.read_csv(folder / "fuel" / "lng_terminals.csv")
    raw["start_year"] = pd.to_numeric(raw["start_year"], errors="coerce")
    raw["source"], raw["figure_kind"], raw["licence"] = GEM, "published", "A: CC BY 4.0 (Global Energy Monitor)"
    raw["unit"] = raw["unit"].fillna("")
    exports = raw["iso3"].eq("USA") & raw["kind"].eq("export")
    for (name, unit), (year, status) in NEWER_START.items():
        rows = exports & raw["name"].eq(name) & raw["unit"].str.startswith(unit) & ~raw["status"].eq("operating")
        rows &= raw["status"].eq("construction") | (name == "Plaquemines LNG Terminal") & ~raw["status"].eq("cancelled")
        raw.loc[rows, ["start_year", "status"]] = [year, status]
        raw.loc[rows, "source"] = f"{GEM}; start from {NEMS} and EIA STEO Mar-2026, first whole year"
    ulsan = raw["name"].eq("Ulsan LNG Terminal") & raw["unit"].eq("Phase 1")
    raw.loc[ulsan, ["status", "source"]] = ["operating", f"{GEM}; started 2024-11, after its release"]
    decided = []
    for name, bcfd, year in DECIDED_2025:
        like = raw[exports & raw["name"].eq(name)].iloc[0].to_dict()
        note = f"{ASSUMED} (2025 investment decision, {bcfd} Bcf/d); position: {GEM}"
        like |= {"status": "construction", "mtpa": bcfd / BCFD_PER_MTPA, "start_year": year, "source": note}
        decided.append(like | {"figure_kind": "assumed", "licence": "own planning assumption"})
    raw = pd.concat([raw, pd.DataFrame(decided)], ignore_index=True)
    imports = raw["iso3"].isin(["KOR", "JPN"]) & raw["kind"].eq("import")
    exports = raw["iso3"].eq("USA") & raw["kind"].eq("export")
    keep = raw["status"].isin(["operating", "construction"]) & raw["mtpa"].gt(0.1) & raw["start_year"].notna()
    raw = raw[keep & (imports | exports)].copy()
    raw["country"] = raw["iso3"].map(COUNTRY)
    keys = ["name", "country", "kind", "status", "start_year", "source", "licence", "figure_kind"]
    table = raw.groupby(keys, as_index=False).agg(mtpa=("mtpa", "sum"), lat=("lat", "first"), lon=("lon", "first"))
    table["first_year"] = table["start_year"].astype(int)
    table["mtpa"] = table["mtpa"].round(2)
    table["route_port"] = [
        route_port(r.name, r.kind, r.lat, r.lon) for r in table[["name", "kind", "lat", "lon"]].itertuples(index=False)
    ]
    table = table.rename(columns={"name": "terminal"}).sort_values(["kind", "country", "terminal", "first_year"])
    columns = ["terminal", "country", "kind", "status", "first_year", "mtpa", "lat", "lon", "route_port"]
    return table[[*columns, "source", "licence", "figure_kind"]]


def fuel_rows(folder: Path) -> list[dict[str, object]]:
    """Every fuel price of the planner, in USD of 2023 per MMBtu (HHV) unless the unit says otherwise."""
    lng = pd.read_csv(folder / "tech" / "lng.csv")
    rows: list[dict[str, object]] = []

    def add(
        item: str, region: str, year: int, value: float, low: float, high: float, unit: str, source: str, kind: str
    ) -> None:
        figures = {"value": value, "low": low, "high": high}
        rows.append(
            {"item": item, "region": region, "year": year}
            | {k: round(float(v), 6) if pd.notna(v) else None for k, v in figures.items()}
            | {"unit": unit, "source": source, "licence": licence_of(kind, source), "kind": kind}
        )

    def take(item: str, region: str, group: str, name: str, dollars: float | None, years: tuple[int, ...] = ()) -> None:
        """Rows of the source long table; `dollars` is their money year, None for a ratio, 0 for nominal money."""
        found = lng[lng["group"].eq(group) & lng["item"].str.startswith(name) & lng["value"].notna()]
        for row in found.itertuples(index=False):
            year = int(row.year) if pd.notna(row.year) else 2026
            if years and year not in years:
                continue
            factor = 1.0 if dollars is None else to_2023(dollars or year)
            unit = "USD_2023/MMBtu" if row.unit == "USD/MMBtu" else row.unit.replace("USD/day", "USD_2023/day")
            text = clean(row.source)
            low, high = (v * factor if pd.notna(v) else None for v in (row.value_low, row.value_high))
            add(item, region, year, row.value * factor, low, high, unit, text, kind_of(row.status, text))

    take("henry_hub", "US", "henry_hub", "STEO Mar-2026", 0)
    take("henry_hub", "US", "henry_hub", "long-run default", 2024)
    take("henry_hub_multiplier_extra", "US", "liquefaction", "fuel charge fraction", None)
    take("liquefaction_fee", "US-Gulf", "liquefaction", "charge Gulf", 2021)
    take("liquefaction_fee", "US-Atlantic", "liquefaction", "charge Atlantic", 2021)
    take("liquefaction_fee", "US-Alaska", "liquefaction", "charge Alaska", 2018)
    take("liquefaction_spa_fee", "US-Gulf", "liquefaction", "SPA fixed fee", 2025)
    take("shipping_to_asia", "US-Gulf", "shipping", "unit cost US Gulf to Asia", 2021)
    take("shipping_to_asia", "US-Atlantic", "shipping", "unit cost US Atlantic to Asia", 2021)
    take("shipping_to_asia", "US-Alaska", "shipping", "unit cost Alaska to Asia", 2021)
    take("shipping_cargo_loss", "US", "shipping", "cargo loss US to Asia", None)
    take("shipping_cargo_loss", "US-Alaska", "shipping", "cargo loss Alaska to Asia", None)
    take("shipping_panama_toll", "any", "route", "Panama toll", 2018)
    take("shipping_charter_rate", "any", "carrier", "charter rate", 2024)
    take("shipping_cargo_size", "any", "carrier", "cargo size", None)
    take("shipping_boiloff_laden", "any", "boiloff", "modern", None)
    take("shipping_boiloff_laden_standard", "any", "boiloff", "laden, standard", None)
    take("shipping_boiloff_ballast", "any", "boiloff", "ballast, standard", None)
    for country in ("KR", "JP"):
        take("regas", country, "regas", "terminal + storage", 2025)
        take("regas_charge_eia", country, "regas", "charge Asia", 2021)
        take("jkm", country, "jkm", "annual average", 0, (2024, 2025))
        take("jkm", country, "jkm", "planning default", 2024)
    take("lng_import_average", "JP", "japan_import", "average", 0)
    take("kogas_generation_tariff", "KR", "gas_price", "KOGAS power-generation", 2025)
    take("domestic_transmission", "KR", "gas_price", "KOGAS domestic transmission", 2025)
    take("industrial_city_gas", "JP", "gas_price", "industrial city gas", 2024)
    take("gas_basis", "West_South_Central", "gas_price", "power-plant delivered basis", 2025)
    take("gas_lateral", "US", "gas_price", "pipeline lateral", 2025)
    take("upstream_ghg_kg_per_mmbtu", "US", "ghg", "upstream+liquefaction", None)
    # No Japanese trunk pipeline tariff was found: Japan takes the Korean terminal and transmission component.
    like = next(r for r in rows if r["item"] == "domestic_transmission")
    rows.append(like | {"region": "JP", "source": f"{ASSUMED}; taken equal to the Korean component"})
    add("uranium", "any", 2026, 0.8, 0.6, 1.2, "USD_2023/MMBtu", f"{ASSUMED} (large reactors)", "assumed")
    add("uranium_smr", "any", 2026, 1.0, 0.7, 1.8, "USD_2023/MMBtu", f"{ASSUMED} (SMR fuel)", "assumed")
    for country in ("KR", "US", "JP"):
        add("diesel", country, 2026, 22.0, 15.0, 30.0, "USD_2023/MMBtu", ASSUMED, "assumed")

    aeo = pd.read_csv(folder / "fuel" / "us_gas_price_aeo2026_by_division.csv").query("2024 <= year <= 2050")
    source = "EIA AEO2026 reference, power-sector delivered gas by census division, as carried in NREL ReEDS-2.0"
    for division in aeo.columns.drop("year"):
        for year, price in zip(aeo["year"], aeo[division], strict=True):
            add("us_gas", division, int(year), price * to_2023(2025), None, None, "USD_2023/MMBtu", source, "modelled")  # type: ignore[arg-type]
    return rows


def main() -> None:
    folder = source_folder()
    write_csv(terminals(folder), "lng_terminals.csv")
    routes = pd.read_csv(folder / "fuel" / "lng_shipping_distances.csv")
    write_csv(routes.sort_values(["export", "import", "route"]), "lng_routes.csv")
    write_csv(pd.DataFrame(fuel_rows(folder)), "fuel_prices.csv")


if __name__ == "__main__":
    main()
