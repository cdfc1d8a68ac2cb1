"""What tariff cards charge each campus: rows of the table `bills` where the scenario names a card for a zone.

energy      the plan's cost line `grid energy`: what is drawn in each hour at the card's price of that hour
capacity    its line `grid capacity charge`: all demand charges of the year on the connection, or on the minimum that a contract holds
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.names import CostLine
from planner.program.site_parts import Kind
from planner.readout.answer import Answer


def by_tariff(answer: Answer, entries: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each site and stage that buys by a card; none where no zone has one. entries : the ledger (`ledger.py`)."""
    inputs, m, rows = answer.inputs, answer.m, []
    cards = dict(inputs.used.tariffs)
    paid = entries.groupby(["site", "stage", "line"])["musd"].sum()
    for s, y in m.places if cards else ():
        site, hours = inputs.sites[s], answer.hours[s, y]
        if site.zone not in cards:
            continue
        energy = sum(hours.energy(power) for power in hours.of_kind(Kind.GRID).values())
        connected = answer.value(m.grid[s, y]) + (answer.value(m.curtailable[s, y]) if (s, y) in m.curtailable else 0.0)
        if max(energy / HOURS, connected) <= answer.tiny:
            continue
        charged, demand = (
            float(paid.get((s, y, line), 0.0)) for line in (CostLine.GRID_ENERGY.value, CostLine.GRID_CHARGE.value)
        )
        rows.append(
            {
                "site": s,
                "country": site.country,
                "stage": inputs.years[y],
                "zone": site.zone,
                "connection_mw": connected * 1e3,
                "firm_mw": np.nan,
                "energy_gwh": energy,
                "energy_musd": charged,
                "capacity_musd": demand,
                "wires_musd": 0.0,
                "bill_musd": charged + demand,
                "bill_usd_per_mwh": (charged + demand) / energy * 1e3 if energy / HOURS > answer.tiny else np.nan,
                "system_cost_musd": np.nan,
            }
        )
    return rows
