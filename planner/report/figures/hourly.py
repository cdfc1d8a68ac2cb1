"""Hour by hour at any site: what serves the load, what charges and discharges, and the price, in the site's own standard time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, CustomJS, CustomJSTickFormatter, FixedTicker
from bokeh.models.widgets import Select
from numpy.typing import NDArray

from planner.report.figures.bokeh_parts import CONTROL, hover, plain_figure
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark, say

GREY = "#7a8190"
LONG_HOURS = 600  # more hours than this are a full year: then one week is shown, the one that holds the largest load
WEEK = 168
BYTES = 3_000_000  # what the hours may take in the page; the largest sites come first
LINES = ("load", "charge", "price")
SKIP = ("spill",)

SHOW = """
const key = site.value + "|" + stage.value
const found = hours[key]
const count = found ? found.load.length : 0
const data = {hour: Float64Array.from({length: count}, (_, i) => i)}
for (const name of Object.keys(source.data))
    if (name != "hour") data[name] = found && found[name] ? found[name] : new Float32Array(count)
source.data = data
const days = found ? found.days : []
ticker.ticks = days.map((_, i) => 24 * i)
formatter.args = {days: days}
"""


def hourly(tables: dict[str, pd.DataFrame]) -> Picture | None:
    """The picture `hourly` with drop-downs `site` and `stage`; None when the plan has no hours."""
    dispatch = tables["dispatch"]
    if dispatch.empty:
        return None
    hours = site_hours(tables)
    keys = [item.key for item in style.FAMILIES if any(item.key in found for found in hours.values())]
    names = tables["sites"].drop_duplicates("site").set_index("site")["name"]
    sites = list(dict.fromkeys(key.split("|")[0] for key in hours))
    stages = sorted({key.split("|")[1] for key in hours})
    first = hours[f"{sites[0]}|{stages[-1]}"] if f"{sites[0]}|{stages[-1]}" in hours else next(iter(hours.values()))
    count = len(first["load"])
    shown = {name: first.get(name, np.zeros(count, np.float32)) for name in [*keys, *LINES]}
    source = ColumnDataSource({"hour": np.arange(count, dtype=float)} | shown, name="hours")

    top = plain_figure(height=320, y_axis_label="MW", x_range=(0, count - 1))
    families = [style.FAMILY[key] for key in keys]
    top.varea_stack(
        keys,
        x="hour",
        source=source,
        fill_color=[item.colour for item in families],
        hatch_pattern=[item.hatch or None for item in families],
        hatch_color="white",
        hatch_alpha=0.35,
        hatch_scale=9,
    )
    load = top.line("hour", "load", source=source, line_width=2, color=GREY)
    top.line("hour", "charge", source=source, line_width=1.5, color=GREY, line_dash="dotted")
    top.xaxis.visible = False
    low = plain_figure(height=140, y_axis_label="USD/MWh", x_range=top.x_range)
    low.step("hour", "price", source=source, line_width=1.5, color="#D55E00", mode="center")
    top.add_tools(hover(renderers=[load], mode="vline", tooltips=tooltips(families)))

    ticker = FixedTicker(ticks=[24 * day for day in range(len(first["days"]))])
    formatter = CustomJSTickFormatter(args={"days": first["days"]}, code="return days[Math.round(tick / 24)] || ''")
    for plot in (top, low):
        plot.xaxis.ticker, plot.xaxis.formatter, plot.xgrid.ticker = ticker, formatter, ticker
        plot.min_border_left = 64
    # Bokeh tells the choices apart by their labels, so a label carries the site's identifier.
    choices: Any = [(key, f"{names[key]} · {key}") for key in sites]
    years: Any = list(stages)
    site = Select(title=say(mark("Site")), value=sites[0], options=choices, width=330, stylesheets=[CONTROL])
    last = first_stage(hours, sites[0], stages)
    stage = Select(title=say(mark("Year")), value=last, options=years, width=110, stylesheets=[CONTROL])
    show = CustomJS(
        args={
            "site": site, "stage": stage, "source": source, "hours": hours, "ticker": ticker,
            "formatter": formatter, "range": top.x_range,
        },
        code=SHOW + "range.start = 0; range.end = Math.max(count - 1, 1)",
    )  # fmt: skip
    site.js_on_change("value", show)
    stage.js_on_change("value", show)
    return Picture("hourly", {"site": site, "stage": stage, "plot": column(top, low, sizing_mode="stretch_width")})


def tooltips(families: list[style.Family]) -> list[tuple[str, str]]:
    """What the pointer tells of an hour."""
    words = [(say(item.label), f"@{item.key}{{0,0.0}} MW") for item in families]
    ends = [
        (say(mark("load")), "@load{0,0.0} MW"),
        (say(mark("charging")), "@charge{0,0.0} MW"),
        (say(mark("price")), "@price{0,0.0} USD/MWh"),
    ]
    return [(say(mark("hour")), "@hour{0}"), *words, *ends]


def first_stage(hours: dict[str, dict[str, Any]], site: str, stages: list[str]) -> str:
    """The last stage for which the site has hours."""
    return next(stage for stage in reversed(stages) if f"{site}|{stage}" in hours)


def site_hours(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
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
    found: dict[str, dict[str, Any]] = {}
    room = BYTES
    for row in order:
        local = at_home(cube[row], int(clocks[sites[row]]))
        hours = _shown(local[:, column["load"]])
        block = local[hours]
        series = {key: block[:, columns].sum(axis=1) for key, columns in groups.items()}
        series |= {name: block[:, column[name]] for name in LINES if name in column}
        series = {name: values for name, values in series.items() if name == "load" or np.any(values)}
        room -= sum(values.nbytes * 4 // 3 for values in series.values())
        if room < 0 and found:
            break
        days = pd.DatetimeIndex(times[hours][::24]).strftime("%d %b").tolist()
        found[f"{sites[row]}|{stages[row]}"] = series | {"days": days}
    return found


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
