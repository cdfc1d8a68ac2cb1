"""The hours of every site and stage, as `SiteYear`s over the annual model's variables.

What an hour can draw on, per site and stage: the grid at the hour's price (a curtailable connection not in its zone's dearest hours),
thermal plant (fuel, carbon and variable O&M), what reactors give above their minimum, chips that pause, and at last unserved energy.
Solar, wind and the minimum output of reactors are must-take with free spill, as far as an hour of them costs nothing; with a variable
cost or a fuel they are paid for what is taken of them. Stores shift, and may have a cost of discharge. Backup plant counts as firm
supply: it runs when the rest fails, not by the hour, but for the hours in which a curtailable connection is cut (`backup.py`).

Accounts: "gas" TBtu behind an LNG terminal, whose price the fuel block finds (pipeline gas has a price and needs none), and "co2" kt and
"fossil" GWh where a policy asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.names import CURTAILABLE_GRID, GRID, INTERRUPTIBLE, MINIMUM, PAUSED, UNSERVED, CostLine
from planner.blocks.book import Book
from planner.blocks.bounds import Bounds
from planner.blocks.policy import emits
from planner.blocks.sites import shape_values
from planner.blocks.work import LOOSE
from planner.instance import Inputs, Site, Technology
from planner.instance.fuel_cost import fuel_price
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind, Piece, Profile, Store

Place = tuple[str, int]  # site, stage


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `hourly_cost`, the annual variable that carries each site-year's cost."""
    dearest, bounds = max(inputs.unserved_energy_cost, 1.0), book.bounds

    def earned(s: str, y: int) -> float:
        """What the grid could pay in a year."""
        site = inputs.sites[s]
        paid = np.maximum(-site.price * float(site.price_scale[y]), 0.0)
        return float(inputs.timeline.weights @ paid) * (
            m.grid[s, y].ub if inputs.grid and inputs.system is None else 0.0
        )

    m.hourly_cost = pyo.Var(
        m.places, bounds=lambda _, s, y: (0.0 - LOOSE * earned(s, y), LOOSE * dearest * HOURS * bounds.load(s))
    )
    book.guesses += [m.hourly_cost[place] for place in m.places]
    for s, y in m.places:
        book.cost(CostLine.HOURLY, s, y, m.hourly_cost[s, y], 1.0)


def site_years(m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> list[SiteYear]:
    """One `SiteYear` per place of the annual model; `column` finds a variable's column in the annual matrix."""
    made = _SiteYears(m, inputs, column)
    return [made.site_year(s, y) for s, y in m.places]


class _SiteYears:
    """The annual variables of every place, and the hours that hang on them."""

    def __init__(self, m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> None:
        self.m, self.inputs, self.column, self.bounds = m, inputs, column, Bounds(inputs)
        self.series = {name: _Series(inputs, site) for name, site in inputs.sites.items()}
        self.bounded = dict(m.usable.items())  # by the hourly clean share
        self.groups: dict[Place, list[tuple[str, str]]] = {place: [] for place in m.places}
        self.plants: dict[Place, list[str]] = {place: [] for place in m.places}
        self.pauses: dict[Place, list[str]] = {place: [] for place in m.places}
        self.home = {} if inputs.system is None else inputs.system.home
        self.products: dict[Place, list[str]] = {place: [] for place in m.places}
        for s, y, q in m.bought:
            self.products[s, y].append(q)
        for s, y, shape, cooling in m.it_load:
            self.groups[s, y].append((shape, cooling))
        for g, s, y in m.capacity:
            self.plants[s, y].append(g)
        for s, y, cooling in m.pausable:
            self.pauses[s, y].append(cooling)

    def site_year(self, s: str, y: int) -> SiteYear:
        """The hours of one site in one stage."""
        m, column, here, timeline = self.m, self.column, self.series[s], self.inputs.timeline
        accounts = {"gas": column(m.gas[s, y])} if (s, y) in m.gas else {}
        for name, variables in (("co2", m.co2), ("fossil", m.fossil)):
            if (s, y) in variables:
                accounts[name] = column(variables[s, y])
        most = here.ones * (LOOSE * self.bounds.load(s))
        unserved = Piece(UNSERVED, -1, most, here.ones * self.inputs.unserved_energy_cost, kind=Kind.UNSERVED)
        return SiteYear(
            name=f"{s}|{self.inputs.stages[y].year}",
            hours=timeline.hours[here.order],
            weights=timeline.weights[here.order],
            spans=timeline.spans,
            loads=tuple(
                Profile(f"{shape} {cooling}", column(m.it_load[s, y, shape, cooling]), here.load(shape, cooling))
                for shape, cooling in self.groups[s, y]
            ),
            must_take=tuple(self._must_take(s, y)),
            pieces=(
                *self._grids(s, y, accounts),
                *self._plants(s, y, accounts),
                *self._backup(s, y, accounts),
                *self._pauses(s, y),
                unserved,
            ),
            stores=tuple(self._stores(s, y)),
            cost_column=column(m.hourly_cost[s, y]),
            accounts=accounts,
        )

    def _usable(self, source: str, s: str, y: int, capacity: pyo.Var) -> int:
        """Column of what the hours may draw of a source: its capacity, or the part that the hourly clean share leaves."""
        return self.column(self.bounded.get((s, y, source), capacity))

    def _grids(self, s: str, y: int, accounts: dict[str, int]) -> Iterator[Piece]:
        site, here = self.inputs.sites[s], self.series[s]
        use: dict[str, Array | float] = {}
        if "co2" in accounts:
            use["co2"] = here.carbon * float(site.carbon_scale[y])
        if "fossil" in accounts:
            use["fossil"] = 1.0 - float(site.clean_grid[y])
        price = here.price * float(site.price_scale[y])
        if self.inputs.system is not None:  # then the grid is bought in products
            return
        connections = [(GRID, self.m.grid[s, y], here.ones)] if self.m.grid[s, y].ub > 0 else []
        if (s, y) in self.m.curtailable:
            connections.append((CURTAILABLE_GRID, self.m.curtailable[s, y], here.uncut))
        for name, capacity, available in connections:
            yield Piece(name, self._usable(name, s, y, capacity), available, price, use, Kind.GRID, name)

    def _must_take(self, s: str, y: int) -> Iterator[Profile]:
        """What is bought of the zone, sun and wind that cost nothing by the hour, and what always runs of a reactor."""
        here = self.series[s]
        for q in self.products[s, y]:
            profile = np.ascontiguousarray(self.m.products[self.home[s]][q][here.order])
            yield Profile(f"{GRID} {q}", self.column(self.m.bought[s, y, q]), profile)
        for g in self.plants[s, y]:
            tech = self.inputs.technologies[g]
            if tech.kind == "must_take" and not _paid_by_the_hour(tech):
                yield Profile(g, self.column(self.m.capacity[g, s, y]), here.capacity_factor(g))
            elif tech.min_output > 0:
                steady = here.ones * tech.min_output * tech.availability
                yield Profile(f"{g}{MINIMUM}", self.column(self.m.capacity[g, s, y]), steady)

    def _plants(self, s: str, y: int, accounts: dict[str, int]) -> Iterator[Piece]:
        """Plants whose output costs something, above what always runs."""
        for g in self.plants[s, y]:
            tech = self.inputs.technologies[g]
            if tech.kind in ("thermal", "nuclear") or (tech.kind == "must_take" and _paid_by_the_hour(tech)):
                capacity = self._usable(g, s, y, self.m.capacity[g, s, y])
                yield _plant(self.inputs, self.inputs.sites[s], tech, y, self.series[s], capacity, accounts)

    def _backup(self, s: str, y: int, accounts: dict[str, int]) -> Iterator[Piece]:
        """Backup in the hours in which the curtailable connection is cut."""
        here = self.series[s]
        for g in self.plants[s, y]:
            if (g, s, y) in self.m.stands_in:
                bought = self.m.products[self.home[s]][INTERRUPTIBLE][here.order] if s in self.home else here.uncut
                tech, column = self.inputs.technologies[g], self.column(self.m.stands_in[g, s, y])
                piece = _plant(self.inputs, self.inputs.sites[s], tech, y, here, column, accounts)
                yield replace(piece, available=np.ascontiguousarray(piece.available * (1.0 - bought)))

    def _pauses(self, s: str, y: int) -> Iterator[Piece]:
        for cooling in self.pauses[s, y]:
            rest = self.series[s].pue(cooling)
            pausable = self.column(self.m.pausable[s, y, cooling])
            cost = float(self.inputs.pause_cost[y]) / rest
            yield Piece(f"{PAUSED} {cooling}", pausable, rest, cost, kind=Kind.PAUSE, of=cooling)

    def _stores(self, s: str, y: int) -> Iterator[Store]:
        step = self.inputs.timeline.step_hours
        for g in self.plants[s, y]:
            tech = self.inputs.technologies[g]
            if tech.kind == "storage":
                power, energy = (self.column(v[g, s, y]) for v in (self.m.capacity, self.m.energy))
                stored, taken = tech.charge_efficiency * step, tech.discharge_efficiency / step
                yield Store(g, power, energy, stored, taken, tech.variable_om)


def _paid_by_the_hour(tech: Technology) -> bool:
    """Does an hour's output cost anything, in money or in carbon?"""
    return tech.variable_om > 0 or tech.heat_rate > 0


class _Series:
    """The hourly series of one site in its own order of hours; each array is made once and shared between stages."""

    def __init__(self, inputs: Inputs, site: Site) -> None:
        self.inputs, self.site = inputs, site
        self.order = inputs.timeline.local_order(site.utc_offset_h)
        self.ones = np.ones(len(inputs.timeline))
        self.price, self.carbon, self.derate = (
            np.ascontiguousarray(values[self.order]) for values in (site.price, site.carbon, site.derate)
        )
        self.uncut = uncut(self.price, inputs.timeline.weights[self.order], inputs.curtailable_hours)
        self.made: dict[tuple[str, ...], Array] = {}

    def pue(self, cooling: str) -> Array:
        return self._once(("pue", cooling), self.site.pue[cooling])

    def capacity_factor(self, tech: str) -> Array:
        return self._once(("factor", tech), self.site.capacity_factor[tech])

    def load(self, shape: str, cooling: str) -> Array:
        return self._once(("load", shape, cooling), shape_values(self.inputs, shape) * self.site.pue[cooling])

    def _once(self, key: tuple[str, ...], values: Array) -> Array:
        if key not in self.made:
            self.made[key] = np.ascontiguousarray(values[self.order])
        return self.made[key]


def uncut(price: Array, weights: Array, hours: float) -> Array:
    """Share of each modelled hour left to a curtailable connection: the dearest hours of the zone, `hours` a year, are cut.

    A modelled hour stands for `weights` hours of the year; the last one that is cut may be cut in part.
    """
    dearest = np.argsort(-price, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weights[dearest])[:-1]])
    left = np.ones(len(price))
    left[dearest] = 1.0 - np.clip((hours - before) / weights[dearest], 0.0, 1.0)
    return left


def _plant(
    inputs: Inputs, site: Site, tech: Technology, y: int, here: _Series, capacity: int, accounts: dict[str, int]
) -> Piece:
    use: dict[str, Array | float] = {}
    cost = tech.variable_om + tech.heat_rate * fuel_price(inputs, site, tech, y)
    if "gas" in accounts and tech.fuel == "gas":
        use["gas"] = tech.heat_rate
    if "co2" in accounts and tech.co2 > 0:
        use["co2"] = tech.heat_rate * tech.co2
    if "fossil" in accounts and emits(tech):
        use["fossil"] = 1.0
    if tech.name in site.capacity_factor:  # in the place of the technology's own availability
        available = here.capacity_factor(tech.name)
    else:
        available = (here.derate if tech.heat_derated else here.ones) * tech.availability
    available = available * (1.0 - tech.min_output)
    return Piece(tech.name, capacity, available, here.ones * cost, use, Kind.PLANT, tech.name)
