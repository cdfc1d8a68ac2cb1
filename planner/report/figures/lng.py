"""The gas chain as bands: where gas is bought, where it lands, which country burns it; width and numbers are TBtu per year."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from bokeh.models import Range1d

from planner.base.countries import Countries
from planner.base.text import fixed, short, whole
from planner.plan.plan import Plan
from planner.report.figures.bokeh_parts import LABEL, Data, by_stage, hover, plain_figure, stage_select
from planner.report.page.embed import Picture
from planner.words import pivots, style
from planner.words.language import mark, say

KIND_LABEL = {"pipeline": mark("Pipeline gas"), "spot": mark("Spot LNG"), "contract": mark("Contract LNG")}
STEPS = ("buy", "land", "burn")
NODE = ("left", "right", "top", "bottom", "middle", "text")
COLUMNS_X = (0.0, 0.5, 1.0)
NODE_WIDTH, GAP, GAPS = 0.018, 0.025, 0.6  # fractions of the picture; the last is what all gaps of a column may take
SMALL, NOTHING = 0.03, 1e-4  # shares of the gas
NODE_PX, LEAST_PX = 24, 300
LETTERS = 18  # of a name: at 390 px a third of the picture holds no more
DULL = (" LNG Terminal", " Terminal")  # at the end of a name that stands in this picture
BEND = (1 - np.cos(np.linspace(0, np.pi, 16))) / 2


def lng_chain(plan: Plan) -> Picture | None:
    """The picture `lng` with a drop-down of stages; None when no gas is burnt."""
    frame = plan.tables["lng"]
    frame = frame[frame["tbtu"] > 0]
    if frame.empty:
        return None
    stages = pivots.stages_of(plan.tables)
    largest = float(frame.groupby("stage")["tbtu"].sum().max())
    drawn = {stage: chain(frame[frame["stage"] == stage], largest, plan.countries) for stage in stages}
    tallest = max(max(Counter(nodes["left"]).values(), default=0) for _, nodes in drawn.values())
    bands = by_stage(stages, lambda stage: drawn[stage][0])
    nodes = by_stage(stages, lambda stage: drawn[stage][1])
    plot = plain_figure(
        height=max(LEAST_PX, NODE_PX * tallest),
        x_range=Range1d(start=-0.02, end=1.5),
        y_range=Range1d(start=-0.02, end=1.02),
    )
    plot.axis.visible, plot.grid.visible = False, False
    flows = plot.patches("xs", "ys", source=bands[0], fill_color="colour", fill_alpha=0.55, line_color=None)
    plot.quad("left", "right", "top", "bottom", source=nodes[0], fill_color="#7a8190", line_color=None)
    plot.text("right", "middle", text="text", source=nodes[0], x_offset=5, text_baseline="middle", **LABEL)
    plot.add_tools(
        hover(
            renderers=[flows],
            tooltips=[
                ("", "@start → @end"),
                (say(mark("gas")), "@tbtu{0,0.0} TBtu/y"),
                (say(mark("as LNG")), "@mt{0,0.00} Mt/y"),
                (say(mark("price")), "@price"),
            ],
        )
    )
    return Picture("lng", {"stage": stage_select(stages, [bands, nodes]), "plot": plot})


def chain(flows: pd.DataFrame, largest_tbtu: float, known: Countries) -> tuple[Data, Data]:
    """Bands and nodes of one stage, as columns for Bokeh; `largest_tbtu` fills the height.

    Sources with less than SMALL of the gas, and places with less than SMALL of their country's, are drawn as one; bands
    and places below NOTHING of all gas are not drawn.
    """
    steps = gathered(flows, known)
    nothing = NOTHING * steps["tbtu"].sum()
    tallest = max(steps[key].nunique() for key in STEPS) if len(steps) else 1
    gap = min(GAP, GAPS / max(tallest - 1, 1))
    scale = (1 - gap * (tallest - 1)) / largest_tbtu
    nodes, tops = stacked(steps, scale, gap, nothing)
    bands: Data = {key: [] for key in ("xs", "ys", "colour", "start", "end", "tbtu", "mt", "price")}
    for step in (0, 1):
        between(steps, step, tops, scale, nothing, bands)
    return bands, nodes


def gathered(flows: pd.DataFrame, known: Countries) -> pd.DataFrame:
    """The gas of a stage by where it is bought, lands and is burnt; what is small under one name."""
    steps = pd.DataFrame(
        {
            "buy": [
                export or say(KIND_LABEL.get(kind, kind))
                for export, kind in zip(flows["export"], flows["kind"], strict=True)
            ],
            "land": flows["terminal"].to_numpy(),
            "burn": [say(known.label(country)) for country in flows["country"]],
            "route": flows["route"].to_numpy(),
            "tbtu": flows["tbtu"].to_numpy(),
            "mt": flows["mt"].to_numpy(),
            "paid": (flows["tbtu"] * flows["price_usd_per_mmbtu"]).to_numpy(),
        }
    )
    for key, name, of in (("buy", say(mark("other sources")), None), ("land", say(mark("other places in {}")), "burn")):
        whole = steps["tbtu"].sum() if of is None else steps.groupby(of)["tbtu"].transform("sum")
        small = steps.groupby(key)["tbtu"].transform("sum") < SMALL * whole
        steps.loc[small, key] = [name.format(country) for country in steps.loc[small, "burn"]]
    return steps.sort_values(["burn", "land", "buy"], kind="stable")


def stacked(steps: pd.DataFrame, scale: float, gap: float, nothing: float) -> tuple[Data, list[dict[str, float]]]:
    """The nodes of the three columns, and the top of each place's node by column."""
    nodes: Data = {key: [] for key in NODE}
    tops: list[dict[str, float]] = []
    for x, key in zip(COLUMNS_X, STEPS, strict=True):
        y, column = 1.0, {}
        for place, tbtu in steps.groupby(key, sort=False)["tbtu"].sum().items():
            column[str(place)] = y
            text = f"{short(called(str(place)), LETTERS)}  {whole(tbtu)}"
            edges = (x, x + NODE_WIDTH, y, y - scale * tbtu, y - scale * tbtu / 2, text)
            for field, item in zip(nodes, edges if tbtu >= nothing else (), strict=False):
                nodes[field].append(item)
            y -= scale * tbtu + (gap if tbtu >= nothing else 0)
        tops.append(column)
    return nodes, tops


def called(place: str) -> str:
    """A place without the words that all of its kind have.

    >>> called("Incheon LNG Terminal"), called("East_North_Central")
    ('Incheon', 'East North Central')
    """
    return next((place.removesuffix(end) for end in DULL if place.endswith(end)), place).replace("_", " ")


def between(
    steps: pd.DataFrame, step: int, tops: list[dict[str, float]], scale: float, nothing: float, bands: Data
) -> None:
    """Add the bands from a column to the next, each below the one before at both of its ends."""
    start, end = STEPS[step], STEPS[step + 1]
    left, right = dict(tops[step]), dict(tops[step + 1])
    sums = steps.groupby([start, end, "route"], sort=False, as_index=False)[["tbtu", "mt", "paid"]].sum()
    along = np.linspace(COLUMNS_X[step] + NODE_WIDTH, COLUMNS_X[step + 1], len(BEND))
    for row in sums.to_dict("records"):
        width = scale * row["tbtu"]
        edge = left[row[start]] + (right[row[end]] - left[row[start]]) * BEND
        left[row[start]] -= width
        right[row[end]] -= width
        content = {
            "xs": np.concatenate([along, along[::-1]]).astype(np.float32),
            "ys": np.concatenate([edge, (edge - width)[::-1]]).astype(np.float32),
            "colour": style.ROUTE_COLOUR.get(row["route"], style.FAINT),
            "start": row[start],
            "end": row[end],
            "tbtu": row["tbtu"],
            "mt": row["mt"],
            "price": f"{fixed(row['paid'] / row['tbtu'], 2)} USD/MMBtu",
        }
        for field in bands if row["tbtu"] >= nothing else ():
            bands[field].append(content[field])
