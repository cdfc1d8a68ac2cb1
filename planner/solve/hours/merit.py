"""Exact dispatch of a site-year with its dual: a merit order with one storage, by convex dynamic programming.

With x = charge - discharge and net demand n = load - must-take + x, the cheapest supply f_h(n) is convex and piecewise
linear: slope 0 while there is spill, then the pieces in order of price. For a stored level s, the least cost from hour h on is

    V_h(s) = min over u of f_h(x(u)) + V_{h+1}(s - u),     x = -u / eta_c if u < 0 (charging), -u eta_d if u > 0,

an infimal convolution of two convex functions: merge their segments (slope, length) in rising slope, and cut what lies outside
[0, energy]. Backward once, forward once along the optimal level. The price of stored energy is carried forward and only moves
where the storage is empty or full; energy prices follow from it. Time is linear in the hours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from planner.program.problem import Array, SiteYear
from planner.solve.hours.cut import cut, piece_prices
from planner.solve.hours.dispatch import Dispatch, net_load


@njit(cache=True, nogil=True)
def _stacks(caps, prices):
    """Every hour's merit order: pieces in rising price, and the regions of f_h from low to high demand.

    Region k has `slope[h, k]` and ends at `top[h, k]`; region 0 is spill, the last has no end. Pieces with a price below
    zero always run in full; the last piece of the problem has no limit, so the stack ends with it.
    """
    pieces, hours = caps.shape
    last = pieces - 1
    order = np.empty((hours, pieces), np.int64)
    top, slope = np.empty((hours, pieces + 1)), np.empty((hours, pieces + 1))
    regions = np.empty(hours, np.int64)
    price, cap = np.empty(pieces), np.empty(pieces)
    for h in range(hours):
        reach = 0.0
        for i in range(pieces):
            price[i], cap[i] = prices[i, h], caps[i, h]
            if price[i] < 0.0 and i != last:
                reach += cap[i]
            j = i
            while j > 0 and price[order[h, j - 1]] > price[i]:
                order[h, j] = order[h, j - 1]
                j -= 1
            order[h, j] = i
        top[h, 0], slope[h, 0] = reach, 0.0
        k = 1
        for j in range(pieces):
            i = order[h, j]
            if i == last:
                break
            if price[i] >= 0.0 and cap[i] > 0.0:
                reach += cap[i]
                top[h, k], slope[h, k] = reach, price[i]
                k += 1
        top[h, k], slope[h, k] = np.inf, max(price[last], 0.0)
        regions[h] = k + 1
    return order, top, slope, regions


@njit(cache=True, nogil=True)
def _storage_moves(net, power, eta_c, eta_d, top, slope, regions, move_slope, move_length):
    """Segments of the hour's cost over u, from full charging to full discharging; returns how many, and how many charge."""
    k = regions - 1
    while k > 0 and top[k - 1] >= net + power:
        k -= 1
    n, count, charging = net + power, 0, 0
    while n > net - power:
        floor = top[k - 1] if k > 0 else -np.inf
        low = max(floor, net if n > net else net - power)
        if low < n:
            if n > net:
                move_slope[count], move_length[count] = -slope[k] / eta_c, (n - low) * eta_c
                charging += 1
            else:
                move_slope[count], move_length[count] = -slope[k] * eta_d, (n - low) / eta_d
            count += 1
        n = low
        if k > 0 and low == floor:
            k -= 1
    return count, charging


@njit(cache=True, nogil=True)
def _dispatch(net, caps, prices, opening, power, energy, eta_c, eta_d):
    """See the module. Returns supply, charge, discharge, level, energy price, price of stored energy."""
    pieces, hours = caps.shape
    supply = np.zeros((pieces, hours))
    charge, discharge, level = np.zeros(hours), np.zeros(hours), np.zeros(hours)
    price, stored = np.zeros(hours), np.zeros(hours)
    order, tops, slopes, regions = _stacks(caps, prices)
    move_slope, move_length = np.empty(2 * pieces + 6), np.empty(2 * pieces + 6)
    storing = power > 0.0 and energy > 0.0
    tolerance = 1e-9 * max(1e-3, np.abs(net).max(), power if storing else 0.0)

    pool = 16 * hours + 64
    v_slope, v_length = np.empty(pool), np.empty(pool)
    begin, count = np.zeros(hours + 1, np.int64), np.zeros(hours + 1, np.int64)
    if storing:
        used = 0
        for h in range(hours - 1, -1, -1):
            if h == hours - 1 or opening[h + 1]:
                begin[h + 1], count[h + 1] = used, 1
                v_slope[used], v_length[used] = 0.0, energy
                used += 1
            moves, _ = _storage_moves(
                net[h], power, eta_c, eta_d, tops[h], slopes[h], regions[h], move_slope, move_length
            )
            if used + moves + count[h + 1] + 2 > pool:
                pool *= 2
                bigger = np.empty(pool)
                bigger[:used] = v_slope[:used]
                v_slope = bigger
                bigger = np.empty(pool)
                bigger[:used] = v_length[:used]
                v_length = bigger
            i, j, j_stop = 0, begin[h + 1], begin[h + 1] + count[h + 1]
            begin[h] = used
            skip, left = eta_c * power, energy
            while left > 0.0:
                if i < moves and (j == j_stop or move_slope[i] <= v_slope[j]):
                    a, length = move_slope[i], move_length[i]
                    i += 1
                elif j < j_stop:
                    a, length = v_slope[j], v_length[j]
                    j += 1
                else:  # rounding only: the lengths always reach
                    v_length[used - 1] += left
                    break
                if skip > 0.0:
                    cut_off = min(skip, length)
                    skip -= cut_off
                    length -= cut_off
                length = min(length, left)
                if length > 0.0:
                    left -= length
                    if used > begin[h] and v_slope[used - 1] == a:
                        v_length[used - 1] += length
                    else:
                        v_slope[used], v_length[used] = a, length
                        used += 1
            count[h] = used - begin[h]

    s, theta = 0.0, 0.0
    for h in range(hours):
        top, slope = tops[h], slopes[h]
        x, low, high = 0.0, 0.0, np.inf
        if storing:
            if h == 0 or opening[h]:
                s, theta = 0.0, 0.0
            moves, charging = _storage_moves(
                net[h], power, eta_c, eta_d, top, slope, regions[h], move_slope, move_length
            )
            target, walked, moved = s + eta_c * power, 0.0, 0.0
            below, above = -np.inf, np.inf
            i, j, j_stop = 0, begin[h + 1], begin[h + 1] + count[h + 1]
            while i < moves or j < j_stop:
                # On a tie prefer to stand idle: stop charging first, start discharging last.
                if i < moves and (
                    j == j_stop or move_slope[i] < v_slope[j] or (move_slope[i] == v_slope[j] and i < charging)
                ):
                    a, length = move_slope[i], move_length[i]
                    moved += max(0.0, min(length, target - walked))
                    i += 1
                else:
                    a, length = v_slope[j], v_length[j]
                    j += 1
                if walked < target - tolerance:
                    below = a
                walked += length
                if walked > target + tolerance:
                    above = a
                    break
            theta = min(max(theta, below), above)
            after = min(max(target - moved, 0.0), energy)
            u = s - after
            if abs(u) <= 1e-12 * energy:
                after, u = s, 0.0
            s = after
            x = -u / eta_c if u < 0.0 else -u * eta_d
            x = min(max(x, -power), power)
            charge[h], discharge[h], level[h] = max(x, 0.0), max(-x, 0.0), s
            stored[h] = max(-theta, 0.0)
            if x > tolerance:
                low = high = eta_c * stored[h]
            elif x < -tolerance:
                low = high = stored[h] / eta_d
            else:
                low, high = eta_c * stored[h], stored[h] / eta_d
        n = net[h] + x
        k = 0
        while top[k] < n - tolerance:
            k += 1
        lowest = slope[k]
        while top[k] <= n + tolerance:
            k += 1
        highest = slope[k]
        # The point of [lowest, highest] nearest to [low, high].
        price[h] = highest if highest < low else (lowest if lowest > high else max(lowest, low))
        rest = n
        for i in order[h]:
            if prices[i, h] < 0.0 and i != pieces - 1:
                supply[i, h] = caps[i, h]
                rest -= caps[i, h]
        for i in order[h]:
            if rest <= 0.0:
                break
            if i == pieces - 1:
                supply[i, h] = rest
                break
            if prices[i, h] >= 0.0:
                supply[i, h] = min(caps[i, h], rest)
                rest -= supply[i, h]
    return supply, charge, discharge, level, price, stored


@dataclass(frozen=True)
class Merit:
    """The cheapest dispatch at given annual decisions and account prices, its sums, and the cut its prices give.

    The cut reads: cost + sum_a price_a use_a >= constant + sum over columns of slope x; it is met with equality here.
    """

    dispatch: Dispatch
    cost: float
    use: dict[str, float]
    constant: float
    slope: dict[int, float]
    slack: float  # value of this dispatch less the cut's value here: zero but for rounding


def merit(s: SiteYear, x: Array, account_prices: dict[str, float] | None = None, cost_weight: float = 1.0) -> Merit:
    """Dispatch a site-year exactly.

    Parameters
    ----------
    x : annual columns (GW, GWh and so on); only those that the site-year names are read.
    account_prices : M USD per unit of each account, on top of the cost of the pieces; none by default.
    cost_weight : factor on the cost of the pieces.
    """
    accounts = {a: (account_prices or {}).get(a, 0.0) for a in s.accounts}
    prices = piece_prices(s, cost_weight, accounts)
    caps = np.empty_like(prices)
    for i, piece in enumerate(s.pieces):
        np.multiply(piece.available, 1.0 if piece.column < 0 else x[piece.column], out=caps[i])
    opening = np.zeros(len(s.hours), bool)
    opening[[a for a, _ in s.spans]] = True
    power, energy, eta_c, eta_d = 0.0, 0.0, 1.0, 1.0
    if s.store:
        power, energy = x[s.store.power_column], x[s.store.energy_column]
        eta_c, eta_d = s.store.eta_charge, s.store.eta_discharge
    supply, charge, discharge, level, price, stored = _dispatch(
        net_load(s, x), caps, prices, opening, power, energy, eta_c, eta_d
    )
    if energy <= 0.0:  # the storage is worth nothing: a price of stored energy that makes power alone worth nothing too
        stored = price
    cost = 0.0
    use = dict.fromkeys(s.accounts, 0.0)
    for i, piece in enumerate(s.pieces):
        drawn = supply[i] * s.weights
        cost += float(np.sum(drawn * piece.cost))
        for account, amount in piece.use.items():
            use[account] += float(np.sum(drawn * amount))
    constant, slope = cut(s, prices, price, stored)
    value = cost_weight * cost + sum(accounts[a] * use[a] for a in use)
    slack = value - constant - sum(value_of * x[column] for column, value_of in slope.items())
    dispatch = Dispatch(supply, charge, discharge, level, cost_weight, accounts, price, -stored)
    return Merit(dispatch, cost, use, constant, slope, slack)
