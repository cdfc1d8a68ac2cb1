"""What a site-year is made of: profiles, pieces of supply, stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto

from planner.base.arrays import Array


@dataclass(frozen=True)
class Profile:
    """An annual variable times a fixed hourly profile: a load, or a must-take supply."""

    name: str
    column: int
    values: Array  # GW per unit of the variable, one per hour


class Kind(Enum):
    """What a piece of supply is; its name is for people and tables."""

    GRID = auto()
    PLANT = auto()
    PAUSE = auto()  # load that pausing chips do not draw
    UNSERVED = auto()


@dataclass(frozen=True)
class Piece:
    """A supply the hour can draw on, in any order of cost.

    `column` is the annual capacity variable; -1 means capacity 1 (then `available` is the limit in GW itself).
    `use` maps an account (for instance "gas", "co2") to its amount per GWh drawn; a scalar or one value per hour.
    `of` is whose it is: the connection, the technology, the cooling system of the chips that pause. The solver reads neither it nor `kind`.
    """

    name: str
    column: int
    available: Array  # GW per unit of the capacity variable
    cost: Array  # M USD per GWh
    use: dict[str, Array | float] = field(default_factory=dict)
    kind: Kind = Kind.PLANT
    of: str = ""


@dataclass(frozen=True)
class Store:
    """One store: annual variables for power (GW, both ways together, at the bus) and energy (GWh).

    `eta_charge` is GWh stored per GW charged over a step, `1 / eta_discharge` GWh taken per GW discharged: with steps of an hour the
    efficiencies, else times and over the step's hours.
    """

    name: str
    power_column: int
    energy_column: int
    eta_charge: float
    eta_discharge: float
    cost: float = 0.0  # M USD per GWh discharged
