"""Tables of work and demand: whose work runs where, on which chips, and what was asked for."""

from __future__ import annotations

import pandas as pd

from planner.base.constants import HOURS
from planner.blocks.work import chips_needed
from planner.plan.tables import TABLES
from planner.readout.answer import Answer


def utilisation(answer: Answer, name: str) -> float:
    """Mean share of a workload's chips that are at work: 1 for work that waits, mean over peak for interactive work."""
    work = answer.inputs.work[name]
    return 1.0 if work.shape is None else float(answer.inputs.timeline.mean(work.shape)) / work.peak


def work_table(answer: Answer) -> pd.DataFrame:
    """The plan's `work` table: whose work runs where, on which chips."""
    m, rows = answer.m, []
    for (j, k, s, y), pair in m.pairs.items():
        chips = answer.value(m.serve[j, k, s, y])
        if chips <= answer.tiny:
            continue
        work = answer.inputs.work[j]
        share = chips / chips_needed(work, pair, y)
        busy = chips * utilisation(answer, j)
        rows.append(
            {
                "site": s,
                "country": answer.inputs.sites[s].country,
                "stage": answer.inputs.years[y],
                "owner": work.owner,
                "workload": j,
                "chip": k,
                "chips_thousand": chips,
                "share": share,
                "work": share * float(work.demand[y]),
                "unit": work.unit,
                "it_gwh": (busy * pair.active_gw + (chips - busy) * pair.idle_gw) * HOURS,
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "owner",
        "workload",
        "chip",
        "chips_thousand",
        "share",
        "work",
        "unit",
        "it_gwh",
    ]
    return pd.DataFrame(rows, columns=columns)


def demand_table(answer: Answer, work: pd.DataFrame) -> pd.DataFrame:
    """The plan's `demand` table: what was asked, served, served abroad, and at what price."""
    abroad = work[work["country"] != work["owner"]].groupby(["workload", "stage"])["share"].sum()
    rows = []
    for j, y in answer.m.unserved:
        item, year = answer.inputs.work[j], answer.inputs.years[y]
        missing = answer.value(answer.m.unserved[j, y])
        asked = float(item.demand[y])
        price = answer.dual(answer.m.demand[j, y]) / answer.weights[y] / asked * 1e6
        rows.append(
            {
                "owner": item.owner,
                "workload": j,
                "use": item.use,
                "stage": year,
                "demand": asked,
                "unit": item.unit,
                "served_share": 1.0 - missing,
                "unserved_share": missing,
                "served_abroad_share": float(abroad.get((j, year), 0.0)),
                "price_usd_per_unit": price,
                "value_usd_per_unit": item.value * 1e6,
            }
        )
    return pd.DataFrame(rows, columns=list(TABLES["demand"]))
