"""Sentences from the table `ranges` of a run (`planner near`): what near-equal plans have in common, and what they leave open."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.base.text import exact, number, whole
from planner.words.language import mark, say, sentence
from planner.words.names import Names

SMALL_MW = 5.0
"""IT power below which a site counts as not built (`solve.smallest.campus`)."""
SHOWN = 0.05
"""Share of the energy that a source must be able to reach to be told of."""
NAMED = 8
"""Sites that are named in a sentence."""
MUST, MAY, NEVER = mark("must"), mark("may"), mark("never")
MIX = mark("For {more} more, the energy of {country} in {year} may come: {parts}.")
SITES = mark("Sites in every such plan: {must}; in none: {never}; in some: {may}.")
AND_MORE = mark("{named} and {count} more")
OF_POWER, OF_COST = mark("{share} of the power bill"), mark("{share} of the cost")
ABSENT = mark("How far mix and sites may move at nearly the same cost was not asked: planner near RUN finds it.")


def sentences(ranges: pd.DataFrame | None, names: Names) -> list[Markup]:
    """What the first screen says of ranges: mix by country, then sites; that they are absent where there are none."""
    if ranges is None:
        return [sentence(ABSENT)]
    return [*first_sentences(ranges, names), *([told] if (told := sites_sentence(ranges, names)) else [])]


def first_sentences(ranges: pd.DataFrame, names: Names) -> list[Markup]:
    """One sentence per country: in the last stage, between which shares of its energy each source lies.

    `attrs` of the table say within what of which cost.
    """
    energy = ranges[ranges["quantity"] == "energy"]
    energy = energy[energy["stage"] == energy["stage"].max()]
    more, found = how_much_more(ranges), []
    for country, rows in energy.groupby("country"):
        total = _load_twh(ranges, str(country), rows)
        if total <= 0:
            continue
        parts = [
            f"{names.source(str(row.item))} {_between(row.least, row.most, total)}"
            for row in rows.sort_values("most", ascending=False).itertuples()
            if row.most > SHOWN * total
        ]
        about = {"country": names.country(str(country)), "year": rows["stage"].iloc[0]}
        found.append(sentence(MIX, more=more, parts=", ".join(parts), **about))
    return found


def share_between(ranges: pd.DataFrame, source: str, country: str) -> str | None:
    """Between which shares of a country's energy of the last stage a source lies; None where it was not asked."""
    energy = ranges[(ranges["quantity"] == "energy") & (ranges["country"] == country)]
    energy = energy[energy["stage"] == energy["stage"].max()]
    here = energy[energy["item"] == source]
    total = _load_twh(ranges, country, energy) if len(energy) else 0.0
    return None if here.empty or total <= 0 else _between(here["least"].iloc[0], here["most"].iloc[0], total)


def _load_twh(ranges: pd.DataFrame, country: str, rows: pd.DataFrame) -> float:
    """The load of a country in the stage of its rows, TWh; what their plan gives where it is not told."""
    return float(ranges.attrs.get("load_twh", {}).get(f"{country} {rows['stage'].iloc[0]}", rows["plan"].sum()))


def how_much_more(ranges: pd.DataFrame) -> Markup:
    """By how much the plans of a table may be dearer, and of which cost."""
    message = OF_POWER if ranges.attrs.get("of") == "power" else OF_COST
    return sentence(message, share=f"{exact(100 * ranges.attrs.get('within', 0.0), 3)} %")


def _between(least: float, most: float, total: float) -> str:
    """A range of shares in words.

    >>> _between(5.0, 7.5, 10.0), _between(0.0, 12.0, 10.0)
    ('50-75 %', '0-100 %')
    """
    low, high = (min(100.0, max(0.0, 100 * value / total)) for value in (least, most))
    return f"{whole(low)}-{whole(high)} %" if whole(low) != whole(high) else f"{whole(low)} %"


def verdict(row: pd.Series) -> str:
    """Whether every plan builds a site, none does, or some do: by the proven ends.

    >>> verdict(pd.Series({"least_proven": 20.0, "most_proven": 90.0})), verdict(pd.Series({"least_proven": 0.0, "most_proven": 1.0}))
    ('must', 'never')
    """
    if row["least_proven"] >= SMALL_MW:
        return MUST
    return NEVER if row["most_proven"] < SMALL_MW else MAY


def sites_sentence(ranges: pd.DataFrame, names: Names) -> Markup | None:
    """Which sites every plan has, and how many none or some have; nothing where sites were not asked for."""
    sites = ranges[ranges["quantity"] == "sites"].sort_values("least_proven", ascending=False, kind="stable")
    if sites.empty:
        return None
    verdicts = sites.apply(verdict, axis=1)
    must = [names.site(str(item)) for item in sites.loc[verdicts == MUST, "item"]]
    named = ", ".join(must[:NAMED]) or say(mark("none"))
    if len(must) > NAMED:
        named = sentence(AND_MORE, named=named, count=len(must) - NAMED)
    counts = {"never": int((verdicts == NEVER).sum()), "may": int((verdicts == MAY).sum())}
    return sentence(SITES, must=named, **counts)


def cells(row: pd.Series) -> list[str]:
    """Plan, least and most as text."""
    return [number(row[name]) for name in ("plan", "least", "most")]
