"""Markets that a plan moves, as files: machines used beside what makers can give, and the gas price that rises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from planner.base.text import fixed, number, signed
from planner.plan.plan import Plan
from planner.report.files import paper
from planner.words import style
from planner.words.language import mark, say
from planner.words.reality import CLASSES

COLUMNS = 3
SLOTS, GAS = "machine slots", "gas"
FREE, TAKEN, FULL, RESOLD = "#DDE1E7", "#0072B2", "#D55E00", "#7B3294"
NEARLY = 0.99  # of what can be had: full


def figures(plan: Plan) -> Iterator[tuple[str, Figure]]:
    """Name and figure of all that there is to show; nothing where no market is asked."""
    table = plan.tables["markets"]
    if (table["market"] == SLOTS).any():
        yield "markets-machines", paper.drawn(machines, plan)
    if any(row["us_bcfd"] > 0 for row in plan.summary.get("markets", {}).get("gas", [])):
        yield "markets-gas", paper.drawn(gas, plan)


def machines(plan: Plan) -> Figure:
    """By class of machines and stage: GW taken since 2026 within what can be had, orange where all is taken; resold ones on top."""
    rows = plan.tables["markets"]
    rows = rows[(rows["market"] == SLOTS) & rows["allowed"].notna()]
    classes = list(dict.fromkeys(rows["place"]))
    deep, wide = -(-len(classes) // COLUMNS), min(len(classes), COLUMNS)
    title = say(mark("Machines taken of what makers can give, GW since 2026"))
    sheet = paper.sheet(0.9 + 2.1 * deep, title, deep, wide)
    for axes, of in zip(sheet, classes, strict=False):
        here = rows[rows["place"] == of].sort_values("stage")
        used, allowed, resold = (here[name].fillna(0.0).to_numpy(float) for name in ("used", "allowed", "resold"))
        labels = [str(stage) for stage in here["stage"]]
        colours = [FULL if u >= NEARLY * a else TAKEN for u, a in zip(used, allowed, strict=True)]
        axes.bar(labels, allowed, color=FREE, width=0.7)
        axes.bar(labels, used - resold, color=colours, width=0.7)
        bars = axes.bar(labels, resold, bottom=used - resold, color=RESOLD, width=0.7)
        axes.bar_label(bars, [number(value, 2) for value in used], fontsize=7, padding=1)
        axes.set_title(say(CLASSES.get(str(of), str(of))), loc="left", fontsize=9)
        axes.tick_params(labelsize=8)
    for axes in sheet[len(classes) :]:
        axes.set_axis_off()
    keys = (
        (FREE, mark("can be had")),
        (TAKEN, mark("taken")),
        (FULL, mark("all taken")),
        (RESOLD, mark("resold, at a premium")),
    )
    handles = [Patch(facecolor=colour, label=say(label)) for colour, label in keys]
    sheet[0].figure.legend(handles=handles, loc="outside lower center", ncols=len(keys), frameon=False, fontsize=8)  # type: ignore[union-attr]
    return sheet[0].figure  # type: ignore[return-value]


def gas(plan: Plan) -> Figure:
    """By stage: what the plan's plants and liftings take of American gas, the rise of Henry Hub, and what all others pay for it."""
    rows = [row for row in plan.summary["markets"]["gas"] if row["us_bcfd"] > 0]
    title = say(mark("American gas: what the plan takes, and what that does to the price"))
    shown = (
        ("us_bcfd", mark("taken, Bcf/d"), TAKEN, 1.0),
        ("henry_hub_rise_usd_per_mmbtu", mark("Henry Hub, USD/MMBtu more"), FULL, 1.0),
        ("others_musd_per_year", mark("others pay more, billion USD/y"), style.FAINT, 1e-3),
    )
    sheet = paper.sheet(3.2, title, 1, len(shown))
    for axes, (key, label, colour, factor) in zip(sheet, shown, strict=True):
        values = np.array([float(row[key]) * factor for row in rows])
        bars = axes.bar([str(row["stage"]) for row in rows], values, color=colour, width=0.7)
        axes.bar_label(
            bars, [signed(fixed(v, 2)) if key != "us_bcfd" else fixed(v, 1) for v in values], fontsize=8, padding=1
        )
        axes.set_title(say(label), loc="left", fontsize=9)
        axes.tick_params(labelsize=8)
    return sheet[0].figure  # type: ignore[return-value]
