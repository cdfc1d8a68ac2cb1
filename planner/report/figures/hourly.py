"""Hour by hour at any site: what serves the load, what charges and discharges, and the price, in the site's own standard time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.report.figures.stacked_hours import PRICE, Hours, Line, View, stacked
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark

LONG_HOURS = 600  # more hours than this are a full year: then one week is shown, the one that holds the largest load
WEEK = 168
BYTES = 1_500_000  # what the hours may take in the page; the largest sites come first
SITES = View(
    key="hourly",
    root="site",
    label=mark("Site"),
    lines=(Line("load", mark("load"), width=2), Line("charge", mark("charging"), dash="dotted")),
    prices=(Line("price", mark("price"), PRICE),),
)
LINES = tuple(line.key for line in (*SITES.lines, *SITES.prices))
SKIP = ("spill",)


def hourly(tables: dict[str, pd.DataFrame]) -> Picture | None:
    """The picture `hourly` with drop-downs `site` and `stage`; None when the plan has no hours."""
    if tables["dispatch"].empty:
        return None
    names = tables["sites"].drop_duplicates("site").set_index("site")["name"].to_dict()
    return stacked(SITES, site_hours(tables), names)


def site_hours(tables: dict[str, pd.DataFrame]) -> Hours:
    """ "SITE|STAGE" -> MW by family per hour (battery: discharge), with load, charge, price and `days` (labels of the days).

    The largest sites come first, as many as BYTES allows; of a full year one week, the one with the largest load.
    """
    cube, sites, stages, items, times = cube_of(tables["dispatch"])
    column = {str(item): index for index, item in enumerate(items)}
    groups: dict[str, list[int]] = {}
    for item, index in column.items():
        if item not in (*LINES, *SKIP):
            groups.setdefault(style.family(item).key, []).append(index)
    size = tables["sites"].groupby("site")["facility_mw"].max()
    order = sorted(range(len(sites)), key=lambda index: (-float(size.get(sites[index], 0.0)), str(sites[index])))
    clocks = tables["sites"].drop_duplicates("site").set_index("site")["utc_offset_h"]
    found: Hours = {}
    room = BYTES
    for row in order:
        local = at_home(cube[row], int(clocks[sites[row]]))
        hours = _shown(local[:, column["load"]])
        block = local[hours]
        series = {key: block[:, columns].sum(axis=1) for key, columns in groups.items()}
        series |= {name: block[:, column[name]] for name in LINES if name in column}
        series = {name: values for name, values in series.items() if name == "load" or np.any(values)}
        room -= embedded(series)
        if room < 0 and found:
            break
        days = pd.DatetimeIndex(times[hours][::24]).strftime("%d %b").tolist()
        found[f"{sites[row]}|{stages[row]}"] = series | {"days": days}
    return found


def embedded(series: dict[str, NDArray[np.float32]]) -> int:
    """Bytes that series take in a page, as base64."""
    return sum(values.nbytes * 4 // 3 for values in series.values())


def at_home(values: NDArray[np.float32], offset_h: int) -> NDArray[np.float32]:
    """Hours in UTC (first axis) as a clock that is `offset_h` ahead has them: its midnight comes first.

    A full year is turned as a whole; a typical day stands for many and follows upon itself, so each is turned by itself.

    >>> at_home(np.arange(24, dtype=np.float32), 9)[[0, 9]].tolist()
    [15.0, 0.0]
    """
    if len(values) > LONG_HOURS or len(values) % 24:
        return np.roll(values, offset_h, axis=0)
    days = values.reshape(-1, 24, *values.shape[1:])
    return np.roll(days, offset_h, axis=1).reshape(values.shape)


def cube_of(dispatch: pd.DataFrame) -> tuple[NDArray[np.float32], Any, Any, Any, Any]:
    """The dispatch as MW[site-stage, hour, item], with the site, the stage, the item and the time along its axes."""
    site, sites = pd.factorize(dispatch["site"])
    stage, stages = pd.factorize(dispatch["stage"])
    item, items = pd.factorize(dispatch["item"])
    time, times = pd.factorize(pd.to_datetime(dispatch["time_utc"]), sort=True)
    pair, pairs = pd.factorize(site * len(stages) + stage)
    cube = np.zeros((len(pairs), len(times), len(items)), np.float32)
    cube[pair, time, item] = dispatch["value"].to_numpy(np.float32)
    return (
        cube,
        np.asarray(sites)[pairs // len(stages)],
        np.asarray(stages)[pairs % len(stages)],
        items,
        np.asarray(times),
    )


def _shown(load: NDArray[np.float32]) -> slice:
    if len(load) <= LONG_HOURS:
        return slice(0, len(load))
    start = min(int(load.argmax()) // WEEK * WEEK, len(load) - WEEK)
    return slice(start, start + WEEK)
