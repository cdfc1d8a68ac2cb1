"""The arithmetic of `merit.py`, compiled: stacks of the hours, the value of stored energy backward, levels and prices forward.

All of it stands in one file, because Numba looks only at a function's own file when it decides whether to compile it again.
"""

from __future__ import annotations

import numpy as np
from numba import njit


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
def _merged(moves, move, v_slope, v_length, j, j_stop, used, skip, left, paid):
    """The value of stored energy at an hour's beginning, written from `used` on: the hour's moves and the value at its end, in order
    of slope, without the first `skip` and up to `left` of length. Returns where it ends."""
    i, begin = 0, used
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
            if used > begin and v_slope[used - 1] == a:
                v_length[used - 1] += length
            else:
                v_slope[used], v_length[used] = a, length
                used += 1
    return used


@njit(cache=True, nogil=True)
def _values(net, floor, opening, power, energy, eta_c, eta_d, cost, paid, stacks, move):
    """From the last hour to the first: the value of stored energy at each hour's beginning, as segments (slope, length).

    Returns slopes and lengths of all, and where those of each hour begin and how many they are.
    """
    _, tops, slopes, regions, _ = stacks
    hours = len(net)
    pool, used = 16 * hours + 64, 0
    v_slope, v_length = np.empty(pool), np.empty(pool)
    begin, count = np.zeros(hours + 1, np.int64), np.zeros(hours + 1, np.int64)
    for h in range(hours - 1, -1, -1):
        if h == hours - 1 or opening[h + 1]:
            begin[h + 1], count[h + 1] = used, 0
            if not paid:  # else nothing may be left
                count[h + 1], v_slope[used], v_length[used] = 1, 0.0, energy
                used += 1
        moves, _ = _storage_moves(net[h], floor[h], power, eta_c, eta_d, cost[h], tops[h], slopes[h], regions[h], move)
        if used + moves + count[h + 1] + 2 > pool:
            pool *= 2
            bigger = np.empty(pool)
            bigger[:used] = v_slope[:used]
            v_slope = bigger
            bigger = np.empty(pool)
            bigger[:used] = v_length[:used]
            v_length = bigger
        j, begin[h] = begin[h + 1], used
        used = _merged(moves, move, v_slope, v_length, j, j + count[h + 1], used, eta_c * power, energy, paid)
        count[h] = used - begin[h]
    return v_slope, v_length, begin, count


@njit(cache=True, nogil=True)
def _walk(moves, charging, move, v_slope, v_length, j, j_stop, target, power, tolerance):
    """Along an hour's moves and the value at its end, in order of slope, as far as `target`.

    Returns what the moves gave, the net charge that is left, and the slopes just before and just after the target.
    """
    walked, moved, x = 0.0, 0.0, power
    below, above = -np.inf, np.inf
    i = 0
    while i < moves or j < j_stop:
        # On a tie prefer to stand idle: stop charging first, start discharging last.
        if i < moves and (j == j_stop or move[i, 0] < v_slope[j] or (move[i, 0] == v_slope[j] and i < charging)):
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
    return moved, x, below, above


@njit(cache=True, nogil=True)
def _flow(u, x, power, eta_c, eta_d, paid, tolerance):
    """Net charge and burnt power of an hour in which the storage gives `u`: burnt is what it takes more than it needs to."""
    plain = -u / eta_c if u < 0.0 else -u * eta_d
    plain = min(max(plain, -power), power)
    burnt = 0.0
    if paid and x > plain + tolerance:
        burnt = max(0.0, (u + (eta_c * x if x > 0.0 else x / eta_d)) / (1.0 / eta_d - eta_c))
    return (x if burnt > 0.0 else plain), burnt


@njit(cache=True, nogil=True)
def _bounds(stored, x, burnt, eta_c, eta_d, cost, tolerance):
    """The energy prices between which a storage does what it does at this price of stored energy."""
    low, high = eta_c * stored, stored / eta_d + cost
    if burnt > 0.0:
        return 0.5 * (low + high), 0.5 * (low + high)
    if x > tolerance:
        return low, low
    if x < -tolerance:
        return high, high
    if low > high:
        return 0.5 * (low + high), 0.5 * (low + high)
    return low, high


@njit(cache=True, nogil=True)
def _price(n, top, slope, floor, low, high, tolerance):
    """Energy price of an hour with demand n: the point of what the stack allows there that is nearest to [low, high]."""
    k = 0
    while top[k] < n - tolerance:
        k += 1
    lowest = -np.inf if n <= floor + tolerance else slope[k]
    while top[k] <= n + tolerance:
        k += 1
    highest = slope[k]
    return highest if highest < low else (lowest if lowest > high else max(lowest, low))


@njit(cache=True, nogil=True)
def merit_hours(net, free, caps, prices, opening, power, energy, eta_c, eta_d, cost, paid):
    """Least cost of every hour, and its prices. `free` is must-take supply, `cost` that of discharging by the hour, `paid` whether any
    price is below zero.

    Returns supply, charge, discharge, level, energy price, price of stored energy.
    """
    pieces, hours = caps.shape
    supply = np.zeros((pieces, hours))
    charge, discharge, level = np.zeros(hours), np.zeros(hours), np.zeros(hours)
    price, stored = np.zeros(hours), np.zeros(hours)
    floor = -free if paid else np.full(hours, -np.inf)
    stacks = _stacks(caps, prices, floor)
    order, tops, slopes, regions, paying = stacks
    move = np.empty((2 * pieces + 8, 3))
    storing = power > 0.0 and (paid or energy > 0.0)
    tolerance = 1e-9 * max(1e-3, np.abs(net).max(), power if storing else 0.0)
    used_hours = hours if storing else 0
    v_slope, v_length, begin, count = _values(
        net[:used_hours], floor, opening, power, energy, eta_c, eta_d, cost, paid, stacks, move
    )
    s, theta = 0.0, 0.0
    for h in range(hours):
        x, low, high = 0.0, 0.0, np.inf
        if storing:
            if h == 0 or opening[h]:
                s, theta = 0.0, 0.0
            moves, charging = _storage_moves(
                net[h], floor[h], power, eta_c, eta_d, cost[h], tops[h], slopes[h], regions[h], move
            )
            target, j = s + eta_c * power, begin[h + 1]
            moved, x, below, above = _walk(
                moves, charging, move, v_slope, v_length, j, j + count[h + 1], target, power, tolerance
            )
            theta = min(max(theta, below), above)
            after = min(max(target - moved, 0.0), energy)
            u = s - after
            if abs(u) <= 1e-12 * energy:
                after, u = s, 0.0
            s = after
            x, burnt = _flow(u, x, power, eta_c, eta_d, paid, tolerance)
            charge[h], discharge[h], level[h] = burnt + max(x, 0.0), burnt + max(-x, 0.0), s
            stored[h] = -theta if paid else max(-theta, 0.0)
            low, high = _bounds(stored[h], x, burnt, eta_c, eta_d, cost[h], tolerance)
        n = net[h] + x
        price[h] = _price(n, tops[h], slopes[h], floor[h], low, high, tolerance)
        rest = n if n >= paying[h] else min(paying[h], n + free[h])
        for i in order[h]:
            if rest <= 0.0:
                break
            supply[i, h] = rest if i == pieces - 1 else min(caps[i, h], rest)
            rest -= supply[i, h]
    return supply, charge, discharge, level, price, stored
