"""What a run that an older version wrote does not tell."""

from __future__ import annotations

from markupsafe import Markup

from planner.plan.plan import Plan
from planner.words.language import mark, say, sentence

LABEL = mark("Older run")
TOLD = mark(
    "An older version wrote this run and did not note {figures}; what rests on that is left out. Plan its scenario again "
    "to have it."
)
FIGURES = {
    "lng.market_usd_per_mmbtu": mark("which part of a gas price follows the market"),
    "markets.resold": mark("how many machines are resold ones"),
    "markets.resold_premium": mark("what resold machines cost more"),
    "zones.co2_average_kg_per_mwh": mark("the average carbon of zones"),
    "zones.co2_average_without_kg_per_mwh": mark("the average carbon of zones without the campuses"),
    "zones.co2_incremental_kg_per_mwh": mark("the incremental carbon of zones"),
    "zones.others_bill_apart_musd": mark("how far two solves lie apart in what all others pay"),
    "zone_generation.energy_without_gwh": mark("what the plants of zones give without the campuses"),
    "links.hours_full_without": mark("how long links are full without the campuses"),
    "links.new_mw": mark("what the grid adds to its links"),
    "links.new_without_mw": mark("what the grid adds to its links without the campuses"),
    "links.new_musd": mark("what widening links costs"),
    "links.new_without_musd": mark("what widening links costs without the campuses"),
}
"""Every column that a run may lack (`plan/older.py`), in words."""


def sentences(plan: Plan) -> list[Markup]:
    """That an older version wrote the run, and which figures it lacks; nothing of a run that lacks none."""
    if not plan.lacks:
        return []
    return [sentence(TOLD, figures=", ".join(say(FIGURES[column]) for column in plan.lacks))]
