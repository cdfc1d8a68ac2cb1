"""A limit on any one member's share of the saving, with its price; and shared halls by need."""

from __future__ import annotations

from typing import Any

from planner.base.arrays import Array
from planner.games.game import Game
from planner.games.rules import airport, dominance_limit
from planner.instance import Inputs

Rows = list[dict[str, Any]]


def limited(game: Game, cost: Array, share: float) -> tuple[Array, dict[str, Any]]:
    """An allocation of cost in which no member takes more than `share` of the saving, and what the limit changes.

    Returns the allocation (M USD) and `members` (moved saving of each), `price_musd` (by how much the largest gain of a coalition
    from leaving grows) and `largest_gain_musd` (that gain; positive: some coalition would leave).
    """
    limit = dominance_limit(game.savings(), game.alone - cost, share)
    rows = [
        {"member": c, "saving_musd": float(gain), "moved_musd": float(moved)}
        for c, gain, moved in zip(game.players, limit.allocation, limit.moved, strict=True)
    ]
    told = {"share": share, "price_musd": limit.price, "largest_gain_musd": limit.largest_gain, "members": rows}
    return game.alone - limit.allocation, told


def facility_fees(inputs: Inputs, members: tuple[str, ...]) -> Rows:
    """Shared facilities by the airport rule: who needs one for longer shares in more of it. M USD, present value.

    A member's own need is the cost of the facility over the stages in which its work needs it, where it is cheapest.
    """
    rows: Rows = []
    for facility in inputs.facilities:
        yearly = min(cost for c, cost in facility.annual_cost.items() if c in members)
        need = dict.fromkeys(members, 0.0)
        for y, stage in enumerate(inputs.stages):
            asking = {w.owner for w in inputs.work.values() if w.use in facility.needed_by and w.demand[y] > 0}
            for c in asking & need.keys():
                need[c] += yearly * stage.weight if stage.year >= facility.first_year else 0.0
        users = [c for c in members if need[c] > 0]
        fees = dict(zip(users, airport([need[c] for c in users]), strict=True)) if users else {}
        rows += [
            {"facility": facility.name, "member": c, "alone_musd": need[c], "fee_musd": float(fees[c])} for c in users
        ]
    return rows
