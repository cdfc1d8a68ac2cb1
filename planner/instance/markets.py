"""What markets limit and charge, as plain arrays: supply curves, transport, slots, reactors, terms of contracts.

Units as in `model.py`: TBtu, GW, M USD. Arrays over stages have one entry per stage; nothing here means that a market is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.base.arrays import Array

NATION = "US"  # whose gas, transport and reactor contracts have markets here


@dataclass(frozen=True)
class Curve:
    """A supply curve in steps that rise: each step's volume, and its price above the base. The last step has no end."""

    width: Array  # steps: TBtu a year; inf for the last
    price: Array  # stages x steps: M USD/TBtu above the base price


@dataclass(frozen=True)
class GasMarket:
    """US gas: a curve by division on top of the nation's. What ships lift draws on the nation's, with the gas that liquefaction burns."""

    divisions: dict[str, Curve]
    nation: Curve
    burnt_per_lifted: float  # TBtu of US gas per TBtu lifted
    others_tbtu: float  # what all other US users burn a year


@dataclass(frozen=True)
class Transport:
    """Firm transport of gas: how much new data centers can get by division, and what a reserved unit costs whether used or not."""

    limit: dict[str, Array]  # division -> TBtu a day by stage
    charge: float  # M USD per TBtu/day and year
    years: float


@dataclass(frozen=True)
class SlotClass:
    """Machines of one class: GW that can be had since 2026, and how much more at a premium (resold slots)."""

    name: str
    technologies: tuple[str, ...]
    gw: Array  # by stage, cumulative
    scarce_share: float  # of gw
    premium: float  # share of overnight cost


@dataclass(frozen=True)
class ReactorLimit:
    """GW of a design that can stand in a country, by stage; 0 before its first year there."""

    design: str
    country: str
    gw: Array


@dataclass(frozen=True)
class GridTerms:
    """Terms of a grid connection: share of the contract that is paid at least, its years, and what leaving costs."""

    minimum: float
    years: float
    exit_fee_years: float  # years of the minimum


@dataclass(frozen=True)
class Markets:
    """Every market that a plan looks at."""

    gas: GasMarket | None = None
    transport: Transport | None = None
    slots: tuple[SlotClass, ...] = ()
    reactors: tuple[ReactorLimit, ...] = ()
    grid_terms: dict[str, GridTerms] = field(default_factory=dict)  # by zone
    standby_limit_gw: float | None = None  # backup plant at a site
