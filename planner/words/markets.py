"""What a plan takes of markets, in sentences: the gas price that it moves, and what all others pay for that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from planner.words.figures import money, num
from planner.words.language import mark, sentence

GAS = mark(
    "In {year} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other American users "
    "pay {more} more a year."
)

ALL = mark(
    "In {first} to {last} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other "
    "American users pay {more} more a year."
)
BETWEEN = mark("{low} to {high}")


def short(summary: dict[str, Any]) -> list[Markup]:
    """All stages in one sentence; of a single one its own."""
    rows = [row for row in summary.get("markets", {}).get("gas", []) if row["us_bcfd"] > 0]
    if len(rows) < 2:
        return sentences(summary)

    def between(key: str, told: Callable[[float], Markup]) -> Markup:
        values = [float(row[key]) for row in rows]
        return sentence(BETWEEN, low=told(min(values)), high=told(max(values)))

    return [
        sentence(
            ALL,
            first=rows[0]["stage"],
            last=rows[-1]["stage"],
            taken=between("us_bcfd", num),
            rise=between("henry_hub_rise_usd_per_mmbtu", num),
            more=between("others_musd_per_year", money),
        )
    ]


def sentences(summary: dict[str, Any]) -> list[Markup]:
    """One sentence for each stage in which the plan moves the price of gas."""
    return [
        sentence(
            GAS,
            year=row["stage"],
            taken=num(row["us_bcfd"]),
            rise=num(row["henry_hub_rise_usd_per_mmbtu"]),
            more=money(row["others_musd_per_year"]),
        )
        for row in summary.get("markets", {}).get("gas", [])
        if row["us_bcfd"] > 0
    ]
