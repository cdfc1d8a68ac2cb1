"""Grid: connection by tiers that come later and cost more, shared within a zone.

    tier[s,t,y] <= tier size, 0 before its connection year                 dual: M USD per GW; the year's step is the value of time
    grid[s,y] = sum_t tier[s,t,y]                                          GW of connection
    sum_{s in zone} grid[s,y] <= zone headroom[y]                          dual: M USD per GW of new load the zone can carry
    sum_{s of contract} tier[s,signed,y] <= contract[y]                    dual: M USD per GW signed

    curtailable[s,y] <= share x all tiers of the site that open in any stage       dual: M USD per GW
    grid[s,y] + curtailable[s,y] <= all these tiers
    sum_{s in zone} curtailable[s,y] <= room of the zone for such connections, where one is known

A curtailable connection gives up the N dearest hours of its zone in exchange for coming at once and without reinforcement: it waits for no
tier and takes no headroom of the zone, whose limit is the scarce hours', and it is not firm: backup does, which may stand in for it in the
hours that are cut (`backup.py`). A signed connection is the first tier of the sites that a contract names, and they share it.

What a permit takes is part of a tier's connection year: Korea's assessment of loads from 10 MW on (`policy.impact_assessment`) lets no
such tier open before it is done.

Cost lines `grid reinforcement` (annuity of the tier's upgrade) and `grid capacity charge` (per GW connected and year, curtailable or not);
energy is bought by the hour in the site-years.
"""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from planner.base.names import CURTAILABLE_GRID, GRID, SIGNED, CostLine, LimitKind
from planner.blocks import grid_contracts
from planner.blocks.book import Book, Limit
from planner.blocks.work import LOOSE
from planner.instance import Inputs
from planner.program.expression import linear


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `tier`, `grid`, `curtailable` and their rows."""
    tiers = {(s, tier.name, y): tier for s, y in m.places for tier in inputs.sites[s].tiers if inputs.grid}

    def opened(key: tuple[str, str, int]) -> float:
        return float(tiers[key].gw[key[2]])

    room = {s: LOOSE * book.bounds.connection(s) for s, _ in m.places}  # of a connection without limit
    free = {key for key in tiers if np.isinf(opened(key))}
    m.tier = pyo.Var(list(tiers), bounds=lambda _, *key: (0, room[key[0]] if key in free else opened(key)))
    by_place: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for s, t, y in tiers:
        by_place[s, y].append(t)
    # Not what is open in the stage: the hours must see a connection that is not there yet, or a year's wait would have no price.
    size = {s: sum(float(t.gw.max()) for t in inputs.sites[s].tiers) if inputs.grid else 0.0 for s, _ in m.places}
    whole = {s: LOOSE * gw if np.isfinite(gw) else LOOSE * room[s] for s, gw in size.items()}
    m.grid = pyo.Var(m.places, bounds=lambda _, s, y: (0, whole[s]))
    m.grid_connected = pyo.Constraint(
        m.places,
        rule=lambda m, s, y: linear([(1.0, m.tier[s, t, y]) for t in by_place[s, y]] + [(-1.0, m.grid[s, y])]) == 0,
    )

    zones: dict[tuple[str, int], list[str]] = {}
    for s, y in m.places:
        if inputs.sites[s].zone in inputs.zone_limit:
            zones.setdefault((inputs.sites[s].zone, y), []).append(s)
    m.zone_headroom = pyo.Constraint(
        list(zones),
        rule=lambda m, z, y: linear([(1.0, m.grid[s, y]) for s in zones[z, y]]) <= float(inputs.zone_limit[z][y]),
    )

    _signed(m, inputs, book)
    early = [(s, y) for s, y in m.places if inputs.curtailable_share * size[s] > 0]
    share = inputs.curtailable_share
    m.curtailable = pyo.Var(early, bounds=lambda _, s, y: (0, share * size[s] if np.isfinite(size[s]) else room[s]))
    m.curtailable_within = pyo.Constraint(
        [(s, y) for s, y in early if np.isfinite(size[s])],
        rule=lambda m, s, y: linear([(1.0, m.grid[s, y]), (1.0, m.curtailable[s, y])]) <= size[s],
    )

    book.guesses += [m.tier[key] for key in free]
    book.guesses += [v[s, y] for v in (m.grid, m.curtailable) for s, y in v if np.isinf(size[s])]
    for (s, t, y), tier in tiers.items():
        book.cost(CostLine.GRID_REINFORCEMENT, s, y, m.tier[s, t, y], tier.annual_cost, t)
        if (s, t, y) in free:
            continue
        country = inputs.sites[s].country
        late = opened((s, t, y)) == 0 and tier.first_year > inputs.years[y]
        kind = LimitKind.CONNECTION_YEAR if late else LimitKind.GRID_TIER
        book.limits.append(Limit(kind, s, country, y, variable=m.tier[s, t, y], part=t))
    for s, y in m.places:
        if not grid_contracts.bound(inputs, s):  # a contract charges what it binds to
            book.cost(CostLine.GRID_CHARGE, s, y, m.grid[s, y], inputs.sites[s].charge(y), GRID)
    for s, y in early:
        book.cost(CostLine.GRID_CHARGE, s, y, m.curtailable[s, y], inputs.sites[s].charge(y), CURTAILABLE_GRID)
        if np.isfinite(size[s]):
            variable, country = m.curtailable[s, y], inputs.sites[s].country
            book.limits.append(Limit(LimitKind.CURTAILABLE, s, country, y, variable=variable))
    for z, y in zones:
        country = inputs.sites[zones[z, y][0]].country
        book.limits.append(Limit(LimitKind.ZONE_HEADROOM, z, country, y, m.zone_headroom[z, y]))
    _interruptible(m, inputs, book)


def _signed(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Sites of a contract share what is signed."""
    contracts = {contract.name: contract for contract in inputs.signed}
    sharing = {
        (name, y): [s for s in contract.sites if (s, SIGNED, y) in m.tier]
        for name, contract in contracts.items()
        for y in range(len(inputs.stages))
    }
    m.signed_shared = pyo.Constraint(
        [key for key, sites in sharing.items() if sites],
        rule=lambda m, name, y: (
            linear([(1.0, m.tier[s, SIGNED, y]) for s in sharing[name, y]]) <= float(contracts[name].gw[y])
        ),
    )
    for name, y in m.signed_shared:
        country = inputs.sites[sharing[name, y][0]].country
        book.limits.append(Limit(LimitKind.SIGNED, name, country, y, m.signed_shared[name, y]))


def _interruptible(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Curtailable connections of a zone fit its room for them."""
    zones: dict[tuple[str, int], list[str]] = {}
    for s, y in m.curtailable:
        if inputs.sites[s].zone in inputs.interruptible_limit:
            zones.setdefault((inputs.sites[s].zone, y), []).append(s)
    m.interruptible_room = pyo.Constraint(
        list(zones),
        rule=lambda m, z, y: (
            linear([(1.0, m.curtailable[s, y]) for s in zones[z, y]]) <= float(inputs.interruptible_limit[z][y])
        ),
    )
    for z, y in zones:
        country = inputs.sites[zones[z, y][0]].country
        book.limits.append(Limit(LimitKind.INTERRUPTIBLE, z, country, y, m.interruptible_room[z, y]))
