"""Table of dispatch: the hours of the open sites. Seventeen million rows in a full year of 76 sites, so its texts are categories."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.base.names import GRID
from planner.plan.tables import TABLES, categories
from planner.readout.answer import Answer, Place

TRACE = 1e-6
"""MW below which a series is not there."""


def dispatch_table(answer: Answer) -> pd.DataFrame:
    """The plan's `dispatch` table: hours of the open sites, long; MW, and USD/MWh for the price."""
    keys: list[tuple[str, str, int, str]] = []
    values: list[Array] = []
    for place in answer.m.places:
        if not answer.open(place):
            continue
        site = answer.inputs.sites[place[0]]
        in_utc = np.argsort(answer.inputs.timeline.local_order(site.utc_offset_h))
        for item, series in hours_of(answer, place).items():
            keys.append((place[0], site.country, answer.inputs.years[place[1]], item))
            values.append(series[in_utc])
    columns = list(TABLES["dispatch"])
    if not keys:
        return pd.DataFrame(columns=columns)
    timeline = answer.inputs.timeline
    heads = categories(pd.DataFrame(keys, columns=["site", "country", "stage", "item"]))
    table = heads.take(np.repeat(np.arange(len(keys)), len(timeline))).reset_index(drop=True)
    table["time_utc"] = np.tile(timeline.times.to_numpy(), len(keys))
    table["weight"] = np.tile(timeline.weights, len(keys))
    table["value"] = np.concatenate(values)
    return table[columns]


def hours_of(answer: Answer, place: Place) -> dict[str, Array]:
    """What runs at a place by the hour, in the order of its own clock: MW by item, and the price in USD/MWh."""
    hours = answer.hours[place]
    series = {"load": hours.load} | hours.supply
    series |= {name: power for name, power in hours.must_take.items() if not name.startswith(f"{GRID} ")}
    if answer.inputs.system is not None:
        series[GRID] = hours.bought
    if hours.year.stores:
        series |= {"charge": hours.parts.charge.sum(axis=0), "discharge": hours.parts.discharge.sum(axis=0)}
    series["spill"] = hours.spill
    found = {name: power * 1e3 for name, power in series.items()}
    found = {name: power for name, power in found.items() if name == "load" or np.abs(power).max() > TRACE}
    return found | {"price": hours.price * 1e3}
