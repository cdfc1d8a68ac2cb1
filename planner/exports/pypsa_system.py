"""The zones of a power system in PyPSA's words: what stands, what the grid may build, trade by the hour, and the reserve.

A zone is a bus. Its bands, what comes without a choice and new plants are generators, its stores one pool, a limit on a year's energy a
global constraint on a carrier of the zone's own. A tie is a link each way: here flows are free by the hour, in our program they are given
and found by turns, so PyPSA may trade better. What may be added to a tie is one more link for both ways. A campus hangs on its zone by a
link for each tier of its connection, free by the hour too, where our campuses buy profiles. At the moment of reserve the zone's load is
its peak with the margin, less what stands and is firm; a connection takes its size with the margin and gives its size; ties lend what they
carry; what is missing is paid as shortfall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyomo.common.collections import ComponentMap

from planner.base.arrays import Array
from planner.base.names import GRID, STANDBY, UNSERVED
from planner.blocks.annual import Built
from planner.blocks.trade import INTERRUPTIBLE
from planner.blocks.zones import traded
from planner.exports.fixed_load import refused
from planner.exports.network import Network
from planner.exports.pypsa_store import Pool, Size, add_pool
from planner.instance.system import PowerSystem, Tie, Zone
from planner.program.site_cell import SiteYear
from planner.program.site_parts import Kind

MW = 1e3  # per GW
USD_PER_MWH = 1e3  # per M USD/GWh
USD_PER_MW = 1e3  # per M USD/GW
LIMIT = "limit "


@dataclass(frozen=True)
class ZoneParts:
    """A zone on its way into the network: its hours in the network's order, and what a unit of a variable costs, M USD a year."""

    net: Network
    built: Built
    zone: Zone
    year: SiteYear
    order: NDArray[np.int64]
    per_unit: ComponentMap

    def size(self, *variables: object, firm: float = 0.0) -> Size:
        """What may be built: the least of the variables' bounds, at what they cost together."""
        most = min(variable.ub for variable in variables)  # type: ignore[attr-defined]
        return Size(most * MW, sum(self.per_unit.get(variable, 0.0) for variable in variables) * USD_PER_MW, firm=firm)


def in_one_order(built: Built) -> tuple[NDArray[np.int64], list[SiteYear], list[SiteYear]]:
    """The order of hours of the first zone, and places and zones in it. Raises InputError for a store on a clock of its own.

    A typical day begins in the local morning; a day may be turned where nothing is stored from hour to hour.
    """
    inputs, system = built.inputs, built.inputs.system
    assert system is not None
    zones = [system.zones[z] for z, _ in built.model.zone_years]
    order = inputs.timeline.local_order(zones[0].utc_offset_h)

    def turned(year: SiteYear, utc_offset_h: float) -> SiteYear:
        own = inputs.timeline.local_order(utc_offset_h)
        if np.array_equal(own, order):
            return year
        if year.stores:
            what = f"the store at {year.name.partition('|')[0]}, whose day begins in another hour than others',"
            raise refused(what, "time", None, "the full year, own hours, or zones and sites of one clock")
        keep = np.argsort(own)[order]
        return year.on_hours(keep, year.weights[keep], year.spans)

    places = [inputs.sites[s].utc_offset_h for s, _ in built.model.places]
    return (
        order,
        [turned(year, offset) for year, offset in zip(built.site_years, places, strict=True)],
        [turned(year, zone.utc_offset_h) for year, zone in zip(built.zone_years, zones, strict=True)],
    )


def add_system(
    net: Network, built: Built, order: NDArray[np.int64], years: list[SiteYear], per_unit: ComponentMap
) -> tuple[dict[str, ZoneParts], float]:
    """Add zones and ties.

    Returns the zones, for campuses to hang on, and what the given flows cost in our program, M USD a year, which PyPSA pays by the hour.
    """
    system = built.inputs.system
    assert system is not None
    zones: dict[str, ZoneParts] = {}
    for (z, _), year in zip(built.model.zone_years, years, strict=True):
        odd = [account for account in year.accounts if not account.startswith(LIMIT)]
        if odd:
            raise refused(f"the yearly account of {', '.join(odd)} in {z}", None, None, "a plan without it")
        zones[z] = ZoneParts(net, built, system.zones[z], year, order, per_unit)
        add_zone(zones[z], system)
    for tie in system.ties:
        add_tie(net, tie)
        if (tie.name, 0) in built.model.tie_new:
            add_width(net, built, tie, per_unit)
    return zones, sum(traded(tie, 0, built.inputs.timeline) for tie in system.ties)


def add_zone(parts: ZoneParts, system: PowerSystem) -> None:
    """A zone with its load, what stands and what may be built."""
    net, zone, z, at = parts.net, parts.zone, parts.zone.name, parts.order
    lat, lon = zone.place or (0.0, 0.0)
    net.add("buses", z, x=lon, y=lat)
    reserve = ((1.0 + zone.reserve_margin) * zone.peak_gw[0] - zone.firm_gw[0]) * MW
    net.add("loads", f"{z} load", firm={"p_set": reserve}, before={"p_set": 0.0}, bus=z, p_set=zone.load[0][at] * MW)
    for kind, steady in zone.steady.items():
        _generator(parts, f"{z} {kind} steady", kind, steady.gw[0][at] * MW, 0.0)
    for piece in parts.year.pieces:
        new = piece.name.removeprefix("new ")
        if piece.kind is Kind.UNSERVED:
            _generator(parts, f"{z} {UNSERVED}", UNSERVED, piece.available * MW, float(piece.cost[0]) * USD_PER_MWH)
        elif piece.name == new:
            limited = f"{z} {piece.of}" if f"{LIMIT}{piece.of}" in parts.year.accounts else piece.of
            cost = float(piece.cost[0]) * USD_PER_MWH
            _generator(parts, f"{z} {piece.name}", limited, piece.available * MW, cost)
        else:
            _built(parts, new, piece.available, float(piece.cost[0]) * USD_PER_MWH)
    for profile in parts.year.must_take:
        if profile.name in zone.new:
            _built(parts, profile.name, profile.values, 0.0)
    for account, column in parts.year.accounts.items():
        kind = account.removeprefix(LIMIT)
        net.limit_energy(f"{z} {account}", f"{z} {kind}", parts.built.problem.annual.upper[column] * MW)
    if (z, 0) in parts.built.model.store_power:
        add_pool(net, z, _pool(parts), parts.year.ends)
    _at_the_reserve(parts, "shortfall", parts.built.model.short[z, 0].ub, system.shortfall_cost)
    if (z, 0) in parts.built.model.standby:
        _at_the_reserve(parts, STANDBY, float(zone.retired_gw[0]), system.standby[zone.country])
    rated = 10.0 * (float(zone.load.max()) + sum(float(s.gw.max()) for s in zone.steady.values())) + 100.0
    net.add("generators", f"{z} spill", bus=z, carrier="spill", sign=-1.0, p_nom=rated * MW)


def _at_the_reserve(parts: ZoneParts, carrier: str, most_gw: float, cost: float) -> None:
    """What counts for the reserve alone and gives nothing in any hour, at M USD per GW and year."""
    parts.net.add(
        "generators",
        f"{parts.zone.name} {carrier}",
        firm={"p_max_pu": 1.0},
        before={"p_max_pu": 0.0},
        bus=parts.zone.name,
        carrier=carrier,
        p_nom_extendable=True,
        p_nom_max=most_gw * MW,
        capital_cost=cost * USD_PER_MW,
        p_max_pu=0.0,
    )


def _generator(parts: ZoneParts, name: str, carrier: str, mw: Array, cost: float) -> None:
    """What stands, up to `mw` in every hour; firm supply that stands is taken off the load at the reserve."""
    largest = float(mw.max(initial=0.0))
    if largest > 0:
        share = np.asarray(mw / largest)
        parts.net.add(
            "generators",
            name,
            firm={"p_max_pu": 0.0},
            bus=parts.zone.name,
            carrier=carrier,
            p_nom=largest,
            p_max_pu=share,
            marginal_cost=cost,
        )


def _built(parts: ZoneParts, g: str, profile: Array, cost: float) -> None:
    """A plant that the grid may build."""
    m, z = parts.built.model, parts.zone.name
    size = parts.size(m.grid_built[g, z, 0], m.grid_capacity[g, z, 0])
    parts.net.add(
        "generators",
        f"{z} new {g}",
        firm={"p_max_pu": parts.zone.new[g].firm, "p_min_pu": 0.0},
        before={"p_max_pu": 0.0, "p_min_pu": 0.0},
        bus=z,
        carrier=g,
        p_max_pu=profile,
        marginal_cost=cost,
        **size.said("p"),
    )


def _pool(parts: ZoneParts) -> Pool:
    """All stores of a zone as one, firm by the lines of its peak shaving."""
    m, zone, z = parts.built.model, parts.zone, parts.zone.name
    new = [g for g, at, _ in m.grid_content if at == z]
    step = parts.built.inputs.timeline.step_hours
    power = {" standing": Size(float(zone.store_gw[0]) * MW, standing=True, firm=1.0)}
    content = {" standing": Size(float(zone.store_gwh[0]) * MW, standing=True)}
    for g in new:
        power[f" new {g}"] = parts.size(m.grid_built[g, z, 0], m.grid_capacity[g, z, 0], firm=1.0)
        content[f" new {g}"] = parts.size(m.grid_content_built[g, z, 0], m.grid_content[g, z, 0])
    way = parts.year.stores[0].eta_charge / step
    gw, gwh = np.diff(zone.shaving[0], axis=0).T
    steps = tuple(zip((gwh * MW).tolist(), (gw / gwh).tolist(), strict=True))
    return Pool(f"{z} stores", "stores", power, content, way, way, 0.0, steps)


def add_tie(net: Network, tie: Tie) -> None:
    """A tie as a link each way."""
    _one_way(net, tie.start, tie.end, float(tie.forward_gw[0]) * MW, tie.forward_cost)
    _one_way(net, tie.end, tie.start, float(tie.back_gw[0]) * MW, tie.back_cost)


def _one_way(net: Network, start: str, end: str, most_mw: float, cost: float) -> None:
    """What may flow from a bus to another, MW, and its hurdle, M USD/GWh."""
    net.add(
        "links",
        f"{start} to {end}",
        firm={"p_max_pu": 1.0},
        before={"p_max_pu": 0.0},
        bus0=start,
        bus1=end,
        carrier="tie",
        p_nom=most_mw,
        p_max_pu=1.0,
        marginal_cost=cost * USD_PER_MWH,
    )


def add_width(net: Network, built: Built, tie: Tie, per_unit: ComponentMap) -> None:
    """What may be added to a tie: one link of one size for both ways, with the hurdle of each before it."""
    built_now, new = built.model.tie_built[tie.name, 0], built.model.tie_new[tie.name, 0]
    inside = f"{tie.name} new"
    net.add("buses", inside)
    size = Size(min(built_now.ub, new.ub) * MW, sum(per_unit.get(part, 0.0) for part in (built_now, new)) * USD_PER_MW)
    _one_way(net, tie.start, inside, size.most, tie.forward_cost)
    _one_way(net, inside, tie.start, size.most, tie.back_cost)
    net.add(
        "links",
        inside,
        firm={"p_max_pu": 1.0, "p_min_pu": -1.0},
        before={"p_max_pu": 0.0, "p_min_pu": 0.0},
        bus0=inside,
        bus1=tie.end,
        carrier="new tie",
        p_max_pu=1.0,
        p_min_pu=-1.0,
        **size.said("p"),
    )


def add_connection(parts: ZoneParts, s: str, tiers: list[tuple[str, Size]]) -> None:
    """A campus on its zone: a link for each tier, which holds reserve for its size; and what may be cut, which holds none."""
    net, m, z = parts.net, parts.built.model, parts.zone.name
    margin = 1.0 + parts.zone.reserve_margin
    for name, size in tiers:
        net.add(
            "links",
            f"{s} grid {name}",
            firm={"p_max_pu": margin, "p_min_pu": margin, "efficiency": 1.0 / margin},
            before={"p_max_pu": 0.0, "p_min_pu": 0.0, "efficiency": 1.0},
            bus0=z,
            bus1=s,
            carrier=GRID,
            p_max_pu=1.0,
            p_min_pu=0.0,
            efficiency=1.0,
            **size.said("p"),
        )
    if (s, 0) in m.curtailable:
        left = m.products[z][INTERRUPTIBLE][parts.order]
        size = parts.size(m.curtailable[s, 0])
        net.add(
            "links",
            f"{s} grid {INTERRUPTIBLE}",
            firm={"p_max_pu": 0.0},
            bus0=z,
            bus1=s,
            carrier=GRID,
            p_max_pu=left,
            **size.said("p"),
        )
