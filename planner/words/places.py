"""Why this site and not that one, also where no limit binds: what one more kW of IT would cost at each candidate of a country.

That cost is the screening cost of the table `sites` (`planner.instance.screening`): a kW that runs flat, with shell, upkeep, water and
power by its cheapest single supply. A plan that mixes supplies may differ from its order; candidates within `SAME` of the cheapest are
not told apart.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words.explain import NO_LIMIT, at_site
from planner.words.figures import num, pct
from planner.words.language import mark, say, sentence
from planner.words.names import Names

COST = "hosting_usd_per_kw_year"
SAME = 0.005  # closer than this, two sites cost the same
COUNTRIES = 3  # that are told of, the largest load first

SPREAD = mark(
    "{country}: {site}, which carries most, costs {cost} USD a year per kW of IT (power from {supply} at {power} USD/MWh); the {count} "
    "candidates cost {low} ({cheapest}) to {high} ({dearest})."
)
EQUAL = mark(
    "{country}: {near} of {count} candidates cost the same within {same} of the cheapest ({low} USD a year per kW of IT, power from "
    "{supply} at {power} USD/MWh); which of them is no finding."
)
FULL = mark(
    "{country}: nothing could feed one more kW at {site}; the next would stand at {cheapest}, for {low} USD a year per kW of IT."
)
ALONE = mark(
    "{country}: {site} costs {cost} USD a year per kW of IT (power from {supply} at {power} USD/MWh); no other could be fed."
)
HELD = mark("What holds {cheapest} back: {reason}.")
NONE = mark("{country}: no site could feed one more kW.")


def candidates(plan: Plan, year: int) -> pd.DataFrame:
    """The sites of a stage that run or could: rows of `sites` with `rank` in their country, and `over_percent` above its cheapest."""
    sites = plan.tables["sites"]
    here = sites[(sites["stage"] == year) & (sites["open"].astype(bool) | sites[COST].notna())]
    cost = here[COST].astype(float)
    cheapest = cost.groupby(here["country"]).transform("min")
    rank = cost.groupby(here["country"]).rank(method="min")
    ranks = pd.Series([int(place) if place == place else "" for place in rank], index=here.index, dtype=object)
    found = here.assign(rank=ranks, over_percent=100 * (cost / cheapest - 1.0))
    return found.sort_values(["country", COST], kind="stable", ignore_index=True)


def sentences(plan: Plan, year: int) -> list[Markup]:
    """Of each country that runs something in a stage: where its next kW would cost how much."""
    found = candidates(plan, year)
    loads = found[found["open"].astype(bool)].groupby("country")["facility_mw"].sum().sort_values(ascending=False)
    names = Names(plan)
    told = []
    for country in loads.index[:COUNTRIES]:
        here = found[found["country"] == country]
        told += [_told(here, names), *_held(plan, here, year)]
    return told


def _held(plan: Plan, here: pd.DataFrame, year: int) -> list[Markup]:
    """Why the cheapest candidate of a country does not carry most, where the one that does is clearly dearer: what binds at it, in this
    stage or before."""
    most = here.sort_values("facility_mw", ascending=False, kind="stable").iloc[0]
    if pd.isna(most[COST]) or most["over_percent"] <= 100 * SAME:
        return []
    low = here.dropna(subset=[COST]).iloc[0]
    for stage in sorted(
        (int(stage) for stage in plan.tables["sites"]["stage"].unique() if stage <= year), reverse=True
    ):
        held = at_site(plan, str(low["site"]), stage)
        if len(held):
            reason: str = sentence(mark("{what} ({year})"), what=held["what"].iloc[0], year=stage)
            return [sentence(HELD, cheapest=low["name"], reason=reason)]
    return [sentence(HELD, cheapest=low["name"], reason=say(NO_LIMIT))]


def _told(here: pd.DataFrame, names: Names) -> Markup:
    """A country's candidates in a sentence."""
    country = names.country(str(here["country"].iloc[0]))
    most = here.sort_values("facility_mw", ascending=False, kind="stable").iloc[0]
    priced = here.dropna(subset=[COST])
    if priced.empty:
        return sentence(NONE, country=country)
    low, high = priced.iloc[0], priced.iloc[-1]
    about = {"country": country, "site": most["name"], "cheapest": low["name"], "low": num(low[COST], 4)}
    if pd.isna(most[COST]):
        return sentence(FULL, **about)
    near = int((priced["over_percent"] <= 100 * SAME).sum())
    alike = near > 1 and most["over_percent"] <= 100 * SAME
    by = low if alike else most
    about |= {
        "supply": names.source(str(by["hosting_supply"])),
        "power": num(by["hosting_power_usd_per_mwh"]),
        "cost": num(most[COST], 4),
        "count": num(len(priced)),
    }
    if len(priced) == 1:
        return sentence(ALONE, **about)
    if alike:
        return sentence(EQUAL, near=num(near), same=pct(SAME), **about)
    return sentence(SPREAD, high=num(high[COST], 4), dearest=high["name"], **about)
