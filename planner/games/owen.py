"""The Owen point: what each player's own resources and demands are worth at the prices of the joint plan.

If the cost or value of every coalition is a linear program with one matrix, and only its right-hand side adds up over
players, then the grand coalition's dual prices times each player's right-hand side lie in the core. Owen, On the core
of linear production games (Mathematical Programming 9, 1975). It fails with integers, shared fixed costs or learning.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError


@dataclass(frozen=True)
class OwenPoint:
    """Allocation, shape (n,), and the part of the optimum that is no player's own (shared rows, bounds, constants)."""

    allocation: Array
    unassigned: float


def owen_point(dual_prices: ArrayLike, right_hand_sides: ArrayLike, optimum: float) -> OwenPoint:
    """Owen's allocation of the grand coalition's linear program.

    dual_prices : change of the optimum per unit of right-hand side, shape (rows,).
    right_hand_sides : each player's own part of the right-hand side, shape (n, rows).
    optimum : the grand coalition's cost or value; the units of dual price times right-hand side.

    Raises InputError if shapes do not match.
    """
    prices = np.asarray(dual_prices, dtype=np.float64)
    own = np.asarray(right_hand_sides, dtype=np.float64)
    if prices.ndim != 1 or own.ndim != 2 or own.shape[1] != len(prices):
        raise InputError(
            "dual prices and right-hand sides do not match",
            value=f"{prices.shape} and {own.shape}",
            expected="(rows,) and (players, rows)",
        )
    allocation = own @ prices
    return OwenPoint(allocation, float(optimum - allocation.sum()))
