"""What a plan takes of markets, in sentences: the gas price that it moves, what all others pay for that, and machines of resold slots."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words.figures import money, num, pct
from planner.words.language import listed, mark, say, sentence
from planner.words.names import Names
from planner.words.reality import CLASSES

GAS = mark(
    "In {year} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other American users "
    "pay {more} more a year."
)

ALL = mark(
    "In {first} to {last} American plants and liftings of LNG take {taken} Bcf/d; Henry Hub rises by {rise} USD/MMBtu, and all other "
    "American users pay {more} more a year."
)
BETWEEN = mark("{low} to {high}")
RESOLD = mark(
    "Beyond what makers can give of {machines}, the plan uses resold slots, on which a machine costs {premium} more; in all since 2026 "
    "{amounts}."
)
FEWER = mark(
    "Below zero is used where the power systems build fewer machines of a class than they would without the campuses: {machines}."
)
RESOLD_BY = mark("{gw} GW by {year}")
SLOTS = "machine slots"
MARKETS = {  # of the table `markets`, in words
    "gas": mark("Gas"),
    "gas transport": mark("Firm transport of gas"),
    SLOTS: mark("Slots of machines"),
    "reactors": mark("Reactors"),
    "grid contracts": mark("Grid connections under contract"),
}
TOLD_GW = 0.0005  # less is no machine


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


def resold(plan: Plan) -> list[Markup]:
    """One sentence for each class of machines of which the plan uses resold slots: how many, by when, at which premium."""
    table = plan.tables["markets"]
    rows = table[table["resold"] > TOLD_GW].sort_values("stage")
    return [
        sentence(
            RESOLD,
            machines=say(CLASSES.get(str(machines), str(machines))),
            premium=pct(float(of["resold_premium"].iloc[0])),
            amounts=listed(
                sentence(RESOLD_BY, gw=num(row.resold), year=row.stage) for row in of[["resold", "stage"]].itertuples()
            ),
        )
        for machines, of in rows.groupby("place", sort=False)
    ]


def fewer(plan: Plan) -> list[Markup]:
    """Why less than nothing is used of some machines; nothing where that is not so."""
    table = plan.tables["markets"]
    classes = table.loc[(table["market"] == SLOTS) & (table["used"] < -TOLD_GW), "place"].unique()
    named = listed(say(CLASSES.get(str(of), str(of))) for of in classes)
    return [sentence(FEWER, machines=named)] if len(classes) else []


def named(plan: Plan) -> pd.DataFrame:
    """The plan's table of markets with market and place as people call them."""
    table, names = plan.tables["markets"], Names(plan)
    places = [_place(market, str(place), names) for market, place in zip(table["market"], table["place"], strict=True)]
    return table.assign(market=[say(MARKETS.get(market, market)) for market in table["market"]], place=places)


def _place(market: str, place: str, names: Names) -> str:
    """A class of machines, a design with its country, a zone, or a region of the gas market."""
    if market == SLOTS:
        return say(CLASSES.get(place, place))
    if market == "reactors":
        design, _, country = place.rpartition(" ")
        return f"{names.source(design)}, {names.country(country)}"
    if market == "grid contracts":
        return names.zone(place)
    return names.country(place) if place in names.plan.countries else place.replace("_", " ")
