"""Screening: what power and a place for one more kW of chips cost by one supply alone, without the mix that a plan makes.

Textbook arithmetic on the same figures that the linear program gets, to compare technologies with published costs and to say why a plan
prefers one site to the next. Units as inside the program: M USD, GW, GWh, so that M USD/GW is USD/kW.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from planner.base.arrays import Array
from planner.base.constants import HOURS
from planner.costs.money import annuity
from planner.instance import Inputs, Site, Technology
from planner.instance.fuel_cost import carbon_cost, fuel_price


@dataclass(frozen=True)
class Shadow:
    """What shared limits are worth in a stage: M USD per GW of the zone, TBtu at each terminal, kt CO2 and GW of each design by country."""

    zone: dict[str, float] = field(default_factory=dict)
    terminal: dict[str, float] = field(default_factory=dict)  # price of gas there, cargo and limits together
    carbon: dict[str, float] = field(default_factory=dict)
    order: dict[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True)
class Hosting:
    """What one more GW of IT, run flat, costs at a site per year (M USD), by its cheapest single supply."""

    supply: str
    power: float  # part of it for power
    rest: float  # shell, operation, water
    facility_gwh: float

    @property
    def total(self) -> float:
        return self.power + self.rest


def yearly_fixed(
    tech: Technology, stage: int, rate: float, capex_factor: float = 1.0, fixed_om_factor: float = 1.0
) -> float:
    """Annuity of the overnight cost with interest during construction, and fixed O&M, M USD per GW and year."""
    own = rate if tech.rate is None else tech.rate
    annual = annuity(own, tech.life) * tech.construction_factor * float(tech.capex[stage]) * capex_factor
    return annual + tech.fixed_om * fixed_om_factor


def lcoe(
    tech: Technology,
    stage: int,
    rate: float,
    *,
    capacity_factor: float | None = None,
    fuel_price: float | None = None,
    carbon_price: float = 0.0,
    capex_factor: float = 1.0,
    fixed_om_factor: float = 1.0,
) -> float:
    """Levelised cost, USD/MWh of 2023: fixed cost over the year's energy, variable O&M, fuel and carbon.

    capacity_factor : default: the technology's availability. fuel_price : USD/MMBtu (HHV); default: that of its card.
    carbon_price : USD/t on the stack. capex_factor, fixed_om_factor : regional cost over the base cost.
    """
    running = tech.availability if capacity_factor is None else capacity_factor
    fuel = tech.fuel_price if fuel_price is None else fuel_price
    variable = tech.variable_om + tech.heat_rate * (fuel + tech.co2 * carbon_price * 1e-3)
    return (yearly_fixed(tech, stage, rate, capex_factor, fixed_om_factor) / (HOURS * running) + variable) * 1e3


def hosting(
    inputs: Inputs,
    site: Site,
    stage: int,
    cooling: str,
    tier_cost: float | None,
    plants: Collection[str],
    shadow: Shadow,
) -> Hosting | None:
    """The cheapest way to host one more GW of IT that runs flat; None where nothing can feed it.

    tier_cost : reinforcement of the cheapest grid tier with room, M USD per GW and year; None without room. plants : technologies that may
    be built here in this stage; those that cannot carry a load alone (sun, wind, storage, backup) are left out. What clean shares add to
    fossil supply is not counted: one supply alone could not meet them.
    """
    pue, weights = site.pue[cooling], inputs.timeline.weights
    load = float(weights @ pue)  # GWh of the facility
    needed = site.design_pue[cooling] * (1.0 + inputs.reserve_margin)  # GW of firm supply
    carbon = shadow.carbon.get(site.country, 0.0)
    ways: dict[str, float] = {}
    if tier_cost is not None:
        energy = float(
            weights @ (pue * (site.price * site.price_scale[stage] + carbon * site.carbon * site.carbon_scale[stage]))
        )
        connection = site.charge(stage) + tier_cost + shadow.zone.get(site.zone, 0.0)
        ways["grid"] = needed * connection + energy
    for name in plants:
        tech = inputs.technologies[name]
        if tech.kind in ("thermal", "nuclear") and tech.firm > 0 and float(running(site, tech).min()) > 0.0:
            ways[name] = _plant(inputs, site, stage, tech, pue, needed, load, shadow)
    if not ways:
        return None
    supply = min(ways, key=lambda name: ways[name])
    shell = annuity(inputs.discount_rate, inputs.shell_life) * site.shell_capex
    water = site.wue[cooling] * HOURS * site.water_price
    return Hosting(supply, ways[supply], shell + site.site_om + water, load)


def running(site: Site, tech: Technology) -> Array:
    """Share of a thermal or nuclear plant that can run at a site, by hour: its own there, or the technology's."""
    if tech.name in site.capacity_factor:
        return site.capacity_factor[tech.name]
    return tech.availability * (site.derate if tech.heat_derated else np.ones(len(site.derate)))


def _plant(
    inputs: Inputs, site: Site, stage: int, tech: Technology, pue: Array, needed: float, load: float, shadow: Shadow
) -> float:
    """Yearly cost of one plant that carries a flat load alone: as large as firmness and its worst hour ask."""
    size = max(needed / tech.firm, float((pue / running(site, tech)).max()))
    learned = inputs.capex_learning.get((tech.name, site.country))
    factor = site.capex_factor.get(tech.name, 1.0) * (1.0 if learned is None else float(learned[stage]))
    factor *= tech.paid(site.country, stage)
    om = site.fixed_om_factor.get(tech.name, 1.0)
    fixed = yearly_fixed(tech, stage, inputs.discount_rate, factor, om) + shadow.order.get(
        (tech.name, site.country), 0.0
    )
    fuel = (
        tech.heat_rate * fuel_price(inputs, site, tech, stage)
        if tech.kind == "thermal"
        else tech.heat_rate * (tech.fuel_price + carbon_cost(inputs, site, tech, stage))
    )
    if tech.fuel == "gas" and inputs.gas_account(site.name):
        source = float(inputs.gas_at(site.name).price[stage]) + shadow.terminal.get(site.gas or "", 0.0)
        fuel = tech.heat_rate * (source + carbon_cost(inputs, site, tech, stage))
    carbon = tech.heat_rate * tech.co2 * shadow.carbon.get(site.country, 0.0)
    return size * fixed + load * (tech.variable_om + fuel + carbon)
