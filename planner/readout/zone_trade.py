"""Trade of a network at a plan, hour by hour: what stands and what stores do is held, bands and flows follow the prices.

Quicker than the network as one program (`network.py`) and coarser: what the grid would build or store otherwise is not seen.
Its prices are those of zones that trade. With flows given, a zone whose neighbours fill a step of its supply exactly has any price between
that step's cost and the next one's, so that the prices of a plan and of its reference would differ where nothing else does.
"""

from __future__ import annotations

import numpy as np

from planner.base.arrays import Array
from planner.blocks.annual import Built
from planner.grid.flows import trade
from planner.grid.stack import Dispatch as Traded
from planner.grid.stack import merit_order
from planner.instance.system import Tie
from planner.program.cell import Dispatch
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind

EASE = 1e-3
"""Share of a zone's largest load that has no part in prices: what mixing dispatches leaves unserved is no scarcity."""
GW, USD = 1e3, 1e3  # MW a GW, and USD/MWh a M USD/GWh


def traded_by_hour(
    built: Built, x: Array, dispatch: list[Dispatch], names: list[str]
) -> tuple[dict[str, Array], float]:
    """Net flow by tie, GW (stages, hours of the timeline), and what that saves beside the flows that were given, M USD of all stages."""
    own, inputs = _ties(built, names), built.inputs
    found, saves = {tie.name: np.empty_like(tie.base) for tie in own}, 0.0
    for y, stage in enumerate(inputs.stages):
        zones, traded = _stage(built, x, dispatch, names, y)
        flow = traded.flow_mw / GW
        for k, tie in enumerate(own):
            found[tie.name][y] = flow[2 * k] - flow[2 * k + 1]
        cost = _cost(np.concatenate([zone.cost for zone in zones]), traded, inputs.unserved_energy_cost)
        less = sum(zone.alone(inputs.unserved_energy_cost) for zone in zones) - cost
        for tie in own:
            for sign, hurdle in ((1.0, tie.forward_cost), (-1.0, tie.back_cost)):
                was, becomes = (np.maximum(sign * gw, 0.0) for gw in (tie.base[y], found[tie.name][y]))
                less += hurdle * (was - becomes)
        saves += stage.weight * float(inputs.timeline.weights @ less)
    return found, saves


def _cost(cost: Array, hours: Traded, unserved: float) -> Array:
    """What bands and unserved energy cost, M USD an hour, by hour; `cost` M USD/GWh by band."""
    return np.asarray(cost @ hours.output_mw + unserved * hours.unserved_mw.sum(axis=0)) / GW


def prices_by_hour(built: Built, x: Array, dispatch: list[Dispatch], names: list[str], y: int) -> dict[str, Array]:
    """Price of energy in each zone of a network, M USD/GWh by hour of the timeline, in a stage."""
    price = _stage(built, x, dispatch, names, y, EASE)[1].price_usd_per_mwh / USD
    return dict(zip(names, np.maximum(price, 0.0), strict=True))


def _ties(built: Built, names: list[str]) -> list[Tie]:
    assert built.inputs.system is not None
    return [tie for tie in built.inputs.system.ties if tie.start in names]


def _stage(
    built: Built, x: Array, dispatch: list[Dispatch], names: list[str], y: int, ease: float = 0.0
) -> tuple[list[_Zone], Traded]:
    """The zones of a network in one stage, dispatched together hour by hour; `ease`: share of its largest load that need not be served."""
    system = built.inputs.system
    assert system is not None
    cells = {key: at for at, key in enumerate(built.model.zone_years)}
    at = [cells[z, y] for z in names]
    zones = [_Zone(built, built.zone_years[n], dispatch[len(built.site_years) + n], x) for n in at]
    for name, zone in zip(names, zones, strict=True):
        zone.residual = zone.residual - ease * float(system.zones[name].load[y].max())
    return zones, _traded(names, zones, _ties(built, names), y, built.inputs.unserved_energy_cost)


class _Zone:
    """A zone in a plan, hours in the timeline's order: what its plants must give, what they can give and at which price."""

    def __init__(self, built: Built, cell: SiteYear, dispatch: Dispatch, x: Array) -> None:
        system = built.inputs.system
        assert system is not None
        order = (
            np.argsort(cell.hours, kind="stable")
            if len(np.unique(cell.hours)) == len(cell.hours)
            else np.arange(len(cell.hours))
        )
        name, _, _ = cell.name.removeprefix("zone ").rpartition("|")
        y = [stage.year for stage in built.inputs.stages].index(int(cell.name.rpartition("|")[2]))
        hours = cell.split(dispatch)
        stored = (hours.charge - hours.discharge).sum(axis=0)
        self.flow_out = np.zeros(len(order))
        for tie in system.ties:
            self.flow_out += ((tie.start == name) * 1.0 - (tie.end == name) * 1.0) * tie.base[y]
        self.residual = (cell.net_load(x) + stored)[order] - self.flow_out  # net load holds the flows that were given
        weight = max(dispatch.cost_dual, 1e-12)
        price = {a: max(dual, 0.0) / weight for a, dual in dispatch.account_duals.items()}
        cost, most = list[float](), list[Array]()
        upper = built.problem.annual.upper
        left = {
            a: _left(cell, dispatch, x, a, float(upper[c])) for a, c in cell.accounts.items() if a.startswith("limit ")
        }
        for at, piece in enumerate(cell.pieces):
            if piece.kind is Kind.UNSERVED:
                continue
            available = piece.available * x[piece.column]
            limited = next((a for a in piece.use if a.startswith("limit ")), None)
            if limited is not None:  # within what the plan leaves of its year
                available = dispatch.flow[at] + left[limited] * np.maximum(available - dispatch.flow[at], 0.0)
            more = sum(price.get(a, 0.0) * float(np.mean(amount)) for a, amount in piece.use.items())
            cost.append(float(np.mean(piece.cost)) + more)
            most.append(available[order])
        self.cost = np.array(cost)
        self.most = np.array(most).reshape(len(most), len(order))

    def alone(self, unserved: float) -> Array:
        """What its hours cost with the flows that were given, M USD an hour."""
        residual = (self.residual + self.flow_out) * GW
        hours = merit_order(residual, self.cost, np.zeros_like(self.most), self.most * GW)
        return _cost(self.cost, hours, unserved)


def _left(cell: SiteYear, dispatch: Dispatch, x: Array, account: str, most: float) -> float:
    """Share of what a kind of plant could still give that its yearly limit leaves it."""
    used = could = 0.0
    for piece, flow in zip(cell.pieces, dispatch.flow, strict=False):
        if account in piece.use:
            used += float(cell.weights @ flow)
            could += float(cell.weights @ np.maximum(piece.available * x[piece.column] - flow, 0.0))
    return min(1.0, max(most - used, 0.0) / could) if could > 0 else 0.0


def _traded(names: list[str], zones: list[_Zone], ties: list[Tie], y: int, unserved: float) -> Traded:
    """Bands, flows and prices of every hour; flows two to a tie, ahead and back."""
    number = {name: at for at, name in enumerate(names)}
    ends = np.array([[number[a], number[b]] for tie in ties for a, b in ((tie.start, tie.end), (tie.end, tie.start))])
    limit = np.array([gw for tie in ties for gw in (float(tie.forward_gw[y]), float(tie.back_gw[y]))])
    hurdle = np.array([cost for tie in ties for cost in (tie.forward_cost, tie.back_cost)])
    most = np.concatenate([zone.most for zone in zones])
    return trade(
        np.stack([zone.residual for zone in zones]) * GW,
        np.repeat(np.arange(len(zones)), [len(zone.cost) for zone in zones]),
        np.concatenate([zone.cost for zone in zones]) * USD,
        np.zeros_like(most),
        most * GW,
        ends,
        limit * GW,
        np.maximum(hurdle * USD, 1e-3),  # of two ways round, none
        unserved=unserved * USD,
    )
