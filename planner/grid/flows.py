"""Zones that trade: every hour one small linear program over bands and links (HiGHS).

    min  sum cost x p + sum hurdle x f + unserved price x u
    s.t. sum p + sum of flows in - sum of flows out + u - spilled = residual   (zone; its dual is the price)
         least <= p <= most,  0 <= f <= limit (a row per direction),  u, spilled >= 0

The program's matrix and costs stay the same from hour to hour: hours are taken in order of their load and each starts from the
basis of the one before, so that few pivots are left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from planner.grid.stack import UNSERVED_USD_PER_MWH, Dispatch

Progress = Callable[[int, int], None]
STEP = 100  # hours between two reports of progress


def trade(
    residual_mw: np.ndarray,
    zone_of_band: np.ndarray,
    cost: np.ndarray,
    least_mw: np.ndarray,
    most_mw: np.ndarray,
    ends: np.ndarray,
    limit_mw: np.ndarray,
    hurdle: np.ndarray,
    progress: Progress | None = None,
    unserved: float = UNSERVED_USD_PER_MWH,
) -> Dispatch:
    """Dispatch of zones with links.

    `residual_mw` zones x hours; `zone_of_band`, `cost` by band; `least_mw`, `most_mw` bands x hours; `ends` directed links x 2
    (from, to) as numbers of zones, `limit_mw` and `hurdle` (USD/MWh) by directed link; `unserved` USD/MWh.
    """
    zones, hours = residual_mw.shape
    bands, flows = len(cost), len(limit_mw)
    highs = _program(zones, zone_of_band, cost, ends, limit_mw, hurdle, unserved)
    column, row = np.arange(bands, dtype=np.int32), np.arange(zones, dtype=np.int32)
    output, flow = np.empty((bands, hours)), np.empty((flows, hours))
    price, short, spilled = np.empty((zones, hours)), np.empty((zones, hours)), np.empty((zones, hours))
    for done, hour in enumerate(np.argsort(residual_mw.sum(axis=0), kind="stable")):
        highs.changeColsBounds(bands, column, least_mw[:, hour], most_mw[:, hour])
        highs.changeRowsBounds(zones, row, residual_mw[:, hour], residual_mw[:, hour])
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(f"hour {hour}: HiGHS ended with {highs.getModelStatus().name}")
        found = highs.getSolution()
        x = np.asarray(found.col_value)
        output[:, hour], flow[:, hour] = x[:bands], x[bands : bands + flows]
        short[:, hour], spilled[:, hour] = x[bands + flows : -zones], x[-zones:]
        price[:, hour] = found.row_dual
        if progress is not None and done % STEP == 0:
            progress(done, hours)
    return Dispatch(output, price, short, spilled, flow)


def _program(
    zones: int,
    zone_of_band: np.ndarray,
    cost: np.ndarray,
    ends: np.ndarray,
    limit_mw: np.ndarray,
    hurdle: np.ndarray,
    unserved: float,
) -> Any:
    """The program of an hour whose bounds are still open; columns: bands, flows, unserved by zone, spilled by zone."""
    bands, flows = len(cost), len(limit_mw)
    row = np.concatenate([zone_of_band, ends[:, 1], ends[:, 0], np.arange(zones), np.arange(zones)])
    line = np.arange(flows) + bands
    last = bands + flows + np.arange(2 * zones)
    column = np.concatenate([np.arange(bands), line, line, last])
    sign = np.concatenate([np.ones(bands + flows), -np.ones(flows), np.ones(zones), -np.ones(zones)])
    count = bands + flows + 2 * zones
    matrix = sparse.csc_matrix((sign, (row, column)), shape=(zones, count))
    upper = np.concatenate([np.zeros(bands), limit_mw, np.full(2 * zones, np.inf)])
    spending = np.concatenate([cost, hurdle, np.full(zones, unserved), np.zeros(zones)])
    highs: Any = highspy._core._Highs()  # the stubs do not know all of it
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("presolve", "off")
    highs.setOptionValue("solver", "simplex")
    highs.setOptionValue("threads", 1)
    highs.passModel(
        count,
        zones,
        matrix.nnz,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        spending,
        np.zeros(count),
        upper,
        np.zeros(zones),
        np.zeros(zones),
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data,
        np.zeros(count, np.int32),
    )
    return highs
