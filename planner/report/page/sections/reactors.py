"""The order book for small reactors, in whole units."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.figures import energy as figures
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows
from planner.words.language import mark, say

COLUMNS = {
    "stage": mark("Year"),
    "country": mark("Country"),
    "design": mark("Design"),
    "units": mark("Units"),
    "mw": mark("Power, MW"),
    "capex_usd_per_kw": mark("Overnight cost, USD/kW"),
    "learning_factor": mark("Learning factor"),
    "interest_factor": mark("Interest factor"),
}


def section(plan: Plan) -> Section:
    """The section."""
    keys = ["stage", "country", "design", "capex_usd_per_kw", "learning_factor", "interest_factor"]
    orders = visible_rows(plan.tables["smr_orders"].groupby(keys, as_index=False)[["units", "mw"]].sum(), "units")
    picture = figures.smr_orders(plan) if len(orders) else None
    whole = bool(((orders["units"] - orders["units"].round()).abs() < 1e-6).all())
    content = {"orders": table(orders, COLUMNS, "smr_orders", plan), "whole": whole}
    return Section(
        "smr", say(mark("Order book for reactors")), say(mark("Reactors")), content, [picture] if picture else []
    )
