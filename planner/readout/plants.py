"""Table of capacity: plants, stores and connections, what they deliver and cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.constants import HOURS
from planner.base.names import CURTAILABLE_GRID, GAS_BURNT, GRID, CostLine
from planner.plan.tables import TABLES
from planner.readout.answer import Answer
from planner.readout.energy import generation, plants_at
from planner.readout.ledger import lng_cost

PAID = 1e-3  # M USD a year: a contract that is paid and not used is told from this on


def capacity_table(answer: Answer, entries: pd.DataFrame) -> pd.DataFrame:
    """The plan's `capacity` table: what stands, delivers and costs."""
    m = answer.m
    own = entries[entries["site"] != ""]
    own = own.assign(item=own["item"].where(own["line"] != CostLine.GRID_REINFORCEMENT.value, GRID))
    by_tech = own.groupby(["site", "stage", "item"])["musd"].sum()
    rows = []
    for place in m.places:
        s, y = place
        gas_used = {
            g: generation(answer, answer.hours[place], g) * answer.inputs.technologies[g].heat_rate
            for g in answer.plants_at[place]
            if answer.inputs.technologies[g].fuel == "gas"
        }
        if sum(gas_used.values()) <= 0:  # plants that stand still have reserved their transport all the same
            gas_used = {
                g: answer.value(m.capacity[g, s, y]) * answer.inputs.technologies[g].heat_rate for g in gas_used
            }
        burnt = sum(gas_used.values())
        gas_cost = lng_cost(answer, place) + float(by_tech.get((s, y, GAS_BURNT), 0.0))
        for g in plants_at(answer, place):
            connection = {GRID: m.grid, CURTAILABLE_GRID: m.curtailable}.get(g)
            capacity = answer.value(m.capacity[g, s, y] if connection is None else connection[place])
            cost = float(by_tech.get((s, y, g), 0.0))
            stored = answer.value(m.energy[g, s, y]) if (g, s, y) in m.energy else 0.0
            if max(capacity, stored) <= answer.tiny and cost <= PAID:
                continue
            if connection is None:
                built = answer.value(m.built[g, s, y])
            else:
                built = max(0.0, capacity - (answer.value(connection[s, y - 1]) if (s, y - 1) in connection else 0.0))
            energy = generation(answer, answer.hours[place], g)
            if connection is not None:
                total = answer.hours[place].energy(answer.hours[place].bought) * answer.hours[place].taken
                cost += answer.around.spent(place) * energy / total if total > 0 else 0.0
            if burnt > 0 and g in gas_used:
                cost += gas_cost * gas_used[g] / burnt
            rows.append(
                {
                    "site": s,
                    "country": answer.inputs.sites[s].country,
                    "stage": answer.inputs.years[y],
                    "technology": g,
                    "capacity_mw": capacity * 1e3,
                    "built_mw": built * 1e3,
                    "energy_mwh": stored * 1e3,
                    "generation_gwh": energy,
                    "capacity_factor": energy / (capacity * HOURS) if capacity > answer.tiny else 0.0,
                    "cost_musd_per_year": cost,
                    "lcoe_usd_per_mwh": cost / energy * 1e3 if energy > 1e-6 else np.nan,
                }
            )
    return pd.DataFrame(rows, columns=list(TABLES["capacity"]))
