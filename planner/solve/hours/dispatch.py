"""The hours of one site-year: what runs, and the prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.program.problem import Array, SiteYear


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
