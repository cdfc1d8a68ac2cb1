"""What solving a problem leaves: the annual decisions, each site-year's hours, and the dual of every row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from planner.lp.problem import Array, SiteYear
from planner.solve.certificate import Certificate


@dataclass(frozen=True)
class Dispatch:
    """The hours of one site-year, in the order of its own hours, and the duals of its rows.

    Power in GW, the level in GWh at the hour's end. Duals belong to the rows of the full matrix: `cost_dual` and
    `account_duals` to the rows that define the cost and account columns, `balance_dual` (M USD per GW in that hour,
    weight and stage factor included) to the balance, `level_dual` to the dynamics of the level.
    """

    supply: Array  # one row per piece
    charge: Array
    discharge: Array
    level: Array
    cost_dual: float
    account_duals: dict[str, float]
    balance_dual: Array
    level_dual: Array

    def energy_price(self, weights: Array) -> Array:
        """Price of energy at the site, M USD per GWh of its own stage (objective weight of the stage taken out)."""
        return self.balance_dual / (weights * (self.cost_dual if self.cost_dual > 0 else 1.0))


@dataclass(frozen=True)
class Solution:
    """The answer to a problem, with its proof.

    `status` is "proven" (feasible within 1e-6 relative, gap within the asked one), "feasible" (feasible, the gap is
    what it says), "approximate" (limits are violated by more than 1e-6 relative), "interrupted" (time limit or
    Ctrl-C; the best feasible plan with its gap), "infeasible" or "unbounded" (then there are no vectors).
    """

    status: str
    method: str
    objective: float
    lower_bound: float
    gap: float
    x: Array
    dispatch: list[Dispatch]
    row_dual: Array  # one per annual row
    reduced_cost: Array  # one per annual column, all its uses in site-years counted
    certificate: Certificate | None
    iterations: int
    seconds: dict[str, float]
    log: list[str] = field(default_factory=list)


def net_load(s: SiteYear, x: Array) -> Array:
    """Load less must-take supply of every hour, GW, before any piece or storage; negative hours may spill."""
    total = np.zeros(len(s.hours))
    for profile in s.loads:
        total += x[profile.column] * profile.values
    for profile in s.must_take:
        total -= x[profile.column] * profile.values
    return total


def spill(s: SiteYear, x: Array, d: Dispatch) -> Array:
    """Supply that no one takes, GW per hour: what is left over in the balance."""
    return d.supply.sum(axis=0) + d.discharge - d.charge - net_load(s, x)
