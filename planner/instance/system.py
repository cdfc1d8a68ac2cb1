"""The power system around the sites as plain arrays: zones with what stands in them, what the grid may build, and ties between them.

Units as in `model.py`. Arrays over stages and hours are (stages, hours), hours in the timeline's order (UTC).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from planner.base.arrays import Array


@dataclass(frozen=True)
class Band:
    """Plants of one kind and heat rate that stand in a zone: what they can give above what always runs, and what that costs."""

    name: str
    plant: str
    gw: Array  # what stands, by stage
    available: Array  # GW, (stages, hours)
    cost: Array  # M USD/GWh by stage: fuel, variable O&M, carbon
    gas: float = 0.0  # TBtu of pipeline gas per GWh
    co2: float = 0.0  # kt per GWh


@dataclass(frozen=True)
class Steady:
    """What comes without a choice in a zone, by kind of plant: sun, wind, river, reactors, and the least output of bands."""

    gw: Array  # (stages, hours)
    co2: Array  # kt a year, by stage
    gas: Array  # TBtu a year, by stage
    cost: Array  # M USD a year, by stage


@dataclass(frozen=True)
class NewPlant:
    """A technology that the grid may build in a zone."""

    technology: str
    profile: Array  # share of capacity that can run, by hour
    most_gw: Array  # that may have been built since the first stage, by stage; infinite: no limit
    firm: float  # share of capacity that counts for the zone's reserve
    cost_factor: float  # on the overnight cost
    cost: Array  # M USD/GWh by stage: fuel, variable O&M, carbon
    gas: float = 0.0  # TBtu of pipeline gas per GWh
    co2: float = 0.0


@dataclass(frozen=True)
class Zone:
    """A zone of the power system. `limits` are yearly limits of kinds of plant above what always runs, GWh by stage."""

    name: str
    title: str
    country: str
    division: str  # whose gas it burns; empty: no supply curve
    utc_offset_h: float
    load: Array  # GW, (stages, hours): native load, without the plan's campuses
    peak_gw: Array  # by stage: the year's largest native load
    steady: dict[str, Steady]
    bands: tuple[Band, ...]
    limits: dict[str, Array]
    store_gw: Array
    store_gwh: Array
    store_efficiency: float
    shaving: tuple[Array, ...]  # by stage: points (GW, GWh) of what stores take off the peak (`grid/shaving.py`)
    firm_gw: Array  # by stage: what stands and counts for the reserve, without stores
    retired_gw: Array  # by stage: thermal plants past their retirement, which may stand by for the reserve
    reserve_margin: float
    new: dict[str, NewPlant] = field(default_factory=dict)
    place: tuple[float, float] | None = None  # latitude and longitude of its middle, for maps

    @property
    def store_way(self) -> float:
        """Efficiency of one way, in or out."""
        return float(self.store_efficiency) ** 0.5


@dataclass(frozen=True)
class NewLink:
    """What widening a tie costs, both ways alike."""

    cost: Array  # M USD/GW by stage of building
    fixed_om: float  # M USD/GW a year
    life: float  # years
    most_gw: Array  # that may have been built since the first stage, by stage; infinite: no limit


@dataclass(frozen=True)
class Tie:
    """What may flow between two zones, by stage, and what it does without the plan's campuses (`base`, below zero: back).

    `forward_gw` and `back_gw` stand already; `new` is what the grid may add to both, None where it may not.
    """

    start: str
    end: str
    forward_gw: Array
    back_gw: Array
    forward_cost: float  # M USD/GWh
    back_cost: float
    base: Array  # GW, (stages, hours)
    new: NewLink | None = None

    @property
    def name(self) -> str:
        """Both ends."""
        return f"{self.start} to {self.end}"

    def needs(self, y: int) -> float:
        """GW that must have been added for the given flow of a stage."""
        flow = self.base[y]
        beyond = max(float(flow.max()) - float(self.forward_gw[y]), float((-flow).max()) - float(self.back_gw[y]))
        return max(beyond, 0.0)


@dataclass(frozen=True)
class Reference:
    """The same power system planned without the campuses: what is taken off so that the plan pays for its own.

    By zone and stage: `cost` M USD a year of the hours without what always runs, `plants` of what the grid builds, `shortfall` of firm
    supply that is missing; `gas` TBtu and `co2` kt of what runs by the hour; `price` M USD/GWh and `unserved` GW by hour of the timeline;
    `capacity_price` M USD/GW; `built` and `capacity` GW by technology that the grid may build; `energy` GWh a year by source
    (`blocks/zone_supply.py`); `standby` GW of plants past their retirement. `content` GWh of new stores; `widened` GW that the grid adds
    by name of tie and stage, `widening` what that costs, M USD a year; `limit_price` M USD/GWh that one more GWh of a kind of plant whose
    year is limited is worth.
    `bill_apart`: how far its last two solves lie apart in what everybody pays, M USD a year. `gap`: to which it is proven, relative.
    `of`: digest of the system, hours, stages and rates that it is of, `arrays`: as it is kept for other programs (`run/given_system.py`).
    """

    cost: dict[tuple[str, int], float]
    plants: dict[tuple[str, int], float]
    shortfall: dict[tuple[str, int], float]
    trade: dict[tuple[str, int], float]  # M USD a year, by name of tie and stage
    gas: dict[tuple[str, int], float]
    co2: dict[tuple[str, int], float]
    price: dict[tuple[str, int], Array]
    capacity_price: dict[tuple[str, int], float]
    unserved: dict[tuple[str, int], Array]
    flow: dict[tuple[str, int], Array]  # GW by hour, by name of tie and stage
    built: dict[tuple[str, int], Array]
    capacity: dict[tuple[str, int], Array]
    gap: float
    energy: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    standby: dict[tuple[str, int], float] = field(default_factory=dict)
    bill_apart: dict[tuple[str, int], float] = field(default_factory=dict)
    content: dict[tuple[str, int], Array] = field(default_factory=dict)
    widened: dict[tuple[str, int], float] = field(default_factory=dict)
    widening: dict[tuple[str, int], float] = field(default_factory=dict)
    limit_price: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    of: str = ""
    arrays: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class PowerSystem:
    """Zones, ties, the zone of every site, and what wires cost."""

    zones: dict[str, Zone]
    ties: tuple[Tie, ...]
    home: dict[str, str]  # site -> zone
    wires: dict[str, float]  # country -> M USD per GW and year
    standby: dict[str, float]  # country -> M USD per GW and year of a plant past its retirement; without it they go
    shortfall_cost: float  # M USD per GW of firm supply that is missing, a year
    reference: Reference | None = None
    across: tuple[Tie, ...] = ()  # between a zone of the system and one beyond it: their flow is held

    def inside(self, countries: Collection[str], lent: Mapping[str, Array] | None = None) -> PowerSystem:
        """The part of the system that lies in some countries; over its borders goes what does without the campuses, no more and no less.

        The reference holds that trade. Without it a country that imports would pay for the imports it has lost as if its campuses had
        cost them, and one that exports would get for nothing what others buy. Planned anew within the borders, the reference would be
        another one for every coalition, so that two could cost less apart than together. Held, all are measured against one.

        lent : GW of firm supply that one end of a tie lends the other, by name of tie and stage (below zero: back).
        """
        zones = {z: zone for z, zone in self.zones.items() if zone.country in countries}
        ties = tuple(tie for tie in self.ties if tie.start in zones and tie.end in zones)
        across = tuple(tie for tie in (*self.ties, *self.across) if (tie.start in zones) != (tie.end in zones))
        for tie in across:
            z, sign = (tie.start, -1.0) if tie.start in zones else (tie.end, 1.0)
            firm = (lent or {}).get(tie.name, 0.0)  # of a border that was one before, it is in the zone already
            zones[z] = replace(zones[z], firm_gw=zones[z].firm_gw + sign * firm)
        home = {s: z for s, z in self.home.items() if z in zones}
        return replace(self, zones=zones, ties=ties, home=home, across=across)

    def borders(self) -> list[Tie]:
        """Ties between zones of different countries."""
        country = {z: zone.country for z, zone in self.zones.items()}
        return [tie for tie in self.ties if country[tie.start] != country[tie.end]]

    def networks(self) -> list[list[str]]:
        """Zones that ties connect, by network, in the order of the zones; one without ties is a network alone."""
        home = {z: z for z in self.zones}

        def root(z: str) -> str:
            while home[z] != z:
                z = home[z]
            return z

        for tie in self.ties:
            home[root(tie.end)] = root(tie.start)
        found: dict[str, list[str]] = {}
        for z in self.zones:
            found.setdefault(root(z), []).append(z)
        return list(found.values())
