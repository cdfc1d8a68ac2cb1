"""The hours of every site and stage, as `SiteYear`s over the annual model's variables.

What an hour can draw on, per site and stage: the grid at the hour's price (a curtailable connection not in its zone's dearest hours),
thermal plant (fuel and variable O&M), what reactors give above their minimum, chips that pause, and at last unserved energy. Solar,
wind and the minimum output of reactors are must-take with free spill; stores shift. Backup plant counts as firm supply only: it
runs when the rest fails, not by the hour.

Accounts: "gas" TBtu behind an LNG terminal, whose price the fuel block finds (pipeline gas has a price and needs none), and "co2" kt and
"fossil" GWh where a policy asks.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.names import CURTAILABLE_GRID, GRID, MINIMUM, PAUSED, UNSERVED, CostLine
from planner.blocks.book import Book
from planner.blocks.plants import largest_load
from planner.blocks.policy import emits
from planner.blocks.sites import shape_values
from planner.instance import Inputs, Site, Technology
from planner.instance.fuel_cost import fuel_price
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind, Piece, Profile, Store


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `hourly_cost`, the annual variable that carries each site-year's cost."""
    dearest = max(inputs.unserved_energy_cost, 1.0)
    m.hourly_cost = pyo.Var(m.places, bounds=lambda _, s, y: (0, 1.5 * dearest * HOURS * largest_load(inputs.sites[s])))
    for s, y in m.places:
        book.cost(CostLine.HOURLY, s, y, m.hourly_cost[s, y], 1.0)


def site_years(m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> list[SiteYear]:
    """One `SiteYear` per place of the annual model; `column` finds a variable's column in the annual matrix."""
    groups: dict[tuple[str, int], list[tuple[str, str]]] = {place: [] for place in m.places}
    for s, y, shape, cooling in m.it_load:
        groups[s, y].append((shape, cooling))
    plants: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for g, s, y in m.capacity:
        plants[s, y].append(g)
    pauses: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for s, y, cooling in m.pausable:
        pauses[s, y].append(cooling)

    found = []
    bounded = dict(m.usable.items())  # by the hourly clean share
    series = {name: _Series(inputs, site) for name, site in inputs.sites.items()}
    for s, y in m.places:
        site, here = inputs.sites[s], series[s]
        accounts: dict[str, int] = {}
        if (s, y) in m.gas:
            accounts["gas"] = column(m.gas[s, y])
        for name, variables in (("co2", m.co2), ("fossil", m.fossil)):
            if (s, y) in variables:
                accounts[name] = column(variables[s, y])

        def usable(source: str, capacity: pyo.Var, s: str = s, y: int = y) -> int:
            return column(bounded.get((s, y, source), capacity))

        pieces, must_take, stores = [], [], []
        if m.grid[s, y].ub > 0:
            pieces.append(_grid(GRID, site, y, here, usable(GRID, m.grid[s, y]), here.ones, accounts))
        if (s, y) in m.curtailable:
            part = usable(CURTAILABLE_GRID, m.curtailable[s, y])
            pieces.append(_grid(CURTAILABLE_GRID, site, y, here, part, here.uncut, accounts))
        for g in plants[s, y]:
            tech, capacity = inputs.technologies[g], column(m.capacity[g, s, y])
            if tech.kind == "must_take":
                must_take.append(Profile(g, capacity, here.capacity_factor(g)))
            elif tech.kind == "storage":
                energy = column(m.energy[g, s, y])
                stores.append(Store(g, capacity, energy, tech.charge_efficiency, tech.discharge_efficiency))
            elif tech.kind != "backup":
                if tech.min_output > 0:
                    must_take.append(
                        Profile(f"{g}{MINIMUM}", capacity, here.ones * tech.min_output * tech.availability)
                    )
                pieces.append(_plant(inputs, site, tech, y, here, usable(g, m.capacity[g, s, y]), accounts))
        for cooling in pauses[s, y]:
            rest = here.pue(cooling)
            cost = float(inputs.pause_cost[y]) / rest
            pausable = column(m.pausable[s, y, cooling])
            pieces.append(Piece(f"{PAUSED} {cooling}", pausable, rest, cost, kind=Kind.PAUSE, of=cooling))
        most = max(float(values.max()) for values in site.pue.values()) * site.land_limit_gw * 1.05
        pieces.append(
            Piece(UNSERVED, -1, here.ones * most, here.ones * inputs.unserved_energy_cost, kind=Kind.UNSERVED)
        )
        found.append(
            SiteYear(
                name=f"{s}|{inputs.stages[y].year}",
                hours=inputs.timeline.hours[here.order],
                weights=inputs.timeline.weights[here.order],
                spans=inputs.timeline.spans,
                loads=tuple(
                    Profile(f"{shape} {cooling}", column(m.it_load[s, y, shape, cooling]), here.load(shape, cooling))
                    for shape, cooling in groups[s, y]
                ),
                must_take=tuple(must_take),
                pieces=tuple(pieces),
                stores=tuple(stores),
                cost_column=column(m.hourly_cost[s, y]),
                accounts=accounts,
            )
        )
    return found


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


def _grid(
    name: str, site: Site, y: int, here: _Series, capacity: int, available: Array, accounts: dict[str, int]
) -> Piece:
    use: dict[str, Array | float] = {}
    if "co2" in accounts:
        use["co2"] = here.carbon * float(site.carbon_scale[y])
    if "fossil" in accounts:
        use["fossil"] = 1.0 - float(site.clean_grid[y])
    return Piece(name, capacity, available, here.price * float(site.price_scale[y]), use, Kind.GRID, name)


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
    running = (1.0 - tech.min_output) * tech.availability
    available = (here.derate if tech.heat_derated else here.ones) * running
    if tech.name in site.capacity_factor:
        available = available * here.capacity_factor(tech.name)
    return Piece(tech.name, capacity, available, here.ones * cost, use, Kind.PLANT, tech.name)
