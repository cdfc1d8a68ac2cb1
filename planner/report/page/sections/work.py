"""Work and chips: what is asked for and served, what it costs, and which accelerators do it."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.page import demand
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows, work_rows
from planner.words.answer import has_chips
from planner.words.language import mark, say

DEMAND = {
    "stage": mark("Year"),
    "owner": mark("Whose work"),
    "workload": mark("Workload"),
    "demand": mark("Asked for"),
    "unit": mark("Unit"),
    "served_share": mark("Served, share"),
    "served_abroad_share": mark("Abroad, share"),
    "price_usd_per_unit": mark("One more unit costs USD"),
    "value_usd_per_unit": mark("Late unit costs USD"),
}
WORK = {
    "stage": mark("Year"),
    "place": mark("Workload"),
    "value_usd_per_year": mark("All of it costs"),
    "value_unit": mark("in"),
}
CHIPS = {
    "stage": mark("Year"),
    "country": mark("Country"),
    "chip": mark("Chip"),
    "standing_thousand": mark("Standing, thousand"),
    "bought_thousand": mark("Bought, thousand"),
    "it_mw": mark("IT, mean MW"),
    "connectable_mw": mark("IT, rated MW"),
    "power_basis": mark("Power known from"),
    "power_rse": mark("Relative error"),
}


def section(plan: Plan) -> Section:
    """The section."""
    chips = plan.tables["chips"].groupby(
        ["stage", "country", "chip", "power_basis", "power_rse"], as_index=False, dropna=False
    )[["standing_thousand", "bought_thousand", "it_mw", "connectable_mw"]].sum()  # fmt: skip
    content = {
        "note": demand.note(plan.tables),
        "demand": table(plan.tables["demand"], DEMAND, "demand", plan),
        "work": table(work_rows(plan.tables["limits"]), WORK, "limits", plan),
        "chips": table(visible_rows(chips, "standing_thousand"), CHIPS, "chips", plan) if has_chips(plan) else None,
    }
    return Section("work", say(mark("Work and chips")), say(mark("Work")), content)
