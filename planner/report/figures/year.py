"""A year of hours as a picture: day by day, hour by hour of local standard time, a panel per series."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from planner.base.arrays import Array
from planner.report.maps.map_static import fonts
from planner.words import style

MOST_PANELS = 6
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_DAY = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def year_figure(series: Mapping[str, Array], offset_h: float, title: str) -> Figure:
    """Series of 8,760 hours in UTC by name; the first six are drawn."""
    shown = list(series.items())[:MOST_PANELS]
    with matplotlib.rc_context({"text.parse_math": False, "font.family": fonts()}):
        figure = Figure(figsize=(10, 0.8 + 1.9 * len(shown)), facecolor="white", layout="constrained")
        figure.suptitle(title, fontsize=12, weight="bold", color=style.INK, x=0.01, ha="left")
        for axes, (name, values) in zip(np.atleast_1d(figure.subplots(len(shown), 1)), shown, strict=True):
            days = np.roll(values, round(offset_h)).reshape(365, 24).T
            image = axes.imshow(days, aspect="auto", origin="lower", cmap="cividis", interpolation="nearest")
            axes.set_title(name, fontsize=9, loc="left")
            axes.set_yticks([0, 6, 12, 18], ["0 h", "6 h", "12 h", "18 h"], fontsize=7)
            axes.set_xticks(FIRST_DAY, MONTHS, fontsize=7)
            figure.colorbar(image, ax=axes, pad=0.01).ax.tick_params(labelsize=7)
    return figure
