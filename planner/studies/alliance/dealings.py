"""What members owe each other under a joint plan, and what it costs if one leaves or restricts its trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.base.arrays import Array
from planner.studies.alliance import schedule, views
from planner.studies.alliance.plans import CoalitionPlan
from planner.studies.alliance.settlement import settle
from planner.timeline import Stage

Rows = list[dict[str, Any]]
HOSTING, SHARING = "hosting at cost", "share of the saving"
SMALL = 0.05  # M USD a year: less is the solver's rounding


def per_year(costs: pd.DataFrame, members: Sequence[str], stages: Sequence[Stage], by: str = "country") -> Array:
    """Cost by the column `by` (country where it falls, or owner), M USD per year of each stage, shape (members, stages)."""
    summed = costs.groupby([by, "stage"])["musd_per_year"].sum()
    return np.array([[float(summed.get((c, stage.year), 0.0)) for stage in stages] for c in members])


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


def settlement(
    members: Sequence[str],
    due: Array,
    joint: Mapping[str, pd.DataFrame],
    hosting: pd.DataFrame,
    stages: Sequence[Stage],
    sellers: Mapping[str, str],
    discount_rate: float,
    rates: Mapping[str, float],
) -> dict[str, Rows]:
    """Who pays whom: for work that the other hosts, what it costs; and beyond that, what brings everyone to what is due.

    due : M USD per year of each stage, shape (members, stages). hosting : as `hosting.hosting_costs` gives for the joint plan.
    sellers : export terminal -> its country. rates : local currency per USD.

    Returns `net` by member, `payments` by stage and pair, the same `netted`, `in_all` and as a `schedule` by calendar year, and `prices`:
    the side payments as prices of what flows.
    """
    weight = np.array([stage.weight for stage in stages])
    borne = per_year(joint["costs"], members, stages)
    own = per_year(hosting, members, stages, by="owner")
    side = [
        settle(members, due[:, y] * weight[y], own[:, [y]], [stage]).table.assign(purpose=SHARING)
        for y, stage in enumerate(stages)
    ]
    paid = pd.concat([hosted(hosting, stages), *side], ignore_index=True)
    net = [
        {
            "member": c,
            "borne_musd": float(b),
            "own_work_musd": float(o),
            "hosting_musd": float(o - b),
            "side_payment_musd": float(d - o),
            "due_musd": float(d),
        }
        for c, b, o, d in zip(members, borne @ weight, own @ weight, due @ weight, strict=True)
    ]
    sharing = paid[paid["purpose"] == SHARING]
    prices = views.as_prices(sharing, joint, hosting, stages, sellers, discount_rate)
    payments: Rows = paid.to_dict("records")
    pays = schedule.netted(payments)
    by_year = schedule.by_year(pays, discount_rate, rates)
    told = {"netted": pays, "in_all": schedule.in_all(pays), "schedule": by_year}
    return {"net": net, "payments": payments, "prices": prices} | told


def hosted(hosting: pd.DataFrame, stages: Sequence[Stage]) -> pd.DataFrame:
    """Payments of owners to the countries where their work runs, at what it costs there; columns as those of `settlement.settle`."""
    by_year = {stage.year: stage for stage in stages}
    abroad = hosting[(hosting["country"] != hosting["owner"]) & (hosting["musd_per_year"] > SMALL)]
    rows = [
        (year, by_year[year].years, owner, host, musd, by_year[year].weight, musd * by_year[year].weight, HOSTING)
        for host, owner, year, musd in abroad.itertuples(index=False, name=None)
    ]
    columns = ["stage", "years", "payer", "receiver", "musd_per_year", "weight_years", "musd", "purpose"]
    return pd.DataFrame(rows, columns=columns).sort_values(["stage", "payer", "receiver"], kind="stable")


def withdrawal(
    members: Sequence[str],
    due: Array,
    plans: Mapping[tuple[str, ...], CoalitionPlan],
    going_on: Mapping[tuple[tuple[str, ...], int], CoalitionPlan],
    stages: Sequence[Stage],
) -> Rows:
    """What leaving after a stage costs the leaver and the others, M USD (present value), by member and stage.

    due : what each member is due to bear per year under the joint plan, payments included, shape (members, stages).
    plans : planned from the start, by members. going_on : the stages after the leaving, planned anew by those who go on together, with
    all before as it was built for the alliance; by members and position of the stage.

    `*_lose_musd` is the cost of the new plan above what was due; `*_misplaced_musd` the part of it that those who never
    had joined would not have: plant in the wrong place, less what it still serves. Negative where the alliance's plant is a gain.
    None where those who go on have no plan at all.
    """
    weight = np.array([stage.weight for stage in stages])
    rows: Rows = []
    for member in members:
        for last in range(len(stages) - 1):
            later = slice(last + 1, None)
            row: dict[str, Any] = {"leaves": member, "stage": stages[last].year}
            for who, group in (("leaver", (member,)), ("others", tuple(c for c in members if c != member))):
                plan, from_start = going_on[group, last], plans[group]
                mine = [members.index(c) for c in group]
                costs = from_start.tables["costs"]
                never_joined = per_year(costs, group, stages).sum(axis=0)[later] @ weight[later]
                lost = plan.cost - due[mine].sum(axis=0)[later] @ weight[later]
                figures = {
                    "leaver_loses_musd" if who == "leaver" else "others_lose_musd": lost,
                    f"{who}_misplaced_musd": plan.cost - never_joined,
                    f"{who}_uncertain_musd": plan.gap + from_start.gap,
                }
                row |= {name: float(figure) if np.isfinite(plan.cost) else None for name, figure in figures.items()}
            rows.append(row)
    return rows


def restriction(
    members: Sequence[str], joint: CoalitionPlan, restricted: CoalitionPlan, before: Array, after: Array
) -> dict[str, Any]:
    """What a restriction of trade costs all together, and each member by the rule in force.

    before, after : allocation of the joint plan's cost without and with the restriction, M USD, shape (members,).
    """
    asked = restricted.task.restriction
    if asked is None:
        raise ValueError("this plan has no restriction")
    return {
        "member": asked.member,
        "lng": asked.lng,
        "chips": asked.chips,
        "price_musd": restricted.cost - joint.cost,
        "price_least_musd": restricted.lower_bound - joint.cost,
        "price_most_musd": restricted.cost - joint.lower_bound,
        "members": [
            {"member": c, "price_musd": float(price)} for c, price in zip(members, after - before, strict=True)
        ],
    }
