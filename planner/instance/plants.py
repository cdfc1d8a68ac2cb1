"""Power technologies: the cards of `models/power/` in the units of the linear program."""

from __future__ import annotations

import numpy as np

from planner.catalog.cards import GenericCard, power_technologies
from planner.catalog.store import Shelf
from planner.costs.money import interest_during_construction
from planner.costs.reliability import units_for_availability
from planner.instance import inline
from planner.instance.model import Technology
from planner.scenario import Scenario
from planner.timeline import Stage

KINDS = {
    "gas": "thermal",
    "fuelcell": "thermal",
    "backup": "backup",
    "geothermal": "thermal",
    "smr": "nuclear",
    "nuclear": "nuclear",
    "vre": "must_take",
    "storage": "storage",
}


def firm_share(unit_availability: float, target: float, units: int) -> float:
    """Share k/n of a block of equal units that still runs with the target availability: n units are built for k needed."""
    return units / units_for_availability(units, unit_availability, target)


def technology(card: GenericCard, scenario: Scenario, stages: tuple[Stage, ...], shelf: Shelf) -> Technology:
    """One card as the linear program sees it."""
    group = str(getattr(card, "class"))
    kind = KINDS[group]
    nuclear, storage = kind == "nuclear", kind == "storage"
    fuel = getattr(card, "fuel", None) or None
    years = [stage.year for stage in stages]
    smr = scenario.smr
    scale = smr.cost_scale if group == "smr" else 1.0
    capex_key = "power_capex_usd_per_kw" if storage else "capex_usd_per_kw"
    lead = card.value("lead_time_years")
    forced, planned = card.get("forced_outage") or 0.0, card.get("planned_outage") or 0.0
    overnight = not str(getattr(card, "capex_basis", "overnight")).lower().startswith("all-in")
    if kind == "must_take":
        firm = 0.0
    elif storage:
        firm = shelf.parameter("battery_firm_share")
    else:
        units = int(shelf.parameter("block_units_nuclear" if nuclear else "block_units"))
        firm = firm_share(1.0 - forced, scenario.reliability.availability, units)
    # Uranium follows the scenario where it says so; the price of gas is set by the fuel block.
    price = {"gas": 0.0, "uranium": None}.get(str(fuel), card.get("fuel_cost_usd_per_mmbtu") or 0.0)
    if price is None:
        given = scenario.fuel.uranium
        price = given.at(years[0]) if given is not None else card.get("fuel_cost_usd_per_mmbtu") or 0.0
    efficiency = float(np.sqrt(card.value("round_trip_efficiency"))) if storage else 1.0
    per_year = card.value("units_per_year") if nuclear else np.inf
    return Technology(
        name=card.name,
        title=card.title,
        kind=kind,
        fuel=fuel,
        capex=np.array([scale * card.value(capex_key, year) for year in years]),
        energy_capex=np.array([card.value("energy_capex_usd_per_kwh", year) if storage else 0.0 for year in years]),
        fixed_om=card.value("fom_usd_per_kw_year"),
        variable_om=card.value("vom_usd_per_mwh") * 1e-3,
        heat_rate=(card.get("heat_rate_mmbtu_per_mwh") or 0.0) * 1e-3,
        fuel_price=float(price),
        co2=card.get("co2_kg_per_mmbtu") or 0.0,
        life=round(card.value("lifetime_years")),
        lead_years=lead,
        construction_factor=float(interest_during_construction(scenario.discount_rate, lead)) if overnight else 1.0,
        first_year=int(card.value("first_year")) + (smr.first_year_shift if group == "smr" else 0),
        min_output=card.get("min_stable_fraction") or 0.0 if nuclear else 0.0,
        availability=1.0 - forced - planned,
        firm=firm,
        unit_gw=card.value("unit_mw") * 1e-3,
        charge_efficiency=efficiency,
        discharge_efficiency=efficiency,
        units_per_year=float(per_year) * (smr.orders_scale if group == "smr" else 1.0),
        learning_rate=(card.get("learning_rate") or 0.0) if nuclear else 0.0,
        heat_derated=group == "gas",
        countries=tuple(getattr(card, "countries", None) or ("KR", "US", "JP")),
    )


def technologies(scenario: Scenario, stages: tuple[Stage, ...], shelf: Shelf) -> dict[str, Technology]:
    """Every technology that the scenario allows, of the catalog and its own, without the grid."""
    cards = power_technologies()
    found = {name: technology(cards[name], scenario, stages, shelf) for name in scenario.power if name != "grid"}
    return found | {asked.name: inline.technology(asked, scenario, stages) for asked in scenario.technologies}
