"""A zone in a year, and zones with their lines: what dispatch, and later the linear program, work on. Hours are UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from planner.grid.scarcity import Steps
from planner.grid.storage import Store


@dataclass(frozen=True)
class Bands:
    """Plants of the merit order in heat-rate bands: n names, n figures. Costs hold fuel, variable O&M and carbon price."""

    plant: tuple[str, ...]
    fuel: tuple[str, ...]
    capacity_mw: np.ndarray
    cost_usd_per_mwh: np.ndarray
    co2_kg_per_mwh: np.ndarray
    availability: np.ndarray  # mean share of the year that a plant can run
    scheduled_outage: np.ndarray  # part of it in planned maintenance
    most_yearly_share: np.ndarray  # energy limit: share of the year at full output
    least_share: np.ndarray  # least output while in the fleet
    heat_rate_mmbtu_per_mwh: np.ndarray

    def __len__(self) -> int:
        return len(self.plant)


@dataclass(frozen=True)
class ZoneYear:
    """A zone in a year. `must_take_mw` by kind of plant; `available_mw` is bands x hours, hydro energy by day."""

    zone: str
    country: str
    market: str
    load_mw: np.ndarray
    must_take_mw: dict[str, np.ndarray]
    must_take_co2_kg_per_mwh: dict[str, float]
    bands: Bands
    available_mw: np.ndarray
    hydro_mwh: np.ndarray
    hydro_most_mw: float
    stores: tuple[Store, ...]
    reserve_margin: float

    @property
    def net_load_mw(self) -> np.ndarray:
        """Load less everything that must be taken."""
        return self.load_mw - sum(self.must_take_mw.values(), np.zeros_like(self.load_mw))

    @property
    def least_mw(self) -> np.ndarray:
        """Least output of the bands, MW by hour: what is in maintenance cannot run."""
        return np.minimum(self.available_mw, (self.bands.least_share * self.bands.capacity_mw)[:, None])

    @property
    def limit_mw(self) -> np.ndarray:
        """Most mean output of the bands over the year, MW."""
        return self.bands.most_yearly_share * self.bands.capacity_mw

    def with_load(self, extra_mw: float) -> ZoneYear:
        """The zone with a flat load on top, MW."""
        return replace(self, load_mw=self.load_mw + extra_mw)


@dataclass(frozen=True)
class Line:
    """What may flow one way between two zones, and what each MWh of it costs to trade."""

    from_zone: str
    to_zone: str
    limit_mw: float
    hurdle_usd_per_mwh: float


@dataclass(frozen=True)
class SystemYear:
    """Zones of a year, the lines between them, and the scarcity steps of their markets."""

    year: int
    zones: tuple[ZoneYear, ...]
    lines: tuple[Line, ...]
    scarcity: Mapping[str, Steps] = field(default_factory=dict)

    def networks(self) -> list[SystemYear]:
        """The parts that no line connects, each a system of its own, in the order of their first zones."""
        home = {zone.zone: zone.zone for zone in self.zones}

        def root(zone: str) -> str:
            while home[zone] != zone:
                zone = home[zone]
            return zone

        for line in self.lines:
            if line.limit_mw > 0:
                home[root(line.to_zone)] = root(line.from_zone)
        parts: dict[str, list[ZoneYear]] = {}
        for zone in self.zones:
            parts.setdefault(root(zone.zone), []).append(zone)
        return [
            replace(self, zones=tuple(zones), lines=tuple(x for x in self.lines if root(x.from_zone) == key))
            for key, zones in parts.items()
        ]

    def with_load(self, zone: str, extra_mw: float) -> SystemYear:
        """The system with a flat load on top in one zone, MW."""
        return replace(self, zones=tuple(z.with_load(extra_mw) if z.zone == zone else z for z in self.zones))

    def around(self, zone: str) -> SystemYear:
        """The part that holds a zone."""
        return next(part for part in self.networks() if any(z.zone == zone for z in part.zones))
