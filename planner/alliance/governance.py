"""What holds an alliance together and what loosens it, each with its price: limits on a member's share, leaving early, shared halls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from planner.alliance.game import Array, Game
from planner.alliance.rules import airport, dominance_limit
from planner.inputs import Inputs

Rows = list[dict[str, Any]]


def per_year(costs: pd.DataFrame, members: tuple[str, ...], years: list[int]) -> Array:
    """Cost that falls in each member's country, M USD per year of each stage, shape (members, stages)."""
    summed = costs.groupby(["country", "stage"])["musd_per_year"].sum()
    return np.array([[float(summed.get((c, y), 0.0)) for y in years] for c in members])


def due_per_year(cost: Array, alone: Array, borne: Array, weight: Array) -> Array:
    """What each member is due to bear per year of each stage, so that its present value is `cost` and every stage adds up.

    cost : allocation, M USD, shape (members,). alone, borne : M USD per year planning alone, and standing in its country under the
    joint plan, shape (members, stages). weight : discounted years of each stage.

    A member pays what it would alone less its share of that stage's saving; its share is the same in all stages.
    """
    saved = alone.sum(axis=0) - borne.sum(axis=0)
    gain = alone @ weight - cost
    share = gain / gain.sum() if abs(gain.sum()) > 1e-9 * abs(cost).sum() else np.full(len(cost), 1.0 / len(cost))
    due = alone - np.outer(share, saved)
    rest = cost - due @ weight
    return due + (rest - rest.mean())[:, None] / weight.sum()


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


def withdrawal(
    members: tuple[str, ...], due_per_year: Array, alone_per_year: Array, without: Mapping[str, Array], inputs: Inputs
) -> Rows:
    """What leaving after a stage costs: the leaver, and the others, M USD (present value), by member and stage.

    due_per_year : what each member is due to bear per year under the joint plan, payments included, shape (members, stages).
    alone_per_year : what each bears planning alone. without : member -> cost per year of the plan of all others, shape (stages,).

    From the stage after, the leaver is taken to bear what it would alone and the others what they would without it, as if they
    had planned for it: plant that stands in the wrong place, and payments on account of it, come on top.
    """
    weight, years = np.array([stage.weight for stage in inputs.stages]), inputs.years
    rows: Rows = []
    for i, member in enumerate(members):
        others = np.delete(due_per_year, i, axis=0).sum(axis=0)
        for last in range(len(years) - 1):
            later = slice(last + 1, None)
            rows.append(
                {
                    "leaves": member,
                    "stage": years[last],
                    "leaver_loses_musd": float((alone_per_year[i] - due_per_year[i])[later] @ weight[later]),
                    "others_lose_musd": float((without[member] - others)[later] @ weight[later]),
                }
            )
    return rows


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
