"""Markets that the plan moves: what it takes of each, and what one more would be worth."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import table
from planner.words import markets as words
from planner.words.language import mark, say

COLUMNS = {
    "stage": mark("Year"),
    "market": mark("Market"),
    "place": mark("Which, or where"),
    "used": mark("Used"),
    "allowed": mark("Can be had"),
    "resold": mark("Of it resold"),
    "resold_premium": mark("Resold ones cost more, share"),
    "unit": mark("Unit"),
    "worth": mark("One more unit is worth"),
    "worth_unit": mark("Unit of that worth"),
}


def section(plan: Plan) -> Section:
    """The section."""
    content = {
        "sentences": [*words.sentences(plan.summary), *words.resold(plan), *words.fewer(plan)],
        "markets": table(words.named(plan), COLUMNS, "markets", plan),
    }
    return Section("markets", say(mark("Markets")), say(mark("Markets")), content)
