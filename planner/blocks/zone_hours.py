"""The hours of every zone and stage, as `SiteYear`s: what stands hangs on one column, `standing`, which is 1.

Loads are the native load with what flows out, and what campuses buy; must-take is what comes without a choice with what flows in, and new
sun, wind and reactors; pieces are the standing bands in their merit order and new plants; the last is unserved energy. All stores are one.

Accounts: `limit KIND` GWh of kinds of plant whose year is limited, "gas" TBtu where a supply curve prices it, "co2" kt where a cap asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.names import UNSERVED
from planner.blocks.grid_plants import campuses
from planner.instance import Inputs
from planner.instance.system import PowerSystem, Zone
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind, Piece, Profile, Store

NATIVE, GIVEN = "native load", "given supply"


def zone_years(m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> list[SiteYear]:
    """A cell for every zone and stage, in the order of `m.zone_years`."""
    made = _ZoneYears(m, inputs, column)
    return [made.zone_year(z, y) for z, y in m.zone_years]


def carried(system: PowerSystem, z: str, y: int, *, across: bool = True) -> tuple[Array, Array]:
    """What the given flows carry out of and into a zone, GW by hour of the timeline; `across`: over the system's borders too."""
    flows = [
        tie.base[y] * ((tie.start == z) * 1.0 - (tie.end == z) * 1.0)
        for tie in (*system.ties, *(system.across if across else ()))
        if z in (tie.start, tie.end)
    ]
    none = np.zeros(system.zones[z].load.shape[1])
    return sum((np.maximum(flow, 0.0) for flow in flows), none), sum((np.maximum(-flow, 0.0) for flow in flows), none)


class _ZoneYears:
    """The annual variables that hang on each zone."""

    def __init__(self, m: pyo.ConcreteModel, inputs: Inputs, column: Callable[[pyo.Var], int]) -> None:
        self.m, self.inputs, self.column = m, inputs, column
        self.new: dict[tuple[str, int], list[str]] = {}
        for g, z, y in m.grid_capacity:
            self.new.setdefault((z, y), []).append(g)
        self.sold: dict[tuple[str, int], list[str]] = {}
        for z, y, q in m.sold:
            self.sold.setdefault((z, y), []).append(q)

    def zone_year(self, z: str, y: int) -> SiteYear:
        """The hours of one zone in one stage."""
        m, inputs, timeline = self.m, self.inputs, self.inputs.timeline
        assert inputs.system is not None
        zone = inputs.system.zones[z]
        order = timeline.local_order(zone.utc_offset_h)
        accounts = {f"limit {kind}": self.column(m.zone_limited[z, y, kind]) for kind in zone.limits}
        accounts |= {
            name: self.column(v[z, y]) for name, v in (("gas", m.zone_gas), ("co2", m.zone_co2)) if (z, y) in v
        }
        ones = np.ones(len(timeline))
        most = ones * 2.0 * (float(zone.load[y].max()) + campuses(inputs))
        unserved = Piece(UNSERVED, -1, most, ones * inputs.unserved_energy_cost, kind=Kind.UNSERVED)
        return SiteYear(
            name=f"zone {z}|{inputs.stages[y].year}",
            hours=timeline.hours[order],
            weights=timeline.weights[order],
            spans=timeline.spans,
            loads=tuple(self._in_order(self._loads(zone, y), order)),
            must_take=tuple(self._in_order(self._must_take(zone, y), order)),
            pieces=(*self._pieces(zone, y, accounts, order), unserved),
            stores=tuple(self._stores(zone, y)),
            cost_column=self.column(m.zone_cost[z, y]),
            accounts=accounts,
        )

    def _in_order(self, profiles: Iterator[tuple[str, pyo.Var, Array]], order: NDArray[np.int64]) -> Iterator[Profile]:
        for name, variable, values in profiles:
            yield Profile(name, self.column(variable), np.ascontiguousarray(np.maximum(values[order], 0.0)))

    def _loads(self, zone: Zone, y: int) -> Iterator[tuple[str, pyo.Var, Array]]:
        m = self.m
        assert self.inputs.system is not None
        out, _ = carried(self.inputs.system, zone.name, y)
        yield NATIVE, m.standing[zone.name, y], zone.load[y] + out
        for q in self.sold.get((zone.name, y), []):
            yield f"sold {q}", m.sold[zone.name, y, q], m.products[zone.name][q]

    def _must_take(self, zone: Zone, y: int) -> Iterator[tuple[str, pyo.Var, Array]]:
        m, inputs = self.m, self.inputs
        assert inputs.system is not None
        _, into = carried(inputs.system, zone.name, y)
        given = into + sum((own.gw[y] for own in zone.steady.values()), np.zeros(len(inputs.timeline)))
        yield GIVEN, m.standing[zone.name, y], given
        for g in self.new.get((zone.name, y), []):
            if inputs.grid_technologies[g].kind in ("must_take", "nuclear"):
                yield g, m.grid_capacity[g, zone.name, y], zone.new[g].profile

    def _pieces(self, zone: Zone, y: int, accounts: dict[str, int], order: NDArray[np.int64]) -> Iterator[Piece]:
        m, ones = self.m, np.ones(len(order))
        for band in zone.bands:
            if band.available[y].any():
                use = self._use(accounts, band.plant, band.gas, band.co2)
                available = np.ascontiguousarray(np.maximum(band.available[y][order], 0.0))
                yield Piece(
                    band.name,
                    self.column(m.standing[zone.name, y]),
                    available,
                    ones * float(band.cost[y]),
                    use,
                    Kind.PLANT,
                    band.plant,
                )
        for g in self.new.get((zone.name, y), []):
            if self.inputs.grid_technologies[g].kind == "thermal":
                plant = zone.new[g]
                use = self._use(accounts, "", plant.gas, plant.co2)
                available = np.ascontiguousarray(plant.profile[order])
                yield Piece(
                    f"new {g}",
                    self.column(m.grid_capacity[g, zone.name, y]),
                    available,
                    ones * float(plant.cost[y]),
                    use,
                    Kind.PLANT,
                    g,
                )

    @staticmethod
    def _use(accounts: dict[str, int], plant: str, gas: float, co2: float) -> dict[str, Array | float]:
        use: dict[str, Array | float] = {f"limit {plant}": 1.0} if f"limit {plant}" in accounts else {}
        use |= {"gas": gas} if "gas" in accounts and gas > 0 else {}
        return use | ({"co2": co2} if "co2" in accounts and co2 > 0 else {})

    def _stores(self, zone: Zone, y: int) -> Iterator[Store]:
        m, step = self.m, self.inputs.timeline.step_hours
        if (zone.name, y) in m.store_power:
            power, content = (self.column(v[zone.name, y]) for v in (m.store_power, m.store_content))
            yield Store("stores", power, content, zone.store_way * step, zone.store_way / step)
