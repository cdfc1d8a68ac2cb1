"""Build facts/*.csv: planning facts in one long schema. Run: python data/build/facts.py SOURCE_FOLDER"""

from __future__ import annotations

import re

import pandas as pd
from shared import ASSUMED, LOCAL_PER_USD, clean, kind_of, licence_of, source_folder, to_2023, write_csv

METI = "METI cost working group 2024 (ITmedia Smart Japan 2024-08-20)"
JAPAN_WIND = {  # what a published Japanese source says in place of a factor from general knowledge
    "capex_multiplier": round(29.55e4 / 150 / 1135, 3),
    "fixed_om_multiplier": round(1.04e4 / 150 / 35.1, 2),
    "source": f"{METI}: 292-299 thousand JPY/kW in 2040 with connection, at 150 JPY/USD over ATB's 1,135; O&M: {ASSUMED}",
    "note": "O&M of METI's working group of 2021, 10,400 JPY/kW-year, over ATB's 35.1 USD; the group of 2024 holds today's to "
    "2040. In 2030 the factor gives 2,500 USD/kW; the median of 210 plants that run is 2,360 (ITmedia Smart Japan 2026-01-15)",
    "kind": "assumed",
    "licence": "A-: cited facts; own planning assumption",
}
IN_MONEY = ("fx", "deflator")  # groups of facts that stand in money.csv
GROUPS = ["finance", "datacenter", "demand", "grid_tariffs", "lng"]


def first_year(text: object) -> float:
    """The year in '2026', 'FY2030', '2025/26' or '2025-04'; NaN if there is none."""
    found = re.search(r"(19|20)\d\d", str(text))
    return float(found[0]) if found else float("nan")


def money_year(stated: object, year: float) -> float:
    """The year whose money a figure is in: as stated; 'nominal' is the figure's own year; else the year it was said."""
    if stated == "nominal":
        return year
    known = first_year(stated)
    return known if known == known else min(year if year == year else 2025, 2026)


def value_2023usd(value: float, unit: str, dollar_year: float) -> float:
    """A money figure in USD of 2023, in the same unit otherwise; NaN where the unit is not money we convert."""
    if unit in {"KRW", "JPY", "CAD"} or "jobs" in unit:
        return float("nan")
    for currency, per_usd in LOCAL_PER_USD.items():
        if currency in unit:
            return value / per_usd * to_2023(dollar_year)
    return value * to_2023(dollar_year) if "USD" in unit or "USc" in unit else float("nan")


def build(source: pd.DataFrame) -> pd.DataFrame:
    """One group of facts in our schema."""
    rows = []
    for row in source[~source["group"].isin(IN_MONEY)].itertuples(index=False):
        year, unit = first_year(row.year), str(row.unit)
        money = pd.notna(value_2023usd(1.0, unit, 2023))
        dollar_year = money_year(row.dollar_year, year) if money else pd.NA
        text = clean(row.source)
        rows.append(
            {
                "topic": row.group,
                "item": clean(row.item),
                "region": row.region if isinstance(row.region, str) else "any",
                "year": int(year) if year == year else pd.NA,
                "value": row.value,
                "low": row.value_low,
                "high": row.value_high,
                "unit": unit,
                "dollar_year": dollar_year,
                "value_2023usd": round(value_2023usd(row.value, unit, dollar_year), 4) if money else None,
                "source": text,
                "licence": licence_of(kind_of(row.status, text), text),
                "kind": kind_of(row.status, text),
                "note": clean(row.note),
            }
        )
    table = pd.DataFrame(rows).dropna(subset="value")
    return table.astype({"year": "Int64", "dollar_year": "Int64"})


def main() -> None:
    folder = source_folder()
    for group in GROUPS:
        write_csv(build(pd.read_csv(folder / "tech" / f"{group}.csv")), f"facts/{group}.csv")
    capex = pd.read_csv(folder / "tech" / "regional_multipliers.csv")
    capex = capex.rename(columns={"tech": "technology", "name": "region_name"})
    capex["source"], capex["note"] = capex["source"].map(clean), capex["note"].map(clean)
    capex["kind"] = [kind_of(s, t) for s, t in zip(capex.pop("status"), capex["source"], strict=True)]
    capex["licence"] = [licence_of(k, t) for k, t in zip(capex["kind"], capex["source"], strict=True)]
    capex.insert(4, "fixed_om_multiplier", float("nan"))
    wind = capex["region"].eq("JP") & capex["technology"].eq("wind_on")
    capex.loc[wind, list(JAPAN_WIND)] = list(JAPAN_WIND.values())
    # US tariffs and rules of origin add a tenth to the card's US cost, and nothing to what panels cost in Korea and Japan.
    asian = capex["region"].isin(["KR", "JP"]) & capex["technology"].eq("solar_pv")
    capex.loc[asian, "capex_multiplier"] = (capex.loc[asian, "capex_multiplier"] / 1.1).round(4)
    capex.loc[asian, "source"] += "; over ATB, divided by 1.1, which US tariffs add to the card"
    # No licence and no supply chain for i-SMR outside Korea; its card is Korea's cost.
    places = capex[["region", "region_name"]].drop_duplicates()
    abroad = places.assign(
        technology="smr_ismr", capex_multiplier=1.5, kind="assumed", licence="own planning assumption"
    )
    abroad["source"] = f"{ASSUMED}: no licence and no supply chain outside Korea"
    abroad.loc[abroad["region"].eq("KR"), ["capex_multiplier", "source"]] = [1.0, "the card is Korea's cost"]
    capex = pd.concat([capex, abroad], ignore_index=True)
    write_csv(capex, "facts/regional_multipliers.csv")


if __name__ == "__main__":
    main()
