"""Hour by hour in a zone of the power system: what feeds it, everybody else and the campuses on top, price with and without them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.report.figures.hourly import embedded
from planner.report.figures.stacked_hours import PRICE, Hours, Line, View, stacked
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark

BYTES = 1_000_000  # what the hours may take in the page; zones where campuses buy most come first
ZONES = View(
    key="zone-hours",
    root="zone",
    label=mark("Zone"),
    lines=(
        Line("load", mark("everybody else and the campuses"), width=2),
        Line("native", mark("everybody else"), dash="dotted"),
    ),
    prices=(
        Line("price_without", mark("price without the campuses"), dash="dashed"),
        Line("price", mark("price"), PRICE),
    ),
)
SKIP = ("native", "campuses", "price", "price_without", "spill")
DAY = 24


def zone_hours(tables: dict[str, pd.DataFrame]) -> Picture | None:
    """The picture `zone-hours` with drop-downs `zone` and `stage`; None where campuses buy of no zone."""
    hours = tables["zone_hours"]
    if hours.empty:
        return None
    names = tables["zones"].drop_duplicates("zone").set_index("zone")["name"].to_dict()
    return stacked(ZONES, hours_of(tables), names)


def hours_of(tables: dict[str, pd.DataFrame]) -> Hours:
    """ "ZONE|STAGE" -> MW by family per hour of what comes in, with load, native, prices and `days`; the dearest day is marked."""
    bought = tables["zones"].groupby("zone")["ai_twh"].max()
    kept = tables["zone_hours"]
    parts = {(str(z), int(y)): part for (z, y), part in kept.groupby(["zone", "stage"], sort=False)}
    found: Hours = {}
    room = BYTES
    for zone, stage in sorted(parts, key=lambda key: (-float(bought[key[0]]), *key)):
        series, times = _series(parts[zone, stage])
        room -= embedded(series)
        if room < 0 and found:
            break
        found[f"{zone}|{stage}"] = series | {"days": days_of(series, times)}
    return found


def _series(part: pd.DataFrame) -> tuple[dict[str, np.ndarray], pd.DatetimeIndex]:
    """MW by family, lines and prices of one zone and stage, in the order of its rows; and the times of its hours."""
    items = {str(item): rows for item, rows in part.groupby("item", sort=False)}
    values = {item: rows["value"].to_numpy(np.float32) for item, rows in items.items()}
    series: dict[str, np.ndarray] = {}
    for item, power in values.items():
        if item not in SKIP:
            key = style.family(item).key
            series[key] = series.get(key, np.float32(0.0)) + np.maximum(power, 0.0)
    campuses = values.get("campuses", np.float32(0.0))
    series |= {"load": values["native"] + campuses, "native": values["native"]}
    series |= {name: values[name] for name in ("price", "price_without")}
    series = {name: power for name, power in series.items() if name in ("load", "native") or np.any(power)}
    return series, pd.DatetimeIndex(items["native"]["time_utc"])


def days_of(series: dict[str, np.ndarray], times: pd.DatetimeIndex) -> list[str]:
    """Labels of the days by the date at their noon, the one in which everybody else's energy is dearest with a mark."""
    middle = times[min(DAY // 2, len(times) - 1) :: DAY]
    labels = middle.strftime("%d %b").tolist()
    bill = series["native"] * series.get("price", np.float32(0.0))
    dearest = int(np.add.reduceat(bill, np.arange(0, len(bill), DAY)).argmax())
    return [f"{label} ▲" if day == dearest else label for day, label in enumerate(labels)]
