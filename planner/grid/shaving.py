"""What stores take off a zone's peak: how many GWh they must hold for so many GW.

    top     = peak - GW
    drawn_t = max(drawn_(t-1) + (load_t - top)+ - efficiency (top - load_t)+, 0)         GWh given since the stores were last full
    content = max_t drawn_t

Stores give whatever load lies above `top` and fill up below it, so a second peak of one day, or a second day of a cold spell, is met
with what has come back by then. Every hour's term is convex in `top`, so content is convex in GW: the first GW lie on a short peak and
need an hour or two, further ones longer and longer. That is why the credit of stores falls as more of them stand (peak shaving,
"effective load carrying capability"), and here it falls by the zone's own hours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.base.arrays import Array

SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)  # of the peak, GW taken off it
LONGEST = 24.0  # hours: a GW that would have to last longer is no matter of stores


Spans = Sequence[tuple[int, int]]  # [start, stop) of hours that follow each other


def content_needed(load_gw: Array, top_gw: float, efficiency: float, spans: Spans, step_hours: float = 1.0) -> float:
    """GWh that must be held so that no more than `top_gw` is asked of everything else; stores begin each span full.

    `efficiency` is that of the round trip, paid when filling.
    """
    flow = np.maximum(load_gw - top_gw, 0.0) - efficiency * np.maximum(top_gw - load_gw, 0.0)
    return max(_largest_run(flow[start:stop]) for start, stop in spans) * step_hours


def _largest_run(flow: Array) -> float:
    """The largest sum of hours in a row; nothing where none is above zero."""
    sums = np.concatenate([[0.0], np.cumsum(flow)])
    return float((sums - np.minimum.accumulate(sums)).max())


def peak_shaving(load_gw: Array, efficiency: float, spans: Spans, step_hours: float = 1.0) -> Array:
    """Points (GW, GWh), from (0, 0) on, shape (points, 2), between which the content is taken in straight lines: never too little.

    They end where one more GW would have to last more than a day, so what lies beyond the last point does not count.
    """
    peak = float(load_gw.max())
    points = [(0.0, 0.0)]
    for share in SHARES[1:] if peak > 0 else ():
        less = share * peak
        held = content_needed(load_gw, peak - less, efficiency, spans, step_hours)
        if held - points[-1][1] > LONGEST * (less - points[-1][0]):
            break
        points.append((less, held))
    return np.array(points)
