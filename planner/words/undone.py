"""What the plan leaves undone: work that nobody does, and energy that running work needs and no source gives, by stage and country.

Work counts by its value: what its late compute would cost. It stands in the plan's cost as the line `unserved work`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from planner.base.names import CostLine
from planner.plan.plan import Plan
from planner.words.figures import money, pct
from planner.words.language import listed, mark, say, sentence
from planner.words.names import Names

LEAST = 5e-4  # of the work, or of the energy: from here on it is told
NAMED = 3  # kinds of work that are named

WORK = mark("{owner}, {year}: {share} of its work is not done ({parts}); the plan counts that at {amount} a year.")
NO_SUPPLY = mark(
    "In {year} nothing could feed a site: no connection to the grid is there by then, and no plant of the scenario could carry it alone."
)
ENERGY = mark("{country}, {year}: {share} of the energy that its sites need is not served.")
IN_COST = mark("{amount} of it stands for work that is not done.")


def sentences(plan: Plan) -> list[Markup]:
    """What is not done by owner and stage, with the reason where nothing could be fed, and energy that is not served."""
    demand, names, found = plan.tables["demand"], Names(plan), []
    worth = demand["demand"] * demand["value_usd_per_unit"] / 1e6
    rows = demand.assign(worth_musd=worth, lost_musd=worth * demand["unserved_share"])
    for (year, owner), here in rows.groupby(["stage", "owner"], sort=True):
        lost, whole = float(here["lost_musd"].sum()), float(here["worth_musd"].sum())
        if whole > 0 and lost > LEAST * whole:
            about = {
                "year": year,
                "owner": names.country(str(owner)),
                "share": pct(lost / whole),
                "amount": money(lost),
            }
            found.append(sentence(WORK, parts=_parts(here), **about))
    found += [sentence(NO_SUPPLY, year=year) for year in _unfed(plan, rows)]
    return found + [
        sentence(ENERGY, share=pct(dark), country=names.country(row["country"]), year=row["stage"])
        for row in plan.summary["totals"]
        if (dark := dark_share(row)) > LEAST
    ]


def in_cost(plan: Plan) -> list[Markup]:
    """How much of the plan's cost stands for work that is not done; nothing where that is next to nothing."""
    frame = plan.tables["costs"]
    lost = float(frame.loc[frame["line"] == CostLine.UNSERVED_WORK.value, "musd"].sum())
    return [sentence(IN_COST, amount=money(lost))] if lost > LEAST * float(frame["musd"].sum()) else []


def dark_share(row: dict[str, Any]) -> float:
    """Share of the energy that the running work needs and no source gives (work that pauses needs none), of a row of `totals`."""
    unserved = float(row["energy_gwh"].get("unserved", 0.0))
    return unserved / needed if (needed := row["facility_mw"] * 8.76) > 0 else 0.0


def _parts(here: pd.DataFrame) -> Markup:
    """The kinds of work of which most is lost, each with the share that is."""
    lost = here[here["unserved_share"] > LEAST].sort_values("lost_musd", ascending=False, kind="stable")
    told = listed(
        Markup("{} {}").format(row.workload, pct(row.unserved_share)) for row in lost.head(NAMED).itertuples()
    )
    return told + Markup(say(mark(" and others"))) if len(lost) > NAMED else told


def _unfed(plan: Plan, rows: pd.DataFrame) -> list[int]:
    """Stages in which work is lost and no site runs or could be fed by any supply of its own."""
    sites = plan.tables["sites"]
    fed = set(sites.loc[sites["open"].astype(bool) | sites["hosting_usd_per_kw_year"].notna(), "stage"])
    return [int(year) for year in sorted(set(rows.loc[rows["unserved_share"] > LEAST, "stage"])) if year not in fed]
