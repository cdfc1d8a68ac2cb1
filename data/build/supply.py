"""Build supply/*.csv: what gas, machines, reactors and contracts cost and how much of them can be had.

    python data/build/supply.py SOURCE_FOLDER

Reads supply/*.csv of the folder. `low` and `high` are the ends of the figure itself (few or many slots, a flat or a steep gas price);
empty where no range is known. Money becomes USD of 2023.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from shared import ASSUMED, local_to_usd2023, source_folder, to_2023, write_csv

OWN, FACTS, REEDS = "own planning assumption", "A-: cited facts", "A: BSD-3-Clause"
ENDS_BCFD = (1.0, 3.0, 6.0, 10.0, 15.0)  # ends of the steps into which a slope is cut
# ReEDS' national slope answers within years; in the next two stages it is steeper, at last flatter (supply.md of 2026-11).
STAGES = (2028, 2031, 2035, 2040)
AEO_LNG = "EIA AEO2023 issues in focus: 1.00 USD of 2022 for 32.9 Bcf/d of LNG by 2050"
STEO = "EIA STEO 2026-01: a gap of 1.6 Bcf/d lifts Henry Hub by 1.1 USD in 2027"
# Technologies of a class of machines, and the class' name in the source.
CLASSES = {
    "frame_cc": "frame_cc",
    "frame_ct": "frame_ct",
    "aero": "aero",
    "engine_and_small_turbine": "engine",
    "fuel_cell": "fuel_cell",
}


def licence(kind: str, source: str = "") -> str:
    """The licence of a row from its kind and source."""
    if "ReEDS" in source:
        return REEDS
    return OWN if kind == "assumed" else FACTS


def said(source: object, derivation: object = "") -> str:
    """A source text: what was cited, and how the figure follows from it."""
    parts = [str(part).strip() for part in (source, derivation) if isinstance(part, str) and part.strip()]
    text = "; ".join(parts).replace("general knowledge of the analyst; verify", ASSUMED)
    return text.replace("turbine_slots.csv", "evidence.csv") or ASSUMED


def gas_steps(folder: Path) -> pd.DataFrame:
    """Price rise by volume, nation and census division: the mean of each step of a straight curve.

    The low end is EIA's long-run slope at once; the high end that of the stage before (supply answers a stage later), in the first stage
    the one-year response of the short-term outlook.
    """
    curve = pd.read_csv(folder / "gas_supply_curve.csv")
    one = curve[curve["division"] == "West_South_Central"].set_index("stage")
    national = one["national_slope_usd2023_per_mmbtu_per_bcfd"].to_dict()
    short_run, long_run = 0.6419, 0.030
    steep = dict(zip(STAGES, [short_run, *(national[y] for y in STAGES[:-1])], strict=True))
    text = f"ReEDS inputs/scalars.csv nat_beta_nonenergy x factor by stage; low: {AEO_LNG}; high: slope of the stage before, {STEO}"
    slopes = [("US", y, national[y], long_run, steep[y], text) for y in STAGES]
    regional = "ReEDS betas of the divisions, USD of 2004 per MMBtu and quad, x 1.613 x 0.3785 quad a year per Bcf/d; 0 where negative"
    for row in curve.itertuples():
        slope = row.division_slope_usd2023_per_mmbtu_per_bcfd
        slopes.append((row.division, row.stage, slope, None, None, regional))
    rows = []
    for region, year, slope, low, high, source in slopes:
        for start, end in zip((0.0, *ENDS_BCFD), ENDS_BCFD, strict=False):
            middle = (start + end) / 2
            mean = {
                side: None if s is None else round(s * middle, 5)
                for side, s in (("value", slope), ("low", low), ("high", high))
            }
            rows.append(
                {"region": region, "year": year, "from_bcfd": start, "to_bcfd": end} | mean | {"source": source}
            )
    table = pd.DataFrame(rows)
    table["unit"], table["kind"], table["licence"] = "USD_2023/MMBtu", "modelled", REEDS
    return table


def gas_base(folder: Path) -> pd.DataFrame:
    """Factor on the base price of gas: 1, and in the low-supply case of AEO2025 its ratio to the reference."""
    curve = pd.read_csv(folder / "gas_supply_curve.csv")
    table = curve.rename(columns={"division": "region", "stage": "year", "aeo2025_low_supply_over_reference": "high"})
    hub = table[table["region"] == "West_South_Central"].assign(region="henry_hub")
    table = pd.concat([table, hub])[["region", "year", "high"]]
    table.insert(2, "value", 1.0)
    table.insert(3, "low", None)
    source = (
        "EIA AEO2025, price to power plants: low oil and gas supply over reference; henry_hub as West South Central"
    )
    return table.assign(
        unit="ratio", source=source, licence="A: public domain (US government)", kind="modelled"
    ).sort_values(["region", "year"])


def pipeline_limits(folder: Path) -> pd.DataFrame:
    """Firm transport that new data centers can get, cumulative, by census division."""
    table = pd.read_csv(folder / "pipeline_limits.csv").rename(
        columns={"division": "region", "stage": "year", "central_bcfd": "value", "low_bcfd": "low", "high_bcfd": "high"}
    )
    table["source"] = (
        f"{ASSUMED}; from the projects of evidence.csv and their share for power; wait in years: " + table["wait"]
    )
    return finish(table, "Bcf/d")[["region", "year", *REST]]


REST = ["value", "low", "high", "unit", "source", "licence", "kind"]


def finish(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """With unit and licence."""
    licences = [licence(k, s) for k, s in zip(table["kind"], table["source"], strict=True)]
    return table.assign(unit=unit, licence=licences)


def machine_slots(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """GW that can be had since 2026, cumulative (the source counts by stage period), and which technologies share them."""
    table = pd.read_csv(folder / "turbine_slot_limits.csv").rename(columns={"stage": "year", "central": "value"})
    table["class"] = table["class"].map(CLASSES)
    sides = ["value", "low", "high"]
    table[sides] = table.sort_values("year").groupby("class")[sides].cumsum()
    table = pd.concat([table, geothermal()], ignore_index=True)
    technologies = [(c, t) for c, t in zip(table["class"], table["technologies"], strict=True)]
    members = sorted({(c, name) for c, names in technologies for name in names.split()})
    classes = pd.DataFrame(members, columns=["class", "technology"])
    table["source"] = [said(s, d) for s, d in zip(table["source"], table["derivation"], strict=True)]
    return finish(table, "GW")[["class", "year", *REST]], classes


def geothermal() -> pd.DataFrame:
    """Enhanced geothermal wells that data centers can get, cumulative: one field of 0.5 GW by 2028, and what rigs and leases may add."""
    rows = [(2028, 0.5, 0.1, 0.5), (2031, 1.0, 0.3, 2.0), (2035, 2.0, 1.0, 4.0), (2040, 5.0, 2.0, 10.0)]
    table = pd.DataFrame(rows, columns=["year", "value", "low", "high"])
    source = f"{ASSUMED}; western United States, from Cape Station, 500 MW with first power in 2026 (GEOPHIRES model)"
    return table.assign(**{"class": "geothermal", "technologies": "geo_egs_nf", "kind": "assumed", "source": source})


def reactor_limits(folder: Path) -> pd.DataFrame:
    """GW of a design that can stand in a country, by year; what does not stand before `first_year` is 0 there."""
    source = pd.concat([pd.read_csv(folder / "smr_slot_limits.csv"), not_licensed()], ignore_index=True)
    table = source.melt(
        ["design", "country", "first_year", "kind", "derivation"], ["2031", "2035", "2040"], "year", "value"
    )
    table["year"] = table["year"].astype(int)
    table["source"] = [f"{ASSUMED}; {text}" for text in table["derivation"]]
    table["low"] = table["high"] = None
    return finish(table, "GW")[["design", "country", "first_year", "year", *REST]].sort_values(
        ["design", "country", "year"]
    )


def not_licensed() -> pd.DataFrame:
    """American designs in Korea and Japan: no regulator there has an application, so none stands by 2040, as with the i-SMR in Japan."""
    years = "five years of review and five of building"
    held = "no application to the Korean regulator though {}; " + years
    shares = "KHNP and SK hold shares of TerraPower (NEI 2024-09, Energy Headlines 2026-01)"
    parts = "Doosan and DL E&C make parts for X-energy (NEI 2023-05)"
    rows = [
        ("smr_natrium", "KR", held.format(shares)),
        ("smr_xe100", "KR", held.format(parts)),
        ("smr_natrium", "JP", f"no application to the Japanese regulator; {years}"),
        ("smr_xe100", "JP", f"no application to the Japanese regulator; {years}"),
    ]
    table = pd.DataFrame(rows, columns=["design", "country", "derivation"])
    return table.assign(first_year=2042, kind="assumed", **{"2031": 0.0, "2035": 0.0, "2040": 0.0})


def credits() -> pd.DataFrame:
    """US investment credits: share of the investment, by the year in which a plant is begun or enters service."""
    norton = "Norton Rose Fulbright, Effects of One Big Beautiful Bill on projects, 2025-07"
    review = "National Law Review, solar and wind deprioritized, 2025-07"
    rows = [(t, "in service", 2025, 2027, 0.3, norton, "published") for t in ("solar_pv", "wind_on", "wind_off_fixed")]
    rows += [("battery_4h", "begun", 2025, 2033, 0.3, review, "published")]
    reactors = (
        "smr_ismr",
        "smr_bwrx300",
        "smr_natrium",
        "smr_xe100",
        "smr_nuscale",
        "smr_rolls",
        "smr_atb",
        "nuc_large_us",
    )
    rows += [(t, "begun", 2025, 2033, 0.3, norton, "published") for t in (*reactors, "geo_egs_nf", "geo_hydro")]
    rows += [
        ("sofc_btm", "begun", 2026, 2033, 0.3, f"{ASSUMED} (48E for fuel cells whatever their emissions)", "assumed")
    ]
    columns = ["technology", "event", "from_year", "to_year", "value", "source", "kind"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(1, "country", "US")
    return finish(table, "share of investment")


def owner_rates() -> pd.DataFrame:
    """Real rate that a private owner asks, by class of technology; not named: the scenario's own rate."""
    text = f"{ASSUMED}: developers of plants behind the meter earn 8-12 %"
    rows = [(c, 0.10, 0.08, 0.12, text) for c in ("gas", "fuelcell", "smr", "nuclear")]
    text = f"{ASSUMED}: contracted sun, wind, storage and heat earn 6-10 %"
    rows += [(c, 0.08, 0.06, 0.10, text) for c in ("vre", "storage", "geothermal")]
    table = pd.DataFrame(rows, columns=["class", "value", "low", "high", "source"]).assign(kind="assumed")
    return finish(table, "real rate per year")


def carbon_paths() -> pd.DataFrame:
    """Carbon prices of Korea and Japan by year, USD of 2023 per tonne."""
    korea = f"{ASSUMED}; from KAU25 at 12,750 KRW/t (Money Today 2026-02-16) to an auctioned half of the power sector in 2030"
    rows = [("KR", y, usd, None, None, korea, "assumed") for y, usd in ((2028, 9), (2031, 20), (2035, 35), (2040, 50))]
    japan = "GX-ETS bounds of FY2026, 1,700 and 4,300 JPY/t, rising 3 % a year in real terms; their middle (BCI, 2025-12-19)"
    for year in STAGES:
        low, high = (local_to_usd2023(yen * 1.03 ** (year - 2026), "JPY", 2026) for yen in (1700, 4300))
        rows.append(("JP", year, (low + high) / 2, low, high, japan, "modelled"))
    table = pd.DataFrame(rows, columns=["country", "year", "value", "low", "high", "source", "kind"])
    return finish(table.round(3), "USD_2023/t")[["country", "year", *REST]]


def capacity_adders() -> pd.DataFrame:
    """What capacity auctions add to the charge on a connection in zones.csv, USD of 2023 per kW and year."""
    auction = "capacity auction for FY2029 (ITmedia Smart Japan 2026-01-30): {} JPY/kW; less what the average price of 2025 holds already"
    high, other = ("JP-TH", "JP-TK", "JP-KY", "JP-HKD"), ("JP-CB", "JP-HR", "JP-KN", "JP-CG", "JP-SK")
    rows = [(z, 2029, 65, None, None, auction.format("14,972-15,112"), "modelled") for z in high]
    rows += [(z, 2029, 45, None, None, auction.format("12,388"), "modelled") for z in other]
    per_year = 0.365 * to_2023(2026)  # USD/MW-day of 2026 -> USD of 2023 per kW and year
    collar = (
        "PJM price collar for 2028/29, 175-325 USD/MW-day, less the 329.17 in zones.csv (The Grid Report 2026-07-01)"
    )
    cone = f"{ASSUMED}: net cost of new entry of 450-530 USD/MW-day once the collar ends, less the 329.17 in zones.csv"
    for year, (value, low, top), source, kind in (
        (2028, (325, 175, 325), collar, "published"),
        (2031, (490, 450, 530), cone, "assumed"),
    ):
        rows.append(("US-MIDA-PJM", year, *((v - 329.17) * per_year for v in (value, low, top)), source, kind))
    table = pd.DataFrame(rows, columns=["zone", "year", "value", "low", "high", "source", "kind"])
    return finish(table.round(2), "USD_2023/kW-year")[["zone", "year", *REST]]


def terms() -> pd.DataFrame:
    """Terms of contracts and constants of the markets."""
    aep = "EcoEnergyNews, Regulator approves AEP Ohio's data center tariff, 2025-07-09"
    gs5 = "Moneyracket, Dominion SCC order of 25 November 2025, rate class GS-5"
    tariffs = f"{ASSUMED}; 51 approved large-load tariffs at 31 March 2026 (Cliff Center 2026-05-07)"
    fee = f"{ASSUMED} (AEP Ohio: three years of minimum charges)"
    line = "Pipeline & Gas Journal 2025-12, Desert Southwest: 5.6 billion USD for 2.3 Bcf/d, at 11 % of capital a year"
    resale = f"{ASSUMED}: resold slots and refurbished sets"
    first = f"{ASSUMED}: APR1400 to module, first plant over the next"
    restart = f"{ASSUMED}: contracts for restarted and uprated reactors"
    cheap, dear = (usd * to_2023(2025) * 365 for usd in (0.71, 1.03))  # USD/MMBtu at full use -> per MMBtu/day and year
    pjm, share, pipe = "US-MIDA-PJM", "fraction of contracted demand", "USD_2023 per MMBtu/day and year"
    rows = [
        ("grid minimum take", "US", 0.75, 0.6, 0.85, share, tariffs, "assumed"),
        ("grid minimum take", pjm, 0.85, 0.6, 0.85, share, f"{aep}; {gs5}", "published"),
        ("grid contract", "US", 12, 10, 14, "year", tariffs, "assumed"),
        ("grid contract", pjm, 13, 12, 14, "year", f"12: {aep}; 14: {gs5}", "published"),
        ("grid exit fee", "US", 3, 1, 5, "years of the minimum take", fee, "assumed"),
        ("pipeline contract", "US", 25, 15, 25, "year", "East Daley 2025-11, Desert Southwest sold out", "published"),
        ("pipeline charge", "US", cheap, cheap, dear, pipe, line, "modelled"),
        ("scarce slots", "any", 0.3, 0.2, 0.4, "share of the slots", resale, "assumed"),
        ("scarce slot premium", "any", 0.35, 0.25, 0.5, "share of overnight cost", resale, "assumed"),
        ("first unit premium", "any", 0.3, 0.15, 0.5, "share of overnight cost", first, "assumed"),
        ("restart price", "US", 90, 80, 100, "USD_2023/MWh", restart, "assumed"),
        ("gas use of others", "US", 91.6, None, None, "Bcf/d", "EIA STEO 2026-02: consumption of 2025", "published"),
        ("heat of gas", "US", 1037, None, None, "Btu/cf", "EIA, heat content of delivered natural gas", "published"),
    ]
    columns = ["item", "region", "value", "low", "high", "unit", "source", "kind"]
    table = pd.DataFrame(rows, columns=columns)
    table["licence"] = [licence(k, s) for k, s in zip(table["kind"], table["source"], strict=True)]
    return table.round(4)[["item", "region", *REST]]


def grid_contracts(folder: Path) -> pd.DataFrame:
    """MW that data centers have signed with utilities, or that a utility publishes as room, and the sites that may draw it.

    The end is what was published; the way there is a straight line, low where a rate of connecting was published, or half.
    """
    signed = pd.read_csv(folder / "grid_contracts.csv")
    signed = signed.set_index(signed["zone_or_utility"] + ", " + signed["stage_of_contract"])
    dominion = "Dominion Virginia, electric service agreements, signed, take or pay"
    letters, built = (
        "Dominion Virginia, construction letters, under construction",
        "Dominion Virginia, connected so far, operating",
    )
    aep, ercot = "AEP Ohio, signed", "ERCOT, energized or approved"
    east, new = "TEPCO, east side, room to be had", "TEPCO, new 500 kV substations, planned"
    gw = signed["gw"]
    half, rate = f"{ASSUMED}: low is half", f"low: 1 GW a year, as connected so far ({signed.at[built, 'source']})"
    more = gw[dominion] + gw[letters]
    tepco = gw[east] + gw[new]
    virginia, tokyo = ("US-MIDA-PJM", "US-ASHBURN US-RICHMOND"), ("JP-TK", "JP-INZAI JP-TOKYO JP-FUTTSU JP-TOKAI")
    rows = [
        ("Dominion Virginia", *virginia, 2026, 0.0, 0.0, 0.0, dominion, f"none before; {ASSUMED}"),
        ("Dominion Virginia", *virginia, 2030, gw[dominion], 4.0, gw[dominion], dominion, rate),
        ("Dominion Virginia", *virginia, 2035, gw[dominion], 9.0, more, dominion, f"{rate}; high: with construction letters"),
        ("AEP Ohio", "US-MIDA-PJM", "US-COLUMBUS", 2026, 0.0, 0.0, 0.0, aep, f"none before; {ASSUMED}"),
        ("AEP Ohio", "US-MIDA-PJM", "US-COLUMBUS", 2035, gw[aep], gw[aep] / 2, gw[aep], aep, half),
        (
            "ERCOT", "US-TEX-ERCO", "US-ABILENE US-DALLAS US-HOUSTON US-CORPUS US-PECOS", 2026, gw[ercot] / 2, 0.0, gw[ercot], ercot,
            f"{ASSUMED}: half of it is drawn by others already",
        ),
        ("TEPCO east side", *tokyo, 2026, 0.0, 0.0, 0.0, east, f"none before; {ASSUMED}"),
        ("TEPCO east side", *tokyo, 2030, gw[east], gw[east] / 2, gw[east], east, half),
        ("TEPCO east side", *tokyo, 2040, tepco, gw[east], gw[east] + 9.0, new, "low: without the substations; high: 9 GW of them"),
    ]  # fmt: skip
    columns = ["contract", "zone", "sites", "year", "value", "low", "high", "of", "derivation"]
    table = pd.DataFrame(rows, columns=columns)
    table["source"] = [
        said(signed.at[of, "source"], why) for of, why in zip(table["of"], table["derivation"], strict=True)
    ]
    table["kind"] = ["assumed" if ASSUMED in why else "published" for why in table["derivation"]]
    table[["value", "low", "high"]] = (table[["value", "low", "high"]] * 1e3).round(1)
    return finish(table, "MW")[["contract", "zone", "sites", "year", *REST]]


def grid_headroom(folder: Path) -> pd.DataFrame:
    """Share of a zone's peak demand that may be connected if it may be cut for a share of the year: Duke's sums over the peak of the US."""
    asked = pd.read_csv(folder / "grid_headroom.csv")
    asked = asked[asked["item"].str.startswith("Curtailment-enabled headroom")]
    share = asked["item"].str.extract(r"([\d.]+) %")[0].astype(float) / 100
    peak_gw = 760.0  # 76 GW are 10 % of the nation's peak demand
    peak = "76 GW are 10 % of the nation's peak demand (general knowledge; verify)"
    rows = [
        (country, cut, gw / peak_gw, None, None, said(source, peak if country == "US" else f"{peak}; {ASSUMED}: as in the US"),
         "published" if country == "US" else "assumed")
        for country in ("US", "KR", "JP")
        for cut, gw, source in zip(share, asked["value"], asked["source"], strict=True)
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["country", "share_of_year", "value", "low", "high", "source", "kind"])
    return finish(table.round(4), "share of peak demand")[["country", "share_of_year", *REST]]


EVIDENCE = {
    "turbine_slots": "machines",
    "gas_market": "gas",
    "nuclear_slots": "reactors",
    "capex_2026": "cost",
    "lng_prices": "LNG",
    "grid_headroom": "grid",
    "equipment_lead_times": "equipment",
    "capacity_prices": "capacity",
    "permits": "permits",
    "tariffs": "tariffs",
    "pipeline_cost": "pipelines",
}


def evidence(folder: Path) -> pd.DataFrame:
    """What was quoted, filed, ordered and announced, in one long table: what the report's reality check reads."""
    parts = []
    for file, topic in EVIDENCE.items():
        rows = pd.read_csv(folder / f"{file}.csv")
        parts.append(rows[~rows["item"].str.startswith("Main plan")].assign(topic=topic))
    lines = pd.read_csv(folder / "pipeline_projects.csv").rename(columns={"project": "item", "division": "region"})
    lines = lines[lines["bcfd"].notna()]
    years = lines["in_service"].astype(str).str.extract(r"(\d{4})")[0].astype(int)
    parts.append(lines.assign(topic="pipelines", value=lines["bcfd"], unit="Bcf/d", year=years))
    grid = pd.read_csv(folder / "grid_contracts.csv").rename(columns={"zone_or_utility": "item", "zone": "region"})
    grid = grid[grid["gw"].notna()]
    signed = grid["item"] + ", " + grid["stage_of_contract"]
    years = grid["by_year"].astype(str).str.extract(r"(\d{4})")[0].fillna("2026").astype(int)
    parts.append(grid.assign(topic="grid", item=signed, value=grid["gw"], unit="GW", year=years))
    table = pd.concat(parts, ignore_index=True)
    table["source"] = table["source"].map(said)
    table["licence"] = [licence(k, s) for k, s in zip(table["kind"], table["source"], strict=True)]
    table["year"] = table["year"].astype("Int64")
    table["dollar_year"] = table["dollar_year"].astype("Int64")
    head = ["topic", "item", "region", "year", "value", "low", "high", "unit", "dollar_year", "value_2023usd"]
    return table[[*head, "source", "date", "url", "licence", "kind"]].dropna(subset="value")


def main() -> None:
    folder = source_folder() / "supply"
    slots, classes = machine_slots(folder)
    for name, table in {
        "gas_steps": gas_steps(folder),
        "gas_base": gas_base(folder),
        "pipeline_limits": pipeline_limits(folder),
        "machine_slots": slots,
        "machine_classes": classes,
        "reactor_limits": reactor_limits(folder),
        "credits": credits(),
        "owner_rates": owner_rates(),
        "carbon_paths": carbon_paths(),
        "capacity_adders": capacity_adders(),
        "terms": terms(),
        "grid_contracts": grid_contracts(folder),
        "grid_headroom": grid_headroom(folder),
        "evidence": evidence(folder),
    }.items():
        write_csv(table, f"supply/{name}.csv")


if __name__ == "__main__":
    main()
