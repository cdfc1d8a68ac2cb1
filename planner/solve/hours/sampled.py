"""A long year's own days: the same problem on a few of them, where the decomposition starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.program.cell import Cell
from planner.program.problem import Problem

EVEN_DAYS, HARD_DAYS = 10, 6
"""Days of a long year that it starts from: evenly spread, and the hardest."""
LONG = 40 * 24
"""Hours of a span that make it a long year."""


def sampled(problem: Problem) -> Problem:
    """The same problem on a few of its own days, cell by cell: some evenly spread, some that strain it (see `Cell.strain`).

    A straining day keeps its own weight; the others share what is left of the year. Storage starts each day empty.
    """
    return replace(problem, cells=[_shorten(s) for s in problem.cells])


def _shorten(s: Cell) -> Cell:
    hours = len(s.hours)
    even = ((np.arange(EVEN_DAYS) + 0.5) * (hours // 24) / EVEN_DAYS).astype(int)
    hard = np.setdiff1d(np.argsort(s.strain())[-HARD_DAYS:], even)
    days = np.union1d(even, hard)
    keep = (days[:, None] * 24 + np.arange(24)).ravel()
    weights = s.weights[keep].copy()
    is_even = np.repeat(np.isin(days, even), 24)
    weights[is_even] *= (s.weights.sum() - weights[~is_even].sum()) / weights[is_even].sum()

    return s.on_hours(keep, weights, tuple((24 * i, 24 * i + 24) for i in range(len(days))))


def is_long(problem: Problem) -> bool:
    """Whether it pays to start from sampled days."""
    return any(b - a > LONG for s in problem.cells for a, b in s.spans)
