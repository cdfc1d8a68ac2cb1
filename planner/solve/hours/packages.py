"""Ready-made ways to power a load, from which the rounds start: each supply alone, as large as the load asks.

A site-year is homogeneous in its decisions, so a point that serves one unit of a load by one supply says how to serve any amount
of it, and mixtures of such points serve any mixture of loads. With them the first plan leaves nothing unserved.
"""

from __future__ import annotations

from collections.abc import Iterator

from planner.program.problem import Array, SiteYear


def availability(s: SiteYear) -> dict[int, Array]:
    """Hourly output per unit of each capacity column, pieces and must-take together; only those that never fall to nothing."""
    total: dict[int, Array] = {}
    for part, values in [(p, p.available) for p in s.pieces[:-1] if p.column >= 0] + [
        (p, p.values) for p in s.must_take
    ]:
        total[part.column] = total.get(part.column, 0.0) + values
    return {column: values for column, values in total.items() if values.min() > 1e-3 * values.max()}


def packages(s: SiteYear) -> Iterator[dict[int, float]]:
    """Decisions (column -> amount) that serve one unit of each load by each firm supply alone."""
    supplies = availability(s)
    for load in s.loads:
        for column, available in supplies.items():
            yield {load.column: 1.0, column: float((load.values / available).max())}
