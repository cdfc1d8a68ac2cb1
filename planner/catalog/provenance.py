"""Where every figure of `data/` comes from, in one tidy frame."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from planner.catalog.read import read_csv, text

COLUMNS = pa.DataFrameSchema(
    {
        "table": text(),
        "column": text(),
        "meaning": text(),
        "unit": text(nullable=True),
        "source": text(),
        "licence": text(),
        "kind": text(nullable=True),
    },
    unique=["table", "column"],
)
FIELDS = ["table", "item", "unit", "source", "licence", "kind"]
PER_ROW, OWN = "per row", "A-: cited facts; own planning assumption"
# Tables whose rows carry their own source: file -> (columns that name a row, unit column or unit, kind column)
ROWS = {
    "money.csv": (["item", "year"], "unit", "kind"),
    "planning.csv": (["key"], "unit", "kind"),
    "demand_centres.csv": (["country", "city"], "degrees", "kind"),
    "headroom.csv": (["site", "tier"], "MW", "kind"),
    "zone_headroom.csv": (["zone", "year"], "MW", "kind"),
    "carbon_path.csv": (["country", "year"], "kg/MWh", "kind"),
    "fuel_prices.csv": (["item", "region", "year"], "unit", "kind"),
    "lng_terminals.csv": (["terminal", "first_year"], "Mt/year", "figure_kind"),
    "weather_stations.csv": (["station"], "hourly year", "kind"),
    "facts/finance.csv": (["topic", "item", "region", "year"], "unit", "kind"),
    "facts/datacenter.csv": (["topic", "item", "region", "year"], "unit", "kind"),
    "facts/demand.csv": (["topic", "item", "region", "year"], "unit", "kind"),
    "facts/grid_tariffs.csv": (["topic", "item", "region", "year"], "unit", "kind"),
    "facts/lng.csv": (["topic", "item", "region", "year"], "unit", "kind"),
    "facts/regional_multipliers.csv": (["region", "technology"], "ratio", "kind"),
    "reference/published_lcoe.csv": (["technology", "country", "year"], "unit", "kind"),
    "system/zones.csv": (["zone"], "load by hour", "kind"),
    "system/fleet.csv": (["zone", "plant", "band"], "MW", "kind"),
    "system/additions.csv": (["zone", "year", "plant"], "MW", "kind"),
    "system/storage.csv": (["zone", "plant"], "MW", "kind"),
    "system/links.csv": (["from_zone", "to_zone", "first_year"], "MW", "kind"),
    "system/load_growth.csv": (["zone", "year"], "1", "kind"),
    "system/fuel_prices.csv": (["zone", "fuel", "year"], "USD/MMBtu", "kind"),
    "system/past.csv": (["zone", "year", "quantity"], "unit", "kind"),
    "system/scarcity.csv": (["market", "reserve_share"], "USD/MWh", "kind"),
    "system/measured.csv": (["area", "year", "quantity"], "unit", "kind"),
    "supply/gas_steps.csv": (["region", "year", "from_bcfd"], "unit", "kind"),
    "supply/gas_base.csv": (["region", "year"], "unit", "kind"),
    "supply/pipeline_limits.csv": (["region", "year"], "unit", "kind"),
    "supply/machine_slots.csv": (["class", "year"], "unit", "kind"),
    "supply/reactor_limits.csv": (["design", "country", "year"], "unit", "kind"),
    "supply/credits.csv": (["technology", "country"], "unit", "kind"),
    "supply/owner_rates.csv": (["class"], "unit", "kind"),
    "supply/carbon_paths.csv": (["country", "year"], "unit", "kind"),
    "supply/capacity_adders.csv": (["zone", "year"], "unit", "kind"),
    "supply/terms.csv": (["item", "region"], "unit", "kind"),
    "supply/evidence.csv": (["topic", "item", "region", "year"], "unit", "kind"),
}
# Figures whose source stands in a column beside them: (file, figure, unit, source column, kind column)
BESIDE = [
    ("sites.csv", "energy_price_usd_per_mwh", "USD/MWh", "price_source", "price_kind"),
    ("sites.csv", "land_limit_mw", "MW", "land_source", "land_kind"),
    ("sites.csv", "water_stress", "class", "water_source", "water_kind"),
    ("zones.csv", "energy_price_usd_per_mwh", "USD/MWh", "price_source", "price_kind"),
    ("zones.csv", "capacity_charge_usd_per_kw_year", "USD/kW-year", "capacity_charge_source", "capacity_charge_kind"),
    ("zones.csv", "carbon_kg_per_mwh", "kg/MWh", "carbon_source", "carbon_kind"),
    ("zones.csv", "peak_demand_mw", "MW", "peak_source", "peak_kind"),
    ("zones.csv", "reserve_margin", "fraction", "reserve_margin_source", "reserve_margin_kind"),
]


def columns(folder: Path | None = None) -> pd.DataFrame:
    """The dictionary of columns: table, column, meaning, unit, source ('per row' where rows say it), licence, kind."""
    return read_csv("columns.csv", COLUMNS, folder)


def provenance(folder: Path | None = None) -> pd.DataFrame:
    """Source of every figure: table, item (a column, or the name of a row), unit, source, licence, kind.

    Assumptions have kind `assumed`.
    """
    dictionary = columns(folder)
    whole = dictionary[(dictionary["source"] != PER_ROW) & (dictionary["kind"] != "")]
    parts = [whole.rename(columns={"column": "item"})[FIELDS]]
    for file, (names, unit, kind) in ROWS.items():
        rows = read_csv(file, pa.DataFrameSchema({"source": text(), kind: text()}), folder)
        item = rows[names].astype(object).where(rows[names].notna(), "").astype(str).agg(" ".join, axis=1).str.strip()
        parts.append(_frame(file, item, rows.get(unit, unit), rows, "source", rows.get("licence", OWN), kind))
    licences = dictionary.set_index(["table", "column"])["licence"]
    for file, figure, unit, source, kind in BESIDE:
        rows = read_csv(file, pa.DataFrameSchema({source: text(), kind: text(), figure: pa.Column()}), folder)
        item = rows.iloc[:, 0].astype(str) + " " + figure
        parts.append(_frame(file, item, unit, rows, source, licences[file, figure], kind))
    return pd.concat(parts, ignore_index=True)


def _frame(
    file: str, item: pd.Series, unit: object, rows: pd.DataFrame, source: str, licence: object, kind: str
) -> pd.DataFrame:
    """Rows of one table in the tidy form."""
    named = {"item": item, "unit": unit, "source": rows[source], "licence": licence, "kind": rows[kind]}
    return pd.DataFrame({"table": file, **named})[FIELDS]
