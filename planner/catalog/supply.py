"""The tables of `data/supply/`: how much gas, transport, machines and reactors can be had, at which price, and on which terms.

Every figure has a `value` and, where a range is known, `low` and `high`: the ends of the figure itself (few or many slots, a flat or a
steep price). `level` picks the column of that name, `central` the value; an end that is not known falls back on the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pandera.pandas as pa

from planner.base.arrays import Array
from planner.base.errors import InputError, unknown_name
from planner.catalog.read import number, read_csv, table_path, text

Level = Literal["low", "central", "high"]
KINDS = ["measured", "datasheet", "published", "modelled", "assumed"]
FIGURE = {
    "value": number(0),
    "low": number(0, nullable=True),
    "high": number(0, nullable=True),
    "unit": text(),
    "source": text(),
    "licence": text(),
    "kind": text(among=KINDS),
}
YEAR = number(1990, 2100, whole=True)

GAS_STEPS = pa.DataFrameSchema(
    {"region": text(), "year": YEAR, "from_bcfd": number(0), "to_bcfd": number(0), **FIGURE},
    unique=["region", "year", "from_bcfd"],
)
GAS_BASE = pa.DataFrameSchema({"region": text(), "year": YEAR, **FIGURE}, unique=["region", "year"])
PIPELINES = pa.DataFrameSchema({"region": text(), "year": YEAR, **FIGURE}, unique=["region", "year"])
SLOTS = pa.DataFrameSchema({"class": text(), "year": YEAR, **FIGURE}, unique=["class", "year"])
CLASSES = pa.DataFrameSchema({"class": text(), "technology": text(unique=True)})
REACTORS = pa.DataFrameSchema(
    {"design": text(), "country": text(), "first_year": YEAR, "year": YEAR, **FIGURE},
    unique=["design", "country", "year"],
)
CREDITS = pa.DataFrameSchema(
    {
        "technology": text(),
        "country": text(),
        "event": text(among=["begun", "in service"]),
        "from_year": YEAR,
        "to_year": YEAR,
        "value": number(0, 1),
    },
    unique=["technology", "country"],
)
RATES = pa.DataFrameSchema({"class": text(unique=True), **FIGURE})
CARBON = pa.DataFrameSchema({"country": text(), "year": YEAR, **FIGURE}, unique=["country", "year"])
ADDERS = pa.DataFrameSchema(
    {"zone": text(), "year": YEAR, **FIGURE, "value": number(), "low": number(nullable=True), "high": number(nullable=True)},
    unique=["zone", "year"],
)  # fmt: skip
TERMS = pa.DataFrameSchema({"item": text(), "region": text(), **FIGURE}, unique=["item", "region"])
EVIDENCE = pa.DataFrameSchema(
    {
        "topic": text(),
        "item": text(),
        "region": text(),
        "year": YEAR,
        "value": number(),
        "unit": text(),
        "source": text(),
    }
)


def gas_steps(folder: Path | None = None) -> pd.DataFrame:
    """Price rise by step of volume (Bcf/d), for the nation (region US) and by census division, USD_2023/MMBtu.

    Raises InputError for steps that fall, overlap or leave a hole: only a rising price is a supply curve.
    """
    table = read_csv("supply/gas_steps.csv", GAS_STEPS, folder)
    path = table_path("supply/gas_steps.csv", folder)
    for (region, year), steps in table.sort_values("from_bcfd").groupby(["region", "year"], sort=False):
        ends = np.concatenate([[0.0], steps["to_bcfd"].to_numpy()])
        if not np.allclose(steps["from_bcfd"], ends[:-1]) or np.any(np.diff(ends) <= 0):
            raise InputError(
                f"the gas steps of {region} in {year} do not follow each other",
                file=path,
                key="from_bcfd, to_bcfd",
                expected="steps from 0 on, each from where the last one ends",
            )
        for level in ("low", "central", "high"):
            prices = at_level(steps, level)
            if np.any(np.diff(prices) < 0):
                raise InputError(
                    f"the {level} price of gas in {region} falls from one step to the next in {year}",
                    file=path,
                    key="value" if level == "central" else level,
                    value=", ".join(f"{price:g}" for price in prices),
                    expected="prices that rise with the volume",
                )
    return table


def gas_base(folder: Path | None = None) -> pd.DataFrame:
    """Factor on the base price of gas by census division and of henry_hub; high: AEO2025's low-supply case."""
    return read_csv("supply/gas_base.csv", GAS_BASE, folder)


def pipeline_limits(folder: Path | None = None) -> pd.DataFrame:
    """Firm transport that new data centers can get by census division, cumulative, Bcf/d."""
    return read_csv("supply/pipeline_limits.csv", PIPELINES, folder)


def machine_slots(folder: Path | None = None) -> pd.DataFrame:
    """GW of a class of machines that can be had by a year, cumulative since 2026. InputError if it falls from year to year."""
    table = read_csv("supply/machine_slots.csv", SLOTS, folder)
    for name, rows in table.sort_values("year").groupby("class", sort=False):
        for level in ("low", "central", "high"):
            if np.any(np.diff(at_level(rows, level)) < 0):
                raise InputError(
                    f"the slots of {name} fall from one year to the next, but they count from 2026 on",
                    file=table_path("supply/machine_slots.csv", folder),
                    key="value" if level == "central" else level,
                    expected="figures that rise or stay",
                )
    return table


def machine_classes(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Class of machines -> the technologies that share its slots. InputError for a class of slots without any."""
    members = read_csv("supply/machine_classes.csv", CLASSES, folder)
    found = {str(name): tuple(rows["technology"]) for name, rows in members.groupby("class", sort=False)}
    for name in machine_slots(folder)["class"].unique():
        if name not in found:
            raise InputError(
                f"the class of machines '{name}' has slots but no technologies",
                file=table_path("supply/machine_classes.csv", folder),
                key="class",
                value=name,
                expected="a row with a technology of this class",
            )
    return found


def reactor_limits(folder: Path | None = None) -> pd.DataFrame:
    """GW of a design that can stand in a country by year, and the first year in which it runs there."""
    return read_csv("supply/reactor_limits.csv", REACTORS, folder)


def credits(folder: Path | None = None) -> pd.DataFrame:
    """Share of an investment that the state pays, for plants begun, or in service, within a window of years."""
    return read_csv("supply/credits.csv", CREDITS, folder)


def owner_rates(folder: Path | None = None) -> pd.DataFrame:
    """Real rate that a private owner asks, by class of technology card."""
    return read_csv("supply/owner_rates.csv", RATES, folder)


def carbon_paths(folder: Path | None = None) -> pd.DataFrame:
    """Carbon price by country and year, USD_2023/t."""
    return read_csv("supply/carbon_paths.csv", CARBON, folder)


def capacity_adders(folder: Path | None = None) -> pd.DataFrame:
    """What capacity auctions add to a zone's charge on connections, USD_2023/kW-year; may be negative."""
    return read_csv("supply/capacity_adders.csv", ADDERS, folder)


def terms(folder: Path | None = None) -> pd.DataFrame:
    """Terms of contracts and constants of the markets: item, region, value, low, high, unit."""
    return read_csv("supply/terms.csv", TERMS, folder)


def evidence(folder: Path | None = None) -> pd.DataFrame:
    """What was quoted, filed, ordered and announced: topic, item, region, year, value, unit, source, date, url."""
    return read_csv("supply/evidence.csv", EVIDENCE, folder)


def at_level(rows: pd.DataFrame, level: Level) -> Array:
    """The figures of a level; an end that is not known is the value."""
    if level == "central":
        return rows["value"].to_numpy(float)
    return rows[level].fillna(rows["value"]).to_numpy(float)


def path(rows: pd.DataFrame, years: Sequence[float], level: Level, left: float | None = None) -> Array:
    """Figures in some years: straight lines between those of the rows, the last held; before the first: `left`, or the first held."""
    rows = rows.sort_values("year")
    return np.interp(np.asarray(years, float), rows["year"].to_numpy(float), at_level(rows, level), left=left)


def term(item: str, region: str, level: Level, table: pd.DataFrame) -> float:
    """A term of a region; a region without one takes the first part of its name (US-MIDA-PJM: US), then `any`.

    Raises InputError for an item that the table does not have there.
    """
    rows = table[table["item"] == item].set_index("region")
    for name in (region, region.split("-")[0], "any"):
        if name in rows.index:
            return float(at_level(rows.loc[[name]], level)[0])
    known = table["item"] + " of " + table["region"]
    raise unknown_name("market term", f"{item} of {region}", known)
