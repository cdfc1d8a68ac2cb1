"""What a plan does to the power system around its sites, in sentences that a regulator understands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from planner.base import constants
from planner.base.names import STANDBY
from planner.words.figures import money, mw, num, pct
from planner.words.language import listed, mark, sentence
from planner.words.names import Names

WHERE = mark("{country}, {year}")
BOUGHT = mark(
    "Campuses buy {energy} TWh from the grid, {share} of what everybody else draws; because of them everybody else pays {bill} {way} a "
    "year, {per_mwh} USD/MWh; {parts}."
)
ENERGY_ALONE, FIRM_ALONE = mark("all of it for energy"), mark("all of it for firm supply")
BOTH = mark("{for_energy} {energy_way} for energy, {for_firm} {firm_way} for firm supply")
HARDLY = mark(
    "Campuses buy {energy} TWh from the grid, {share} of what everybody else draws; what everybody else pays does not change by more than "
    "can be told: two solves of the same lie {apart} a year apart."
)
CARBON = mark("The grid emits {more} Mt CO2 {way} a year than without them, {per_mwh} kg per MWh bought.")
BUILDS = mark("For them the grid builds {plants}.")
KEEPS = mark("{old} more of old plants stand by for them, past their retirement.")
WIDENS = mark("The grid adds {added} to links between its zones, {before} without them, at {cost} a year: {links}.")
SERVED = mark("Everybody is served in every hour, with and without them.")
UNSERVED = mark("Some load is not served: {zones}.")
ELSEWHERE = mark("No campus buys in {zones}: more hours short there may be what the plan's proven gap leaves open.")
FULL = mark("Links that are full for more than a quarter of the year: {links}.")
FREE = mark("No link between its zones is full for more than a quarter of the year.")
HOURS = mark("{place} ({hours} hours a year, without them {before})")
SHORT = mark("{zone} lacks {mw} MW of firm supply below its margin in {year}.")
LIKE = mark("The power system is as without the plan: its campuses buy nothing of it.")
MORE, LESS = mark("more"), mark("less")
LEAST_TWH, LEAST_MW, LEAST_MT = 0.1, 25.0, 0.01  # a year: what is less tells of the proven gap, not of the plan
HARDLY_ANY = 0.01  # of a bill: such a part is not worth a word
BUYS_TWH = 1e-3  # a year: where campuses buy less they buy nothing
LEAST_SHARE = (
    5e-3  # of everybody else's load: what plants emit more for less than that is no more than what solving leaves
)
OFTEN_FULL_HOURS = 0.25 * constants.HOURS
MOST = 3  # zones and links that are named at a time, the worst


@dataclass(frozen=True)
class Told:
    """What is said of a country in a stage; without a heading what is said of all."""

    heading: Markup
    sentences: list[Markup]


def told(tables: dict[str, pd.DataFrame], names: Names) -> list[Told]:
    """By country and stage in which campuses buy: bills, carbon, what is built, hours short, full links; then zones that lack supply.

    Where they buy nothing and hours are short all the same, that is told alone.
    """
    zones, capacity, links = tables["zones"], tables["zone_capacity"], tables["links"]
    found: list[Told] = []
    for (country, year), own in zones.groupby(["country", "stage"], sort=False):
        heading = sentence(WHERE, country=names.country(str(country)), year=year)
        if float(own["ai_twh"].sum()) < LEAST_TWH:
            if (own["hours_short"] > own["hours_short_without"]).any():
                found.append(Told(heading, list(_unserved(own))))
            continue
        new = capacity[(capacity["country"] == country) & (capacity["stage"] == year)]
        here = links["from_zone"].isin(own["zone"]) & links["to_zone"].isin(own["zone"])
        said = [
            *_bill(own),
            *_carbon(own),
            *_built(new, names),
            *_widened(links[here & (links["stage"] == year)], names),
            *_unserved(own),
            *_full(links[here & (links["stage"] == year)], names),
        ]
        found.append(Told(heading, said))
    short = zones[zones["reserve_short_mw"] > LEAST_MW].to_dict("records")
    lacks = [sentence(SHORT, zone=row["name"], mw=num(row["reserve_short_mw"]), year=row["stage"]) for row in short]
    return [*(found or [Told(Markup(), [sentence(LIKE)])]), *(Told(Markup(), [one]) for one in lacks)]


def _bill(own: pd.DataFrame) -> Iterator[Markup]:
    bought, native = float(own["ai_twh"].sum()), float(own["native_twh"].sum())
    bill = float(own["others_bill_musd"].sum())
    figures = {"energy": num(bought), "share": pct(bought / native), "bill": money(abs(bill))}
    apart = bills_apart(own)
    if abs(bill) <= apart:
        yield sentence(HARDLY, energy=num(bought), share=pct(bought / native), apart=money(apart))
        return
    energy = float((own["native_twh"] * (own["price_usd_per_mwh"] - own["price_without_usd_per_mwh"])).sum())
    yield sentence(BOUGHT, way=_way(bill), per_mwh=num(bill / native), parts=_parts(bill, energy), **figures)


def _parts(bill: float, energy: float) -> Markup:
    """What of a bill is for energy and what for firm supply; one alone where the other is hardly anything."""
    firm = bill - energy
    if min(abs(firm), abs(energy)) < HARDLY_ANY * abs(bill):
        return sentence(ENERGY_ALONE if abs(firm) < abs(energy) else FIRM_ALONE)
    ways = {"energy_way": _way(energy), "firm_way": _way(firm)}
    return sentence(BOTH, for_energy=money(abs(energy)), for_firm=money(abs(firm)), **ways)


def _way(value: float) -> Markup:
    return sentence(MORE if value >= 0 else LESS)


def bills_apart(zones: pd.DataFrame) -> float:
    """How far two solves of the same lie apart in others' bill, M USD a year; nothing in an older run, which does not know."""
    return float(zones["others_bill_apart_musd"].sum())


def _carbon(own: pd.DataFrame) -> Iterator[Markup]:
    carbon, bought = float((own["co2_mt"] - own["co2_mt_without"]).sum()), float(own["ai_twh"].sum())
    if abs(carbon) >= LEAST_MT and bought >= LEAST_SHARE * float(own["native_twh"].sum()):
        per_mwh = num(carbon / bought * 1e3)
        yield sentence(CARBON, more=num(abs(carbon)), way=_way(carbon), per_mwh=per_mwh)


def _built(new: pd.DataFrame, names: Names) -> Iterator[Markup]:
    built = (new["new_mw"] - new["new_without_mw"]).groupby(new["plant"]).sum()
    kept = float(built.pop(STANDBY)) if STANDBY in built else 0.0
    parts = [Markup("{} {}").format(mw(more), names.source(str(g))) for g, more in built.items() if more > LEAST_MW]
    if parts:
        yield sentence(BUILDS, plants=listed(parts))
    if kept > LEAST_MW:
        yield sentence(KEEPS, old=mw(kept))


def _widened(links: pd.DataFrame, names: Names) -> Iterator[Markup]:
    """What the grid adds to its links, those named to which it adds most; nothing where it adds nothing, or an older run does not know."""
    added = links[links["new_mw"] > LEAST_MW].sort_values("new_mw", ascending=False, kind="stable")
    parts = [
        Markup("{} – {} {}").format(names.zone(row["from_zone"]), names.zone(row["to_zone"]), mw(row["new_mw"]))
        for row in added.head(MOST).to_dict("records")
    ]
    if parts:
        total, before = float(links["new_mw"].sum()), float(links["new_without_mw"].sum())
        cost = money(float(links["new_musd"].sum()))
        yield sentence(WIDENS, added=mw(total), before=mw(before), cost=cost, links=listed(parts))


def _unserved(own: pd.DataFrame) -> Iterator[Markup]:
    """The zones with the most hours short, and in which of them no campus buys; that there are none."""
    worst = own.assign(most=own[["hours_short", "hours_short_without"]].max(axis=1))
    worst = worst[worst["most"] > 0].sort_values("most", ascending=False, kind="stable").head(MOST)
    parts = [_hours(row["name"], row["hours_short"], row["hours_short_without"]) for row in worst.to_dict("records")]
    yield sentence(UNSERVED, zones=Markup("; ").join(parts)) if parts else sentence(SERVED)
    more = worst[(worst["ai_twh"] < BUYS_TWH) & (worst["hours_short"] > worst["hours_short_without"])]
    if len(more):
        yield sentence(ELSEWHERE, zones=listed(more["name"].astype(str)))


def _full(links: pd.DataFrame, names: Names) -> Iterator[Markup]:
    """The links that are full most of the time; nothing where there are no links."""
    if links.empty:
        return
    often = links[links["hours_full"] > OFTEN_FULL_HOURS].sort_values("hours_full", ascending=False, kind="stable")
    parts = [
        _hours(
            f"{names.zone(row['from_zone'])} – {names.zone(row['to_zone'])}",
            row["hours_full"],
            row["hours_full_without"],
        )
        for row in often.head(MOST).to_dict("records")
    ]
    yield sentence(FULL, links=Markup("; ").join(parts)) if parts else sentence(FREE)


def _hours(place: str, hours: float, before: float) -> Markup:
    return sentence(HOURS, place=place, hours=num(hours), before=num(before))
