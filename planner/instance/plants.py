"""Power technologies: cards, of `models/power/` and of the scenario's own, in the units of the linear program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from planner.base.errors import unknown_name
from planner.catalog.cards import PowerCard
from planner.catalog.store import Shelf
from planner.costs.money import interest_during_construction
from planner.costs.reliability import units_for_availability
from planner.instance.horizon import Horizon
from planner.instance.model import Technology
from planner.scenario.supply import Capex, Fuel, Reliability, Smr

KINDS = {
    "gas": "thermal",
    "fuelcell": "thermal",
    "thermal": "thermal",
    "backup": "backup",
    "geothermal": "thermal",
    "smr": "nuclear",
    "nuclear": "nuclear",
    "vre": "must_take",
    "must_take": "must_take",
    "storage": "storage",
}
"""Class of a card -> kind of plant in the program."""


def technologies(
    cards: Mapping[str, PowerCard],
    names: Iterable[str],
    horizon: Horizon,
    shelf: Shelf,
    *,
    fuel: Fuel,
    reliability: Reliability,
    smr: Smr,
) -> dict[str, Technology]:
    """The technologies of these names as the scenario's sections change them; the grid is none."""
    plain = {name: technology(cards[name], horizon, shelf, fuel, reliability) for name in names if name != "grid"}
    return {name: sped(tech, smr) if cards[name].group == "smr" else tech for name, tech in plain.items()}


def technology(card: PowerCard, horizon: Horizon, shelf: Shelf, fuel: Fuel, reliability: Reliability) -> Technology:
    """One card as the linear program sees it."""
    kind = KINDS[card.group]
    nuclear, storage = kind == "nuclear", kind == "storage"
    capex = "power_capex_usd_per_kw" if storage else "capex_usd_per_kw"
    efficiency = float(np.sqrt(card.value("round_trip_efficiency"))) if storage else 1.0
    limit = card.get("limit_mw")
    return Technology(
        name=card.name,
        title=card.title,
        kind=kind,
        fuel=card.fuel,
        capex=np.array([card.value(capex, year) for year in horizon.years]),
        energy_capex=np.array([card.value("energy_capex_usd_per_kwh", y) if storage else 0.0 for y in horizon.years]),
        fixed_om=card.value("fom_usd_per_kw_year"),
        variable_om=card.value("vom_usd_per_mwh") * 1e-3,
        heat_rate=card.share("heat_rate_mmbtu_per_mwh") * 1e-3,
        fuel_price=fuel_price(card, fuel, horizon.years[0]),
        co2=card.share("co2_kg_per_mmbtu"),
        life=card.value("lifetime_years"),
        lead_years=card.value("lead_time_years"),
        construction_factor=interest_factor(card, horizon.discount_rate),
        first_year=int(card.value("first_year")),
        min_output=card.share("min_stable_fraction") if nuclear else 0.0,
        availability=availability(card),
        firm=firm(card, kind, shelf, reliability),
        unit_gw=card.value("unit_mw") * 1e-3,
        charge_efficiency=efficiency,
        discharge_efficiency=efficiency,
        units_per_year=(card.get("units_per_year") or np.inf) if nuclear else np.inf,
        learning_rate=card.share("learning_rate") if nuclear else 0.0,
        heat_derated=card.group == "gas",
        countries=card.countries,
        zones=card.zones,
        limit_gw=None if limit is None else limit * 1e-3,
        firm_hours=card.get("firm_hours") or (shelf.parameter("battery_firm_hours") if storage else 0.0),
    )


def scaled(plain: Mapping[str, Technology], capex: Capex) -> dict[str, Technology]:
    """Technologies at the overnight costs that a scenario scales. Raises InputError for one that it does not have."""
    for name in capex.scale:
        if name not in plain:
            raise unknown_name("technology", name, plain, key=f"capex.scale.{name}")

    def one(tech: Technology, factor: float) -> Technology:
        return replace(tech, capex=factor * tech.capex, energy_capex=factor * tech.energy_capex)

    return {name: one(tech, capex.scale[name]) if name in capex.scale else tech for name, tech in plain.items()}


def availability(card: PowerCard) -> float:
    """Share of the year that a unit can run: given, or what outages leave."""
    given = card.get("availability")
    return 1.0 - card.share("forced_outage") - card.share("planned_outage") if given is None else given


def interest_factor(card: PowerCard, rate: float) -> float:
    """Interest during construction; 1 where the card's price holds it (`capex_basis: all-in`)."""
    all_in = card.capex_basis.lower().startswith("all-in")
    return 1.0 if all_in else interest_during_construction(rate, card.value("lead_time_years"))


def fuel_price(card: PowerCard, fuel: Fuel, first_year: int) -> float:
    """The card's price of its fuel, M USD/TBtu. Uranium follows the scenario; gas is priced by the fuel block."""
    if card.fuel != "uranium":
        return card.share("fuel_cost_usd_per_mmbtu")
    price = card.share("fuel_cost_usd_per_mmbtu") if fuel.uranium is None else fuel.uranium.at(first_year)
    return price * fuel.scale.uranium.at(first_year)


def firm(card: PowerCard, kind: str, shelf: Shelf, reliability: Reliability) -> float:
    """Share of capacity that counts as firm at a site: given, or that of a block with spare units; sun and wind: none.

    Where the margin alone is the reserve, all of a plant counts.
    """
    given = card.get("firm_share")
    if given is not None:
        return given
    if kind == "must_take":
        return 0.0
    if kind == "storage":
        return shelf.parameter("battery_firm_share")
    if reliability.reserve == "margin":
        return 1.0
    units = int(shelf.parameter("block_units_nuclear" if kind == "nuclear" else "block_units"))
    return firm_share(1.0 - card.share("forced_outage"), reliability.availability, units)


def firm_share(unit_availability: float, target: float, units: int) -> float:
    """Share k/n of a block of equal units that still runs with the target availability: n units are built for k needed."""
    return units / units_for_availability(units, unit_availability, target)


def sped(tech: Technology, smr: Smr) -> Technology:
    """A small reactor dearer or cheaper, later or earlier, with more or fewer units a year, as the scenario asks."""
    return replace(
        tech,
        capex=smr.cost_scale * tech.capex,
        first_year=tech.first_year + smr.first_year_shift,
        units_per_year=tech.units_per_year * smr.orders_scale,
    )
