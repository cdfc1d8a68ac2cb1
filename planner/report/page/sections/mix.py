"""What feeds the load: energy by country and year, and the capacity that stands for it."""

from __future__ import annotations

from planner.plan.plan import Plan
from planner.report.figures import energy as figures
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows
from planner.words import pivots, style
from planner.words.language import mark, say

COLUMNS = {
    "stage": mark("Year"),
    "country": mark("Country"),
    "technology": mark("Technology"),
    "capacity_mw": mark("Capacity, MW"),
    "built_mw": mark("Built for this year, MW"),
    "generation_gwh": mark("Energy, GWh/y"),
    "cost_musd_per_year": mark("Cost, M USD/y"),
}


def section(plan: Plan) -> Section:
    """The section."""
    capacity = plan.tables["capacity"].groupby(["stage", "country", "technology"], as_index=False)[
        ["capacity_mw", "built_mw", "generation_gwh", "cost_musd_per_year"]
    ].sum()  # fmt: skip
    content = {
        "families": [style.FAMILY[key] for key in pivots.families_in(plan.tables)],
        "capacity": table(visible_rows(capacity, "capacity_mw"), COLUMNS, "capacity", plan),
    }
    return Section("mix", say(mark("Energy mix by country and year")), say(mark("Mix")), content, [figures.mix(plan)])
