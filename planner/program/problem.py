"""The planning problem as the solver sees it: one annual linear program and many hourly site-years.

The annual model holds every decision that is annual or shared. A `SiteYear` holds the hours of one site in one stage and is
always a merit order with one storage, so that it can be written out as rows (`program/matrix.py`) or dispatched exactly in
milliseconds (`solve/hours/merit.py`). Units: GW, GWh, M USD.

For annual decisions x and hours h with weights w (hours of the year that hour h stands for), a site-year is

    minimise over p, charge, discharge, level >= 0
        cost  = sum_h w_h (sum_i cost_ih p_ih + cost_s discharge_h)                     -> x[cost_column]
        use_a = sum_h w_h sum_i use_aih p_ih                 for every account a        -> x[account column]
    subject to
        sum_i p_ih + sum_r x_r cf_rh + discharge_h - charge_h >= sum_l x_l load_lh      (what is left over is spilled)
        p_ih <= x_i available_ih
        charge_h + discharge_h <= x_power,  level_h <= x_energy        (an hour may be shared between the two)
        level_{h+1} = level_h + eta_charge charge_h - discharge_h / eta_discharge
        level = 0 at the start of every span, >= 0 at its end.

Only must-take supply is ever spilled, and a storage ends a span empty, as long as everything else costs something. A site-year in
which a piece is paid for in some hour (`paid`: a price below zero) says both by rows of its own, or it would earn by throwing away:

        sum_i p_ih + discharge_h - charge_h <= sum_l x_l load_lh,       level = 0 at the end of every span.

`x[cost_column]` and the account columns are bounded below by these sums (the annual model prices them, never rewards them).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
    """One storage: annual variables for power (GW, each way, at the bus) and energy (GWh).

    `eta_charge` is GWh stored per GW charged over a step, `1 / eta_discharge` GWh taken per GW discharged: with steps of an hour the
    efficiencies, else times and over the step's hours.
    """

    name: str
    power_column: int
    energy_column: int
    eta_charge: float
    eta_discharge: float
    cost: float = 0.0  # M USD per GWh discharged


@dataclass(frozen=True)
class SiteYear:
    """The hours of one site in one stage. Hours run in the order given; `hours[i]` is the timeline's index of hour i."""

    name: str
    hours: NDArray[np.int64]
    weights: Array
    spans: tuple[tuple[int, int], ...]  # [start, stop) of each run of consecutive hours: a typical day, or the year
    loads: tuple[Profile, ...]
    must_take: tuple[Profile, ...]  # solar, wind, minimum output of reactors: free to spill
    pieces: tuple[
        Piece, ...
    ]  # the last one serves whatever is left (unserved energy), so that a dispatch always exists
    store: Store | None
    cost_column: int
    accounts: dict[str, int]  # account -> annual column

    @cached_property
    def paid(self) -> bool:
        """Is any piece paid for what is drawn of it, in any hour?"""
        return any(bool((piece.cost < 0.0).any()) for piece in self.pieces)

    @cached_property
    def starts(self) -> NDArray[np.bool_]:
        """True for the hours that open a span, before which the level is zero."""
        return _at(self.hours, [start for start, _ in self.spans])

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """True for the last hour of every span."""
        return _at(self.hours, [stop - 1 for _, stop in self.spans])


def _at(hours: NDArray[np.int64], positions: list[int]) -> NDArray[np.bool_]:
    found = np.zeros(len(hours), bool)
    found[positions] = True
    return found


@dataclass
class LinearProgram:
    """min cost.x + offset  subject to  row_lower <= A x <= row_upper, lower <= x <= upper. Every bound on x is finite."""

    A: sp.csr_array
    row_lower: Array
    row_upper: Array
    lower: Array
    upper: Array
    cost: Array
    offset: float
    integer: NDArray[np.bool_]
    row_names: list[str]
    column_names: list[str]


@dataclass
class Problem:
    """What `solve` solves. `annual` has the cost and account columns but not the rows that define them: the site-years do."""

    name: str
    annual: LinearProgram
    site_years: list[SiteYear]
    notes: dict[str, Any] = field(default_factory=dict)
