"""Table of chips: what stands and is bought, and what it draws."""

from __future__ import annotations

import pandas as pd

from planner.base.constants import HOURS
from planner.blocks.work import standing_chips
from planner.readout.answer import Answer


def chips_table(answer: Answer, work: pd.DataFrame) -> pd.DataFrame:
    """The plan's `chips` table: chips standing and bought, and what they draw."""
    m, rows = answer.m, []
    drawn = work.groupby(["site", "stage", "chip"])["it_gwh"].sum()
    basis: dict[str, tuple[str, float]] = {}
    connectable: dict[tuple[str, str, int], float] = {}
    for (j, k, s, y), pair in m.pairs.items():
        basis[k] = (pair.basis, pair.power_rse)
        connectable[k, s, y] = connectable.get((k, s, y), 0.0) + answer.value(m.serve[j, k, s, y]) * pair.provision_gw
    for k, s, y in sorted({(*key[:2], y) for key in m.buy for y in range(len(answer.inputs.stages))}):
        vintages = standing_chips(answer.inputs, k, y).items()
        standing = sum(share * answer.value(m.buy[k, s, v]) for v, share in vintages if (k, s, v) in m.buy)
        bought = answer.value(m.buy[k, s, y]) if (k, s, y) in m.buy else 0.0
        if standing <= answer.tiny and bought <= answer.tiny:
            continue
        year = answer.inputs.years[y]
        rows.append(
            {
                "site": s,
                "country": answer.inputs.sites[s].country,
                "stage": year,
                "chip": k,
                "standing_thousand": standing,
                "bought_thousand": bought,
                "it_mw": float(drawn.get((s, year, k), 0.0)) / HOURS * 1e3,
                "connectable_mw": connectable.get((k, s, y), 0.0) * 1e3,
                "power_basis": basis[k][0],
                "power_rse": basis[k][1],
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "chip",
        "standing_thousand",
        "bought_thousand",
        "it_mw",
        "connectable_mw",
        "power_basis",
        "power_rse",
    ]
    return pd.DataFrame(rows, columns=columns)
