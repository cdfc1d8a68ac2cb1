"""What a plan does to the power system around its sites, in sentences that a regulator understands."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from markupsafe import Markup

from planner.words.figures import money, num, pct
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
SERVED = mark("{country}, {year}: everybody is served in every hour, with and without them.")
HOURS_SHORT = mark(
    "{country}, {year}: in {zone} some load is not served in {hours} hours a year, without them in {before}."
)
FULL = mark("{country}, {year}: links full for more than a quarter of the year are {links}.")
LINK = mark("{start} – {end} ({hours} hours, without them {before})")
FREE = mark("{country}, {year}: no link between its zones is full for more than a quarter of the year.")
SHORT = mark("{zone} lacks {mw} MW of firm supply below its margin in {year}.")
LIKE = mark("The power system is as without the plan: its campuses buy nothing of it.")
MORE, LESS = mark("more"), mark("less")
LEAST_TWH, LEAST_MW, LEAST_MT = 0.01, 10.0, 0.01
OFTEN_FULL_HOURS = 0.25 * 8760.0
MOST = 3  # zones and links that are named at a time, the worst


def sentences(tables: dict[str, pd.DataFrame], names: Names) -> list[Markup]:
    """By country and stage in which campuses buy: bills, carbon, what is built, hours short, full links; then zones that lack supply."""
    told: list[Markup] = []
    zones = tables["zones"]
    for (country, year), own in zones.groupby(["country", "stage"], sort=False):
        if float(own["ai_twh"].sum()) < LEAST_TWH:
            continue
        capacity, links = tables["zone_capacity"], tables["links"]
        new = capacity[(capacity["country"] == country) & (capacity["stage"] == year)]
        ties = links[
            links["from_zone"].isin(own["zone"]) & links["to_zone"].isin(own["zone"]) & (links["stage"] == year)
        ]
        who = {"country": names.country(str(country)), "year": year}
        told += [*_bill(own, who), *_carbon(own, who), *_built(new, who, names)]
        told += [*_hours_short(own, who), *_full(ties, who, names)]
    for row in zones.to_dict("records"):
        if row["reserve_short_mw"] > LEAST_MW:
            told.append(sentence(SHORT, zone=row["name"], mw=num(row["reserve_short_mw"]), year=row["stage"]))
    return told or [sentence(LIKE)]


def _bill(own: pd.DataFrame, who: dict[str, object]) -> Iterator[Markup]:
    bought, native = float(own["ai_twh"].sum()), float(own["native_twh"].sum())
    bill = float(own["others_bill_musd"].sum())
    figures = {"energy": num(bought), "share": pct(bought / native), "bill": money(abs(bill))}
    yield sentence(BOUGHT, way=sentence(MORE if bill >= 0 else LESS), per_mwh=num(bill / native), **figures, **who)


def _carbon(own: pd.DataFrame, who: dict[str, object]) -> Iterator[Markup]:
    carbon = float((own["co2_mt"] - own["co2_mt_without"]).sum())
    if abs(carbon) >= LEAST_MT:
        per_mwh = num(carbon / float(own["ai_twh"].sum()) * 1e3)
        yield sentence(
            CARBON, more=num(abs(carbon)), way=sentence(MORE if carbon >= 0 else LESS), per_mwh=per_mwh, **who
        )


def _built(new: pd.DataFrame, who: dict[str, object], names: Names) -> Iterator[Markup]:
    built = (new["new_mw"] - new["new_without_mw"]).groupby(new["plant"]).sum()
    listed = [
        Markup("{} GW {}").format(num(mw / 1e3), names.source(str(g))) for g, mw in built.items() if mw > LEAST_MW
    ]
    if listed:
        yield sentence(BUILDS, plants=Markup(", ").join(listed), **who)


def _hours_short(own: pd.DataFrame, who: dict[str, object]) -> Iterator[Markup]:
    """The zones with the most hours short; that there are none."""
    worst = own.assign(most=own[["hours_short", "hours_short_without"]].max(axis=1)).sort_values(
        "most", ascending=False, kind="stable"
    )
    short = worst[worst["most"] > 0].head(MOST)
    if short.empty:
        yield sentence(SERVED, **who)
    for row in short.to_dict("records"):
        hours, before = num(row["hours_short"]), num(row["hours_short_without"])
        yield sentence(HOURS_SHORT, zone=row["name"], hours=hours, before=before, **who)


def _full(links: pd.DataFrame, who: dict[str, object], names: Names) -> Iterator[Markup]:
    """The links that are full most of the time; nothing where there are no links."""
    if links.empty:
        return
    often = links[links["hours_full"] > OFTEN_FULL_HOURS].sort_values("hours_full", ascending=False, kind="stable")
    listed = [
        sentence(
            LINK,
            start=names.zone(row["from_zone"]),
            end=names.zone(row["to_zone"]),
            hours=num(row["hours_full"]),
            before=num(row["hours_full_without"]),
        )
        for row in often.head(MOST).to_dict("records")
    ]
    yield sentence(FULL, links=Markup("; ").join(listed), **who) if listed else sentence(FREE, **who)
