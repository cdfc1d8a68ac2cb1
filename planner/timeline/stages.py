"""Investment stages and the discounted years that each of them stands for."""

from __future__ import annotations

from dataclasses import dataclass

from planner.costs.money import period_weight


@dataclass(frozen=True)
class Stage:
    """One investment year and the years up to the next stage.

    Attributes
    ----------
    year : investment year; its plant runs from this year on.
    years : length of the period.
    weight : discounted years that one representative year stands for, seen from the first stage.
    """

    year: int
    years: int
    weight: float


def stages(years: list[int], horizon_end: int, discount_rate: float) -> list[Stage]:
    """Stages with period lengths and weights W = sum_{t=T}^{T+n-1} (1+r)^-t (PyPSA's convention), T counted from the first.

    >>> [round(s.weight, 6) for s in stages([2030, 2035], 2040, 0.07)]
    [4.387211, 3.128021]
    """
    ends = [*years[1:], horizon_end]
    return [
        Stage(year, end - year, period_weight(discount_rate, year - years[0], end - year))
        for year, end in zip(years, ends, strict=True)
    ]
