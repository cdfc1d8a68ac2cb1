"""The table of the README: what a comparison with measured facts shows, area by area."""

from __future__ import annotations

from planner.base.text import fixed, percent, signed
from planner.grid.validate import Comparison

HALF = "_even_days"
NAMES = {
    "gas_twh": "gas",
    "coal_twh": "coal",
    "nuclear_twh": "nuclear",
    "wind_twh": "wind",
    "net_import_twh": "net import",
    "carbon_kg_per_mwh": "carbon",
}


def markdown(rows: list[Comparison]) -> str:
    """A line per area and year: model / measured (error) of each quantity. Goals that are missed are marked.

    Where prices of even days stand, they are shown instead of those of the year: steps were fitted on the odd ones.
    """
    halved = {(row.area, row.year) for row in rows if HALF in row.quantity}
    lines = ["| area, year | energy, TWh | price, USD/MWh | carbon, kg/MWh |", "|---|---|---|---|"]
    groups: dict[tuple[str, int], list[Comparison]] = {}
    for row in rows:
        if not row.quantity.startswith("price_") or ((row.area, row.year) in halved) == (HALF in row.quantity):
            groups.setdefault((row.area, row.year), []).append(row)
    for (area, year), own in groups.items():
        energy = [f"{NAMES.get(row.quantity, row.quantity)} {_told(row)}" for row in own if row.unit == "TWh"]
        price = [f"{_statistic(row)} {_told(row)}" for row in own if row.unit == "USD/MWh"]
        carbon = [_told(row) for row in own if row.unit == "kg/MWh"]
        lines.append(f"| {area} {year} | {'; '.join(energy)} | {'; '.join(price)} | {'; '.join(carbon)} |")
    return "\n".join(lines)


def _statistic(row: Comparison) -> str:
    return row.quantity.removeprefix("price_").removesuffix("_usd_per_mwh").removesuffix(HALF)


def _told(row: Comparison) -> str:
    """Model, measured and error of a row in words."""
    error = signed(fixed(row.error, 1)) if row.absolute else signed(percent(row.error))
    digits = 1 if row.absolute or abs(row.measured) < 20 else 0
    missed = " **missed**" if row.within is False else ""
    return f"{fixed(row.model, digits)} / {fixed(row.measured, digits)} ({error}){missed}"
