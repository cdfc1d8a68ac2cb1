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
LEAST = 1e-3  # USD/MWh on every flow
GW, USD = 1e3, 1e3  # MW a GW, and USD/MWh a M USD/GWh


def traded_by_hour(
    built: Built, x: Array, dispatch: list[Dispatch], names: list[str]
) -> tuple[dict[str, Array], float]:
    """Net flow by tie, GW (stages, hours of the timeline), and what that saves beside the flows that were given, M USD of all stages."""
    inputs = built.inputs
    found = {tie.name: np.empty_like(tie.base) for tie in ties_of(built, names)}
    saves = 0.0
    for y, stage in enumerate(inputs.stages):
        network = StageHours(built, x, dispatch, names, y)
        traded = network.traded(network.width(x))
        for tie, flow in zip(network.ties, network.net_flow(traded), strict=True):
            found[tie.name][y] = flow
        less = network.with_given_flows() - network.cost(traded)
        saves += stage.weight * float(inputs.timeline.weights @ less)
    return found, saves


def prices_by_hour(built: Built, x: Array, dispatch: list[Dispatch], names: list[str], y: int) -> dict[str, Array]:
    """Price of energy in each zone of a network, M USD/GWh by hour of the timeline, in a stage."""
    network = StageHours(built, x, dispatch, names, y, EASE)
    price = network.traded(network.width(x)).price_usd_per_mwh / USD
    return dict(zip(names, np.maximum(price, 0.0), strict=True))


def ties_of(built: Built, names: list[str]) -> list[Tie]:
    """The ties of a network."""
    assert built.inputs.system is not None
    return [tie for tie in built.inputs.system.ties if tie.start in names]


class StageHours:
    """The hours of a network in one stage of a plan. Widths are GW that the grid has added, by tie.

    ease : share of a zone's largest load that need not be served.
    """

    def __init__(
        self, built: Built, x: Array, dispatch: list[Dispatch], names: list[str], y: int, ease: float = 0.0
    ) -> None:
        system = built.inputs.system
        assert system is not None
        cells = {key: at for at, key in enumerate(built.model.zone_years)}
        at = [cells[z, y] for z in names]
        self.built, self.names, self.y = built, names, y
        self.ties, self.unserved = ties_of(built, names), built.inputs.unserved_energy_cost
        self.zones = [_Zone(built, built.zone_years[n], dispatch[len(built.site_years) + n], x) for n in at]
        for name, zone in zip(names, self.zones, strict=True):
            zone.residual = zone.residual - ease * float(system.zones[name].load[y].max())

    def width(self, x: Array) -> Array:
        """What the grid has added in a plan."""
        return np.array([self.built.added(x, tie.name, self.y) for tie in self.ties])

    def traded(self, width: Array) -> Traded:
        """Bands, flows and prices of every hour; flows two to a tie, ahead and back."""
        number, zones = {name: at for at, name in enumerate(self.names)}, self.zones
        ends = [(number[a], number[b]) for t in self.ties for a, b in ((t.start, t.end), (t.end, t.start))]
        limit = [
            (float(gw[self.y]) + more)
            for t, more in zip(self.ties, width, strict=True)
            for gw in (t.forward_gw, t.back_gw)
        ]
        most = np.concatenate([zone.most for zone in zones])
        return trade(
            np.stack([zone.residual for zone in zones]) * GW,
            np.repeat(np.arange(len(zones)), [len(zone.cost) for zone in zones]),
            np.concatenate([zone.cost for zone in zones]) * USD,
            np.zeros_like(most),
            most * GW,
            np.array(ends),
            np.array(limit) * GW,
            self._hurdle() * USD,
            unserved=self.unserved * USD,
        )

    def net_flow(self, traded: Traded) -> Array:
        """Net flow by tie and hour, GW."""
        return np.asarray(traded.flow_mw[::2] - traded.flow_mw[1::2]) / GW

    def cost(self, traded: Traded) -> Array:
        """What hours cost that trade so, M USD an hour."""
        bands = np.concatenate([zone.cost for zone in self.zones])
        return _cost(bands, traded, self.unserved) + self._trading(self.net_flow(traded))

    def with_given_flows(self) -> Array:
        """The same with the flows that were given."""
        given = np.stack([tie.base[self.y] for tie in self.ties])
        return sum((zone.alone(self.unserved, zone.flow_out) for zone in self.zones), self._trading(given))

    def worth(self, traded: Traded) -> Array:
        """What a GW more of a tie saves in an hour, M USD by tie and hour: the difference of prices beyond the hurdle, either way."""
        number = {name: at for at, name in enumerate(self.names)}
        price, hurdle = traded.price_usd_per_mwh / USD, self._hurdle()
        start, end = (
            price[[number[z] for z in zones]] for zones in zip(*((t.start, t.end) for t in self.ties), strict=True)
        )
        ahead, back = end - start - hurdle[::2, None], start - end - hurdle[1::2, None]
        return np.maximum(ahead, 0.0) + np.maximum(back, 0.0)

    def _hurdle(self) -> Array:
        """M USD/GWh by way; of two ways round, none."""
        return np.maximum([cost for t in self.ties for cost in (t.forward_cost, t.back_cost)], LEAST / USD)

    def _trading(self, flow: Array) -> Array:
        """What flows pay for trading, M USD an hour."""
        there, home = (np.array([getattr(t, f"{way}_cost") for t in self.ties]) for way in ("forward", "back"))
        return np.asarray(there @ np.maximum(flow, 0.0) + home @ np.maximum(-flow, 0.0))


def _cost(cost: Array, hours: Traded, unserved: float) -> Array:
    """What bands and unserved energy cost, M USD an hour, by hour; `cost` M USD/GWh by band."""
    return np.asarray(cost @ hours.output_mw + unserved * hours.unserved_mw.sum(axis=0)) / GW


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
            most.append(np.maximum(available[order], 0.0))  # nothing, to an answer, may lie a little below it
        self.cost = np.array(cost)
        self.most = np.array(most).reshape(len(most), len(order))

    def alone(self, unserved: float, flow_out: Array) -> Array:
        """What its hours cost with some flows out of it, M USD an hour."""
        residual = (self.residual + flow_out) * GW
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
