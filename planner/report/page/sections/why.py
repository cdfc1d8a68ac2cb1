"""Why here, and not more: what a kW costs at each candidate, limits in the order of what a realistic step of each is worth in a year,
and connections that come too late."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from planner.base.names import LimitKind
from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import LONG_TABLE, Table, table
from planner.words import limits, pivots, places
from planner.words.figures import cell, num
from planner.words.language import mark, say

HEADS = (
    mark("Year"),
    mark("What holds the plan back"),
    mark("It allows"),
    mark("A step more"),
    mark("That step saves, M USD/y"),
    mark("One more unit is worth"),
    mark("Unit"),
)
PLACES = {
    "site": mark("Site"),
    "country": mark("Country"),
    "facility_mw": mark("Load, mean MW"),
    "hosting_usd_per_kw_year": mark("One more kW of IT, USD/y"),
    "rank": mark("Rank in country"),
    "over_percent": mark("Above the cheapest, %"),
    "hosting_power_usd_per_mwh": mark("Power, USD/MWh"),
    "hosting_supply": mark("Fed by"),
}


def section(plan: Plan) -> Section:
    """The section."""
    last = pivots.stages_of(plan.tables)[-1]
    content = {
        "places": table(places.candidates(plan, last), PLACES, "sites", plan),
        "told": places.sentences(plan, last),
        "scarce": _table(limits.scarce(plan)),
        "late": _table(limits.late(plan)),
    }
    return Section("why", say(mark("Why here, and not more")), say(mark("Why here")), content)


def _table(frame: pd.DataFrame) -> Table:
    rows = [
        [
            Markup("{}").format(row["stage"]),
            cell(row["what"]),
            cell(limits.room(row) if row["limit"] > 0 else ""),
            limits.step(LimitKind.named(row["kind"])),
            num(row["worth_musd_per_year"]),
            num(row["value_usd_per_year"]),
            cell(say(row["value_unit"])),
        ]
        for _, row in frame.head(LONG_TABLE).iterrows()
    ]
    return Table([(say(head), "") for head in HEADS], rows, len(frame), "limits")
