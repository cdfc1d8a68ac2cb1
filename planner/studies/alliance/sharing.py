"""Every rule of sharing applied to one game of costs whose figures are known to within proven gaps.

How far an allocation may be off is told to first order: each coalition's cost is lowered to its proven bound, one at a time, and the
changes of a member's share are added up, those that raise it and those that lower it apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.base.arrays import Array
from planner.base.errors import PlannerError
from planner.games import rules
from planner.games.core import Stability, stability
from planner.games.game import Game
from planner.games.nucleolus import nucleolus
from planner.games.shapley import shapley

MOST_MEMBERS_FOR_ERROR = 5  # beyond, the nucleolus would be solved for hundreds of games

RULES: dict[str, Callable[[Game], Array | None]] = {
    "shapley": shapley,
    "nucleolus": nucleolus,
    "per_capita_nucleolus": lambda game: nucleolus(game, per_capita=True),
    "equal": rules.equal,
    "proportional": rules.proportional,
    "alternative_cost_avoided": rules.alternative_cost_avoided,
    "tau_value": rules.tau_value,
}


@dataclass(frozen=True)
class Sharing:
    """One rule's allocation of the joint plan's cost, M USD, in the order of the game's players.

    low, high : how far the gaps may move it (None where that is not told). stability : whether it holds.
    """

    rule: str
    cost: Array
    low: Array | None
    high: Array | None
    stability: Stability


def share_all(game: Game, lower: Array) -> list[Sharing]:
    """Every rule that gives an allocation. `lower` are the proven bounds of every coalition's cost, by bitmask."""
    found = []
    for rule, allocate in RULES.items():
        cost = attempt(allocate, game)
        if cost is None:
            continue
        low = high = None
        if game.n <= MOST_MEMBERS_FOR_ERROR:
            low, high = _range(allocate, game, lower, cost)
        found.append(Sharing(rule, cost, low, high, stability(game, cost, lower, game.characteristic)))
    return found


def attempt(allocate: Callable[[Game], Array | None], game: Game) -> Array | None:
    """A rule's allocation; None where the rule has none for this game."""
    try:
        return allocate(game)
    except PlannerError:
        return None


def _range(allocate: Callable[[Game], Array | None], game: Game, lower: Array, cost: Array) -> tuple[Array, Array]:
    low, high = cost.copy(), cost.copy()
    for mask in range(1, game.everyone + 1):
        if lower[mask] < game.characteristic[mask]:
            figures = game.characteristic.copy()
            figures[mask] = lower[mask]
            moved = attempt(allocate, Game.from_array(game.players, "cost", figures))
            if moved is not None:
                low += np.minimum(moved - cost, 0.0)
                high += np.maximum(moved - cost, 0.0)
    return low, high
