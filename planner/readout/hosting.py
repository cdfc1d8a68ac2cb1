"""What one more kW of IT would cost at every candidate site, with the plan's own prices for what sites share."""

from __future__ import annotations

from collections import Counter, defaultdict

from planner.base.names import SIGNED
from planner.instance.screening import Hosting, Shadow, hosting
from planner.readout.answer import Answer, Place


def shadow(answer: Answer, y: int) -> Shadow:
    """The plan's prices of shared limits in a stage, M USD per unit and year."""
    m, weight, inputs = answer.m, answer.weights[y], answer.inputs

    def worth(constraint: object) -> float:
        return max(0.0, -answer.dual(constraint)) / weight

    terminals = {t: worth(m.lng_balance[t, y]) + worth(m.send_out[t, y]) for t, v in m.spot if v == y}
    for t in terminals:
        terminals[t] = terminals[t] or float(inputs.terminals[t].spot_price[y])  # nothing lands there yet
    for d, v in m.division_gas:
        if v == y:
            terminals[d] = worth(m.division_gas[d, y]) + worth(m.nation_gas[y])
    carbon: defaultdict[str, float] = defaultdict(float)
    for who, v in m.carbon_cap:
        if v == y:
            for c in inputs.countries:
                carbon[c] += worth(m.carbon_cap[who, v]) if who in ("all", c) else 0.0
    order: dict[tuple[str, str], float] = {}
    for g, who, v in m.order_book:
        if v == y:
            order |= {(g, c): worth(m.order_book[g, who, v]) for c in inputs.countries if who in ("all", c)}
    return Shadow(
        {z: worth(m.zone_headroom[z, v]) for z, v in m.zone_headroom if v == y}, terminals, dict(carbon), order
    )


def signed_worth(answer: Answer, place: Place) -> float:
    """What one more GW of the contracts that a site shares is worth to the plan, M USD a year."""
    s, y = place
    shared = answer.m.signed_shared
    rows = [shared[c.name, y] for c in answer.inputs.signed if s in c.sites and (c.name, y) in shared]
    return sum(max(0.0, -answer.dual(row)) for row in rows) / float(answer.inputs.stages[y].weight)


def hosting_costs(answer: Answer) -> dict[Place, Hosting | None]:
    """Screening cost of hosting at every place; the cooling is the one that most of the plan's IT load of the stage needs."""
    m, inputs = answer.m, answer.inputs
    prices = [shadow(answer, y) for y in range(len(inputs.stages))]
    cooled = [Counter[str]() for _ in inputs.stages]
    for s, y, shape, cooling in m.it_load:
        cooled[y][cooling] += answer.value(m.it_load[s, y, shape, cooling])
    room: dict[Place, float] = {}
    for s, t, y in m.tier:
        if m.tier[s, t, y].ub - answer.value(m.tier[s, t, y]) > answer.tiny:
            cost = next(tier.annual_cost for tier in inputs.sites[s].tiers if tier.name == t)
            cost += signed_worth(answer, (s, y)) if t == SIGNED else 0.0
            room[s, y] = min(cost, room.get((s, y), float("inf")))
    plants: dict[Place, list[str]] = {place: [] for place in m.places}
    for g, s, y in m.built:
        plants[s, y].append(g)
    return {
        (s, y): hosting(
            inputs,
            answer.around.seen(s, y),
            y,
            cooled[y].most_common(1)[0][0],
            room.get((s, y)),
            plants[s, y],
            prices[y],
        )
        for s, y in m.places
    }
