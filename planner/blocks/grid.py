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

from collections.abc import Mapping

import numpy as np
import pyomo.environ as pyo

from planner.base.names import CURTAILABLE_GRID, GRID, SIGNED, CostLine, LimitKind
from planner.blocks import grid_contracts
from planner.blocks.book import Book, Limit
from planner.blocks.work import LOOSE
from planner.instance import GridTier, Inputs
from planner.program.expression import linear

Tier = tuple[str, str, int]  # site, tier, stage


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `tier`, `grid`, `curtailable` and their rows."""
    tiers = {(s, tier.name, y): tier for s, y in m.places for tier in inputs.sites[s].tiers if inputs.grid}
    # Not what is open in the stage: the hours must see a connection that is not there yet, or a year's wait would have no price.
    size = {s: sum(float(t.gw.max()) for t in inputs.sites[s].tiers) if inputs.grid else 0.0 for s, _ in m.places}
    room = {s: LOOSE * book.bounds.connection(s) for s, _ in m.places}  # of a connection without limit
    _connections(m, tiers, size, room)
    _zone_headroom(m, inputs)
    _signed(m, inputs, book)
    _curtailable(m, inputs, size, room)

    book.guesses += [m.tier[key] for key, tier in tiers.items() if np.isinf(tier.gw[key[2]])]
    book.guesses += [v[s, y] for v in (m.grid, m.curtailable) for s, y in v if np.isinf(size[s])]
    _tiers_charged(m, inputs, book, tiers)
    for s, y in m.places:
        if not grid_contracts.bound(inputs, s):  # a contract charges what it binds to
            book.cost(CostLine.GRID_CHARGE, s, y, m.grid[s, y], inputs.sites[s].charge(y), GRID)
    for s, y in m.curtailable:
        book.cost(CostLine.GRID_CHARGE, s, y, m.curtailable[s, y], inputs.sites[s].charge(y), CURTAILABLE_GRID)
        if np.isfinite(size[s]):
            variable, country = m.curtailable[s, y], inputs.sites[s].country
            book.limits.append(Limit(LimitKind.CURTAILABLE, s, country, y, variable=variable))
    for z, y in m.zone_headroom:
        country = next(site.country for site in inputs.sites.values() if site.zone == z)
        book.limits.append(Limit(LimitKind.ZONE_HEADROOM, z, country, y, m.zone_headroom[z, y]))
    _interruptible(m, inputs, book)


def _connections(
    m: pyo.ConcreteModel, tiers: Mapping[Tier, GridTier], size: Mapping[str, float], room: Mapping[str, float]
) -> None:
    """A connection is the sum of its tiers, each within its size."""
    by_place: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for s, t, y in tiers:
        by_place[s, y].append(t)

    def opened(key: Tier) -> float:
        gw = float(tiers[key].gw[key[2]])
        return gw if np.isfinite(gw) else room[key[0]]

    whole = {s: LOOSE * gw if np.isfinite(gw) else LOOSE * room[s] for s, gw in size.items()}
    m.tier = pyo.Var(list(tiers), bounds=lambda _, *key: (0, opened(key)))
    m.grid = pyo.Var(m.places, bounds=lambda _, s, y: (0, whole[s]))
    m.grid_connected = pyo.Constraint(
        m.places,
        rule=lambda m, s, y: linear([(1.0, m.tier[s, t, y]) for t in by_place[s, y]] + [(-1.0, m.grid[s, y])]) == 0,
    )


def _zone_headroom(m: pyo.ConcreteModel, inputs: Inputs) -> None:
    """Connections of a zone fit its headroom, where one is known."""
    zones: dict[tuple[str, int], list[str]] = {}
    for s, y in m.places:
        if inputs.sites[s].zone in inputs.zone_limit:
            zones.setdefault((inputs.sites[s].zone, y), []).append(s)
    m.zone_headroom = pyo.Constraint(
        list(zones),
        rule=lambda m, z, y: linear([(1.0, m.grid[s, y]) for s in zones[z, y]]) <= float(inputs.zone_limit[z][y]),
    )


def _curtailable(m: pyo.ConcreteModel, inputs: Inputs, size: Mapping[str, float], room: Mapping[str, float]) -> None:
    """Connections that give up the dearest hours: a share of a site's tiers, and with the firm one no more than these."""
    share = inputs.curtailable_share
    early = [(s, y) for s, y in m.places if share * size[s] > 0]
    m.curtailable = pyo.Var(early, bounds=lambda _, s, y: (0, share * size[s] if np.isfinite(size[s]) else room[s]))
    m.curtailable_within = pyo.Constraint(
        [(s, y) for s, y in early if np.isfinite(size[s])],
        rule=lambda m, s, y: linear([(1.0, m.grid[s, y]), (1.0, m.curtailable[s, y])]) <= size[s],
    )


def _tiers_charged(m: pyo.ConcreteModel, inputs: Inputs, book: Book, tiers: Mapping[Tier, GridTier]) -> None:
    """Reinforcement of every tier, and its size as a limit; a connection that is still to come is told by its year."""
    for (s, t, y), tier in tiers.items():
        book.cost(CostLine.GRID_REINFORCEMENT, s, y, m.tier[s, t, y], tier.annual_cost, t)
        gw, country = float(tier.gw[y]), inputs.sites[s].country
        late = gw == 0 and tier.first_year > inputs.years[y]
        kind = LimitKind.CONNECTION_YEAR if late else LimitKind.GRID_TIER
        if np.isfinite(gw):
            book.limits.append(Limit(kind, s, country, y, variable=m.tier[s, t, y], part=t))


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
