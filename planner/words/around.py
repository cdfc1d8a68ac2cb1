"""What a plan does to the power system around its sites, in sentences that a regulator understands."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.base.text import percent
from planner.words.figures import money, num
from planner.words.language import mark, sentence
from planner.words.names import Names

BOUGHT = mark(
    "{country}, {year}: campuses buy {energy} TWh from the grid, {share} of what everybody else draws. Everybody else pays {bill} {way} a "
    "year because of them, {per_mwh} USD/MWh."
)
CARBON = mark(
    "{country}, {year}: the grid emits {more} Mt CO2 {way} a year than without them, {per_mwh} kg per MWh bought."
)
BUILDS = mark("{country}, {year}: for them the grid builds {plants}.")
SHORT = mark("{zone} lacks {mw} MW of firm supply below its margin in {year}.")
LIKE = mark("The power system is as without the plan: its campuses buy nothing of it.")
MORE, LESS = mark("more"), mark("less")
LEAST_TWH, LEAST_MW, LEAST_MT = 0.01, 10.0, 0.01


def sentences(zones: pd.DataFrame, capacity: pd.DataFrame, names: Names) -> list[Markup]:
    """By country and stage in which campuses buy: what they do to bills, to carbon, what is built; then zones that lack supply."""
    told: list[Markup] = []
    for (country, year), own in zones.groupby(["country", "stage"], sort=False):
        bought = float(own["ai_twh"].sum())
        if bought < LEAST_TWH:
            continue
        native, bill = float(own["native_twh"].sum()), float(own["others_bill_musd"].sum())
        carbon = float((own["co2_mt"] - own["co2_mt_without"]).sum())
        who = {"country": names.country(str(country)), "year": year}
        told.append(
            sentence(
                BOUGHT,
                energy=num(bought),
                share=percent(bought / native, 1),
                bill=money(abs(bill)),
                way=sentence(MORE if bill >= 0 else LESS),
                per_mwh=num(bill / native),
                **who,
            )
        )
        if abs(carbon) >= LEAST_MT:
            way = sentence(MORE if carbon >= 0 else LESS)
            told.append(sentence(CARBON, more=num(abs(carbon)), way=way, per_mwh=num(carbon / bought * 1e3), **who))
        new = capacity[(capacity["country"] == country) & (capacity["stage"] == year)]
        built = (new["new_mw"] - new["new_without_mw"]).groupby(new["plant"]).sum()
        listed = [
            Markup("{} GW {}").format(num(mw / 1e3), names.source(str(g))) for g, mw in built.items() if mw > LEAST_MW
        ]
        if listed:
            told.append(sentence(BUILDS, plants=Markup(", ").join(listed), **who))
    for row in zones.to_dict("records"):
        if row["reserve_short_mw"] > LEAST_MW:
            told.append(sentence(SHORT, zone=row["name"], mw=num(row["reserve_short_mw"]), year=row["stage"]))
    return told or [sentence(LIKE)]
