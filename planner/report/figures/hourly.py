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
    size = tables["sites"].groupby("site")["facility_mw"].max()
    clocks = tables["sites"].drop_duplicates("site").set_index("site")["utc_offset_h"]
    dispatch, found, room = tables["dispatch"], Hours(), BYTES
    there = [str(site) for site in dispatch["site"].unique()]
    for site in sorted(there, key=lambda name: (-float(size.get(name, 0.0)), name)):
        # One at a time: a year of all takes a GB.
        cube, stages, items, times = cube_of(dispatch[dispatch["site"] == site])
        local = at_home(cube, int(clocks[site]))
        for row, stage in enumerate(stages):
            shown = series_of(local[:, row], items, times)
            room -= embedded({name: values for name, values in shown.items() if name != "days"})
            if room < 0 and found:
                return found
            found[f"{site}|{stage}"] = shown
    return found


def series_of(local: NDArray[np.float32], items: list[str], times: NDArray[np.datetime64]) -> dict[str, Any]:
    """Of a site's year, MW[hour, item] by its own clock: MW by family and lines of the hours that are shown, and `days`."""
    column = {item: index for index, item in enumerate(items)}
    groups: dict[str, list[int]] = {}
    for item, index in column.items():
        if item not in (*LINES, *SKIP):
            groups.setdefault(style.family(item).key, []).append(index)
    hours = _shown(local[:, column["load"]])
    block = local[hours]
    series = {key: block[:, columns].sum(axis=1) for key, columns in groups.items()}
    series |= {name: block[:, column[name]] for name in LINES if name in column}
    series = {name: values for name, values in series.items() if name == "load" or np.any(values)}
    return series | {"days": pd.DatetimeIndex(times[hours][::24]).strftime("%d %b").tolist()}


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


def cube_of(dispatch: pd.DataFrame) -> tuple[NDArray[np.float32], list[int], list[str], NDArray[np.datetime64]]:
    """The dispatch of one site as MW[hour, stage, item], with stages and items in their order, and the times."""
    stage, stages = pd.factorize(dispatch["stage"])
    item, items = pd.factorize(dispatch["item"])
    time, times = pd.factorize(pd.to_datetime(dispatch["time_utc"]), sort=True)
    cube = np.zeros((len(times), len(stages), len(items)), np.float32)
    cube[time, stage, item] = dispatch["value"].to_numpy(np.float32)
    return cube, stages.tolist(), [str(name) for name in items], np.asarray(times)


def _shown(load: NDArray[np.float32]) -> slice:
    if len(load) <= LONG_HOURS:
        return slice(0, len(load))
    start = min(int(load.argmax()) // WEEK * WEEK, len(load) - WEEK)
    return slice(start, start + WEEK)
