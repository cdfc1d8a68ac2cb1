"""Which pool brings which part of the saving: sites, LNG, SMR orders, chips, a shared testbed.

The joint plan is costed with every subset of the pools switched on. What a pool brings depends on which others are
on; Shapley over pools takes the mean over all orders of switching them on, so that the parts add up to the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.base.errors import InputError
from planner.games import parse
from planner.games.game import Game
from planner.games.parse import members
from planner.games.shapley import shapley


@dataclass(frozen=True)
class PoolShares:
    """What the pools bring, in the money of the costs given.

    table : one row per pool: `pool`, `saving_share` (Shapley; adds up to `total_saving`), `saving_alone` (as the only
        pool), `saving_last` (added to all others).
    total_saving : cost without pools minus cost with all.
    paradoxes : cases in which one more pool costs more than the gap explains: pools on before, pool added, increase.
    """

    table: pd.DataFrame
    total_saving: float
    paradoxes: tuple[tuple[tuple[str, ...], str, float], ...]


def pool_shares(
    pools: Sequence[str],
    cost: Mapping[Collection[str], float],
    gap: Mapping[Collection[str], float] | float = 0.0,
) -> PoolShares:
    """Shares of the saving by pool.

    pools : names, at most 12.
    cost : cost of the joint plan by pools switched on (tuples or frozensets of names), for every subset.
    gap : how far each plan's cost may lie above its optimum, in the same money.

    Raises InputError if a subset is missing, unknown or given twice.
    """
    parse.count(len(pools))
    figures = _by_mask(pools, cost, "cost")
    gaps = _by_mask(pools, gap, "gap") if isinstance(gap, Mapping) else np.full(len(figures), float(gap))
    game = Game.from_array(list(pools), "value", figures[0] - figures)
    rounding = 1e-9 * float(np.abs(figures).max(initial=0.0))
    paradoxes = [
        (tuple(pools[i] for i in members(mask)), pool, float(figures[mask | 1 << added] - figures[mask]))
        for mask in range(2**game.n)
        for added, pool in enumerate(pools)
        if not mask >> added & 1 and figures[mask | 1 << added] - figures[mask] > gaps[mask | 1 << added] + rounding
    ]
    everything_but = game.everyone - (1 << np.arange(game.n))
    table = pd.DataFrame(
        {
            "pool": list(pools),
            "saving_share": shapley(game),
            "saving_alone": game.alone,
            "saving_last": game.total - game.characteristic[everything_but],
        }
    )
    return PoolShares(table, game.total, tuple(sorted(paradoxes, key=lambda case: -case[2])))


def _by_mask(pools: Sequence[str], figures: Mapping[Collection[str], float], what: str) -> np.ndarray:
    number = {pool: i for i, pool in enumerate(pools)}
    found: dict[int, float] = {}
    for names, figure in figures.items():
        unknown = set(names) - number.keys()
        mask = sum(1 << number[name] for name in set(names) - unknown)
        if isinstance(names, str) or unknown or mask in found:
            raise InputError(
                f"the {what} by pools is no table of subsets",
                value=names,
                expected=f"each subset of {list(pools)} once",
            )
        found[mask] = figure
    missing = [mask for mask in range(2 ** len(pools)) if mask not in found]
    if missing:
        raise InputError(
            f"the {what} of {len(missing)} pool subsets is missing", value=[pools[i] for i in members(missing[0])]
        )
    return np.array([found[mask] for mask in range(2 ** len(pools))])
