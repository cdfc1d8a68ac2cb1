"""A system dispatched: hydro and stores level each zone's load, then the merit order, over the lines where there are any."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.grid.flows import Progress, trade
from planner.grid.hydro import DAY, reservoir_mw
from planner.grid.limits import ROUNDS, held_down, next_allowance
from planner.grid.scarcity import NONE, adder
from planner.grid.stack import UNSERVED_USD_PER_MWH, Dispatch, cost_curve, merit_order
from planner.grid.storage import net_output_mw
from planner.grid.zone import SystemYear, ZoneYear

SAMPLE = 13  # hours between those on which the energy limits are found: every hour of the day, every month


@dataclass(frozen=True)
class ZoneHours:
    """A zone's dispatch in the hours that were asked for; arrays of hours, MW and USD/MWh; `band_mw` bands x hours."""

    zone: ZoneYear
    hours: np.ndarray
    load_mw: np.ndarray
    must_take_mw: dict[str, np.ndarray]
    hydro_mw: np.ndarray
    storage_mw: np.ndarray  # discharge less charge
    band_mw: np.ndarray
    available_mw: np.ndarray
    cost_usd_per_mwh: np.ndarray  # of the last plant, or of unserved energy
    scarcity_usd_per_mwh: np.ndarray  # what the market pays on top
    unserved_mw: np.ndarray
    spilled_mw: np.ndarray
    import_mw: np.ndarray  # net, over the lines

    @property
    def price_usd_per_mwh(self) -> np.ndarray:
        """Price by hour: cost of the last plant and scarcity, at most that of unserved energy."""
        return np.minimum(self.cost_usd_per_mwh + self.scarcity_usd_per_mwh, UNSERVED_USD_PER_MWH)


@dataclass(frozen=True)
class SystemHours:
    """A system's dispatch. `flow_mw` lines x hours. Each hour stands for `weight` hours of the year."""

    system: SystemYear
    zones: dict[str, ZoneHours]
    flow_mw: np.ndarray
    weight: float


def hydro_mw(zone: ZoneYear) -> np.ndarray:
    """What reservoirs give in every hour of the year (MW)."""
    if zone.hydro_most_mw <= 0:
        return np.zeros_like(zone.load_mw)
    return reservoir_mw(zone.net_load_mw, zone.hydro_mwh, zone.hydro_most_mw)


def levelled(zone: ZoneYear) -> tuple[np.ndarray, np.ndarray]:
    """Hydro and net storage output of every hour of the year (MW)."""
    net, hydro = zone.net_load_mw, hydro_mw(zone)
    storage = np.zeros_like(net)
    daily = (mw.reshape(len(mw), len(net) // DAY, DAY).mean(axis=2) for mw in (zone.least_mw, zone.available_mw))
    cost = cost_curve(zone.bands.cost_usd_per_mwh, *daily)
    for store in zone.stores:
        storage += net_output_mw(net - hydro - storage, store, cost)
    return hydro, storage


def dispatch(system: SystemYear, every: int = 1, progress: Progress | None = None) -> SystemHours:
    """Dispatch every `every`-th hour of the year; hydro and stores are planned on all of them.

    `progress(done, hours)` is called now and then. Energy limits are those of the year.
    """
    hours = np.arange(0, len(system.zones[0].load_mw), every)
    plans = [levelled(zone) for zone in system.zones]
    residual = np.stack([z.net_load_mw - h - s for z, (h, s) in zip(system.zones, plans, strict=True)])
    most = _within_limits(system, residual)
    found = _solve(system, residual[:, hours], most[:, hours], hours, progress)
    residual = residual[:, hours]
    number = {zone.zone: at for at, zone in enumerate(system.zones)}
    into = np.zeros_like(residual)
    for at, line in enumerate(system.lines):
        into[number[line.to_zone]] += found.flow_mw[at]
        into[number[line.from_zone]] -= found.flow_mw[at]
    zones, first = {}, 0
    for at, (zone, (hydro, storage)) in enumerate(zip(system.zones, plans, strict=True)):
        own = slice(first, first + len(zone.bands))
        first = own.stop
        zones[zone.zone] = ZoneHours(
            zone=zone,
            hours=hours,
            load_mw=zone.load_mw[hours],
            must_take_mw={kind: mw[hours] for kind, mw in zone.must_take_mw.items()},
            hydro_mw=hydro[hours],
            storage_mw=storage[hours],
            band_mw=found.output_mw[own],
            available_mw=zone.available_mw[:, hours],
            cost_usd_per_mwh=found.price_usd_per_mwh[at],
            scarcity_usd_per_mwh=np.zeros(len(hours)),
            unserved_mw=found.unserved_mw[at],
            spilled_mw=found.spilled_mw[at],
            import_mw=into[at],
        )
    zones = _with_scarcity(system, zones)
    return SystemHours(system, zones, found.flow_mw, len(system.zones[0].load_mw) / len(hours))


def reserve_share(zones: list[ZoneHours]) -> np.ndarray:
    """What the plants of some zones could still give, over their load, by hour."""
    load = np.sum([zone.load_mw for zone in zones], axis=0)
    left = np.sum([(zone.available_mw - zone.band_mw).sum(axis=0) for zone in zones], axis=0)
    return np.divide(left, load, out=np.full_like(load, np.inf), where=load > 0)


def _with_scarcity(system: SystemYear, zones: dict[str, ZoneHours]) -> dict[str, ZoneHours]:
    """The zones with what their markets pay on top, by the market's reserve."""
    markets: dict[str, list[ZoneHours]] = {}
    for hours in zones.values():
        markets.setdefault(hours.zone.market, []).append(hours)
    found = {market: adder(reserve_share(own), system.scarcity.get(market, NONE)) for market, own in markets.items()}
    return {name: replace(hours, scarcity_usd_per_mwh=found[hours.zone.market]) for name, hours in zones.items()}


def _within_limits(system: SystemYear, residual: np.ndarray) -> np.ndarray:
    """Most output of all bands by hour (MW) with the yearly energy limits, found on a sample of hours."""
    available = np.concatenate([zone.available_mw for zone in system.zones])
    limit = np.concatenate([zone.limit_mw for zone in system.zones])
    owner = np.repeat(np.arange(len(system.zones)), [len(zone.bands) for zone in system.zones])
    tight = np.stack([zone.net_load_mw for zone in system.zones])
    mean = available.mean(axis=1)
    limited = limit < mean - 1e-9 * (1 + mean)
    allowance = np.where(limited, limit, mean)
    hours = np.arange(0, residual.shape[1], SAMPLE if residual.shape[1] > 50 * SAMPLE else 1)
    most = available.copy()
    for round_ in range(ROUNDS):
        for zone in range(len(system.zones)):
            own = limited & (owner == zone)
            if own.any():
                most[own] = held_down(available[own], allowance[own], tight[zone])
        if not limited.any() or round_ == ROUNDS - 1:
            return most
        used = _solve(system, residual[:, hours], most[:, hours], hours, None).output_mw.mean(axis=1)
        allowance[limited] = next_allowance(allowance, used, limit, mean)[limited]
    return most


def _solve(
    system: SystemYear, residual: np.ndarray, most: np.ndarray, hours: np.ndarray, progress: Progress | None
) -> Dispatch:
    """The merit order of a zone alone, else the program of zones that trade."""
    least = np.minimum(most, np.concatenate([zone.least_mw[:, hours] for zone in system.zones]))
    cost = np.concatenate([zone.bands.cost_usd_per_mwh for zone in system.zones])
    if len(system.zones) == 1:
        return merit_order(residual[0], cost, least, most)
    number = {zone.zone: at for at, zone in enumerate(system.zones)}
    ends = np.array([[number[line.from_zone], number[line.to_zone]] for line in system.lines]).reshape(-1, 2)
    return trade(
        residual,
        np.repeat(np.arange(len(system.zones)), [len(zone.bands) for zone in system.zones]),
        cost,
        least,
        most,
        ends,
        np.array([line.limit_mw for line in system.lines]),
        np.array([line.hurdle_usd_per_mwh for line in system.lines]),
        progress,
    )
