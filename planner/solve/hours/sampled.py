"""A long year's own days: the same problem on a few of them, where the decomposition starts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.program.problem import Array, Problem, SiteYear

EVEN_DAYS, HARD_DAYS = 10, 6
"""Days of a long year that it starts from: evenly spread, and the hardest."""
LONG = 40 * 24
"""Hours of a span that make it a long year."""


def sampled(problem: Problem) -> Problem:
    """The same problem on a few of its own days, site by site: some evenly spread, some that strain it (see `strain`).

    A straining day keeps its own weight; the others share what is left of the year. Storage starts each day empty.
    """
    return replace(problem, site_years=[_shorten(s) for s in problem.site_years])


def strain(s: SiteYear) -> Array:
    """How hard each day is to serve: loads above, must-take supply and availability below, costs above their mean."""
    hours = len(s.hours) // 24 * 24

    def daily(parts: list[Array], sign: float) -> Array:
        total = np.zeros(hours // 24)
        for values in parts:
            day = np.broadcast_to(values, (len(s.hours),))[:hours].reshape(-1, 24).mean(axis=1)
            total += sign * (day - day.mean()) / (abs(day.mean()) + 1e-12)
        return total / max(1, len(parts))

    loads, free = [p.values for p in s.loads], [p.values for p in s.must_take]
    return (
        daily(loads, 1.0)
        + daily(free, -1.0)
        + daily([p.available for p in s.pieces], -1.0)
        + daily([p.cost for p in s.pieces[:-1]], 1.0)
    )


def _shorten(s: SiteYear) -> SiteYear:
    hours = len(s.hours)
    even = ((np.arange(EVEN_DAYS) + 0.5) * (hours // 24) / EVEN_DAYS).astype(int)
    hard = np.setdiff1d(np.argsort(strain(s))[-HARD_DAYS:], even)
    days = np.union1d(even, hard)
    keep = (days[:, None] * 24 + np.arange(24)).ravel()
    weights = s.weights[keep].copy()
    is_even = np.repeat(np.isin(days, even), 24)
    weights[is_even] *= (s.weights.sum() - weights[~is_even].sum()) / weights[is_even].sum()

    def pick(values: Array | float) -> Array:
        return np.ascontiguousarray(np.broadcast_to(values, (hours,))[keep])

    return replace(
        s,
        hours=s.hours[keep],
        weights=weights,
        spans=tuple((24 * i, 24 * i + 24) for i in range(len(days))),
        loads=tuple(replace(p, values=pick(p.values)) for p in s.loads),
        must_take=tuple(replace(p, values=pick(p.values)) for p in s.must_take),
        pieces=tuple(
            replace(
                p,
                available=pick(p.available),
                cost=pick(p.cost),
                use={a: v if np.ndim(v) == 0 else pick(v) for a, v in p.use.items()},
            )
            for p in s.pieces
        ),
    )


def is_long(problem: Problem) -> bool:
    """Whether it pays to start from sampled days."""
    return any(b - a > LONG for s in problem.site_years for a, b in s.spans)
