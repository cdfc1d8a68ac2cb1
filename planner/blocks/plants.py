"""Power behind the meter: what is built where, when it can first run, what stands.

    capacity[g,s,y] = sum of built[g,s,v] over stages v <= y with year_y - year_v < life                         GW
    built[g,s,y] = 0 before first_year[g], before base year + lead time, where gas or reactors are not to be had
    storage: capacity is power (GW), energy[g,s,y] its content (GWh), each built and paid for on its own

Cost lines `power plants` (annuity of overnight cost x interest during construction x regional factor x learning x what credits leave, by
vintage, at the plan's rate or the owner's),
`fixed O&M` (x its regional factor), and for the output that runs always (reactors) `fuel` and `variable O&M`. Renewables are limited
per site by land.
"""

from __future__ import annotations

import pyomo.environ as pyo

from planner.base.constants import HOURS
from planner.base.names import CostLine, LimitKind
from planner.blocks.book import Book, Limit
from planner.blocks.work import LOOSE, alive
from planner.costs.money import annuity
from planner.instance import Inputs, Site, Technology
from planner.program.expression import linear


def may_stand(inputs: Inputs, tech: Technology, site: Site) -> bool:
    """May this technology stand at this site at all?"""
    if not tech.stands_in(site.country):
        return False
    if tech.fuel == "gas":
        return site.gas is not None
    if tech.kind == "nuclear":
        return site.smr_allowed
    if tech.kind == "must_take":
        return site.renewable_limit_gw.get(tech.name, 0.0) > 0 and tech.name in site.capacity_factor
    return True


def first_stage_year(inputs: Inputs, tech: Technology) -> float:
    """First year in which the technology can run: on the market, and built after the decision in the base year."""
    return max(tech.first_year, inputs.base_year + tech.lead_years)


def largest_load(site: Site) -> float:
    """The most a campus could draw, GW: its land full of chips in the design hour."""
    return 1.2 * site.land_limit_gw * max(site.design_pue.values())


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `built`, `capacity`, `energy_built`, `energy` and their rows."""
    index = [
        (g, s, y)
        for g, tech in inputs.technologies.items()
        for s, y in m.places
        if may_stand(inputs, tech, inputs.sites[s]) and inputs.stages[y].year >= first_stage_year(inputs, tech)
    ]

    def most(g: str, s: str) -> float:
        tech, site = inputs.technologies[g], inputs.sites[s]
        if tech.kind == "must_take":
            return site.renewable_limit_gw[g]
        if tech.limit_gw is not None:
            return tech.limit_gw
        if tech.kind == "backup" and inputs.markets.standby_limit_gw is not None:
            return inputs.markets.standby_limit_gw
        return largest_load(site) / max(tech.availability * tech.firm, 0.2)

    m.built = pyo.Var(index, bounds=lambda _, g, s, y: (0, LOOSE * most(g, s)))
    m.capacity = pyo.Var(index, bounds=lambda _, g, s, y: (0, most(g, s)))
    known = set(index)

    def vintages(g: str, s: str, y: int) -> list[int]:
        life = inputs.technologies[g].life
        return [v for v in range(y + 1) if (g, s, v) in known and alive(inputs, v, y, life)]

    m.capacity_standing = pyo.Constraint(
        index,
        rule=lambda m, g, s, y: (
            linear([(1.0, m.built[g, s, v]) for v in vintages(g, s, y)] + [(-1.0, m.capacity[g, s, y])]) == 0
        ),
    )

    stores = [key for key in index if inputs.technologies[key[0]].kind == "storage"]
    hours_most = 12.0  # longer storage than half a day is another technology
    m.energy_built = pyo.Var(stores, bounds=lambda _, g, s, y: (0, hours_most * most(g, s)))
    m.energy = pyo.Var(stores, bounds=lambda _, g, s, y: (0, hours_most * most(g, s)))
    m.energy_standing = pyo.Constraint(
        stores,
        rule=lambda m, g, s, y: (
            linear([(1.0, m.energy_built[g, s, v]) for v in vintages(g, s, y)] + [(-1.0, m.energy[g, s, y])]) == 0
        ),
    )

    for g, s, y in index:
        tech, site = inputs.technologies[g], inputs.sites[s]
        yearly = annuity(inputs.discount_rate if tech.rate is None else tech.rate, tech.life)
        factor = site.capex_factor.get(g, 1.0) * tech.construction_factor * yearly
        learned = inputs.capex_learning.get((g, site.country))
        for v in vintages(g, s, y):
            paid = factor * tech.paid(site.country, v)
            overnight = float(tech.capex[v]) * (float(learned[v]) if learned is not None else 1.0)
            book.cost(CostLine.POWER_PLANTS, s, y, m.built[g, s, v], paid * overnight, g)
            if tech.kind == "storage":
                book.cost(CostLine.POWER_PLANTS, s, y, m.energy_built[g, s, v], paid * float(tech.energy_capex[v]), g)
        book.cost(CostLine.FIXED_OM, s, y, m.capacity[g, s, y], tech.fixed_om * site.fixed_om_factor.get(g, 1.0), g)
        if tech.min_output > 0:
            always = tech.min_output * tech.availability * HOURS
            book.cost(CostLine.VARIABLE_OM, s, y, m.capacity[g, s, y], always * tech.variable_om, g)
            book.cost(CostLine.FUEL, s, y, m.capacity[g, s, y], always * tech.heat_rate * tech.fuel_price, g)
        scarce = LimitKind.RENEWABLE_LAND if tech.kind == "must_take" else None
        if tech.kind == "backup" and inputs.markets.standby_limit_gw is not None:
            scarce = LimitKind.STANDBY_SETS
        if scarce is not None:
            book.limits.append(Limit(scarce, s, site.country, y, variable=m.capacity[g, s, y], part=g))
