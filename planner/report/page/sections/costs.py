"""What it costs: the power bill by itself, then every line, so that chips do not hide the power."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.plan.plan import Plan
from planner.report.figures import costs as figures
from planner.report.page.section import Section
from planner.report.page.tables import Table, table
from planner.words.costs import GROUPS, on_power_bill
from planner.words.figures import least
from planner.words.language import mark, say
from planner.words.names import Names

MONEY = "musd_per_year"
TARIFFS = {
    "stage": mark("Year"),
    "site": mark("Site"),
    "connection_mw": mark("Connection, MW"),
    "energy_gwh": mark("Bought, GWh/y"),
    "energy_musd": mark("Energy, M USD/y"),
    "capacity_musd": mark("Demand charges, M USD/y"),
    "bill_musd": mark("Bill, M USD/y"),
    "bill_usd_per_mwh": mark("Bill, USD/MWh"),
}


def section(plan: Plan) -> Section:
    """The section."""
    content = {"lines": lines(plan), "countries": figures.legend(plan), "groups": GROUPS} | charged(plan)
    pictures = [figures.costs(plan), figures.per_mwh(plan)]
    return Section("costs", say(mark("What it costs")), say(mark("Costs")), content, pictures)


def charged(plan: Plan) -> dict[str, object]:
    """What tariff cards charge each campus, and which card stands for which zone; nothing where no zone has one."""
    cards = plan.scenario.get("grid", {}).get("tariffs") or {}
    if not cards or plan.tables["bills"].empty:
        return {"bills": None}
    named = ", ".join(f"{Names(plan).zone(zone)}: {Path(str(card)).stem}" for zone, card in cards.items())
    return {"bills": table(plan.tables["bills"], TARIFFS, "bills", plan), "cards": named}


def lines(plan: Plan) -> Table:
    """M USD a year by line and stage: the lines of the power bill with their sum, then all others and the sum of all."""
    frame = plan.tables["costs"]
    wide = frame.pivot_table(index="line", columns="stage", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    wide = wide[(wide.abs() >= least(MONEY, wide.to_numpy().ravel())).any(axis=1)]
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    of_power = wide.index.map(on_power_bill).to_numpy(bool)
    parts = [
        wide[of_power],
        _sum(wide[of_power], mark("Power bill")),
        wide[~of_power],
        _sum(wide, mark("All")),
    ]
    rows = pd.concat(parts).rename_axis("line").reset_index()
    rows.columns = [str(name) for name in rows.columns]
    heads = {str(name): mark("M USD per year") if name == "line" else str(name) for name in rows.columns}
    return table(rows, heads, "costs", plan, unit=MONEY)


def _sum(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return pd.DataFrame([frame.sum()], index=[name], columns=frame.columns)
