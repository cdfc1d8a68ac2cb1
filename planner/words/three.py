"""The three numbers of a plan that a reader keeps, each with how far it may move: its cost, what feeds most of it, its sites.

The cost lies between its proven bound and what the plan costs. How far source and sites may move is what `planner near` found over all
plans that cost little more; without it the number says that nobody asked.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words import pivots, ranges
from planner.words.answer import Tile, open_sites
from planner.words.figures import gap, money, num, pct
from planner.words.language import mark, say, sentence
from planner.words.names import Names

NOT_ASKED = mark("how far it may move was not asked yet")
BETWEEN = mark("between {low} and {high}, proven")
ONE = mark("proven within {gap}")
SHARE = mark("{source}, {country} {year}; {range} for {more} more")
SHARE_ALONE = mark("{source}, {country} {year}")
SITES = mark("run in {year}; {least} to {most} for {more} more")
SITES_ALONE = mark("run in {year}")


def numbers(plan: Plan, near: pd.DataFrame | None) -> list[Tile]:
    """Cost, largest source and sites of a plan with their ranges; the cost alone where nothing runs."""
    found = [_cost(plan)]
    years = [year for year in pivots.stages_of(plan.tables) if len(open_sites(plan, year))]
    if years:
        found += [tile for tile in (_source(plan, near, years[-1]), _sites(plan, near, years[-1])) if tile is not None]
    return found


def _cost(plan: Plan) -> Tile:
    proof = plan.summary["certificate"]
    low, high = money(proof["lower_bound_musd"]), money(plan.summary["objective_musd"])
    told = (
        sentence(BETWEEN, low=low, high=high)
        if low.striptags() != high.striptags()
        else sentence(ONE, gap=gap(proof["gap"]))
    )
    return Tile(say(mark("The whole cost")), high, told)


def _source(plan: Plan, near: pd.DataFrame | None, year: int) -> Tile | None:
    """The source that gives most of the energy of the country with the largest load."""
    energy = plan.tables["energy"]
    here = energy[
        (energy["stage"] == year) & ~energy["source"].isin(["paused", "unserved"]) & (energy["charge_gwh"] <= 0)
    ]
    by_country = here.groupby("country")["energy_gwh"].sum()
    if by_country.empty or by_country.max() <= 0:
        return None
    country = str(by_country.idxmax())
    by_source = here[here["country"] == country].groupby("source")["energy_gwh"].sum()
    source, names = str(by_source.idxmax()), Names(plan)
    about = {"source": names.source(source), "country": names.country(country), "year": year}
    figure = pct(float(by_source.max() / by_country[country]))
    told = None if near is None else ranges.share_between(near, source, country)
    if near is None or told is None:
        return Tile(
            say(mark("Most of the energy")),
            figure,
            Markup("{}; {}").format(sentence(SHARE_ALONE, **about), say(NOT_ASKED)),
        )
    return Tile(
        say(mark("Most of the energy")), figure, sentence(SHARE, range=told, more=ranges.how_much_more(near), **about)
    )


def _sites(plan: Plan, near: pd.DataFrame | None, year: int) -> Tile:
    figure, label = num(len(open_sites(plan, year))), say(mark("Sites"))
    asked = None if near is None else near[near["quantity"] == "sites"]
    if near is None or asked is None or asked.empty:
        return Tile(label, figure, Markup("{}; {}").format(sentence(SITES_ALONE, year=year), say(NOT_ASKED)))
    verdicts = asked.apply(ranges.verdict, axis=1)
    least, most = int((verdicts == ranges.MUST).sum()), int((verdicts != ranges.NEVER).sum())
    return Tile(label, figure, sentence(SITES, year=year, least=least, most=most, more=ranges.how_much_more(near)))
