"""Policy: what governments limit.

    sum_{s in c} co2[s,y] <= cap[c,y]                     stack and grid average, kt per year; dual: M USD per kt = thousand USD per t
    sum_{s in c} fossil[s,y] <= (1 - share[c,y]) sum_{s in c} facility energy        clean share, annual matching; GWh
    usable[s,y,i] <= capacity of source i, grid or plant;  sum_i fossil part of i x usable[s,y,i] <= (1 - share[c,y]) least load[s,y]
                                                          hourly clean share at each site; dual: M USD per GW
    sum_{s in c} used[s,y] <= country share x sum_s used[s,y]       used: IT power of the chips that serve there, not empty halls
    water[s,y] <= cap                                     million litres per year at a site in a stressed basin
    sum_{s in capital area of c} it[s,y] <= limit         GW of IT power in a country's capital area

The hourly share bounds what the hours may draw of a source, not what is built, so that grid and gas stay firm. `least load` takes each
load group at its lowest hour: the bound is safe in every hour, and a little tighter than the share for work that follows the day.

`co2` and `fossil` are accounts of the hours and exist only where a limit asks for them. The carbon price on the stack is charged where
the fuel is burnt (`fuel.py`, `hours.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.names import CURTAILABLE_GRID, GRID, LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.plants import always
from planner.blocks.sites import shape_values
from planner.blocks.work import LOOSE
from planner.instance import Inputs, Technology
from planner.program.expression import linear

Place = tuple[str, int]  # site, stage
Terms = list[tuple[float, pyo.Var]]
Key = TypeVar("Key")


def emits(tech: Technology) -> bool:
    """Does a plant burn what a clean share counts as fossil: with CO2 at its stack (geothermal and reactors have none)?"""
    return tech.kind != "backup" and tech.heat_rate * tech.co2 > 0


def members(inputs: Inputs, who: str) -> list[str]:
    """Countries that a limit for `who` ("all" or a country) covers."""
    return [c for c in inputs.countries if who in ("all", c)]


def covered(m: pyo.ConcreteModel, inputs: Inputs, limits: Iterable[str]) -> list[Place]:
    """Places in the countries that limits are set for."""
    who = {c for limit in limits for c in members(inputs, limit)}
    return [(s, y) for s, y in m.places if inputs.sites[s].country in who]


def inside(places: Iterable[Place], inputs: Inputs, who: str, y: int) -> list[Place]:
    """The places of a stage in the countries that a limit for `who` covers."""
    return [(s, v) for s, v in places if v == y and inputs.sites[s].country in members(inputs, who)]


def binding(rows: dict[Key, Terms]) -> dict[Key, Terms]:
    """The rows that say something: a rule for a country without sites, or a share that all may take, limits nothing."""
    return {key: terms for key, terms in rows.items() if any(factor != 0.0 for factor, _ in terms)}


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `co2`, `fossil` and the limits that the scenario sets."""
    policy, bounds = inputs.policy, book.bounds
    m.co2 = pyo.Var(covered(m, inputs, policy.carbon_cap), bounds=lambda _, s, y: (0, LOOSE * max(bounds.co2(s), 1e-6)))
    m.fossil = pyo.Var(covered(m, inputs, policy.clean_share), bounds=lambda _, s, y: (0, LOOSE * bounds.energy(s)))
    book.guesses += [v[place] for v in (m.co2, m.fossil) for place in v]
    _carbon_cap(m, inputs, book)
    _clean_share(m, inputs, book)
    _country_share(m, inputs, book)
    _hourly_clean_share(m, inputs, book)
    _water_cap(m, inputs, book)
    _capital_area(m, inputs, book)


def _carbon_cap(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """CO2 of a country, or of all, stays below a cap; what always runs is counted by its capacity."""
    cap, terms = inputs.policy.carbon_cap, {}
    for c in cap:
        for y in range(len(inputs.stages)):
            here = inside(m.co2, inputs, c, y)
            steady = running_always(m, inputs, here, lambda tech: tech.heat_rate * tech.co2)
            terms[c, y] = [(1.0, m.co2[place]) for place in here] + steady + _of_zones(m, inputs, c, y)
    rows = binding(terms)
    m.carbon_cap = pyo.Constraint(list(rows), rule=lambda m, c, y: linear(rows[c, y]) <= float(cap[c][y]))
    for c, y in rows:
        place = "" if c == "all" else c
        book.limits.append(Limit(LimitKind.CARBON_CAP, c, place, y, m.carbon_cap[c, y]))


def _of_zones(m: pyo.ConcreteModel, inputs: Inputs, who: str, y: int) -> Terms:
    """What the zones of a power system emit more than without the campuses."""
    system, found = inputs.system, []
    for z, v in m.zone_co2 if system is not None else ():
        assert system is not None
        if v == y and system.zones[z].country in members(inputs, who):
            found.append((1.0, m.zone_co2[z, y]))
            if system.reference is not None:
                found.append((-system.reference.co2[z, y], m.standing[z, y]))
    return found


def running_always(
    m: pyo.ConcreteModel, inputs: Inputs, places: Collection[Place], per_gwh: Callable[[Technology], float]
) -> Terms:
    """What the plants at some places cause a year by the output that always runs."""
    return [
        (always(inputs.technologies[g]) * per_gwh(inputs.technologies[g]), m.capacity[g, s, y])
        for g, s, y in m.capacity
        if (s, y) in places and always(inputs.technologies[g]) * per_gwh(inputs.technologies[g]) > 0
    ]


def _clean_share(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Fossil energy of a year stays below its share of what the facilities draw."""
    share, terms = inputs.policy.clean_share, {}

    def energy(places: Collection[Place]) -> Terms:
        found = []
        for s, v, shape, cooling in m.it_load:
            if (s, v) in places:
                mean = inputs.timeline.mean(shape_values(inputs, shape) * inputs.sites[s].pue[cooling])
                found.append((float(mean) * HOURS, m.it_load[s, v, shape, cooling]))
        return found

    for c in share:
        for y in range(len(inputs.stages)):
            here = set(inside(m.fossil, inputs, c, y))
            terms[c, y] = [(1.0, m.fossil[place]) for place in sorted(here)]
            terms[c, y] += running_always(m, inputs, here, lambda tech: float(emits(tech))) + bought_fossil(
                m, inputs, here
            )
            terms[c, y] += [(-(1.0 - float(share[c][y])) * factor, load) for factor, load in energy(here)]
    rows = binding(terms)
    m.clean_share = pyo.Constraint(list(rows), rule=lambda m, c, y: linear(rows[c, y]) <= 0)
    for c, y in rows:
        place = "" if c == "all" else c
        book.limits.append(Limit(LimitKind.CLEAN_SHARE, c, place, y, m.clean_share[c, y]))


def _product(m: pyo.ConcreteModel, inputs: Inputs, s: str, q: str) -> Array:
    """Profile of a product that a site may buy."""
    assert inputs.system is not None
    return m.products[inputs.system.home[s]][q]


def bought_fossil(m: pyo.ConcreteModel, inputs: Inputs, places: Collection[Place]) -> Terms:
    """Energy that places buy of their zone, as far as the zone's mean mix is fossil, GWh."""
    return [
        (
            (1.0 - float(inputs.sites[s].clean_grid[y]))
            * float(inputs.timeline.mean(_product(m, inputs, s, q)))
            * HOURS,
            m.bought[s, y, q],
        )
        for s, y, q in m.bought
        if (s, y) in places
    ]


def _country_share(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """IT power of the chips that serve in a country stays below its share of all; empty halls abroad would meet no share."""
    share = inputs.policy.country_share

    def part(c: str, s: str, y: int) -> float:
        return float(inputs.sites[s].country == c) - float(share[c][y])

    rows = binding(
        {
            (c, y): [
                (part(c, s, y) * pair.provision_gw, m.serve[j, k, s, v])
                for (j, k, s, v), pair in m.pairs.items()
                if v == y
            ]
            for c in share
            for y in range(len(inputs.stages))
        }
    )
    m.country_share = pyo.Constraint(list(rows), rule=lambda m, c, y: linear(rows[c, y]) <= 0)
    for c, y in rows:
        book.limits.append(Limit(LimitKind.COUNTRY_SHARE, c, c, y, m.country_share[c, y]))


def _hourly_clean_share(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """What the hours may draw of fossil sources stays below its share of a site's least load."""
    asked = {
        (s, y): max(
            float(share[y])
            for c, share in inputs.policy.hourly_clean_share.items()
            if inputs.sites[s].country in members(inputs, c)
        )
        for s, y in covered(m, inputs, inputs.policy.hourly_clean_share)
    }
    sources = _fossil_sources(m, inputs, asked)
    m.usable = pyo.Var(list(sources), bounds=lambda _, *key: (0, sources[key][1].ub))
    book.guesses += [m.usable[key] for key in sources]
    m.usable_within = pyo.Constraint(
        list(sources), rule=lambda m, *key: linear([(1.0, m.usable[key]), (-1.0, sources[key][1])]) <= 0
    )
    terms: dict[Place, Terms] = {(s, y): _fossil_minimum(m, inputs, s, y) for s, y in asked}
    for (s, y, i), (fossil, _) in sources.items():
        terms[s, y].append((fossil, m.usable[s, y, i]))
    for s, y, q in m.bought:
        if (s, y) in asked:
            fossil = (1.0 - float(inputs.sites[s].clean_grid[y])) * float(_product(m, inputs, s, q).max())
            terms[s, y].append((fossil, m.bought[s, y, q]))
    for s, y, shape, cooling in m.it_load:
        if (s, y) in asked:
            lowest = float((shape_values(inputs, shape) * inputs.sites[s].pue[cooling]).min())
            terms[s, y].append((-(1.0 - asked[s, y]) * lowest, m.it_load[s, y, shape, cooling]))
    rows = binding(terms)
    m.hourly_clean_share = pyo.Constraint(list(rows), rule=lambda m, s, y: linear(rows[s, y]) <= 0)
    for s, y in rows:
        row, country = m.hourly_clean_share[s, y], inputs.sites[s].country
        book.limits.append(Limit(LimitKind.HOURLY_CLEAN_SHARE, s, country, y, row))


def _fossil_minimum(m: pyo.ConcreteModel, inputs: Inputs, s: str, y: int) -> Terms:
    """Fossil power that always runs at a place, by capacity."""
    return [
        (part / HOURS, capacity) for part, capacity in running_always(m, inputs, [(s, y)], lambda g: float(emits(g)))
    ]


def _fossil_sources(
    m: pyo.ConcreteModel, inputs: Inputs, asked: Collection[Place]
) -> dict[tuple[str, int, str], tuple[float, pyo.Var]]:
    """Grid and plants at the places asked for: the part of each that is fossil, and its capacity."""
    sources: dict[tuple[str, int, str], tuple[float, pyo.Var]] = {}
    for s, y in asked if inputs.system is None else ():
        fossil = 1.0 - float(inputs.sites[s].clean_grid[y])
        sources[s, y, GRID] = (fossil, m.grid[s, y])
        if (s, y) in m.curtailable:
            sources[s, y, CURTAILABLE_GRID] = (fossil, m.curtailable[s, y])
    for g, s, y in m.capacity:
        if (s, y) in asked and emits(inputs.technologies[g]):
            sources[s, y, g] = (1.0, m.capacity[g, s, y])
    return sources


def _water_cap(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Cooling water of a site in a stressed basin stays below its cap."""

    def litres(s: str, y: int) -> list[tuple[float, pyo.Var]]:
        return [
            (
                inputs.sites[s].wue[cooling] * HOURS * float(inputs.timeline.mean(shape_values(inputs, shape))),
                m.it_load[s, v, shape, cooling],
            )
            for p, v, shape, cooling in m.it_load
            if p == s and v == y
        ]

    rows = binding({(s, y): litres(s, y) for s, y in m.places if inputs.sites[s].water_cap is not None})
    m.water_cap = pyo.Constraint(list(rows), rule=lambda m, s, y: linear(rows[s, y]) <= inputs.sites[s].water_cap)
    for s, y in rows:
        country = inputs.sites[s].country
        book.limits.append(Limit(LimitKind.WATER, s, country, y, m.water_cap[s, y]))


def _capital_area(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """IT power in a country's capital area stays below its limit."""
    given = inputs.policy.capital_area_limit
    most = [] if given is None else given.tolist()
    areas: dict[str, set[str]] = {}  # sites in the capital area of a country
    for s, site in inputs.sites.items():
        if site.capital_area:
            areas.setdefault(site.country, set()).add(s)
    terms = {
        (c, y): [(1.0, m.it[s, v]) for s, v in m.it if v == y and s in areas[c]]
        for c in areas
        for y in range(len(most))
    }
    rows = binding(terms)
    m.capital_area = pyo.Constraint(list(rows), rule=lambda m, c, y: linear(rows[c, y]) <= most[y])
    for c, y in rows:
        book.limits.append(Limit(LimitKind.CAPITAL_AREA, f"{c} capital area", c, y, m.capital_area[c, y]))
