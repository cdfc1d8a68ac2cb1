"""Where gas comes from: pipeline regions, import terminals, and the export terminals and voyages that fill them.

Units as in `model.py`: TBtu (HHV) and M USD of 2023. Arrays over stages have one entry per stage.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base.arrays import Array


@dataclass(frozen=True)
class GasSource:
    """Where a site's gas comes from: a US region at a price by stage, or the LNG terminal that feeds it."""

    name: str
    country: str
    kind: str  # pipeline or terminal
    price: Array  # M USD/TBtu by stage, at the site's fence (pipeline: whole price; terminal: regas and pipe only)
    market: Array  # M USD/TBtu by stage: the part of it that `fuel.scale.gas` multiplies


@dataclass(frozen=True)
class ImportTerminal:
    """An LNG import terminal: what it can still send out for data centers, and spot cargoes at its quay."""

    name: str
    country: str
    lat: float
    lon: float
    spare_tbtu: Array  # by stage
    spot_price: Array  # M USD/TBtu by stage
    port: str


@dataclass(frozen=True)
class Voyage:
    """The way from an export terminal to an import port: `cost` M USD per TBtu lifted, `delivered` TBtu per TBtu lifted."""

    route: str
    cost: float
    delivered: float


@dataclass(frozen=True)
class ExportTerminal:
    """A liquefaction terminal: volume still free by stage, fee paid on the contracted volume whether lifted or not."""

    name: str
    country: str
    lat: float
    lon: float
    free_tbtu: Array  # by stage
    fee: float  # M USD/TBtu contracted
    gas_price: Array  # M USD/TBtu lifted, by stage: Henry Hub with own use
    shipping: dict[str, Voyage] = field(default_factory=dict)  # by import port, over the cheapest open route
