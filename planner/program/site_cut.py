"""The bound of a site-year in closed form: for any prices of energy and of stored energy, linear in the annual columns.

Weak duality on the rows stated in `program/site_cell.py`: for any cost weight r >= 0, account prices mu >= 0, energy prices
lambda >= 0 and, for every store, prices of stored energy nu (all per hour, weights included),

    r cost + sum_a mu_a use_a  >=  sum_l x_l sum_h lambda_h load_lh  -  sum_r x_r sum_h (lambda_h)+ cf_rh
        - sum_i x_i sum_h available_ih (lambda_h - w_h (r cost_ih + sum_a mu_a use_aih))+
        - sum over stores  x_power sum_h max(0, eta_c nu_h - lambda_h, lambda_h - nu_h / eta_d - w_h r cost_s)
                           + x_energy sum_h (nu_{h+1} - nu_h)+ ,       with nu = 0 after the last hour of a span.

Where the site-year is `paid`, energy prices may have any sign, and the last hour of a span has no term in x_energy.

It is `Cell.bound` on arrays instead of a matrix, thirty times faster: the decomposition asks for it thousands of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from planner.base.arrays import Array

if TYPE_CHECKING:
    from planner.program.site_cell import SiteYear


def piece_prices(s: SiteYear, cost_weight: float, account_prices: dict[str, float]) -> Array:
    """Price of drawing 1 GW from each piece in each hour, (pieces, hours): weighted cost and account prices."""
    prices = np.empty((len(s.pieces), len(s.hours)))
    for i, piece in enumerate(s.pieces):
        price = cost_weight * piece.cost
        for account, amount in piece.use.items():
            if account_prices[account]:
                price = price + account_prices[account] * amount
        np.multiply(s.weights, price, out=prices[i])
    return prices


def cut(
    s: SiteYear, prices: Array, energy: Array, stored: Sequence[Array] | Array, cost_weight: float = 1.0
) -> tuple[float, dict[int, float]]:
    """Constant and coefficients (by annual column) of the bound above.

    Parameters
    ----------
    prices : (pieces, hours) from `piece_prices`.
    energy : lambda (>= 0 where the site-year is not paid), one per hour. stored : nu, (stores, hours).
    cost_weight : r.
    """
    constant = 0.0
    slope: dict[int, float] = {}

    def add(column: int, value: float) -> None:
        slope[column] = slope.get(column, 0.0) + value

    for profile in s.loads:
        add(profile.column, float(energy @ profile.values))
    for profile in s.must_take:
        add(profile.column, -float(np.maximum(energy, 0.0) @ profile.values))
    for piece, price in zip(s.pieces, prices, strict=True):
        rent = float(np.maximum(energy - price, 0.0) @ piece.available)
        if piece.column < 0:
            constant -= rent
        else:
            add(piece.column, -rent)
    for store, price in zip(s.stores, stored, strict=True):
        charge = store.eta_charge * price - energy
        discharge = energy - price / store.eta_discharge - cost_weight * store.cost * s.weights
        add(store.power_column, -float(np.maximum(np.maximum(charge, discharge), 0.0).sum()))
        following = np.append(price[1:], 0.0)
        following[s.ends] = price[s.ends] if s.paid else 0.0
        add(store.energy_column, -float(np.maximum(following - price, 0.0).sum()))
    return constant, slope
