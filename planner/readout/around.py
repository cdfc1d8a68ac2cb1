"""The power system around the sites, read from a solution: prices with and without the campuses, what it spends and emits more.

price[z,h]          dual of the zone's balance, M USD per GWh of the stage; where zones trade, of all balances together (`zone_trade.py`)
average carbon      CO2 of the zone's plants / what they give and somebody takes
incremental carbon  what all plants of the zone's network emit more / what campuses buy there: a neighbour's plants answer too
capacity price      dual of the reserve row, M USD per GW and year
spent by a campus   what the systems of its country spend more than without the campuses, by the energy that it buys
bill of a campus    energy at the zone's prices + capacity price x (1 + margin) x firm draw + wires: what it would be charged
others' bill        (price with - price without) x native load + (capacity price with - without) x (1 + margin) x native peak
apart               how far two solves of the same lie apart in that bill: the last two of the reference, and this plan and the relaxed one
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.names import UNSERVED, CostLine
from planner.blocks.annual import Built
from planner.blocks.zone_supply import IMPORTS, STORES, zone_supply
from planner.instance.model import Site
from planner.instance.system import PowerSystem
from planner.program.cell import Dispatch
from planner.program.site_cell import SiteHours, SiteYear
from planner.program.site_parts import Kind
from planner.readout.zone_trade import prices_by_hour
from planner.solve.solution import Solution

LEAST_GWH = 1.0  # a year: less is no purchase
LEAST_SHARE = 5e-3  # of a network's load: what plants emit more for less than that is no more than what solving leaves
ELSEWHERE = (IMPORTS, STORES, UNSERVED)  # sources that are no plants of the zone
SYSTEM_LINES = (CostLine.GRID_SUPPLY, CostLine.GRID_PLANTS, CostLine.GRID_SHORTFALL)


class Around:
    """Zones and what campuses do to them; everything is nothing where the grid is a tariff. Hours are in the timeline's order."""

    def __init__(self, built: Built, solution: Solution, beside: Around | None = None) -> None:
        self.built, self.solution, self.beside = built, solution, beside
        self.inputs, self.m = built.inputs, built.model
        self.cells = {key: n for n, key in enumerate(self.m.zone_years)}
        self._supply: dict[tuple[str, int], dict[str, Array]] = {}
        self._prices: dict[tuple[str, int], Array] = {}

    @property
    def system(self) -> PowerSystem:
        """The power system; there is one wherever a zone is asked for."""
        assert self.inputs.system is not None
        return self.inputs.system

    def value(self, variable: object) -> float:
        """Value of an annual variable."""
        return float(self.solution.x[self.built.columns[variable]])

    def weight(self, y: int) -> float:
        """Discounted years of a stage."""
        return float(self.inputs.stages[y].weight)

    def cell(self, z: str, y: int) -> SiteYear:
        """The hours of a zone and stage, as they were stated."""
        return self.built.zone_years[self.cells[z, y]]

    def dispatch(self, z: str, y: int) -> Dispatch:
        """Its dispatch."""
        return self.solution.dispatch[len(self.built.site_years) + self.cells[z, y]]

    def hours(self, z: str, y: int) -> SiteHours:
        """Its dispatch by parts, in the cell's order of hours."""
        return self.cell(z, y).split(self.dispatch(z, y))

    def supply(self, z: str, y: int) -> dict[str, Array]:
        """GW by source and hour."""
        if (z, y) not in self._supply:
            self._supply[z, y] = zone_supply(self.built, self.solution.x, z, y, self.dispatch(z, y))
        return self._supply[z, y]

    def generated(self, z: str, y: int) -> float:
        """GWh a year that the zone's own plants give and somebody takes."""
        own = (power for source, power in self.supply(z, y).items() if source not in ELSEWHERE)
        return sum(self.energy(power) for power in own)

    def generated_without(self, z: str, y: int) -> float:
        """The same without the campuses."""
        reference = self.system.reference
        if reference is None:
            return self.generated(z, y)
        return sum(energy for source, energy in reference.energy[z, y].items() if source not in ELSEWHERE)

    def back(self, z: str) -> NDArray[np.int64]:
        """From a zone's order of hours to the timeline's."""
        return np.argsort(self.inputs.timeline.local_order(self.system.zones[z].utc_offset_h), kind="stable")

    def disturbed(self, z: str, y: int) -> bool:
        """Does any campus buy in the network of the zone in this stage? If not, prices are those without the plan."""
        return any(self.energy(self.sold(name, y)) > LEAST_GWH for name in self.network(z))

    def network(self, z: str) -> list[str]:
        """The zones that ties connect with a zone, itself among them."""
        return next((own for own in self.networks if z in own), [z])

    @cached_property
    def networks(self) -> list[list[str]]:
        """Zones that ties connect, by network."""
        return self.system.networks()

    def price(self, z: str, y: int) -> Array:
        """Price of energy by hour, M USD/GWh."""
        if self.system.reference is not None and not self.disturbed(z, y):
            return self.system.reference.price[z, y]
        names = self.network(z)
        if len(names) == 1:
            return self.cell(z, y).energy_price(self.dispatch(z, y))[self.back(z)]
        if (z, y) not in self._prices:
            found = prices_by_hour(self.built, self.solution.x, self.solution.dispatch, names, y)
            self._prices |= {(name, y): price for name, price in found.items()}
        return self._prices[z, y]

    def price_without(self, z: str, y: int) -> Array:
        """The same without the campuses."""
        reference = self.system.reference
        return self.price(z, y) if reference is None else reference.price[z, y]

    def capacity_price(self, z: str, y: int) -> float:
        """What firm supply is worth, M USD per GW and year."""
        if self.system.reference is not None and not self.disturbed(z, y):
            return self.capacity_price_without(z, y)
        row = self.built.rows[self.m.reserve[z, y].name]
        return max(0.0, float(self.solution.row_dual[row])) / self.weight(y)

    def capacity_price_without(self, z: str, y: int) -> float:
        """The same without the campuses."""
        reference = self.system.reference
        return self.capacity_price(z, y) if reference is None else max(0.0, reference.capacity_price[z, y])

    def others_bill(self, z: str, y: int) -> float:
        """What everybody else in a zone pays more than without the campuses, M USD a year."""
        return self._dearer(
            z,
            y,
            self.price(z, y) - self.price_without(z, y),
            self.capacity_price(z, y) - self.capacity_price_without(z, y),
        )

    def bill(self, z: str, y: int) -> float:
        """What everybody else in a zone pays for energy and firm supply, M USD a year."""
        return self._dearer(z, y, self.price(z, y), self.capacity_price(z, y))

    def _dearer(self, z: str, y: int, energy: Array, capacity: float) -> float:
        zone = self.system.zones[z]
        peak = (1.0 + zone.reserve_margin) * float(zone.peak_gw[y])
        return self.energy(energy * zone.load[y]) + capacity * peak

    def apart(self, z: str, y: int) -> float:
        """How far two solves of the same lie apart in others' bill, M USD a year: less than that is not told apart from nothing."""
        reference = self.system.reference
        without = 0.0 if reference is None or not self.disturbed(z, y) else reference.bill_apart.get((z, y), 0.0)
        return without + (0.0 if self.beside is None else abs(self.bill(z, y) - self.beside.bill(z, y)))

    def unserved(self, z: str, y: int) -> Array:
        """Load not served by hour, GW."""
        hours, cell = self.hours(z, y), self.cell(z, y)
        missing = [hours.supply[i] for i, piece in enumerate(cell.pieces) if piece.kind is Kind.UNSERVED]
        return np.sum([np.zeros(len(self.inputs.timeline)), *missing], axis=0)[self.back(z)]

    def emitted(self, z: str, y: int) -> float:
        """CO2 of what runs by the hour, kt a year."""
        zone, cell, hours = self.system.zones[z], self.cell(z, y), self.hours(z, y)
        rate = {band.name: band.co2 for band in zone.bands} | {f"new {g}": new.co2 for g, new in zone.new.items()}
        flows = zip(cell.pieces, hours.supply, strict=True)
        return sum(rate.get(piece.name, 0.0) * float(cell.weights @ flow) for piece, flow in flows)

    def emitted_without(self, z: str, y: int) -> float:
        """The same without the campuses."""
        reference = self.system.reference
        return self.emitted(z, y) if reference is None else reference.co2[z, y]

    def incremental_co2(self, z: str, y: int) -> float:
        """What all plants of the zone's network emit more, kt per GWh that campuses buy in it; not a number for hardly anything."""
        names = self.network(z)
        bought = sum(self.energy(self.sold(name, y)) for name in names)
        more = sum(self.emitted(name, y) - self.emitted_without(name, y) for name in names)
        least = LEAST_SHARE * sum(self.energy(self.system.zones[name].load[y]) for name in names)
        return more / bought if bought > max(least, LEAST_GWH) else float("nan")

    def sold(self, z: str, y: int) -> Array:
        """What campuses buy by hour, GW."""
        total = np.zeros(len(self.inputs.timeline))
        for q, profile in self.m.products.get(z, {}).items():
            if (z, y, q) in self.m.sold:
                total = total + self.value(self.m.sold[z, y, q]) * profile
        return total

    def bought(self, s: str, y: int) -> Array:
        """What one campus buys by hour, GW, before spill."""
        total = np.zeros(len(self.inputs.timeline))
        for q, profile in self.m.products.get(self.system.home[s], {}).items():
            if (s, y, q) in self.m.bought:
                total = total + max(self.value(self.m.bought[s, y, q]), 0.0) * profile
        return total

    def energy(self, power: Array) -> float:
        """GWh a year of an hourly series."""
        return float(self.inputs.timeline.weights @ power)

    @cached_property
    def bought_in(self) -> dict[tuple[str, int], float]:
        """GWh a year that campuses of a country buy, by stage."""
        found: defaultdict[tuple[str, int], float] = defaultdict(float)
        for s, y in self.m.firm_draw:
            found[self.inputs.sites[s].country, y] += self.energy(self.bought(s, y))
        return dict(found)

    @cached_property
    def spent_in(self) -> dict[tuple[str, int], float]:
        """M USD a year that a country's system spends more than without the campuses, by stage."""
        found: defaultdict[tuple[str, int], float] = defaultdict(float)
        for term in self.built.book.costs:
            if term.line in SYSTEM_LINES:
                found[term.country, term.stage] += term.coefficient * self.value(term.variable)
        return dict(found)

    def spent(self, place: tuple[str, int]) -> float:
        """A campus' part of what its country's system spends more, M USD a year."""
        s, y = place
        if self.inputs.system is None or place not in self.m.firm_draw:
            return 0.0
        country = self.inputs.sites[s].country
        total = self.bought_in.get((country, y), 0.0)
        return self.spent_in.get((country, y), 0.0) * self.energy(self.bought(s, y)) / total if total > 1e-6 else 0.0

    def grid_co2(self, country: str, y: int) -> float:
        """What a country's system emits more, kt per GWh that its campuses buy; its average where they buy hardly anything."""
        if self.inputs.system is None:
            return 0.0
        own = [z for z, zone in self.system.zones.items() if zone.country == country]
        total = self.bought_in.get((country, y), 0.0)
        if total > LEAST_SHARE * sum(self.energy(self.system.zones[z].load[y]) for z in own):
            return sum(self.emitted(z, y) - self.emitted_without(z, y) for z in own) / total
        given = sum(self.generated(z, y) for z in own)
        return sum(self.emitted(z, y) + self.steady_co2(z, y) for z in own) / given if given > 1e-6 else 0.0

    def steady_co2(self, z: str, y: int) -> float:
        """CO2 of what always runs in a zone, kt a year."""
        return sum(float(own.co2[y]) for own in self.system.zones[z].steady.values())

    def seen(self, s: str, y: int) -> Site:
        """A site as the grid's prices of the plan make it: the zone's energy and capacity beside its wires."""
        site = self.inputs.sites[s]
        if self.inputs.system is None:
            return site
        z = self.system.home[s]
        more = self.capacity_price(z, y) * (1.0 + self.system.zones[z].reserve_margin)
        return replace(
            site,
            price=self.price(z, y),
            price_scale=np.ones(len(self.inputs.stages)),
            capacity_charge=site.capacity_charge + more,
        )
