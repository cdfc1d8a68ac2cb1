"""Work and chips: what is asked for and served, what it costs, and which accelerators do it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from markupsafe import Markup

from planner.plan.plan import Plan
from planner.report.page import demand
from planner.report.page.section import Section
from planner.report.page.tables import table, visible_rows, work_rows
from planner.words import amounts
from planner.words.answer import has_chips
from planner.words.figures import pct
from planner.words.language import mark, say

DEMAND = {
    "stage": mark("Year"),
    "owner": mark("Whose work"),
    "workload": mark("Workload"),
    "demand": mark("Asked for in the year"),
    "served_share": mark("Done"),
    "served_abroad_share": mark("Done abroad"),
    "price_usd_per_unit": mark("One more costs, USD"),
    "value_usd_per_unit": mark("Left undone it counts, USD"),
}
WORK = {
    "stage": mark("Year"),
    "place": mark("Workload"),
    "value_usd_per_year": mark("All of it costs, M USD/y"),
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
        "demand": table(told(plan.tables["demand"]), DEMAND, "demand", plan),
        "work": table(work_rows(plan.tables["limits"]), WORK, "limits", plan),
        "chips": table(visible_rows(chips, "standing_thousand"), CHIPS, "chips", plan) if has_chips(plan) else None,
    }
    return Section("work", say(mark("Work and chips")), say(mark("Work")), content)


def told(demand: pd.DataFrame) -> pd.DataFrame:
    """The demand as people say it: amounts in large steps, shares as percent, what a lot of work costs."""

    def column(say_it: Callable[..., Markup], *of: str) -> pd.Series:
        cells = [say_it(*row) for row in demand[list(of)].itertuples(index=False, name=None)]
        return pd.Series(cells, demand.index, dtype=object)

    return demand.assign(
        demand=column(amounts.amount, "demand", "unit"),
        price_usd_per_unit=column(amounts.each, "price_usd_per_unit", "unit"),
        value_usd_per_unit=column(amounts.each, "value_usd_per_unit", "unit"),
        served_share=column(pct, "served_share"),
        served_abroad_share=column(pct, "served_abroad_share"),
    )
