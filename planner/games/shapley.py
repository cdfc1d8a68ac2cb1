"""The Shapley value: every player gets the mean of what it adds, over all orders of joining."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, lcm

import numpy as np

from planner.base.arrays import Array
from planner.games.game import Game


def _weights(n: int) -> list[int]:
    """Orders of n players in which a given player comes right after a given coalition, by size of that coalition."""
    return [factorial(size) * factorial(n - size - 1) for size in range(n)]


def shapley(game: Game) -> Array:
    """Shapley value in floating point, shape (n,), in the game's own sign (a cost game gives costs).

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)). Shapley, A value for n-person games
    (1953).
    """
    masks = np.arange(2**game.n)
    weight = np.array(_weights(game.n))[[mask.bit_count() % game.n for mask in range(2**game.n)]] / factorial(game.n)
    figures = game.characteristic
    without = [masks[masks >> i & 1 == 0] for i in range(game.n)]
    return np.array([weight[base] @ (figures[base | 1 << i] - figures[base]) for i, base in enumerate(without)])


def shapley_exact(game: Game) -> tuple[Fraction, ...]:
    """The same as exact fractions of the figures as they were written."""
    common = lcm(*(figure.denominator for figure in game.exact))
    figures = [figure.numerator * (common // figure.denominator) for figure in game.exact]
    weights = _weights(game.n)

    def share(player: int) -> Fraction:
        bit = 1 << player
        total = sum(
            weights[mask.bit_count()] * (figures[mask | bit] - figures[mask])
            for mask in range(2**game.n)
            if not mask & bit
        )
        return Fraction(total, common * factorial(game.n))

    return tuple(share(player) for player in range(game.n))
