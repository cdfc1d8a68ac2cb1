"""What feeds a zone by stage, with and without the plan's campuses: two bars a stage; below zero what leaves it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from bokeh.models import ColumnDataSource, FactorRange
from bokeh.models.widgets import Select

from planner.report.figures.bokeh_parts import CONTROL, Data, hover, offered, plain_figure, swap
from planner.report.page.embed import Picture
from planner.words import style
from planner.words.language import mark, say

WITHOUT, WITH = mark("without"), mark("with")
BARS = {"energy_without_gwh": WITHOUT, "energy_gwh": WITH}
SKIP = ("spill",)
OUT = "_out"  # ends the name of a family where it leaves the zone


def zone_mix(tables: dict[str, pd.DataFrame]) -> Picture:
    """The picture `zone-mix` with a drop-down `zone`, the one first in which campuses buy most."""
    zones, energy = tables["zones"], by_family(tables["zone_generation"])
    stages = sorted({int(stage) for stage in zones["stage"]})
    bought = zones.groupby("zone")["ai_twh"].max()
    order = sorted(bought.index, key=lambda zone: (-float(bought[zone]), str(zone)))
    names = zones.drop_duplicates("zone").set_index("zone")["name"]
    families = [item for item in style.FAMILIES if item.key in set(energy["family"])]
    found = {str(zone): bars(energy[energy["zone"] == zone], stages, families) for zone in order}
    source = ColumnDataSource(dict(found[str(order[0])]), name="zone-mix")
    factors = [(str(stage), say(bar)) for stage in stages for bar in BARS.values()]
    plot = plain_figure(
        height=340, x_range=FactorRange(factors=factors, group_padding=0.6), y_axis_label=say(mark("TWh per year"))
    )
    for end in ("", OUT):
        plot.vbar_stack(
            [item.key + end for item in families],
            x="x",
            width=0.82,
            source=source,
            fill_color=[item.colour for item in families],
            line_color=None,
            hatch_pattern=[item.hatch or None for item in families],
            hatch_color="white",
            hatch_alpha=0.7,
            hatch_scale=8,
        )
    words = [(say(item.label), f"@{item.key}{{0,0.00}} TWh, @{item.key}{OUT}{{0,0.00}}") for item in families]
    plot.add_tools(hover(tooltips=[(say(mark("year")), "@x"), *words]))
    plot.xgrid.visible = False
    plot.xaxis.major_label_text_font_size = "10px"  # the two words of a stage fit beside each other on a phone
    choices: Any = [(str(zone), offered(str(names[zone]), str(zone))) for zone in order]
    control = Select(title=say(mark("Zone")), value=str(order[0]), options=choices, width=330, stylesheets=[CONTROL])
    control.js_on_change("value", swap([(source, found)]))
    return Picture("zone-mix", {"zone": control, "plot": plot})


def by_family(generation: pd.DataFrame) -> pd.DataFrame:
    """The table `zone_generation` summed by zone, stage and family; what is spilled feeds nobody."""
    rows = generation[~generation["source"].isin(SKIP)]
    rows = rows.assign(family=[style.family(source).key for source in rows["source"]])
    return rows.groupby(["zone", "stage", "family"], as_index=False, sort=False)[list(BARS)].sum()


def bars(energy: pd.DataFrame, stages: list[int], families: list[style.Family]) -> Data:
    """TWh of one zone by family, two bars a stage; what leaves (exports, what stores lose) apart, below zero."""
    rows = energy.set_index(["stage", "family"])
    found: Data = {"x": [(str(stage), say(bar)) for stage in stages for bar in BARS.values()]}
    for item in families:
        twh = [
            float(rows[column].get((stage, item.key), 0.0)) / 1e3  # type: ignore[arg-type]
            for stage in stages
            for column in BARS
        ]
        found[item.key] = [max(value, 0.0) for value in twh]
        found[item.key + OUT] = [min(value, 0.0) for value in twh]
    return found
