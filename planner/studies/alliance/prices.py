"""The Owen point of a joint plan: what each member's own demands and resources are worth at the plan's prices.

Every figure on a right-hand side of the program (a demand, a supply of chips, send-out, headroom, the bound of a variable) belongs to
a member: to the owner of the work, the country of the site or terminal, or in parts to all (allotted chips, order books that add up).
A plan of fewer members is a plan of the same program in which the others' figures are zero, so that the dual prices bound the cost of
every coalition from below: what each member's figures are worth adds up to no more than any coalition would pay alone, and the
point lies in the core. This holds

- within the proven gap (what no figure accounts for, the gap between plan and bound, is shared in proportion);
- with learning, as long as no coalition pays less for its reactors than all together;
- for a shared facility, whose fixed cost is no price: its users of a stage share it equally, which is in the core of that cost, for it
  stands where it costs least, and no coalition has it for less;
- not with integers, and not with a largest share of a country, which a country alone does not have to keep;
- not where power flows between members: it is given to the program (`Tie.base`), so that who sends it is not paid and who gets it not
  charged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyomo.environ as pyo

from planner.blocks.annual import Built
from planner.games.owen import OwenPoint, owen_point
from planner.instance import Inputs
from planner.instance.markets import NATION
from planner.instance.system import PowerSystem
from planner.solve.solution import Solution
from planner.studies.alliance.coalitions import allotments, power_shares

Shares = dict[str, float]


class Owners:
    """Who owns a right-hand side of the program, by row or variable of the annual model."""

    def __init__(self, inputs: Inputs, whole: Inputs) -> None:
        self.inputs = inputs
        self.mine = allotments(whole)
        self.power = power_shares(whole)
        self.country = (
            {name: work.owner for name, work in inputs.work.items()}
            | {name: site.country for name, site in inputs.sites.items()}
            | {name: terminal.country for name, terminal in inputs.terminals.items()}
            | {name: exporter.country for name, exporter in inputs.exporters.items()}
            | {site.zone: site.country for site in inputs.sites.values()}
            | ({} if inputs.system is None else _system_owners(inputs.system))
            | {c.name: inputs.sites[c.sites[0]].country for c in inputs.signed}
            | {c: c for c in inputs.countries}
            | dict.fromkeys(inputs.markets.gas.divisions if inputs.markets.gas else (), NATION)
            | dict.fromkeys(inputs.markets.transport.limit if inputs.markets.transport else (), NATION)
            | {f"{limit.design} {limit.country}": limit.country for limit in inputs.markets.reactors}
        )

    def of(self, component: str, index: tuple[Any, ...]) -> Shares:
        """Each member's part of a right-hand side; empty if it is nobody's."""
        if component in ("housed", "house"):
            return self._users(index[0], index[2])
        if component == "order_book" and index[1] == "all":
            return _equal([c for c in self.inputs.countries if self.inputs.technologies[index[0]].stands_in(c)])
        if component == "chip_supply":
            card, _, owner = str(index[0]).partition(" for ")
            if owner:
                return {owner: 1.0}
            y = self.inputs.years.index(index[2])
            return _parts({c: float(self.mine[card, c][y]) for c in self.inputs.countries})
        if component == "nation_step":
            return {NATION: 1.0}
        if component == "carbon_cap" and index[0] == "all":
            return _parts({c: float(self.power[c][index[1]]) for c in self.inputs.countries})
        return next(({self.country[part]: 1.0} for part in index if part in self.country), {})

    def _users(self, facility: str, stage: int) -> Shares:
        uses = next(f.needed_by for f in self.inputs.facilities if f.name == facility)
        works = self.inputs.work.values()
        return _equal(sorted({work.owner for work in works if work.use in uses and work.demand[stage] > 0}))


def owen_prices(built: Built, solution: Solution, whole: Inputs) -> OwenPoint:
    """Owen's allocation of a joint plan's cost, M USD, in the order of the plan's countries.

    built, solution : the joint plan. whole : the inputs that it was made from (`coalitions.coalition`).
    """
    inputs, program = built.inputs, built.problem.annual
    owners = Owners(inputs, whole)
    y = solution.row_dual
    side = np.where(y > 0, program.row_lower, program.row_upper)
    side = np.where(np.isfinite(side), side, 0.0)
    # A column counts where its upper bound limits the plan, or a lower one that is not zero (what stands, what zones lend).
    reduced = solution.reduced_cost
    bound = np.where(reduced < 0.0, program.upper, program.lower)
    right = np.zeros((len(inputs.countries), len(y) + len(reduced)))
    number = {c: i for i, c in enumerate(inputs.countries)}
    for name, index, data in _parts_of(built.model, pyo.Constraint):
        row = built.rows.get(data.name)
        if row is not None and side[row] != 0.0 and y[row] != 0.0:
            for country, share in owners.of(name, index).items():
                right[number[country], row] += share * side[row]
    for name, index, data in _parts_of(built.model, pyo.Var):
        column = built.columns[data]
        if reduced[column] * bound[column] != 0.0:
            for country, share in owners.of(name, index).items():
                right[number[country], len(y) + column] += share * bound[column]
    return owen_point(np.concatenate([y, reduced]), right, solution.objective)


def _system_owners(system: PowerSystem) -> dict[str, str]:
    """The country of every zone of the power system; a link is that of the zone where it begins."""
    zones = {z: zone.country for z, zone in system.zones.items()}
    return zones | {tie.name: zones[tie.start] for tie in system.ties}


def _parts_of(model: pyo.ConcreteModel, kind: Any) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    for component in model.component_objects(kind, active=True):
        for index in component:
            yield component.name, index if isinstance(index, tuple) else (index,), component[index]


def _equal(countries: list[str]) -> Shares:
    return dict.fromkeys(countries, 1.0 / len(countries)) if countries else {}


def _parts(amounts: Shares) -> Shares:
    total = sum(amounts.values())
    return {c: amount / total for c, amount in amounts.items()} if total > 0 else _equal(list(amounts))
