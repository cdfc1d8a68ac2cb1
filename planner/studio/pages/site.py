"""A site of a plan in a stage: the sentences of `planner explain`, its hours in local time, and its bill line by line."""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.plan.plan import Plan
from planner.report.page.tables import Table, table
from planner.studio.charts import hours
from planner.words import limits
from planner.words.explain import explain
from planner.words.language import mark
from planner.words.style import families_of, family

MOST_HOURS = 8 * 24
"""Hours in the picture: eight typical days, or of a full year the days around the highest load."""
MOST_LIMITS = 8
NO_SUPPLY = ("load", "charge", "spill", "price")


def told(plan: Plan, site: str, stage: int, dispatch: pd.DataFrame) -> dict[str, Any]:
    """What the panel of a site shows, with its rows of `dispatch`. Raises InputError for a site or stage that the plan does not have."""
    found = explain(plan, stage, site)[0]
    here = plan.tables["sites"].query("site == @site and stage == @stage").iloc[0]
    bill = plan.tables["costs"].query("site == @site and stage == @stage")[["line", "musd_per_year"]]
    bill = bill[bill["musd_per_year"].abs() > 1e-9].sort_values("musd_per_year", ascending=False)
    total = float(bill["musd_per_year"].sum())
    bill = pd.concat([bill, pd.DataFrame({"line": ["all of it"], "musd_per_year": [total]})])
    held = pd.concat([limits.scarce(plan), limits.late(plan)])
    held = held[(held["stage"] == stage) & (held["place"].astype(str).str.split(" ").str[0] == site)]
    clock = plan.countries[here["country"]].clock_h
    picture, shown = _hours(dispatch, clock)
    return {
        "site": site,
        "title": found.title,
        "lines": found.told,
        "bill": table(bill, {"line": mark("Line"), "musd_per_year": mark("M USD a year")}, "costs", plan),
        "cash": _cash(plan, site),
        "scarce": [limits.told(row) for _, row in held.head(MOST_LIMITS).iterrows()],
        "hours": picture,
        "hour_families": shown,
        "clock": f"UTC{clock:+g}",
    }


def _cash(plan: Plan, site: str) -> Table:
    """The site's cost lines by stage, M USD a year."""
    rows = plan.tables["costs"].query("site == @site")
    wide = rows.pivot_table(index="line", columns="stage", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    wide = wide[wide.abs().max(axis=1) > 1e-6].sort_values(wide.columns[-1], ascending=False)
    wide.columns = [str(stage) for stage in wide.columns]
    wide.loc["all of it"] = wide.sum()
    heads = {"line": mark("Line")} | {name: name for name in wide.columns}
    return table(wide.rename_axis("line").reset_index(), heads, "", plan)


def _hours(rows: pd.DataFrame, clock: float) -> tuple[Any, Any]:
    """The picture of a site's days, from local midnight on, and the families in it."""
    if rows.empty:
        return "", []
    wide = rows.pivot_table(index="time_utc", columns="item", values="value", aggfunc="sum", fill_value=0.0)
    times = pd.DatetimeIndex(wide.index)
    wide.index = pd.Index(times)
    days = [day for _, day in wide.groupby(times.date) if len(day) == 24]
    if not days:
        return "", []
    if len(days) > MOST_HOURS // 24:
        peak = max(range(len(days)), key=lambda i: float(days[i].get("load", pd.Series([0.0])).max()))
        first = min(max(0, peak - 3), len(days) - 7)
        days = days[first : first + 7]
    # A typical day follows on itself: rolled to local midnight it is the same day.
    local = [day.iloc[[(hour - round(clock)) % 24 for hour in range(24)]] for day in days]
    labels = [day.index[0].strftime("%-d %b") for day in days]
    joined = pd.concat(local).fillna(0.0)
    sources = [item for item in joined.columns if item not in NO_SUPPLY]
    shown = families_of(item for item in sources if joined[item].max() > 1e-6)
    stack = [(item, joined[[s for s in sources if family(s).key == item.key]].sum(axis=1).tolist()) for item in shown]
    load = joined["load"].tolist() if "load" in joined else [0.0] * len(joined)
    return hours(stack, load, labels), shown
