"""The bill of a year: 8,760 hours of load under a tariff card. Pure functions on arrays.

    energy   sum over charges of value x kWh in their months and bands
    demand   sum over charges and months of value x billing demand, where the billing demand of a month is the largest of
               the highest hour within the charge's bands,
               ratchet x the highest such hour of the ratchet months of the last twelve months,
               minimum x contracted demand of the year of the contract
    fixed    by month

The year is the typical one of the planner: 8,760 hours in standard time that begin on a Sunday, no holidays, and repeats itself, so that
the last twelve months of a January are this year's too. The highest draw is that of an hour; a meter reads 15 or 30 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.base.errors import InputError
from planner.base.text import exact
from planner.tariffs.card import DAYS, DemandCharge, TariffCard

CALENDAR = pd.date_range("2023-01-01", periods=HOURS, freq="h")  # a typical year begins on a Sunday
MONTH = CALENDAR.month.to_numpy()
HOUR = CALENDAR.hour.to_numpy()
DAY = np.where(CALENDAR.dayofweek < 5, "weekday", np.where(CALENDAR.dayofweek == 5, "saturday", "sunday"))


@dataclass(frozen=True)
class Bill:
    """What a year costs, by line and month, in the card's currency."""

    currency: str
    energy_mwh: float
    peak_mw: float
    lines: dict[str, Array]  # name of the charge -> twelve months
    billing_demand_mw: dict[str, Array]  # name of the demand charge -> twelve months

    @property
    def total(self) -> float:
        """The whole year."""
        return float(sum(months.sum() for months in self.lines.values()))

    @property
    def per_kwh(self) -> float:
        """Mean price of a kWh with everything; NaN without energy."""
        return self.total / (self.energy_mwh * 1e3) if self.energy_mwh > 0 else float("nan")


def hourly_bands(card: TariffCard) -> NDArray[np.str_]:
    """The band of every hour of the typical year, as letters."""
    letters = np.empty(HOURS, dtype="U1")
    for day in card.schedule:
        here = np.isin(MONTH, day.months) & np.isin(DAY, DAYS[day.days])
        letters[here] = np.array(list(day.hours))[HOUR[here]]
    return letters


def energy_price(card: TariffCard) -> Array:
    """What one more kWh costs in every hour, riders included, in the card's currency."""
    letters, price = hourly_bands(card), np.zeros(HOURS)
    for charge in card.energy:
        price += charge.value * (np.isin(MONTH, charge.months) & _within(letters, charge.bands))
    return price


def demand_charge_per_kw_year(card: TariffCard) -> float:
    """What one kW that is drawn in every month's highest hour costs a year, in the card's currency."""
    return sum(charge.value * len(charge.months) for charge in card.demand)


def billing_demand(charge: DemandCharge, load_mw: Array, letters: NDArray[np.str_], contract_mw: float) -> Array:
    """MW that a demand charge is paid on, by month."""
    measured = np.where(_within(letters, charge.bands), load_mw, 0.0)
    peak = np.array([measured[month == MONTH].max() for month in range(1, 13)])
    standing = charge.ratchet * max((peak[month - 1] for month in charge.ratchet_months), default=0.0)
    return np.maximum(np.maximum(peak, standing), charge.minimum * contract_mw)


def bill(card: TariffCard, load_mw: Array, contract_mw: float | None = None, year: int | None = None) -> Bill:
    """The bill of a year.

    load_mw : 8,760 hours in standard time. contract_mw : contracted demand; default: the highest hour. year : of the contract, for
    its ramp; default: after it. Raises InputError for a load that is no year, or that the contract does not allow.
    """
    load = np.asarray(load_mw, float)
    if load.shape != (HOURS,) or not np.all(np.isfinite(load)) or load.min() < 0:
        raise InputError("this load is no year", value=load.size, expected="8,760 hours of 0 MW or more")
    contracted = float(load.max()) if contract_mw is None else contract_mw
    if contracted < load.max() - 1e-9:
        raise InputError(
            "the load is higher than the contract",
            key="contract_mw",
            value=f"{exact(contracted)} MW",
            expected=f"{exact(load.max())} MW or more",
        )
    if card.contract is not None:
        if contracted < card.contract.from_mw:
            raise InputError(
                f"'{card.name}' is for larger loads",
                key="contract_mw",
                value=f"{exact(contracted)} MW",
                expected=f"{exact(card.contract.from_mw)} MW or more",
            )
        contracted *= card.contract.share(year)
    letters = hourly_bands(card)
    lines: dict[str, Array] = {}
    demands: dict[str, Array] = {}
    for charge in card.energy:
        here = load * (np.isin(MONTH, charge.months) & _within(letters, charge.bands))
        lines[charge.name] = _by_month(here * charge.value * 1e3)
    for demand in card.demand:
        billed = billing_demand(demand, load, letters, contracted)
        demands[demand.name] = billed
        lines[demand.name] = (demand.value * 1e3 * billed * np.isin(np.arange(1, 13), demand.months)).astype(float)
    for fixed in card.fixed:
        lines[fixed.name] = np.where(np.isin(np.arange(1, 13), fixed.months), fixed.value, 0.0)
    return Bill(card.currency, float(load.sum()), float(load.max()), lines, demands)


def exit_fee(card: TariffCard, contract_mw: float) -> float:
    """What leaving the contract early costs, in the card's currency: years of its minimum charges."""
    if card.contract is None:
        return 0.0
    yearly = sum(c.value * c.minimum * len(c.months) for c in card.demand) * 1e3 * contract_mw
    return card.contract.exit_fee_years * yearly


def _within(letters: NDArray[np.str_], bands: str | None) -> NDArray[np.bool_]:
    return np.ones(len(letters), bool) if bands is None else np.isin(letters, list(bands))


def _by_month(hourly: Array) -> Array:
    return np.bincount(MONTH - 1, weights=hourly, minlength=12).astype(float)
