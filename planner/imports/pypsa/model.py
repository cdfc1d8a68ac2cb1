"""What is taken from a network, in the planner's own terms; nothing here knows PyPSA."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from planner.base.arrays import Array
from planner.base.text import exact


@dataclass(frozen=True)
class Meant:
    """What a network leaves open and the user says: the worth of its money, the clock of its snapshots, a country."""

    usd: float | None = None
    time_zone: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class Plant:
    """A generator: `availability` one figure or by hour, `yearly_limit` as a share of running always."""

    name: str
    mw: float
    usd_per_mwh: float
    kg_per_mwh: float
    availability: Array
    least: float = 0.0
    yearly_limit: float = 1.0

    @property
    def free(self) -> bool:
        """Does it come by the hour and cost nothing, as sun and wind do?"""
        return self.usd_per_mwh == 0 and self.yearly_limit == 1.0 and bool(np.ptp(self.availability) > 0)


@dataclass(frozen=True)
class Zone:
    """A bus: its load by hour, what stands there, its storage units together."""

    name: str
    country: str
    lat: float
    lon: float
    load_mw: Array
    plants: tuple[Plant, ...]
    store_mw: float = 0.0
    store_mwh: float = 0.0
    store_efficiency: float = 1.0


@dataclass(frozen=True)
class Tie:
    """What may flow between two zones, there and back."""

    start: str
    end: str
    mw: float
    back_mw: float
    usd_per_mwh: float = 0.0


@dataclass(frozen=True)
class Network:
    """A network as zones. `weights`: hours that each snapshot stands for; None: the 8,760 hours of a year in UTC."""

    zones: tuple[Zone, ...]
    ties: tuple[Tie, ...]
    weights: Array | None
    notes: list[str] = field(default_factory=list)

    @property
    def mean_load_mw(self) -> float:
        """Of all zones together."""
        weights = np.ones(len(self.zones[0].load_mw)) if self.weights is None else self.weights
        return float(sum(zone.load_mw @ weights for zone in self.zones) / weights.sum())

    def told(self) -> Iterator[str]:
        """A line a zone."""
        for zone in self.zones:
            capacity = sum(plant.mw for plant in zone.plants)
            load = f"load {exact(float(zone.load_mw.mean()), 4)} MW, at most {exact(float(zone.load_mw.max()), 4)}"
            yield f"{zone.name} ({zone.country}): {load}; {len(zone.plants)} plants, {exact(capacity, 5)} MW"
        for tie in self.ties:
            yield f"{tie.start} to {tie.end}: {exact(tie.mw, 5)} MW, back {exact(tie.back_mw, 5)}"
