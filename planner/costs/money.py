"""Money over time: annuities, interest while building and the weight of a stage.

Rates are real, fractions per year; conventions of PyPSA (investment periods).
"""

from __future__ import annotations

from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.costs.refusal import refuse


@overload
def annuity(rate: float, life_years: float) -> float: ...
@overload
def annuity(rate: ArrayLike, life_years: ArrayLike) -> Array: ...
def annuity(rate: ArrayLike, life_years: ArrayLike) -> float | Array:
    """Share of an investment to pay at each year's end so that it and its interest are paid off over the life.

    `r / (1 - (1 + r)^-n)`, the capital recovery factor (Short, Packey and Holt 1995, NREL/TP-462-5173); `1/n` without
    interest, `r` for an infinite life. 1 per year, in the shape that both broadcast to. Raises InputError for a negative rate or
    a life that is not above 0.

    >>> round(float(annuity(0.07, 20)), 9)
    0.094392926
    >>> float(annuity(0.0, 20)), float(annuity(0.07, float("inf")))
    (0.05, 0.07)
    """
    r, n = np.broadcast_arrays(np.asarray(rate, float), np.asarray(life_years, float))
    refuse(r < 0, "negative discount rate", r, "a rate >= 0")
    refuse(~(n > 0), "a life that is not positive", n, "more than 0 years")
    interest = np.where(r > 0, r, 1.0)
    # expm1 and log1p keep the digits when the rate is tiny.
    return np.where(r > 0, interest / -np.expm1(-n * np.log1p(interest)), 1.0 / n)[()]


@overload
def interest_during_construction(rate: float, years: float) -> float: ...
@overload
def interest_during_construction(rate: ArrayLike, years: ArrayLike) -> Array: ...
def interest_during_construction(rate: ArrayLike, years: ArrayLike) -> float | Array:
    """Cost at commissioning over overnight cost: spending uniform over the building years, each year's in mid-year.

    `sum_{k=0}^{n-1} (1+r)^(k+1/2) / n` (the construction finance factor of NREL's ATB with even shares), in closed form, so that
    half years work too; 1 for `years` of 0. A factor, in the shape that both broadcast to. Raises InputError for a negative rate or time.

    >>> round(float(interest_during_construction(0.07, 6)), 6)
    1.233237
    """
    r, n = np.broadcast_arrays(np.asarray(rate, float), np.asarray(years, float))
    refuse(r < 0, "negative discount rate", r, "a rate >= 0")
    refuse(~(n >= 0), "a negative building time", n, "0 or more years")
    plain = (r == 0) | (n == 0)
    interest, time = np.where(plain, 1.0, r), np.where(plain, 1.0, n)
    growth = np.log1p(interest)
    factor = np.exp(growth / 2) * np.expm1(time * growth) / (interest * time)
    return np.where(plain, 1.0, factor)[()]


def period_weight(rate: float, first_year_offset: float, length_years: float) -> float:
    """Present value of 1 a year in a stage that starts `first_year_offset` years from now and lasts `length_years`.

    `sum_{t=T}^{T+n-1} (1+r)^-t`, the convention of PyPSA's investment periods, in years of today's value. Raises InputError for a
    negative rate, or a length that is not a whole number of years.

    >>> [round(period_weight(0.07, start, 5), 6) for start in (0, 5, 10, 15)]
    [4.387211, 3.128021, 2.230236, 1.590127]
    """
    refuse(rate < 0, "negative discount rate", rate, "a rate >= 0")
    whole = float(length_years).is_integer() and length_years >= 1
    refuse(not whole, "a stage of broken length", length_years, "1 or more whole years")
    return float(np.sum((1.0 + rate) ** -(first_year_offset + np.arange(int(length_years)))))
