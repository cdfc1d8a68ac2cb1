"""At which cost of gas a plan turns away from it: the factor on what delivered gas costs in a stage at which it burns half of what it does.

The least cost C(f) is concave and piecewise linear in the factor f, and its slope is what a plan there spends on gas at a factor of 1,
S(f). Between two factors whose plans spend S1 > S2, with A = C - f S what they spend on the rest, the two lines cross at

    f' = (A2 - A1) / (S1 - S2) ;

either C(f') lies on them, and the plan turns there from the one to the other, or a plan at f' lies between them and takes the place of the
one on its side of half. A stage whose plan still burns half at `MOST` times the cost has no such factor. Gas is what the annual program
buys: LNG, and pipeline gas under `markets`; pipeline gas at a given price is part of what hours cost, and has no row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planner.program.linear import LinearProgram
from planner.studies.flips.groups import Group
from planner.studies.near.quantities import Names

BOUGHT = ("gas", "spot", "lift")  # variables of gas that is paid for: pipeline, spot cargoes, liftings under contract
FUEL, GAS = "fuel", "gas, half of it"
UNIT = "x cost of gas delivered"
PART = 0.5
MOST = 8.0
TRIES = 20
At = Callable[[float], tuple[float, float]]
"""Factor -> the least cost at it, and what its plan spends on gas at a factor of 1."""


def gas_groups(names: Names, annual: LinearProgram) -> Iterator[Group]:
    """The gas of every stage, of all countries together."""
    for stage, year in enumerate(names.years):
        columns = tuple(
            column
            for variable in BOUGHT
            for _, y, column in names.each(variable)
            if y == stage and annual.cost[column] > 0
        )
        if columns:
            yield Group(FUEL, GAS, "", year, UNIT, columns)


def turning(at: At, same: float) -> tuple[float | None, bool]:
    """The factor at which half of the gas of a plan that burns some leaves, and whether plans on both sides were found; None where half
    stays up to `MOST`.

    same : difference of two costs, M USD, that says nothing.
    """
    cost, spent = at(1.0)
    half, low, factor = PART * spent, (1.0, cost, spent), 1.0
    while True:
        if factor >= MOST:
            return None, True
        factor *= 2.0
        high = (factor, *at(factor))
        if high[2] <= half:
            break
        low = high
    for _ in range(TRIES):
        rest_low, rest_high = (c - f * s for f, c, s in (low, high))
        factor = (rest_high - rest_low) / (low[2] - high[2])
        found = (factor, *at(factor))
        if found[1] >= rest_low + factor * low[2] - same:
            return factor, True
        low, high = (low, found) if found[2] <= half else (found, high)
    return factor, False
