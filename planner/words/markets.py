"""What a plan takes of markets, in sentences: the gas price that it moves, and what all others pay for that."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from planner.words.figures import money, num
from planner.words.language import mark, sentence

GAS = mark(
    "In {year} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other American users "
    "pay {more} more a year."
)


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
