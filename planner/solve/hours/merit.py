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
"""

from __future__ import annotations

import numpy as np
from numba import njit

from planner.base.arrays import Array
from planner.program.site_cell import SiteYear
from planner.program.site_cut import piece_prices
from planner.solve.hours.dispatched import Dispatched, dispatched


@njit(cache=True, nogil=True)
def _stacks(caps, prices, floor):
    """Every hour's merit order: pieces in rising price, and the regions of f_h from low to high demand.

    Region k has `slope[h, k]` and ends at `top[h, k]`; demand is never below `floor[h]`. Pieces with a price below zero come first,
    then spill with slope 0, then the others; the last piece of the problem has no limit, so the stack ends with it. The last
    result is what the pieces with a price below zero can give together.
    """
    pieces, hours = caps.shape
    last = pieces - 1
    order = np.empty((hours, pieces), np.int64)
    top, slope = np.empty((hours, pieces + 2)), np.empty((hours, pieces + 2))
    regions = np.empty(hours, np.int64)
    price, cap, paid = np.empty(pieces), np.empty(pieces), np.zeros(hours)
    for h in range(hours):
        for i in range(pieces):
            price[i], cap[i] = prices[i, h], caps[i, h]
            j = i
            while j > 0 and price[order[h, j - 1]] > price[i]:
                order[h, j] = order[h, j - 1]
                j -= 1
            order[h, j] = i
        k, reach, spilling = 0, 0.0, False
        for j in range(pieces):
            i = order[h, j]
            if i == last:
                break
            if price[i] >= 0.0 and not spilling:
                spilling = True
                paid[h], top[h, k], slope[h, k] = reach, reach, 0.0
                k += 1
            if cap[i] > 0.0:
                reach += cap[i]
                top[h, k], slope[h, k] = reach if spilling else floor[h] + reach, price[i]
                k += 1
        if not spilling:
            paid[h], top[h, k], slope[h, k] = reach, reach, 0.0
            k += 1
        top[h, k], slope[h, k] = np.inf, max(price[last], 0.0)
        regions[h] = k + 1
    return order, top, slope, regions, paid


@njit(cache=True, nogil=True)
def _burnt(x, power, eta_c, eta_d):
    """Stored energy that the storage can burn in an hour of net charge x: from x(u) to the line of full power."""
    plain = eta_c * x if x > 0.0 else x / eta_d
    return max(0.0, plain - 0.5 * (eta_c * (power + x) - (power - x) / eta_d))


@njit(cache=True, nogil=True)
def _storage_moves(net, least, power, eta_c, eta_d, cost, top, slope, regions, moves):
    """Segments of the hour's cost over u, from full charging to full discharging, demand never below `least`.

    Each of `moves` is its slope, its length, and by how much x falls per unit of u. Returns how many, and how many charge.
    """
    k = regions - 1
    while k > 0 and top[k - 1] >= net + power:
        k -= 1
    n, count, charging, burning = net + power, 0, 0, False
    lost = 1.0 - eta_c * eta_d
    stop = max(net - power, least)
    while n > stop:
        if not burning and slope[k] * lost < -cost * eta_c * eta_d:
            burning = True
            moves[count, 0], moves[count, 1], moves[count, 2] = (
                cost * eta_d / lost,
                _burnt(n - net, power, eta_c, eta_d),
                0.0,
            )
            count += 1
        ground = top[k - 1] if k > 0 else -np.inf
        low = max(ground, net if n > net and not burning else stop)
        if low < n:
            if burning:
                rate = 2.0 / (1.0 / eta_d + eta_c)
                moves[count, 0] = (0.5 * cost - slope[k]) * rate
            elif n > net:
                rate = 1.0 / eta_c
                moves[count, 0] = -slope[k] * rate
                charging += 1
            else:
                rate = eta_d
                moves[count, 0] = (cost - slope[k]) * rate
            moves[count, 1], moves[count, 2] = (n - low) / rate, rate
            count += 1
        n = low
        if k > 0 and low == ground:
            k -= 1
    if not burning and stop == least and lost > 0.0:
        moves[count, 0], moves[count, 1], moves[count, 2] = (
            cost * eta_d / lost,
            _burnt(stop - net, power, eta_c, eta_d),
            0.0,
        )
        count += 1
    return count, charging


@njit(cache=True, nogil=True)
def _dispatch(net, free, caps, prices, opening, power, energy, eta_c, eta_d, cost, paid):
    """See the module. `free` is must-take supply, `cost` that of discharging by the hour, `paid` whether any price is below zero.

    Returns supply, charge, discharge, level, energy price, price of stored energy.
    """
    pieces, hours = caps.shape
    supply = np.zeros((pieces, hours))
    charge, discharge, level = np.zeros(hours), np.zeros(hours), np.zeros(hours)
    price, stored = np.zeros(hours), np.zeros(hours)
    floor = -free if paid else np.full(hours, -np.inf)
    order, tops, slopes, regions, paying = _stacks(caps, prices, floor)
    move = np.empty((2 * pieces + 8, 3))
    storing = power > 0.0 and (paid or energy > 0.0)
    tolerance = 1e-9 * max(1e-3, np.abs(net).max(), power if storing else 0.0)

    pool = 16 * hours + 64
    v_slope, v_length = np.empty(pool), np.empty(pool)
    begin, count = np.zeros(hours + 1, np.int64), np.zeros(hours + 1, np.int64)
    if storing:
        used = 0
        for h in range(hours - 1, -1, -1):
            if h == hours - 1 or opening[h + 1]:
                begin[h + 1], count[h + 1] = used, 0
                if not paid:  # else nothing may be left
                    count[h + 1], v_slope[used], v_length[used] = 1, 0.0, energy
                    used += 1
            moves, _ = _storage_moves(
                net[h], floor[h], power, eta_c, eta_d, cost[h], tops[h], slopes[h], regions[h], move
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
                if i < moves and (j == j_stop or move[i, 0] <= v_slope[j]):
                    a, length = move[i, 0], move[i, 1]
                    i += 1
                elif j < j_stop:
                    a, length = v_slope[j], v_length[j]
                    j += 1
                else:
                    if not paid:  # rounding only: the lengths always reach; else more could never be used up
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
                net[h], floor[h], power, eta_c, eta_d, cost[h], top, slope, regions[h], move
            )
            target, walked, moved, x = s + eta_c * power, 0.0, 0.0, power
            below, above = -np.inf, np.inf
            i, j, j_stop = 0, begin[h + 1], begin[h + 1] + count[h + 1]
            while i < moves or j < j_stop:
                # On a tie prefer to stand idle: stop charging first, start discharging last.
                if i < moves and (
                    j == j_stop or move[i, 0] < v_slope[j] or (move[i, 0] == v_slope[j] and i < charging)
                ):
                    a, length = move[i, 0], move[i, 1]
                    part = max(0.0, min(length, target - walked))
                    moved += part
                    x -= part * move[i, 2]
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
            plain = -u / eta_c if u < 0.0 else -u * eta_d
            plain = min(max(plain, -power), power)
            burnt = 0.0
            if paid and x > plain + tolerance:
                burnt = max(0.0, (u + (eta_c * x if x > 0.0 else x / eta_d)) / (1.0 / eta_d - eta_c))
            x = x if burnt > 0.0 else plain
            charge[h], discharge[h], level[h] = burnt + max(x, 0.0), burnt + max(-x, 0.0), s
            stored[h] = -theta if paid else max(-theta, 0.0)
            low, high = eta_c * stored[h], stored[h] / eta_d + cost[h]
            if burnt > 0.0:
                low = high = 0.5 * (low + high)
            elif x > tolerance:
                high = low
            elif x < -tolerance:
                low = high
            elif low > high:
                low = high = 0.5 * (low + high)
        n = net[h] + x
        k = 0
        while top[k] < n - tolerance:
            k += 1
        lowest = -np.inf if n <= floor[h] + tolerance else slope[k]
        while top[k] <= n + tolerance:
            k += 1
        highest = slope[k]
        # The point of [lowest, highest] nearest to [low, high].
        price[h] = highest if highest < low else (lowest if lowest > high else max(lowest, low))
        rest = n if n >= paying[h] else min(paying[h], n + free[h])
        for i in order[h]:
            if rest <= 0.0:
                break
            supply[i, h] = rest if i == pieces - 1 else min(caps[i, h], rest)
            rest -= supply[i, h]
    return supply, charge, discharge, level, price, stored


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
    supply, charge, discharge, level, price, stored = _dispatch(
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
    return dispatched(s, x, np.concatenate(flow), np.stack(duals), cost_weight, accounts)
