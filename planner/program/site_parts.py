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


def steady_supplies(pieces: tuple[Piece, ...], must_take: tuple[Profile, ...]) -> dict[int, Array]:
    """What a unit of a column gives by the hour, of those that never give nothing; of what comes by a profile alone, the steadiest.

    What is bought comes in many shapes, of which a search finds those that fit.
    """
    total: dict[int, Array] = {}
    plants = [(piece.column, piece.available) for piece in pieces if piece.column >= 0]
    for column, values in plants + [(profile.column, profile.values) for profile in must_take]:
        total[column] = total.get(column, 0.0) + values
    steady = {c: values for c, values in total.items() if values.min() > 1e-3 * values.max()}
    given = steady.keys() - {column for column, _ in plants}
    for column in sorted(given, key=lambda c: (steady[c].min() / steady[c].max(), -c))[:-1]:
        del steady[column]
    return steady
