"""Rules of sharing that need no solver, and the limit on any one member's share with its price.

All take a game and give an allocation of shape (n,) in the game's own sign: costs of a cost game, gains of a
value game.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from planner.base.arrays import Array
from planner.base.errors import InputError
from planner.games.game import Game, membership
from planner.games.kohlberg import excesses


def equal(game: Game) -> Array:
    """Every member gains the same over standing alone."""
    over_alone = game.total - game.alone.sum()
    return game.alone + over_alone / game.n


def proportional(game: Game) -> Array:
    """In proportion to the figures of the members alone: the same percentage saved by everyone.

    Raises InputError if a stand-alone figure is negative or all are 0.
    """
    if game.alone.min() < 0 or game.alone.sum() <= 0:
        raise InputError(
            "cannot share in proportion to stand-alone figures",
            value=game.alone.tolist(),
            expected="no negative figure, and not all 0",
        )
    return game.total * game.alone / game.alone.sum()


def marginal(game: Game) -> Array:
    """What each member adds to all the others (for costs: its separable cost), shape (n,)."""
    everyone_but = game.everyone - (1 << np.arange(game.n))
    return game.total - game.characteristic[everyone_but]


def alternative_cost_avoided(game: Game) -> Array:
    """Separable cost, and the rest in proportion to what each saves against standing alone.

    x_i = m_i + (c_i - m_i) / sum_j (c_j - m_j) x (C(N) - sum_j m_j); with all c_i = m_i the rest is shared equally.
    Straffin and Heaney, Game theory and the Tennessee Valley Authority (Int. J. Game Theory 10, 1981).
    """
    separable = marginal(game)
    avoided, rest = game.alone - separable, game.total - separable.sum()
    whole = avoided.sum()
    weights = avoided / whole if abs(whole) > 1e-12 * game.scale else np.full(game.n, 1 / game.n)
    return separable + rest * weights


def tau_value(game: Game, tolerance: float = 1e-9) -> Array | None:
    """Compromise between the most each member can hope for and the least it can claim; None if there is no such point.

    Hope M_i = v(N) - v(N - i); claim m_i = max over S with i of v(S) - sum of M_j over the others in S; tau is the
    efficient point between m and M. Tijs, Bounds for the core and the tau-value (1981).
    """
    value, member, slack = game.sign * game.characteristic, membership(game.n), tolerance * game.scale
    hope = game.sign * marginal(game)
    left_over = value - member @ hope
    claim = np.array([left_over[member[:, i] > 0].max() + hope[i] for i in range(game.n)])
    if np.any(claim > hope + slack) or claim.sum() > value[-1] + slack or hope.sum() < value[-1] - slack:
        return None
    span = hope.sum() - claim.sum()
    weight = (value[-1] - claim.sum()) / span if span > slack else 0.0
    return game.sign * (claim + weight * (hope - claim))


def airport(cost_of_need: ArrayLike, users: ArrayLike | None = None) -> Array:
    """Shapley value of one facility that costs as much as the largest need it serves, c(S) = max of c_i: fees per user.

    cost_of_need : cost of the facility for each need, shape (k,), any order.
    users : users with that need; default 1 each.

    Every increment of cost is shared equally by all who need it. Littlechild and Owen, Management Science 20 (1973).
    """
    cost = np.asarray(cost_of_need, dtype=np.float64)
    count = np.ones_like(cost) if users is None else np.asarray(users, dtype=np.float64)
    if cost.shape != count.shape or cost.ndim != 1 or np.any(cost < 0) or np.any(count <= 0):
        raise InputError("an airport game needs costs >= 0 and users > 0, one each per need")
    order = np.argsort(cost, kind="stable")
    increments = np.diff(cost[order], prepend=0.0)
    sharers = np.cumsum(count[order][::-1])[::-1]
    fees = np.empty_like(cost)
    fees[order] = np.cumsum(increments / sharers)
    return fees


@dataclass(frozen=True)
class DominanceLimit:
    """An allocation of savings in which no member takes more than a given share, and what that costs.

    allocation : the closest allocation that keeps the limit.
    moved : allocation minus the one before it (negative: given up).
    price : by how much the largest gain of a coalition from leaving grows: what it takes to keep it as content.
    largest_gain : that gain under the limit; positive means that some coalition would now leave.
    """

    allocation: Array
    moved: Array
    price: float
    largest_gain: float


def dominance_limit(savings: Game, allocation: ArrayLike, share: float) -> DominanceLimit:
    """Cap every member's gain at `share` (a fraction) of the whole saving, and spread the rest equally over the others.

    savings : value game of savings.
    allocation : shares out its total, shape (n,). Equal spreading gives the closest one (least squares).

    Raises InputError if the game is no savings game or the limit leaves money unshared.
    """
    if savings.kind != "value" or savings.total < 0:
        raise InputError(
            "a dominance limit caps shares of a saving", key="savings", value=savings.total, expected=">= 0"
        )
    if not share * savings.n >= 1:
        raise InputError(
            "with this limit the saving cannot be shared out",
            key="dominance limit",
            value=share,
            expected=f"at least 1/{savings.n} = {1 / savings.n:.4f} for {savings.n} members",
        )
    before = np.asarray(allocation, dtype=np.float64)
    cap, after, capped = share * savings.total, before.copy(), np.zeros(savings.n, dtype=bool)
    while np.any(over := ~capped & (after > cap)):
        capped |= over
        after[capped] = cap
        if not capped.all():
            after[~capped] = (
                before[~capped] + (savings.total - before[~capped].sum() - cap * capped.sum()) / (~capped).sum()
            )
    worst_before, worst_after = (float(excesses(savings, x)[1:-1].max(initial=-np.inf)) for x in (before, after))
    return DominanceLimit(after, after - before, worst_after - worst_before if savings.n > 1 else 0.0, worst_after)
