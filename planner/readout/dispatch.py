"""Table of dispatch: the hours of the open sites."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.names import GRID
from planner.readout.answer import Answer


def dispatch_table(answer: Answer) -> pd.DataFrame:
    """The plan's `dispatch` table: hours of the open sites, long; MW, and USD/MWh for the price."""
    times = answer.inputs.timeline.times
    parts = []
    for place in answer.m.places:
        if not answer.open(place):
            continue
        s, y = place
        hours = answer.hours[place]
        order = answer.inputs.timeline.local_order(answer.inputs.sites[s].utc_offset_h)
        series = {"load": hours.load * 1e3}
        series |= {name: power * 1e3 for name, power in hours.supply.items()}
        series |= {name: power * 1e3 for name, power in hours.must_take.items() if not name.startswith(f"{GRID} ")}
        if answer.inputs.system is not None:
            series[GRID] = hours.bought * 1e3
        if hours.year.stores:
            charge, discharge = hours.parts.charge.sum(axis=0), hours.parts.discharge.sum(axis=0)
            series |= {"charge": charge * 1e3, "discharge": discharge * 1e3}
        series["spill"] = hours.spill * 1e3
        series["price"] = hours.price * 1e3
        series = {
            name: values for name, values in series.items() if name in ("load", "price") or np.abs(values).max() > 1e-6
        }
        back = np.argsort(order)
        parts.append(
            pd.DataFrame(
                {
                    "site": s,
                    "country": answer.inputs.sites[s].country,
                    "stage": answer.inputs.years[y],
                    "time_utc": np.tile(times.to_numpy(), len(series)),
                    "weight": np.tile(answer.inputs.timeline.weights, len(series)),
                    "item": np.repeat(np.array(list(series), object), len(times)),  # one text for all hours of an item
                    "value": np.concatenate([values[back] for values in series.values()]),
                }
            )
        )
    columns = ["site", "country", "stage", "time_utc", "weight", "item", "value"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
