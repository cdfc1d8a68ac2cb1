"""Sentences from the table `ranges` of a run (`planner near`): what near-equal plans have in common, and what they leave open."""

from __future__ import annotations

import pandas as pd

from planner.base.text import exact, number, whole
from planner.words.style import family

SMALL_MW = 5.0
"""IT power below which a site counts as not built (`solve.smallest.campus`)."""
SHOWN = 0.05
"""Share of the energy that a source must be able to reach to be told of."""


def first_sentences(ranges: pd.DataFrame) -> list[str]:
    """One sentence per country: in the last stage, between which shares of its energy each source lies.

    `attrs` of the table say within what of which cost.
    """
    energy = ranges[ranges["quantity"] == "energy"]
    energy = energy[energy["stage"] == energy["stage"].max()]
    more = f"{exact(100 * ranges.attrs.get('within', 0.0), 3)} % of the {_base(ranges)}"
    told = []
    for country, rows in energy.groupby("country"):
        of_load = ranges.attrs.get("load_twh", {})
        total = float(of_load.get(f"{country} {rows['stage'].iloc[0]}", rows["plan"].sum()))
        if total <= 0:
            continue
        parts = [
            f"{family(row.item).label.lower()} ({row.item}) {_between(row.least, row.most, total)}"
            for row in rows.sort_values("most", ascending=False).itertuples()
            if row.most > SHOWN * total
        ]
        told.append(
            f"For {more} more, the energy of {country} in {rows['stage'].iloc[0]} may come: {', '.join(parts)}."
        )
    return told


def _base(ranges: pd.DataFrame) -> str:
    return "power bill" if ranges.attrs.get("of") == "power" else "cost"


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
        return "must"
    return "never" if row["most_proven"] < SMALL_MW else "may"


def sites_sentence(ranges: pd.DataFrame) -> str:
    """Which sites every plan has, which none, and how many are open; nothing where sites were not asked for."""
    sites = ranges[ranges["quantity"] == "sites"]
    if sites.empty:
        return ""
    verdicts = sites.apply(verdict, axis=1)
    named = {what: ", ".join(sites.loc[verdicts == what, "item"]) or "none" for what in ("must", "never")}
    return f"Sites in every such plan: {named['must']}; in none: {named['never']}; in some: {int((verdicts == 'may').sum())}."


def cells(row: pd.Series) -> list[str]:
    """Plan, least and most as text."""
    return [number(row[name]) for name in ("plan", "least", "most")]
