"""Every figure of a report as a file of its own, `NAME.png` and `NAME.svg`; the interactive ones stand in the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from planner.base.text import plain, short, whole
from planner.plan.plan import Plan
from planner.report.figures import charts, lng, notebook
from planner.report.figures.charts import Chart
from planner.report.figures.energy import BLUES, TIMELINE_SITES
from planner.report.files import market_figures, paper, zone_figures
from planner.report.maps import map_static
from planner.words import pivots, style
from planner.words.costs import on_power_bill
from planner.words.language import mark, say
from planner.words.names import Names


def write(plan: Plan, folder: Path) -> list[str]:
    """Write all figures into `folder`, which exists; the names of the files. The same plan gives the same bytes."""
    written = []
    for name, figure in figures(plan):
        with paper.settings():
            figure.savefig(folder / f"{name}.png", dpi=paper.DPI, metadata={"Software": None})
            figure.savefig(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})
        written += [f"{name}.png", f"{name}.svg"]
    return written


def figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """Name and figure of all that the plan has something to show in."""
    for stage in pivots.stages_of(plan.tables):
        yield f"map-{stage}", map_static.site_map(plan, stage)
    for chart in charts.every(plan):
        yield chart.key, stacked(chart)
    yield "mix-by-country", paper.drawn(notebook.mix, plan)
    yield "costs", paper.drawn(cost_lines, plan)
    yield "time-to-power", paper.drawn(time_to_power, plan)
    if not plan.tables["dispatch"].empty:
        yield "hours", paper.drawn(hours, plan)
    if float(plan.tables["lng"]["tbtu"].sum()) > 0:
        yield "gas", paper.drawn(gas_chain, plan)
    if float(plan.tables["smr_orders"]["mw"].sum()) > 0:
        yield "reactors", paper.drawn(reactors, plan)
    yield from zone_figures.figures(plan)
    yield from market_figures.figures(plan)


def stacked(chart: Chart) -> Figure:
    """Stacked columns."""
    with paper.settings():
        axes = paper.axes(4.2, chart.title)
        rows, base = [str(label) for label in chart.wide.index], np.zeros(len(chart.wide))
        for name, colour, hatch in zip(chart.wide.columns, chart.colours, chart.hatches, strict=True):
            values = chart.wide[name].to_numpy(float)
            axes.bar(
                rows, values, bottom=base, width=0.7, label=str(name),
                facecolor=colour, hatch=hatch * 2, edgecolor="white", linewidth=0.3,
            )  # fmt: skip
            base += values
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9)
        return axes.figure  # type: ignore[return-value]


def cost_lines(plan: Plan) -> Figure:
    """The lines of the power bill of the last stage by country, M USD a year."""
    stage, known = pivots.stages_of(plan.tables)[-1], plan.countries
    frame = plan.tables["costs"]
    frame = frame[(frame["stage"] == stage) & frame["line"].map(on_power_bill).astype(bool)]
    wide = frame.pivot_table(index="line", columns="country", values="musd_per_year", aggfunc="sum", fill_value=0.0)
    wide = wide.loc[wide.sum(axis=1).abs().sort_values(kind="stable").index, known.ordered(wide.columns)]
    axes = paper.axes(
        1.2 + paper.ROW_IN * len(wide), f"{say(mark('Power bill'))}, {stage}", across=say(mark("M USD per year"))
    )
    left, rows = np.zeros(len(wide)), [say(str(line)) for line in wide.index]
    for country in wide.columns:
        values = wide[country].to_numpy(float)
        axes.barh(
            rows, values, left=left, label=say(known.label(country)),
            facecolor=known.colour(country), hatch=known.hatch(country) * 2, edgecolor="white", linewidth=0.3,
        )  # fmt: skip
        left += values
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    return axes.figure  # type: ignore[return-value]


def time_to_power(plan: Plan) -> Figure:
    """Mean facility MW by site (the largest) and stage, as shades with their numbers."""
    sites, stages = plan.tables["sites"], pivots.stages_of(plan.tables)
    wide = sites.pivot_table(index="site", columns="stage", values="facility_mw", aggfunc="sum").reindex(columns=stages)
    order = wide.max(axis=1).sort_values(ascending=False, kind="stable").head(TIMELINE_SITES)
    wide, names = wide.loc[order[order > 0].index], Names(plan)
    axes = paper.axes(
        1.0 + paper.ROW_IN * max(len(wide), 1), say(mark("Time to power: mean facility MW by site and year"))
    )
    shades = matplotlib.colors.LinearSegmentedColormap.from_list("blues", BLUES)
    largest = max(float(order.max()) if len(order) else 1.0, 1.0)
    axes.imshow(wide.to_numpy(float), aspect="auto", cmap=shades, vmin=0.0, vmax=largest)
    axes.set_xticks(range(len(stages)), [str(stage) for stage in stages])
    axes.set_yticks(
        range(len(wide)), [short(names.site(str(site)), paper.LABEL_LETTERS) for site in wide.index], fontsize=8
    )
    for (row, column), mw in np.ndenumerate(wide.to_numpy(float)):
        if mw > 0:
            ink = "white" if mw > 0.45 * largest else style.INK
            axes.text(column, row, whole(mw), ha="center", va="center", fontsize=8, color=ink)
    axes.spines[:].set_visible(False)
    return axes.figure  # type: ignore[return-value]


def hours(plan: Plan) -> Figure:
    """The hours of the largest site of the last stage that has hours."""
    dispatch, sites = plan.tables["dispatch"], plan.tables["sites"]
    stage = int(dispatch["stage"].max())
    here = sites[(sites["stage"] == stage) & sites["site"].isin(dispatch.loc[dispatch["stage"] == stage, "site"])]
    site = str(here.sort_values("facility_mw", ascending=False, kind="stable")["site"].iloc[0])
    return notebook.dispatch(plan, site, stage)


def gas_chain(plan: Plan) -> Figure:
    """The gas of the last stage that burns any: where it is bought, lands and is burnt."""
    frame = plan.tables["lng"]
    frame = frame[frame["tbtu"] > 0]
    stage = int(frame["stage"].max())
    here = frame[frame["stage"] == stage]
    bands, nodes = lng.chain(here, float(here["tbtu"].sum()), plan.countries)
    tallest = max(Counter(nodes["left"]).values())
    axes = paper.axes(max(4.0, paper.ROW_IN * tallest), f"{say(mark('Gas and LNG, TBtu per year'))}, {stage}")
    shapes = [np.column_stack([x, y]) for x, y in zip(bands["xs"], bands["ys"], strict=True)]
    axes.add_collection(PolyCollection(shapes, facecolors=bands["colour"], alpha=0.55, linewidths=0))
    for left, right, top, bottom, middle, text in zip(*(nodes[key] for key in lng.NODE), strict=True):
        axes.fill_between([left, right], bottom, top, color="#7a8190", linewidth=0)
        axes.text(right + 0.006, middle, text, va="center", fontsize=8, color=style.INK)
    axes.set(xlim=(-0.01, 1.25), ylim=(-0.02, 1.02))
    axes.set_axis_off()
    return axes.figure  # type: ignore[return-value]


def reactors(plan: Plan) -> Figure:
    """MW of reactors ordered by stage, design and country."""
    frame, names = plan.tables["smr_orders"], Names(plan)
    book = frame[frame["mw"] > 0].groupby(["stage", "country", "design"], as_index=False)[["units", "mw"]].sum()
    axes = paper.axes(1.2 + paper.ROW_IN * len(book), say(mark("Reactors ordered, MW")))
    rows = [
        f"{row.stage}  {short(names.source(row.design), paper.LABEL_LETTERS)}, {row.country}"
        for row in book.itertuples()
    ]
    bars = axes.barh(rows[::-1], book["mw"][::-1], color=style.FAMILY["smr"].colour)
    axes.bar_label(bars, [plain(units, 3) for units in book["units"][::-1]], padding=3, fontsize=8)
    return axes.figure  # type: ignore[return-value]
