"""The annual model, block by block, and the problem that the solver gets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.blocks import (
    backup,
    chips,
    facilities,
    fuel,
    gas_market,
    grid,
    grid_contracts,
    grid_plants,
    hours,
    new_links,
    plants,
    policy,
    reactor_limits,
    reactors,
    reliability,
    sites,
    slots,
    trade,
    transport,
    work,
    zone_hours,
    zones,
)
from planner.blocks.book import Book
from planner.instance import Inputs
from planner.program.from_pyomo import annual_from_pyomo
from planner.program.problem import Problem
from planner.program.site_cell import SiteYear


@dataclass
class Built:
    """A planning problem ready to solve, with what is needed to read the answer."""

    inputs: Inputs
    model: pyo.ConcreteModel
    book: Book
    problem: Problem
    site_years: list[SiteYear]  # the cells of the places, in their order
    zone_years: list[SiteYear]  # those of the zones of the power system, after them
    columns: pyo.ComponentMap  # annual variable -> column
    rows: dict[str, int]  # name of an annual constraint -> row

    def added(self, x: Array, name: str, y: int) -> float:
        """GW that the grid has added to a tie, by name, in a stage of a plan."""
        new = self.model.tie_new
        return max(float(x[self.columns[new[name, y]]]), 0.0) if (name, y) in new else 0.0

    def widening(self, x: Array) -> dict[tuple[str, int], float]:
        """What the grid pays in a plan for what it adds to its ties, M USD a year, by name of tie and stage; nothing for the others."""
        m = self.model
        names = {id(variable): name for ties in (m.tie_built, m.tie_new) for (name, _), variable in ties.items()}
        spent = dict.fromkeys(m.tie_new, 0.0)
        for term in self.book.costs if names else ():
            if id(term.variable) in names:
                spent[names[id(term.variable)], term.stage] += term.coefficient * float(x[self.columns[term.variable]])
        return spent


def build_annual(inputs: Inputs) -> tuple[pyo.ConcreteModel, Book]:
    """State the annual model: variables, rows and the objective, without the hours."""
    m, book = pyo.ConcreteModel(inputs.name), Book(inputs)
    work.add(m, inputs, book)
    chips.add(m, inputs, book, work.most_chips(inputs))
    sites.add(m, inputs, book)
    grid.add(m, inputs, book)
    grid_contracts.add(m, inputs, book)
    trade.add(m, inputs, book)
    grid_plants.add(m, inputs, book)
    new_links.add(m, inputs, book)
    zones.add(m, inputs, book)
    plants.add(m, inputs, book)
    backup.add(m, inputs, book)
    reactors.add(m, inputs, book)
    fuel.add(m, inputs, book)
    reliability.add(m, inputs, book)
    policy.add(m, inputs, book)
    facilities.add(m, inputs, book)
    hours.add(m, inputs, book)
    gas_market.add(m, inputs, book)
    transport.add(m, inputs, book)
    slots.add(m, inputs, book)
    reactor_limits.add(m, inputs, book)
    m.cost = pyo.Objective(expr=book.objective())
    return m, book


def build(inputs: Inputs) -> Built:
    """State the whole problem: the annual matrix, one `SiteYear` per site and stage, and one per zone and stage."""
    m, book = build_annual(inputs)
    annual, columns = annual_from_pyomo(m)
    rows = {name: i for i, name in enumerate(annual.row_names)}
    years = hours.site_years(m, inputs, columns.__getitem__)
    around = zone_hours.zone_years(m, inputs, columns.__getitem__)
    guessed = np.array([columns[variable] for variable in book.guesses], np.int64)
    places = [site for site, _ in m.places] + [""] * len(around)
    problem = Problem(inputs.name, annual, [*years, *around], guessed, bool(around), places)
    return Built(inputs, m, book, problem, years, around, columns, rows)
