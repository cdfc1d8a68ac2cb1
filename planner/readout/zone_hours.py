"""Table of the hours of zones: what feeds each, what everybody else and the campuses draw, and the price with and without them.

Of typical days every hour; of a longer timeline the week in which everybody else's energy is dearest. Only zones of networks in which
campuses buy: all others are as without the plan.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.plan.tables import TABLES
from planner.readout.answer import Answer

LONG_HOURS, WEEK = 600, 168
SMALL = 1e-6  # GW
DIGITS = 3  # MW and USD/MWh: a kW, a tenth of a cent


def hours_of_zones(answer: Answer) -> pd.DataFrame:
    """The plan's `zone_hours` table, long; rows of a zone and stage stand in the order of its own clock."""
    around, timeline, columns = answer.around, answer.inputs.timeline, list(TABLES["zone_hours"])
    parts = []
    for z, y in around.m.zone_years:
        if not around.disturbed(z, y):
            continue
        zone, price = around.system.zones[z], around.price(z, y)
        order = dearest_week(timeline.clock(zone.utc_offset_h), price * zone.load[y])
        series = {"native": zone.load[y], "campuses": around.sold(z, y)} | around.supply(z, y)
        series = {name: power for name, power in series.items() if name == "native" or np.abs(power).max() > SMALL}
        series |= {"price": price, "price_without": around.price_without(z, y)}
        parts.append(
            pd.DataFrame(
                {
                    "zone": z,
                    "country": zone.country,
                    "stage": around.inputs.years[y],
                    "time_utc": np.tile(timeline.times.to_numpy()[order], len(series)),
                    "weight": np.tile(timeline.weights[order], len(series)),
                    "item": np.repeat(list(series), len(order)),
                    "value": np.concatenate([np.round(values[order] * 1e3, DIGITS) for values in series.values()]),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def dearest_week(order: NDArray[np.int64], bill: Array) -> NDArray[np.int64]:
    """Of many hours in the order of a clock the week whose `bill` (by position) is largest; few hours all."""
    if len(order) <= LONG_HOURS:
        return order
    weeks = len(order) // WEEK
    dearest = int(bill[order][: weeks * WEEK].reshape(weeks, WEEK).sum(axis=1).argmax())
    return order[dearest * WEEK : (dearest + 1) * WEEK]
