"""A cell's share of an answer, resting on few records.

A central answer puts some weight on nearly every record, and what a record's hours are is worked out once more when those of the answer are
put together: of a full year that took as long as all rounds before. As good an answer rests on no more records of a cell than its rows and
columns are, a corner of a tiny program. For a plan, at its annual decisions x, the cheapest mixture of points:

    minimise  sum_n w_n cost_n   subject to   sum_n w_n use_n <= x of its account,   sum_n w_n supply_n <= x of that supply,
              sum_n w_n load_n >= x of that load,   sum_n w_n share_n <= 1 for every kind of fixed size,   w >= 0.

For a bound, the best mixture of cuts, row_n . x >= constant_n, that leaves every column the reduced cost that it has, or more:

    maximise  sum_n w_n constant_n   subject to   sum_n w_n row_n <= what it is now (equal for cost and accounts),   w >= 0.

Where the central answer misses a row by its tolerance, the row is as wide as it was missed, so that the mixture before has a place in it.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from planner.base.arrays import Array
from planner.solve.masters.links import Link
from planner.solve.masters.records import Record


def fewer_points(link: Link, records: list[Record], weights: Array, x: Array) -> Array:
    """Weights of a cell's points at annual decisions x, no dearer than those given: few are above zero.

    Weights are those of the inner master (of points that are divided by their scale).
    """
    points = np.array([record.point for record in records]).T  # costs, uses and decisions to the left: below zero
    if len(records) <= len(points):
        return weights
    decided, end, reached = -x[link.columns], len(link.columns), points @ weights
    covers = np.concatenate([np.ones(link.priced, bool), link.is_supply])
    ends = np.concatenate([np.zeros(link.priced, bool), link.is_load])
    lower = np.where(covers, np.minimum(decided, reached[:end]), -np.inf)
    upper = np.where(ends, np.maximum(decided, reached[:end]), np.inf)
    fixed = reached[end:]
    lower = np.concatenate([lower[1:], np.full(len(fixed), -np.inf)])
    upper = np.concatenate([upper[1:], np.maximum(1.0, fixed)])
    return _corner(-points[0], points[1:], lower, upper, weights)


def fewer_cuts(link: Link, records: list[Record], weights: Array) -> Array:
    """Weights of a cell's cuts that prove no less than those given: few are above zero."""
    rows = np.array([record.row for record in records]).T
    if len(records) <= len(rows):
        return weights
    upper = rows @ weights
    lower = np.where(np.arange(len(rows)) < link.priced, upper, -np.inf)
    return _corner(-np.array([record.constant for record in records]), rows, lower, upper, weights)


def _corner(cost: Array, rows: Array, lower: Array, upper: Array, known: Array) -> Array:
    """A corner of: minimise cost . w, lower <= rows w <= upper, w >= 0; what is known where none is found."""
    h: Any = highspy._core._Highs()  # the stubs do not know all of it
    for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
        h.setOptionValue(option, value)
    h.setOptionValue("primal_feasibility_tolerance", 1e-9)
    count, n = rows.shape
    columns = np.arange(n, dtype=np.int32)
    h.addVars(n, np.zeros(n), np.full(n, np.inf))
    h.changeColsCost(n, columns, cost)
    begin, values = np.arange(count, dtype=np.int32) * n, np.ascontiguousarray(rows).ravel()
    h.addRows(count, lower, upper, rows.size, begin, np.tile(columns, count), values)
    h.run()
    if h.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return known
    return np.maximum(np.array(h.getSolution().col_value), 0.0)
