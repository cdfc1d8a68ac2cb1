"""The hours of every site and stage, as `SiteYear`s over the annual model's variables.

What a hour can draw on, per site and stage: the grid at the hour's price, thermal plant (fuel and variable O&M; gas is priced by the fuel
block through the account "gas"), what reactors give above their minimum, chips that pause, and at last unserved energy. Solar, wind and
the minimum output of reactors are must-take with free spill; one battery shifts.

Accounts: "gas" TBtu, "co2" kt and "fossil" GWh where a policy asks, "paused:USE:CHIP" thousand chip-years, "emergency:TECH" GWh.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyomo.environ as pyo

from planner.errors import PlannerError
from planner.inputs import Inputs, Site, Technology
from planner.lp.book import Book, linear
from planner.lp.power import HOURS, largest_load
from planner.lp.problem import Array, Piece, Profile, SiteYear, Store
from planner.lp.sites import shape_values

UNSERVED = "unserved"


def add(m: pyo.ConcreteModel, inputs: Inputs, book: Book) -> None:
    """Add `hourly_cost`, the annual variable that carries each site-year's cost, and the limits of emergency plant."""
    dearest = max(inputs.unserved_energy_cost, 1.0)
    m.hourly_cost = pyo.Var(m.places, bounds=lambda _, s, y: (0, 1.5 * dearest * HOURS * largest_load(inputs.sites[s])))
    for s, y in m.places:
        book.cost("hourly", s, y, m.hourly_cost[s, y], 1.0)
    emergency = [key for key in m.capacity if inputs.technologies[key[0]].max_energy_share < 1.0]
    m.emergency = pyo.Var(emergency, bounds=lambda m, *key: (0, HOURS * m.capacity[key].ub))
    m.emergency_hours = pyo.Constraint(
        emergency,
        rule=lambda m, *key: (
            linear(
                [
                    (1.0, m.emergency[key]),
                    (-inputs.technologies[key[0]].max_energy_share * HOURS, m.capacity[key]),
                ]
            )
            <= 0
        ),
    )


def site_years(m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> list[SiteYear]:
    """One `SiteYear` per place of the annual model; `column` finds a variable's column in the annual matrix."""
    groups: dict[tuple[str, int], list[tuple[str, str]]] = {place: [] for place in m.places}
    for s, y, shape, cooling in m.it_load:
        groups[s, y].append((shape, cooling))
    plants: dict[tuple[str, int], list[str]] = {place: [] for place in m.places}
    for g, s, y in m.capacity:
        plants[s, y].append(g)
    pauses: dict[tuple[str, int], list[tuple[str, str]]] = {place: [] for place in m.places}
    for u, k, s, y in m.pausable:
        pauses[s, y].append((u, k))

    found = []
    series = {name: _Series(inputs, site) for name, site in inputs.sites.items()}
    for s, y in m.places:
        site, here = inputs.sites[s], series[s]
        accounts: dict[str, int] = {}
        if (s, y) in m.gas:
            accounts["gas"] = column(m.gas[s, y])
        for name, variables in (("co2", m.co2), ("fossil", m.fossil)):
            if (s, y) in variables:
                accounts[name] = column(variables[s, y])

        pieces, must_take, store = [], [], None
        if m.grid[s, y].ub > 0:
            pieces.append(_grid(site, y, here, column(m.grid[s, y]), accounts))
        for g in plants[s, y]:
            tech, capacity = inputs.technologies[g], column(m.capacity[g, s, y])
            if tech.kind == "must_take":
                must_take.append(Profile(g, capacity, here.capacity_factor(g)))
            elif tech.kind == "storage":
                if store is not None:
                    raise PlannerError(f"site {s} has two storages, {store.name} and {g}; a site-year holds one")
                store = Store(g, capacity, column(m.energy[g, s, y]), tech.charge_efficiency, tech.discharge_efficiency)
            else:
                if tech.min_output > 0:
                    must_take.append(Profile(f"{g} minimum", capacity, here.ones * tech.min_output * tech.availability))
                if (g, s, y) in m.emergency:
                    accounts[f"emergency:{g}"] = column(m.emergency[g, s, y])
                pieces.append(_plant(inputs, site, tech, y, here, capacity, accounts))
        for u, k in pauses[s, y]:
            pair = m.pause_pair[u, k, s, y]
            saved = (pair.active_gw - pair.idle_gw) * here.pue(pair.cooling)
            account = f"paused:{u}:{k}"
            accounts[account] = column(m.paused_total[u, k, s, y])
            use = {account: 1.0 / (saved * HOURS)}
            pieces.append(Piece(f"paused {u} {k}", column(m.pausable[u, k, s, y]), saved, 0.0 * here.ones, use))
        most = max(float(values.max()) for values in site.pue.values()) * site.land_limit_gw * 1.05
        pieces.append(Piece(UNSERVED, -1, here.ones * most, here.ones * inputs.unserved_energy_cost))
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
                store=store,
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


def _grid(site: Site, y: int, here: _Series, capacity: int, accounts: dict[str, int]) -> Piece:
    use: dict[str, Array | float] = {}
    if "co2" in accounts:
        use["co2"] = here.carbon * float(site.carbon_scale[y])
    if "fossil" in accounts:
        use["fossil"] = 1.0 - float(site.clean_grid[y])
    return Piece("grid", capacity, here.ones, here.price * float(site.price_scale[y]), use)


def _plant(
    inputs: Inputs, site: Site, tech: Technology, y: int, here: _Series, capacity: int, accounts: dict[str, int]
) -> Piece:
    cost = tech.variable_om
    use: dict[str, Array | float] = {}
    if tech.fuel == "gas":
        use["gas"] = tech.heat_rate
    else:
        cost += tech.heat_rate * tech.fuel_price
        carbon = inputs.policy.carbon_price.get(site.country)
        if carbon is not None:
            cost += tech.heat_rate * tech.co2 * float(carbon[y])
    if "co2" in accounts and tech.co2 > 0:
        use["co2"] = tech.heat_rate * tech.co2
    if "fossil" in accounts and tech.kind == "thermal":
        use["fossil"] = 1.0
    if f"emergency:{tech.name}" in accounts:
        use[f"emergency:{tech.name}"] = 1.0
    running = (1.0 - tech.min_output) * tech.availability
    available = (here.derate if tech.heat_derated else here.ones) * running
    return Piece(tech.name, capacity, available, here.ones * cost, use)
