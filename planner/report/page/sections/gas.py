"""Gas and LNG: where it is bought, where it lands, who burns it."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.figures import lng as figures
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows
from planner.words.language import mark, say

COLUMNS = {
    "stage": mark("Year"),
    "kind": mark("Kind"),
    "export": mark("From"),
    "route": mark("Route"),
    "terminal": mark("To"),
    "country": mark("Burnt in"),
    "tbtu": mark("Gas, TBtu/y"),
    "mt": mark("LNG, Mt/y"),
    "price_usd_per_mmbtu": mark("Price, USD/MMBtu"),
}
KINDS = (mark("pipeline"), mark("contract"), mark("spot"))


def section(plan: Plan) -> Section:
    """The section."""
    gas = plan.tables["lng"].sort_values(["stage", "tbtu"], ascending=False, kind="stable")
    picture = figures.lng_chain(plan)
    content = {"gas": table(visible_rows(gas, "tbtu"), COLUMNS, "lng", plan)}
    return Section("lng", say(mark("Gas and LNG")), say(mark("Gas")), content, [picture] if picture else [])
