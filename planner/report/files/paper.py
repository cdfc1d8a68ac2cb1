"""What every figure that becomes a file is drawn on: one width, one manner of axes, settings that give the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planner.plan.plan import Plan
from planner.report.maps import map_static
from planner.words import style

DPI = 150
WIDE_IN, ROW_IN = 9.0, 0.24
LABEL_LETTERS = 30


def settings() -> AbstractContextManager[None]:
    """What every figure is drawn and written under: the same bytes each time, letters of every language, names as text."""
    return matplotlib.rc_context(
        {
            "svg.hashsalt": "planner",
            "svg.fonttype": "path",
            "text.parse_math": False,
            "hatch.linewidth": 0.5,
            "font.family": map_static.fonts(),
        }
    )


def drawn(make: Callable[..., Figure], plan: Plan, *more: Any) -> Figure:
    """A figure of the plan under these settings."""
    with settings():
        return make(plan, *more)


def sheet(tall_in: float, title: str, rows: int = 1, columns: int = 1, *, one_scale: bool = False) -> list[Axes]:
    """The axes of a figure, row by row; the title stands above the first, or above all where there are more.

    one_scale : they share their vertical axis.
    """
    figure = Figure(figsize=(WIDE_IN, tall_in), facecolor="white", layout="constrained")
    found = list(figure.subplots(rows, columns, squeeze=False, sharey=one_scale).flat)
    words: dict[str, Any] = {"fontsize": 12, "weight": "bold", "color": style.INK}
    if len(found) == 1:
        found[0].set_title(title, loc="left", **words)
    else:
        figure.suptitle(title, x=0.01, ha="left", **words)
    for one in found:
        one.spines[["top", "right"]].set_visible(False)
    return found


def axes(tall_in: float, title: str, across: str = "") -> Axes:
    """The only axes of a figure; `across` is the label of the horizontal one."""
    found = sheet(tall_in, title)[0]
    found.set_xlabel(across)
    return found
