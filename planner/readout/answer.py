"""The solution with its meaning: the value of every annual variable and the hours of every site and stage."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from planner.base.arrays import Array
from planner.base.names import GRID
from planner.blocks.annual import Built
from planner.instance.markets import NATION
from planner.program.site_cell import SiteHours, SiteYear
from planner.program.site_parts import Kind
from planner.readout.around import Around
from planner.solve.solution import Solution

Place = tuple[str, int]
TINY, SHARE = (
    1e-5,
    1e-4,
)  # below this many GW or thousand chips, or this share of the largest campus, a plan builds nothing


@dataclass(frozen=True)
class Hours:
    """The hours of one site and stage, GW, in the order of the site-year; energies in GWh per year."""

    year: SiteYear
    parts: SiteHours
    price: Array  # of energy, M USD per GWh of the stage
    load: Array
    must_take: dict[str, Array]  # gross, before spill
    spill: Array

    @cached_property
    def supply(self) -> dict[str, Array]:
        """Power of each piece by name."""
        return {piece.name: self.parts.supply[i] for i, piece in enumerate(self.year.pieces)}

    @cached_property
    def discharge(self) -> dict[str, Array]:
        """Power out of each store by name."""
        return {store.name: self.parts.discharge[k] for k, store in enumerate(self.year.stores)}

    @cached_property
    def charge(self) -> dict[str, Array]:
        """Power into each store by name."""
        return {store.name: self.parts.charge[k] for k, store in enumerate(self.year.stores)}

    def of_kind(self, kind: Kind) -> dict[str, Array]:
        """Power of the pieces of a kind, by whose they are (`Piece.of`)."""
        return {piece.of: self.parts.supply[i] for i, piece in enumerate(self.year.pieces) if piece.kind is kind}

    @cached_property
    def bought(self) -> Array:
        """What comes from the grid of a power system, gross, before spill."""
        own = [power for name, power in self.must_take.items() if name.startswith(f"{GRID} ")]
        return np.sum([np.zeros(len(self.load)), *own], axis=0)

    @cached_property
    def paused(self) -> Array:
        """Facility load that is not drawn because chips pause."""
        return np.sum([np.zeros(len(self.load)), *self.of_kind(Kind.PAUSE).values()], axis=0)

    @cached_property
    def unserved(self) -> Array:
        """Load that no source serves."""
        return np.sum([np.zeros(len(self.load)), *self.of_kind(Kind.UNSERVED).values()], axis=0)

    def energy(self, power: Array) -> float:
        """GWh per year of an hourly series."""
        return float(self.year.weights @ power)

    @cached_property
    def taken(self) -> float:
        """Share of must-take supply that is not spilled."""
        gross = sum(self.energy(series) for series in self.must_take.values())
        return 1.0 - min(1.0, self.energy(self.spill) / gross) if gross > 0 else 1.0


class Answer:
    """A built problem and its solution, read by the name of things; `beside`: the plan before its units were made whole."""

    def __init__(self, built: Built, solution: Solution, beside: Answer | None = None) -> None:
        self.built, self.solution, self.beside = built, solution, beside
        self.inputs, self.m = built.inputs, built.model
        self.weights = np.array([stage.weight for stage in self.inputs.stages])
        # The model's keys by place, so that the tables need not search.
        self.loads_at: defaultdict[Place, list[tuple]] = defaultdict(list)
        self.serving_at: defaultdict[Place, list[tuple]] = defaultdict(list)
        self.plants_at: defaultdict[Place, list[str]] = defaultdict(list)
        for key in self.m.it_load:
            self.loads_at[key[0], key[1]].append(key)
        for key in self.m.pairs:
            self.serving_at[key[2], key[3]].append(key)
        for g, s, y in self.m.capacity:
            self.plants_at[s, y].append(g)

    def value(self, variable: Any) -> float:
        """Value of an annual variable; solver noise below its lower bound is cut off."""
        return max(float(self.solution.x[self.built.columns[variable]]), 0.0)

    def dual(self, constraint: Any) -> float:
        """Change of the objective (M USD) per unit of an annual row's right-hand side."""
        return float(self.solution.row_dual[self.built.rows[constraint.name]])

    def reduced(self, variable: Any) -> float:
        """Reduced cost of an annual variable, M USD per unit; negative where its upper bound limits the plan."""
        return float(self.solution.reduced_cost[self.built.columns[variable]])

    @cached_property
    def hours(self) -> dict[Place, Hours]:
        """The hours of every site and stage."""
        found = {}
        x = self.solution.x
        for place, year, dispatch in zip(
            self.m.places, self.built.site_years, self.solution.dispatch[: len(self.m.places)], strict=True
        ):
            load = np.zeros(len(year.hours))
            for profile in year.loads:
                load += x[profile.column] * profile.values
            must_take = {profile.name: x[profile.column] * profile.values for profile in year.must_take}
            spilled = np.maximum(year.spill(x, dispatch), 0.0)
            found[place] = Hours(year, year.split(dispatch), year.energy_price(dispatch), load, must_take, spilled)
        return found

    @cached_property
    def tiny(self) -> float:
        """Below this many GW or thousand chips the plan builds nothing: a small plan has small parts."""
        return min(TINY, SHARE * max((self.value(variable) for variable in self.m.it.values()), default=0.0))

    @cached_property
    def around(self) -> Around:
        """The power system around the sites, read."""
        return Around(self.built, self.solution, None if self.beside is None else self.beside.around)

    def running(self, place: Place) -> float:
        """GW of IT that are provided for what runs at a place."""
        return sum(self.m.pairs[key].provision_gw * self.value(self.m.serve[key]) for key in self.serving_at[place])

    def rated(self, place: Place) -> float:
        """GW of IT that stand at a place: a hall that costs nothing is as large as what it holds, or must."""
        standing = self.value(self.m.it[place])
        free = self.inputs.sites[place[0]].shell_capex == 0
        return min(standing, max(self.running(place), self.m.it[place].lb)) if free else standing

    def open(self, place: Place) -> bool:
        """Does the plan run chips there, or must it have a hall?"""
        return max(self.running(place), self.m.it[place].lb) > self.tiny

    def gas_price(self, place: Place) -> float:
        """What the plan pays for a unit of gas at a site, M USD/TBtu: fence price, and the mean cargo or the mean rise of its market."""
        s, y = place
        source = self.inputs.gas_at(s)
        more = self.gas_rise(source.name, y) if source.kind == "pipeline" else self.cargo_price[source.name, y]
        return float(source.price[y]) + more

    def gas_rise(self, division: str, y: int) -> float:
        """Mean rise of a division's gas price, M USD/TBtu: areas under its curve and the nation's over their volumes; 0 without."""
        own = self._risen.get((division, y), 0.0) if division != NATION else 0.0
        return own + self._risen.get((NATION, y), 0.0)

    @cached_property
    def _risen(self) -> dict[tuple[str, int], float]:
        """Mean price rise of each curve by its own volume."""
        market = self.inputs.markets.gas
        volume: defaultdict[tuple[str, int], float] = defaultdict(float)
        paid: defaultdict[tuple[str, int], float] = defaultdict(float)
        steps = [((d, y), k, self.m.division_step[d, y, k]) for d, y, k in self.m.division_step]
        steps += [((NATION, y), k, self.m.nation_step[y, k]) for y, k in self.m.nation_step]
        for (place, y), k, variable in steps:
            if market is not None:
                curve = market.nation if place == NATION else market.divisions[place]
                volume[place, y] += self.value(variable)
                paid[place, y] += self.value(variable) * float(curve.price[y, k])
        return {key: paid[key] / amount for key, amount in volume.items() if amount > self.tiny}

    @cached_property
    def cargo_price(self) -> dict[tuple[str, int], float]:
        """Mean price of LNG at each terminal and stage, M USD/TBtu; contract fees are spread over what is lifted."""
        found = {}
        for t, y in self.m.spot:
            terminal = self.inputs.terminals[t]
            bought, paid = self.value(self.m.spot[t, y]), 0.0
            paid = bought * float(terminal.spot_price[y])
            for e, to, v in self.m.lift:
                if (to, v) != (t, y):
                    continue
                lifted = self.value(self.m.lift[e, to, v])
                way = self.inputs.exporters[e].shipping[terminal.port]
                paid += lifted * (self.lifting_price(e, y) + way.cost + self.fee_per_lifted(e, terminal.country, y))
                bought += lifted * way.delivered
            found[t, y] = paid / bought if bought > self.tiny else float(terminal.spot_price[y])
        return found

    def lifting_price(self, exporter: str, y: int) -> float:
        """What the gas of a unit lifted costs, M USD/TBtu: Henry Hub with its rise, and what liquefaction burns."""
        market = self.inputs.markets.gas
        more = market.burnt_per_lifted * self.gas_rise(NATION, y) if market is not None else 0.0
        return float(self.inputs.exporters[exporter].gas_price[y]) + more

    def fee_per_lifted(self, exporter: str, country: str, y: int) -> float:
        """Take-or-pay fee over the volume that a country really lifts, M USD/TBtu."""
        lifted = self._lifted.get((exporter, country, y), 0.0)
        paid = self.value(self.m.contract[exporter, country, y]) * self.inputs.exporters[exporter].fee
        return paid / lifted if lifted > self.tiny else 0.0

    @cached_property
    def _lifted(self) -> dict[tuple[str, str, int], float]:
        """What each country lifts from each exporter, TBtu a year, by stage."""
        found: defaultdict[tuple[str, str, int], float] = defaultdict(float)
        for e, t, y in self.m.lift:
            found[e, self.inputs.terminals[t].country, y] += self.value(self.m.lift[e, t, y])
        return found
