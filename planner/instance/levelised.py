"""Levelised costs of the technology cards beside published ones, each at the conditions that its source names.

The published figures and their conditions stand in `data/reference/published_lcoe.csv`. Ours take the card's cost of the year, the
country's multipliers of `data/facts/regional_multipliers.csv`, and the source's discount rate, life, capacity factor, fuel and carbon
price where it says them. A range is met when ours lies in it, a single figure when ours lies within a tenth of it; where ours does not,
the table says why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from planner.base.money import exchange_rates, usd_2023
from planner.base.text import whole
from planner.base.units import quantity
from planner.catalog import tables
from planner.catalog.store import Shelf
from planner.instance.assemble import all_technologies
from planner.instance.horizon import Horizon
from planner.instance.screening import lcoe
from planner.instance.sites import cost_factors
from planner.scenario import parse
from planner.timeline import stages

TOLERANCE = 0.1  # of a single published figure


@dataclass(frozen=True)
class Compared:
    """One technology in one country and year: USD/MWh of 2023."""

    technology: str
    country: str
    year: int
    ours: float
    low: float
    high: float
    source: str
    conditions: str
    why_not: str  # empty where ours agrees

    @property
    def agrees(self) -> bool:
        """Does ours lie in the published range, or within a tenth of a single figure?"""
        around = TOLERANCE if self.low == self.high else 0.0
        return self.low * (1 - around) <= self.ours <= self.high * (1 + around)


def compared(folder: Path | None = None) -> list[Compared]:
    """Every row of the published table with ours, in its order; `folder` is a data folder of the user's own."""
    return [_compare(row, folder) for _, row in tables.reference("published_lcoe", folder).iterrows()]


def _compare(row: pd.Series, folder: Path | None) -> Compared:
    name, country, year, rate = str(row["technology"]), str(row["country"]), int(row["year"]), float(row["rate"])
    document = {
        "name": "levelised-cost",
        "countries": [country],
        "stages": [year],
        "discount_rate": rate,
        "power": [name],
        "workloads": [{"owner": country, "load": 1, "value": 1}],
    }
    scenario = parse(document)
    shelf = Shelf(folder)
    horizon = Horizon(scenario.base_year, tuple(stages(scenario.stages, year + 5, rate)), rate)
    tech = all_technologies(scenario, horizon, shelf)[name]
    capex, fixed_om = cost_factors(shelf, country, {name: tech})
    if pd.notna(row["life_years"]):
        tech = replace(tech, life=float(row["life_years"]))
    per_unit = usd_2023(int(row["money_year"]), folder) * quantity(
        f"1 {row['unit']}", "USD/MWh", fx=exchange_rates(folder)
    )
    ours = lcoe(
        tech,
        0,
        rate,
        capacity_factor=_given(row["capacity_factor"]),
        fuel_price=_given(row["fuel_usd_per_mmbtu"]),
        carbon_price=_given(row["carbon_usd_per_t"]) or 0.0,
        capex_factor=capex.get(name, 1.0),
        fixed_om_factor=fixed_om.get(name, 1.0),
    )
    why = "" if pd.isna(row["why_not"]) else str(row["why_not"])
    low, high = float(row["low"]) * per_unit, float(row["high"]) * per_unit
    return Compared(name, country, year, ours, low, high, str(row["source"]), str(row["conditions"]), why)


def _given(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def markdown(rows: list[Compared]) -> str:
    """The table of the README: ours beside the source's, USD/MWh of 2023."""
    lines = ["| technology | country, year | ours | published | source | why not |", "|---|---|---|---|---|---|"]
    for row in rows:
        figure = whole(row.low) if row.low == row.high else f"{whole(row.low)}-{whole(row.high)}"
        cells = (row.technology, f"{row.country} {row.year}", whole(row.ours), figure, row.source, row.why_not)
        lines.append("| " + " | ".join(f"`{c}`" if i == 0 else c for i, c in enumerate(cells)) + " |")
    return "\n".join(lines)
