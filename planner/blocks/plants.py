"""Power behind the meter: what is built where, when it can first run, what stands.

    capacity[g,s,y] = sum of share[v,y] built[g,s,v] over stages v <= y                                          GW
    share[v,y]: part of stage y's years in which what stage v built still stands (`work.vintages`)
    built[g,s,y] = 0 before first_year[g], before base year + lead time, where gas or reactors are not to be had
    storage: capacity is power (GW), energy[g,s,y] its content (GWh), each built and paid for on its own, of any length

Cost lines `power plants` (annuity of overnight cost x interest during construction x regional factor x learning x what credits leave, by
vintage, at the plan's rate or the owner's), `fixed O&M` (x its regional factor), and for the output that runs always (reactors) `fuel`,
`carbon` and `variable O&M`. Renewables are limited per site by land; a plant without a limit by what the hours could ask (`bounds.py`).
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.constants import HOURS
from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.work import LOOSE, vintages
from planner.costs.money import annuity
from planner.instance import Inputs, Site, Technology
from planner.instance.fuel_cost import carbon_cost
from planner.program.expression import linear

Key = tuple[str, str, int]  # technology, site, stage


def may_stand(inputs: Inputs, tech: Technology, site: Site) -> bool:
    """May this technology stand at this site at all?"""
    if not tech.stands_at(site):
        return False
    if tech.fuel == "gas" and site.gas is None:
        return False
    if tech.kind == "nuclear":
        return site.smr_allowed
    if tech.kind == "must_take":
        return site.renewable_limit_gw.get(tech.name, 0.0) > 0 and tech.name in site.capacity_factor
    return True


def first_stage_year(inputs: Inputs, tech: Technology) -> float:
    """First year in which the technology can run: on the market, and built after the decision in the base year."""
    return max(tech.first_year, inputs.base_year + tech.lead_years)


def always(tech: Technology) -> float:
    """Energy that a GW gives in a year because it runs always, GWh."""
    return tech.min_output * tech.availability * HOURS


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `built`, `capacity`, `energy_built`, `energy` and their rows."""
    index = [
        (g, s, y)
        for g, tech in inputs.technologies.items()
        for s, y in m.places
        if may_stand(inputs, tech, inputs.sites[s]) and inputs.stages[y].year >= first_stage_year(inputs, tech)
    ]
    _standing(m, inputs, book, index)
    _content(m, inputs, book, index)
    for g, s, y in index:
        _investment(m, inputs, book, g, s, y)
        _operation(m, inputs, book, g, s, y)
        tech, country = inputs.technologies[g], inputs.sites[s].country
        scarce = LimitKind.PLANT_LIMIT if tech.limit_gw is not None else None
        scarce = LimitKind.RENEWABLE_LAND if tech.kind == "must_take" and not tech.own else scarce
        if tech.kind == "backup" and inputs.markets.standby_limit_gw is not None:
            scarce = LimitKind.STANDBY_SETS
        if scarce is not None:
            book.limits.append(Limit(scarce, s, country, y, variable=m.capacity[g, s, y], part=g))
    known = dict.fromkeys((g, s) for g, s, _ in index)
    for g, s, y in [(g, s, y) for g, s in known for at, y in m.idle if at == s]:
        _investment(m, inputs, book, g, s, y)


def _standing(m: pyo.ConcreteModel, inputs: Inputs, book: Book, index: list[Key]) -> None:
    """What was built and still lives stands."""

    def rule_of(g: str, s: str) -> float | None:
        tech = inputs.technologies[g]
        if tech.kind == "must_take":
            return inputs.sites[s].renewable_limit_gw[g]
        return inputs.markets.standby_limit_gw if tech.kind == "backup" and tech.limit_gw is None else tech.limit_gw

    most: dict[tuple[str, str], float] = {}
    for g, s in dict.fromkeys((g, s) for g, s, _ in index):
        rule = rule_of(g, s)
        most[g, s] = LOOSE * book.bounds.plant(s, inputs.technologies[g]) if rule is None else rule
    m.built = pyo.Var(index, bounds=lambda _, g, s, y: (0, LOOSE * most[g, s]))
    m.capacity = pyo.Var(index, bounds=lambda _, g, s, y: (0, most[g, s]))
    book.guesses += [v[key] for v in (m.built, m.capacity) for key in index if rule_of(*key[:2]) is None]
    m.capacity_standing = pyo.Constraint(
        index,
        rule=lambda m, g, s, y: (
            linear(
                [(share, m.built[g, s, v]) for v, share in _vintages(m, inputs, g, s, y).items()]
                + [(-1.0, m.capacity[g, s, y])]
            )
            == 0
        ),
    )


def _vintages(m: pyo.ConcreteModel, inputs: Inputs, g: str, s: str, y: int) -> dict[int, float]:
    """Stages whose plants still stand at a site in stage `y`, and for what share of its years."""
    return {v: k for v, k in vintages(inputs, y, inputs.technologies[g].life).items() if (g, s, v) in m.built}


def _content(m: pyo.ConcreteModel, inputs: Inputs, book: Book, index: list[Key]) -> None:
    """The content of a storage, apart from its power."""
    stores = [key for key in index if inputs.technologies[key[0]].kind == "storage"]

    def most(g: str, s: str) -> float:
        return LOOSE * book.bounds.content(s, inputs.technologies[g])

    m.energy_built = pyo.Var(stores, bounds=lambda _, g, s, y: (0, LOOSE * most(g, s)))
    m.energy = pyo.Var(stores, bounds=lambda _, g, s, y: (0, most(g, s)))
    book.guesses += [v[key] for v in (m.energy_built, m.energy) for key in stores]
    m.energy_standing = pyo.Constraint(
        stores,
        rule=lambda m, g, s, y: (
            linear(
                [(share, m.energy_built[g, s, v]) for v, share in _vintages(m, inputs, g, s, y).items()]
                + [(-1.0, m.energy[g, s, y])]
            )
            == 0
        ),
    )


def _investment(m: pyo.ConcreteModel, inputs: Inputs, book: Book, g: str, s: str, y: int) -> None:
    """What still lives is paid by vintage, whether or not there is work for it."""
    tech, site = inputs.technologies[g], inputs.sites[s]
    yearly = annuity(inputs.discount_rate if tech.rate is None else tech.rate, tech.life)
    factor = site.capex_factor.get(g, 1.0) * tech.construction_factor * yearly
    learned = inputs.capex_learning.get((g, site.country))
    for v, share in _vintages(m, inputs, g, s, y).items():
        paid = share * factor * tech.paid(site.country, v)
        overnight = float(tech.capex[v]) * (float(learned[v]) if learned is not None else 1.0)
        book.cost(CostLine.POWER_PLANTS, s, y, m.built[g, s, v], paid * overnight, g)
        if tech.kind == "storage":
            book.cost(CostLine.POWER_PLANTS, s, y, m.energy_built[g, s, v], paid * float(tech.energy_capex[v]), g)


def _operation(m: pyo.ConcreteModel, inputs: Inputs, book: Book, g: str, s: str, y: int) -> None:
    """The upkeep of what stands, and what always runs with it."""
    tech, site, capacity = inputs.technologies[g], inputs.sites[s], m.capacity[g, s, y]
    book.cost(CostLine.FIXED_OM, s, y, capacity, tech.fixed_om * site.fixed_om_factor.get(g, 1.0), g)
    book.cost(CostLine.VARIABLE_OM, s, y, capacity, always(tech) * tech.variable_om, g)
    book.cost(CostLine.FUEL, s, y, capacity, always(tech) * tech.heat_rate * tech.fuel_price, g)
    carbon = tech.heat_rate * carbon_cost(inputs, site, tech, y)
    book.cost(CostLine.CARBON, s, y, capacity, always(tech) * carbon, g)
