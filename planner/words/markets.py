"""What a plan takes of markets, in sentences: the gas price that it moves, and what is more than was ever published."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.words.figures import money, num
from planner.words.language import mark, sentence

GAS = mark(
    "In {year} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other American users "
    "pay {more} more a year."
)
ABOVE = mark("In {year} the plan has {amount} {unit} of {what}; what was published leaves room for {low} to {high}.")


def sentences(summary: dict[str, Any]) -> list[Markup]:
    """One sentence for each stage in which the plan moves the price of gas, then one for what lies above all published ranges."""
    markets = summary.get("markets", {})
    told = [
        sentence(
            GAS,
            year=row["stage"],
            taken=num(row["us_bcfd"]),
            rise=num(row["henry_hub_rise_usd_per_mmbtu"]),
            more=money(row["others_musd_per_year"]),
        )
        for row in markets.get("gas", [])
        if row["us_bcfd"] > 0
    ]
    for row in markets.get("reality", []):
        if row["plan"] > row["high"] * 1.001:
            told.append(
                sentence(
                    ABOVE,
                    year=row["stage"],
                    amount=num(row["plan"]),
                    unit=row["unit"],
                    what=row["what"],
                    low=num(row["low"]),
                    high=num(row["high"]),
                )
            )
    return told


def reality(summary: dict[str, Any]) -> pd.DataFrame:
    """The plan beside published figures, one row per figure and stage; empty for plans from before there was such a check."""
    columns = ["stage", "what", "plan", "low", "central", "high", "unit", "source"]
    return pd.DataFrame(summary.get("markets", {}).get("reality", []), columns=columns)
