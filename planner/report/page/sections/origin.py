"""Where the figures come from: what is assumed or modelled, and every source with its licence."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page.section import Section
from planner.report.page.tables import table
from planner.words.language import mark, say

ASSUMED = {
    "table": mark("Table"),
    "item": mark("Item"),
    "value": mark("Value"),
    "unit": mark("Unit"),
    "kind": mark("Kind"),
    "source": mark("Source"),
}
SOURCES = {"table": mark("Table"), "source": mark("Source"), "licence": mark("Licence")}


def assumptions(plan: Plan) -> Section:
    """Every figure that rests on an assumption or a model and not on a published source."""
    frame = plan.tables["assumptions"]
    content = {"assumptions": table(frame, ASSUMED, "assumptions", plan, limit=len(frame))}
    return Section("assumptions", say(mark("Assumptions")), say(mark("Assumptions")), content)


def sources(plan: Plan) -> Section:
    """Every source with its licence."""
    content = {"sources": table(plan.tables["sources"], SOURCES, "sources", plan, limit=1000)}
    return Section("sources", say(mark("Sources")), say(mark("Sources")), content)
