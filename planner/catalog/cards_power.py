"""Cards of what powers and cools a campus: `models/power` and `models/cooling`.

A figure that the planner does not know, or in another unit than it computes in, is refused with the card's file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from planner.base.constants import MODELS
from planner.base.errors import InputError
from planner.catalog import levels
from planner.catalog.cards_base import Card, read_folder
from planner.catalog.own_cards import joined

PRICE = "fuel_cost_usd_per_mmbtu"
Group = Literal["gas", "fuelcell", "thermal", "backup", "geothermal", "smr", "nuclear", "vre", "must_take", "storage"]

POWER_UNITS = {
    "capex_usd_per_kw": "USD/kW",
    "capex_low_usd_per_kw": "USD/kW",
    "capex_high_usd_per_kw": "USD/kW",
    "power_capex_usd_per_kw": "USD/kW",
    "energy_capex_usd_per_kwh": "USD/kWh",
    "fom_usd_per_kw_year": "USD/kW/year",
    "vom_usd_per_mwh": "USD/MWh",
    "heat_rate_mmbtu_per_mwh": "MMBtu/MWh",
    "fuel_cost_usd_per_mmbtu": "USD/MMBtu",
    "co2_kg_per_mmbtu": "kg/MMBtu",
    "unit_mw": "MW",
    "limit_mw": "MW",
    "lifetime_years": "year",
    "lead_time_years": "year",
    "first_year": "year",
    "units_per_year": "units/year",
    "min_stable_fraction": "fraction",
    "ramp_fraction_per_hour": "fraction/hour",
    "availability": "fraction",
    "forced_outage": "fraction",
    "planned_outage": "fraction",
    "capacity_credit": "fraction",
    "firm_share": "fraction",
    "firm_hours": "h",
    "max_capacity_factor": "fraction",
    "round_trip_efficiency": "fraction",
    "duration_hours": "h",
    "learning_rate": "fraction",
    "spillover_share": "fraction",
}
"""Every figure that a power card may have, with its unit."""


class PowerCard(Card):
    """A technology that powers a campus or a zone."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    group: Group = Field(alias="class")
    fuel: Literal["gas", "uranium", "diesel"] | None = None
    behind_the_meter: bool = False  # is it mostly built at its load?
    capex_basis: str = ""  # overnight, or all-in: with interest while it is built
    plant_units: int | None = None  # of a plant as it is offered
    sites: str | None = None  # where the first ones are planned
    countries: tuple[str, ...] = ()  # where it may stand; none named: everywhere
    zones: tuple[str, ...] = ()  # grid zones of sites.csv where it may stand; none named: everywhere in its countries

    def share(self, key: str) -> float:
        """A figure that is 0 where the card has none."""
        return self.get(key) or 0.0


class CoolingCard(Card):
    """A cooling system; `physics` says which model its figures are of (`planner/cooling/`), which checks them."""

    physics: str


def _read_power(folder: Path) -> dict[str, PowerCard]:
    found = read_folder(PowerCard, folder, POWER_UNITS)
    for card in found.values():
        if card.fuel != "gas" and card.share("heat_rate_mmbtu_per_mwh") > 0 and PRICE not in card.figures:
            raise InputError(  # its energy would be free, and nothing would tell
                "a plant that burns a fuel needs its price",
                file=folder / f"{card.name}.yaml",
                key=f"figures.{PRICE}",
                expected="the price of its fuel, USD/MMBtu, 0 if it costs nothing; or fuel: gas, which the catalog prices",
            )
    return found


def _read_cooling(folder: Path) -> dict[str, CoolingCard]:
    return read_folder(CoolingCard, folder)


@cache
def _power() -> dict[str, PowerCard]:
    return _read_power(MODELS / "power")


@cache
def _cooling() -> dict[str, CoolingCard]:
    return _read_cooling(MODELS / "cooling")


def power_technologies() -> dict[str, PowerCard]:
    """The cards of `models/power` and the user's own, with the figures that a scenario moves (`levels.py`)."""
    return levels.cards("power", joined("power", _power(), _read_power))


def cooling_systems() -> dict[str, CoolingCard]:
    """The cards of `models/cooling` and the user's own, with the figures that a scenario moves."""
    return levels.cards("cooling", joined("cooling", _cooling(), _read_cooling))
