"""Table of reactor orders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.readout.answer import Answer


def orders_table(answer: Answer) -> pd.DataFrame:
    """The plan's `smr_orders` table: reactors ordered, with the cost paid."""
    rows = []
    for g, s, y in answer.m.built:
        tech, site = answer.inputs.technologies[g], answer.inputs.sites[s]
        gw = answer.value(answer.m.built[g, s, y])
        if tech.kind != "nuclear" or gw <= answer.tiny:
            continue
        learned = answer.inputs.capex_learning.get((g, site.country), np.ones(len(answer.inputs.stages)))
        rows.append(
            {
                "site": s,
                "country": site.country,
                "stage": answer.inputs.years[y],
                "design": g,
                "units": gw / tech.unit_gw,
                "mw": gw * 1e3,
                "capex_usd_per_kw": float(tech.capex[y]) * float(learned[y]) * site.capex_factor.get(g, 1.0),
                "learning_factor": float(learned[y]),
                "interest_factor": tech.construction_factor,
            }
        )
    columns = [
        "site",
        "country",
        "stage",
        "design",
        "units",
        "mw",
        "capex_usd_per_kw",
        "learning_factor",
        "interest_factor",
    ]
    return pd.DataFrame(rows, columns=columns)
