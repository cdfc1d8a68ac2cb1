"""Kohlberg's criterion: proves that an allocation is the nucleolus without solving for it.

At the nucleolus, for every level t, the coalitions whose complaint (excess) is at least t are balanced: some positive
weights on them add up to the same for every player; so no one can be helped but at the expense of one who complains as
much. Kohlberg, On the nucleolus of a characteristic function game (SIAM Journal on Applied Mathematics 20, 1971).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from planner.base.arrays import Array
from planner.games.game import Game, membership

TOLERANCE = 1e-9


def excesses(game: Game, allocation: ArrayLike, per_capita: bool = False) -> Array:
    """Complaint of every coalition by bitmask, shape (2^n,): v(S) - x(S), for cost games x(S) - c(S).

    It is set to 0 for no one and for all. With `per_capita`, the complaint per member.
    """
    member = membership(game.n)
    excess = game.sign * (game.characteristic - member @ np.asarray(allocation, dtype=np.float64))
    excess[[0, -1]] = 0.0
    return excess / np.maximum(member.sum(axis=1), 1.0) if per_capita else excess


def is_balanced(collection: Array, free: Array) -> bool:
    """Whether weights > 0 on the rows of `collection`, and weights >= 0 on those of `free`, add up to a constant.

    Rows are coalitions, shape (number, n), 1.0 for members.
    """
    rows = np.vstack([collection, free, -np.ones((1, collection.shape[1]))])
    lower = np.concatenate([np.ones(len(collection)), np.zeros(len(free) + 1)])
    bounds = np.column_stack([lower, np.full(len(rows), np.inf)])
    answer = linprog(np.zeros(len(rows)), A_eq=rows.T, b_eq=np.zeros(rows.shape[1]), bounds=bounds, method="highs")
    return bool(answer.status == 0)


def kohlberg(
    game: Game,
    allocation: ArrayLike,
    *,
    imputations: bool = True,
    per_capita: bool = False,
    tolerance: float = TOLERANCE,
) -> bool:
    """Whether `allocation` is the nucleolus (with `imputations`) or the prenucleolus (without), per capita if asked.

    Excesses closer than `tolerance` times the game's scale count as equal.
    """
    x, n, slack = np.asarray(allocation, dtype=np.float64), game.n, tolerance * game.scale
    gain = game.sign * (x - game.alone)
    if abs(x.sum() - game.total) > max(slack, 1e-14 * float(np.abs(game.alone).sum())):
        return False
    if imputations and gain.min() < -slack:
        return False
    at_bound: NDArray[np.bool_] = (gain <= slack) & imputations
    bound = np.eye(n)[at_bound]
    member, excess = membership(n)[1:-1], excesses(game, x, per_capita)[1:-1]
    order = np.argsort(-excess)
    member, excess = member[order], excess[order]
    rank, stop = 0, 0
    while stop < len(excess) and rank < n:
        stop = int(np.searchsorted(-excess, -(excess[stop] - slack), side="right"))
        now = int(np.linalg.matrix_rank(np.vstack([member[:stop], np.ones((1, n))])))
        # Adding coalitions that a balanced collection spans leaves it balanced: only a new rank needs a proof.
        if now > rank and not is_balanced(member[:stop], bound):
            return False
        rank = now
    return True
