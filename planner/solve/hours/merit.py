"""Exact dispatch of a site-year with its dual: a merit order with one storage, by convex dynamic programming.

With x = charge - discharge and net demand n = load - must-take + x, the cheapest supply f_h(n) is convex and piecewise
linear: pieces that pay in order of price, slope 0 while there is spill, then the other pieces. For a stored level s, the least cost
from hour h on is

    V_h(s) = min over u of f_h(x(u)) + cost_s d(u) + V_{h+1}(s - u),     x = -u / eta_c if u < 0 (charging), -u eta_d if u > 0,

an infimal convolution of two convex functions: merge their segments (slope, length) in rising slope, and cut what lies outside
[0, energy]. Backward once, forward once along the optimal level. The price of stored energy is carried forward and only moves
where the storage is empty or full; energy prices follow from it. Time is linear in the hours.

Where an hour pays for what is drawn (`SiteYear.paid`), n is not below - must-take (nothing but that is spilled), a span ends with
an empty storage, and the storage may burn what its losses allow by sharing the hour between charging and discharging: x then lies
between x(u) and the line from full charging to full discharging, along which x falls by 2 / (1 / eta_d + eta_c) per unit of u. It
pays to go there where f falls faster than `-cost_s eta_c eta_d / (1 - eta_c eta_d)`.

The hours themselves are worked out in `merit_hours.py`.
"""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.program.cell import Dispatch
from planner.program.site_cell import SiteYear
from planner.program.site_cut import piece_prices
from planner.solve.hours.dispatched import Dispatched


def merit(
    s: SiteYear, x: Array, account_prices: dict[str, float] | None = None, cost_weight: float = 1.0
) -> Dispatched:
    """Dispatch a site-year of one store at most exactly.

    Parameters
    ----------
    x : annual columns (GW, GWh and so on); only those that the site-year names are read.
    account_prices : M USD per unit of each account, on top of the cost of the pieces; none by default.
    cost_weight : factor on the cost of the pieces.
    """
    from planner.solve.hours.merit_hours import (
        merit_hours,  # brings Numba: 0.8 s for nothing in a plan by the full matrix
    )

    accounts = {a: (account_prices or {}).get(a, 0.0) for a in s.accounts}
    prices = piece_prices(s, cost_weight, accounts)
    caps = np.empty_like(prices)
    for i, piece in enumerate(s.pieces):
        np.multiply(piece.available, 1.0 if piece.column < 0 else x[piece.column], out=caps[i])
    power, energy, eta_c, eta_d, cost = 0.0, 0.0, 1.0, 1.0, 0.0
    for store in s.stores:
        power, energy, cost = x[store.power_column], x[store.energy_column], store.cost
        eta_c, eta_d = store.eta_charge, store.eta_discharge
    free = np.zeros(len(s.hours))
    for profile in s.must_take:
        free += x[profile.column] * profile.values
    supply, charge, discharge, level, price, stored = merit_hours(
        *(s.net_load(x), free, caps, prices, s.starts, power, energy, eta_c, eta_d),
        *(cost_weight * cost * s.weights, s.paid),
    )
    if (
        energy <= 0.0 and not s.paid
    ):  # a price of stored energy that makes power alone, without content, worth nothing too
        stored = price
    flow, duals = [supply], [np.maximum(price, 0.0)] + ([np.maximum(-price, 0.0)] if s.paid else [])
    if s.stores:
        flow, duals = [*flow, charge[None], discharge[None], level[None]], [*duals, -stored]
    return Dispatched(s, Dispatch(np.concatenate(flow), np.stack(duals), cost_weight, accounts))


def load_compiled() -> None:
    """Load the compiled arithmetic, for which the first dispatch would wait half a second else."""
    from planner.solve.hours.merit_hours import merit_hours

    hour, piece = np.zeros(1), np.ones((1, 1))
    merit_hours(hour, hour, piece, piece, np.ones(1, bool), 0.0, 0.0, 1.0, 1.0, hour, False)
