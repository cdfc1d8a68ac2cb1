"""Sites: IT power built and used, and the loads that the hours see.

    it[s,y] >= sum_jk provision_gw serve[j,k,s,y]                IT power in the building (GW)
    sum_k provision_gw serve[j,k,s,y] <= block x blocks[j,s,y]   work that asks for whole blocks (with `integer`): these stand in the row
                                                                 above in its place; relaxed they say nothing and are left out
    it[s,y] = existing + sum of share x it_built over stages still there, <= land limit       dual: M USD per GW of land
    it[s,y] >= committed[s,y];    it_built[s,y] = 0 before the site's first year
    load[s,y,g] = sum of GW over chips of load group g           group = (hourly shape, cooling system)

A chip that serves interactive work draws `idle_gw` always (group "flat") and `active_gw - idle_gw` along the owner's day; one that does
work that can wait draws `active_gw` always. Facility load is the hour's IT load times its PUE, so a load group's hourly profile is
shape x PUE: each loss enters once.

    pausable[s,y,c] = sum_jk pausable share x (active_gw - idle_gw) serve      GW of IT, by cooling system c
    it[s,y] <= land limit x opened[s,y]        where a campus has a fixed cost; opened is 0 or 1, relaxed unless `integer`
    connectable[s,y] >= sum_jk part_jh provision_gw x design PUE x serve - design PUE x pausable,      in every hour h

`part` is 1 for chips, which stand ready; what is given as a load as such (`Work.coincident`) asks for its share of its own peak, and loads
that never meet share their supply. Only hours that ask most in some mix of loads have a row.

An hour's pause is a supply piece that costs what the lost work costs elsewhere (`inputs.pause_cost`): its chips bought once more.

Cost lines `shell` (annuity of shell, mechanical and electrical plant), `campus` (fixed cost of one that is open), `site O&M`, `water`.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyomo.environ as pyo

from planner.base.constants import HOURS
from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.bounds import Bounds
from planner.blocks.work import LOOSE, vintages
from planner.costs.money import annuity
from planner.instance import Inputs, Site, Work
from planner.instance.model import Array
from planner.program.expression import linear

FLAT = "flat"
Terms = list[tuple[float, pyo.Var]]


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `it`, `it_built`, `load`, `connectable` and the rows above. Sets `m.places` for the blocks that follow, and `m.idle`, after
    the work at a place has ended."""
    m.places = sorted({(s, y) for _, _, s, y in m.pairs})
    later = {(s, v) for s, y in m.places for v in range(y + 1, len(inputs.stages))}
    m.idle = sorted(later - set(m.places))
    _standing(m, inputs, book)
    _it_power(m, inputs, book.bounds)
    _loads(m, inputs, book.bounds)
    _pauses(m, inputs, book.bounds)
    _connectable(m, inputs, book.bounds)
    _campuses(m, inputs, book)
    _costs(m, inputs, book)


def _standing(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """IT power that stands is what was built and still lives; land limits it, where there is a limit."""
    free = {s for s, site in inputs.sites.items() if np.isinf(site.land_limit_gw)}
    bound = {(s, y): _committed(inputs.sites[s], y) for s, y in m.places}
    most = {s: LOOSE * book.bounds.it(s) if s in free else site.land_limit_gw for s, site in inputs.sites.items()}
    for s in free:
        most[s] += inputs.sites[s].existing_gw + max((gw for (t, _), gw in bound.items() if t == s), default=0.0)
    early = {(s, y) for s, y in m.places if inputs.years[y] < inputs.sites[s].first_year}
    m.it = pyo.Var(m.places, bounds=lambda _, s, y: (bound[s, y], most[s]))
    m.it_built = pyo.Var(m.places, bounds=lambda _, s, y: (0, 0.0 if (s, y) in early else LOOSE * most[s]))
    book.guesses += [v[s, y] for v in (m.it, m.it_built) for s, y in m.places if s in free]
    m.it_standing = pyo.Constraint(
        m.places,
        rule=lambda m, s, y: (
            linear([*((k, m.it_built[s, v]) for v, k in _vintages(m, inputs, s, y).items()), (-1.0, m.it[s, y])])
            == 0.0 - inputs.sites[s].existing_gw
        ),
    )


def _committed(site: Site, y: int) -> float:
    """IT power that must stand at a site in a stage."""
    return 0.0 if site.committed_gw is None else float(site.committed_gw[y])


def _vintages(m: pyo.ConcreteModel, inputs: Inputs, s: str, y: int) -> dict[int, float]:
    """Stages whose buildings at a site still stand in stage `y`, and for what share of its years."""
    return {v: share for v, share in vintages(inputs, y, inputs.shell_life).items() if (s, v) in m.it_built}


def _it_power(m: pyo.ConcreteModel, inputs: Inputs, bounds: Bounds) -> None:
    """The building holds the chips that serve; work that asks for whole blocks fills these instead."""
    serving: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for j, k, s, y in m.pairs:
        serving.setdefault((s, y), []).append((j, k))
    blocked = sorted({(j, s, y) for j, _, s, y in m.pairs if inputs.integer and inputs.work[j].block_gw > 0})
    block = {j: work.block_gw for j, work in inputs.work.items()}
    m.blocks = pyo.Var(
        blocked,
        domain=pyo.NonNegativeIntegers,
        bounds=lambda _, j, s, y: (0, int(bounds.it(s) / block[j] + 1e-9)),
    )

    def drawn(s: str, y: int, works: Collection[str]) -> Terms:
        return [(m.pairs[j, k, s, y].provision_gw, m.serve[j, k, s, y]) for j, k in serving[s, y] if j in works]

    def power(m: pyo.ConcreteModel, s: str, y: int) -> object:
        whole = {j: m.blocks[j, s, y] for j in inputs.work if (j, s, y) in m.blocks}
        rest = drawn(s, y, inputs.work.keys() - whole.keys())
        return linear([*rest, *((block[j], n) for j, n in whole.items()), (-1.0, m.it[s, y])]) <= 0

    m.block_power = pyo.Constraint(
        blocked, rule=lambda m, j, s, y: linear([*drawn(s, y, [j]), (-block[j], m.blocks[j, s, y])]) <= 0
    )
    m.it_power = pyo.Constraint(m.places, rule=power)


def _loads(m: pyo.ConcreteModel, inputs: Inputs, bounds: Bounds) -> None:
    """What the chips draw, by load group."""
    terms: dict[tuple[str, int, str, str], Terms] = {}
    for (j, k, s, y), pair in m.pairs.items():
        work, chips = inputs.work[j], m.serve[j, k, s, y]
        if work.shape is None:
            terms.setdefault((s, y, FLAT, pair.cooling), []).append((pair.active_gw, chips))
        else:
            swing = (pair.active_gw - pair.idle_gw) / work.peak
            terms.setdefault((s, y, FLAT, pair.cooling), []).append((pair.idle_gw, chips))
            terms.setdefault((s, y, work.shape_name, pair.cooling), []).append((swing, chips))
    # More than the land holds can never run, however the chips are mixed.
    m.it_load = pyo.Var(list(terms), bounds=lambda _, s, y, shape, cooling: (0, LOOSE * bounds.at_work(s)))
    m.load_defined = pyo.Constraint(list(terms), rule=lambda m, *g: linear([*terms[g], (-1.0, m.it_load[g])]) == 0)


def _pauses(m: pyo.ConcreteModel, inputs: Inputs, bounds: Bounds) -> None:
    """IT power that an hour can do without, because its chips may pause."""
    pauses: dict[tuple[str, int, str], Terms] = {}
    for (j, k, s, y), pair in m.pairs.items():
        share = inputs.work[j].pausable
        if share > 0:
            saved = share * (pair.active_gw - pair.idle_gw)
            pauses.setdefault((s, y, pair.cooling), []).append((saved, m.serve[j, k, s, y]))
    m.pausable = pyo.Var(list(pauses), bounds=lambda _, s, y, cooling: (0, LOOSE * bounds.at_work(s)))
    m.pausable_defined = pyo.Constraint(
        list(pauses), rule=lambda m, *key: linear([*pauses[key], (-1.0, m.pausable[key])]) == 0
    )


def _connectable(m: pyo.ConcreteModel, inputs: Inputs, bounds: Bounds) -> None:
    """Power that firm supply must reach: that of all chips in the design hour, less what may pause."""
    sites = inputs.sites
    needed: dict[tuple[str, int, int], Terms] = {}
    serving: dict[tuple[str, int], list[tuple[str, str]]] = {place: [] for place in m.places}
    for j, k, s, y in m.pairs:
        serving[s, y].append((j, k))
    for s, y in m.places:
        following = sorted({j for j, _ in serving[s, y] if inputs.work[j].coincident})
        parts = hardest([_part(inputs.work[j]) for j in following]) if len(following) > 1 else np.ones((1, 1))
        for h, part in enumerate(parts):
            of = dict(zip(following, part, strict=False))
            needed[s, y, h] = [
                (of.get(j, 1.0) * pair.provision_gw * sites[s].design_pue[pair.cooling], m.serve[j, k, s, y])
                for j, k in serving[s, y]
                for pair in [m.pairs[j, k, s, y]]
            ]
    for s, y, h in needed:
        pausing = [c for c in sites[s].design_pue if (s, y, c) in m.pausable]
        needed[s, y, h] += [(-sites[s].design_pue[c], m.pausable[s, y, c]) for c in pausing]
    m.connectable = pyo.Var(
        m.places, bounds=lambda _, s, y: (0, LOOSE * max(sites[s].design_pue.values()) * bounds.it(s))
    )
    m.connectable_defined = pyo.Constraint(
        list(needed), rule=lambda m, s, y, h: linear([*needed[s, y, h], (-1.0, m.connectable[s, y])]) <= 0
    )


def _part(work: Work) -> Array | float:
    """Share of its peak that a load asks for, by the hour."""
    return 1.0 if work.shape is None else work.shape / work.peak


def hardest(parts: list[Array | float]) -> Array:
    """The hours in which no other asks as much of every load: one row per such hour, one column per load.

    >>> hardest([np.array([1.0, 0.0, 0.5]), np.array([0.0, 1.0, 0.0])]).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    hours = np.unique(np.stack(np.broadcast_arrays(*parts), axis=-1).reshape(-1, len(parts)), axis=0)
    return np.array([one for one in hours if not ((hours >= one).all(axis=1) & (hours > one).any(axis=1)).any()])


def campus_room(bounds: Bounds, s: str) -> float:
    """IT power of a campus that is wholly open, GW."""
    land = bounds.inputs.sites[s].land_limit_gw
    return bounds.it(s) if np.isinf(land) else land


def _campuses(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """A campus with a fixed cost is open before it holds anything."""
    sites = inputs.sites
    fixed = [(s, y) for s, y in m.places if sites[s].campus_cost > 0]
    m.opened = pyo.Var(fixed, bounds=(0, 1), within=pyo.Binary if inputs.integer else pyo.Reals)
    m.campus = pyo.Constraint(
        fixed, rule=lambda m, s, y: linear([(1.0, m.it[s, y]), (-campus_room(book.bounds, s), m.opened[s, y])]) <= 0
    )
    for s, y in fixed:
        book.cost(CostLine.CAMPUS, s, y, m.opened[s, y], sites[s].campus_cost)


def _costs(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """What buildings, their operation and water cost, and what land is worth."""
    shell = annuity(inputs.discount_rate, inputs.shell_life)
    for s, y in [*m.places, *m.idle]:
        site = inputs.sites[s]
        for v, share in _vintages(m, inputs, s, y).items():
            book.cost(CostLine.SHELL, s, y, m.it_built[s, v], shell * share * site.shell_capex)
        if (s, y) in m.idle:
            continue
        book.cost(CostLine.SITE_OM, s, y, m.it[s, y], site.site_om)
        if np.isfinite(site.land_limit_gw):
            book.limits.append(Limit(LimitKind.LAND, s, site.country, y, variable=m.it[s, y]))
    for s, y, shape, cooling in m.it_load:
        mean = inputs.timeline.mean(shape_values(inputs, shape))
        litres = (
            inputs.sites[s].wue[cooling] * float(mean) * HOURS
        )  # million litres per GW of IT: 1 GWh x 1 L/kWh = 1 ML
        book.cost(CostLine.WATER, s, y, m.it_load[s, y, shape, cooling], litres * inputs.sites[s].water_price)


def shape_values(inputs: Inputs, shape: str):
    """Hourly IT load of a load group over its variable."""
    if shape == FLAT:
        return inputs.timeline.weights * 0.0 + 1.0
    return next(work.shape for work in inputs.work.values() if work.shape_name == shape)
