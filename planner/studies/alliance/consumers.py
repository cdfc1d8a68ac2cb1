"""What coalitions mean to a member's own consumers of power: the bills of everybody else, coalition by coalition, as a present value.

    bills[S,c] = sum over stages of weight x (what everybody else in c pays more a year under the plan of S)        M USD
    with its consumers a member keeps    saving by the rule in force - (bills[all,c] - bills[c alone,c])

A higher price goes from consumers to those who own plants: it is no cost of the plan, and no game is played with it. It is told because
whoever signs for a country answers to both. Nothing where the grid is a tariff. What they pay year by year stands in `others.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.timeline import Stage

Tables = Mapping[str, pd.DataFrame]
Rows = list[dict[str, Any]]


def consumers(
    members: Sequence[str],
    plans: Mapping[tuple[str, ...], Tables],
    stages: Sequence[Stage],
    saved: Mapping[str, float],
) -> dict[str, Rows]:
    """`consumers` by member, and `consumers_by_coalition`; both empty where no plan has zones.

    plans : tables of every coalition's plan, by its members in their order. saved : M USD by member, by the rule in force.
    """
    known = {coalition: zones for coalition, own in plans.items() if len(zones := own.get("zones", pd.DataFrame()))}
    if not known:
        return {"consumers": [], "consumers_by_coalition": []}
    worth = {(coalition, c): present(zones, c, stages) for coalition, zones in known.items() for c in coalition}
    everybody = tuple(members)
    in_all = []
    for c in members:
        alone, joint = worth.get(((c,), c), 0.0), worth.get((everybody, c), 0.0)
        row = {"member": c, "bills_alone_musd": alone, "bills_joint_musd": joint, "bills_change_musd": joint - alone}
        in_all.append(row | {"saving_musd": saved[c], "with_consumers_musd": saved[c] - (joint - alone)})
    order = sorted(worth, key=lambda key: (len(key[0]), key[0]))
    by_coalition = [{"coalition": " + ".join(who), "member": c, "bills_musd": worth[who, c]} for who, c in order]
    return {"consumers": in_all, "consumers_by_coalition": by_coalition}


def present(zones: pd.DataFrame, country: str, stages: Sequence[Stage]) -> float:
    """What everybody else in a country pays more over the horizon, M USD of present value."""
    yearly = zones[zones["country"] == country].groupby("stage")["others_bill_musd"].sum()
    return sum(float(yearly.get(stage.year, 0.0)) * stage.weight for stage in stages)
