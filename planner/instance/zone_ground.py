"""What every zone of the catalog is read with: sections of the scenario, its hours, tables, and the price of fuel there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.base.arrays import Array
from planner.catalog import system as tables
from planner.catalog.store import Shelf
from planner.grid.years import fuel_price
from planner.grid.zone import ZoneYear
from planner.instance.gas import HUB, henry_hub
from planner.instance.horizon import Horizon
from planner.instance.model import Technology
from planner.scenario.markets import Markets
from planner.scenario.supply import Fuel, Grid
from planner.scenario.zones import Zone
from planner.timeline import Timeline


@dataclass(frozen=True)
class Ground:
    """What every zone is read with."""

    grid: Grid
    asked: Mapping[str, Zone]  # what the scenario says of zones
    fuel: Fuel
    markets: Markets
    horizon: Horizon
    timeline: Timeline
    shelf: Shelf
    system: tables.PowerSystem
    technologies: Mapping[str, Technology]  # that the grid may build
    carbon: Mapping[str, Array]  # country -> M USD/kt by stage


def fuel(ground: Ground, zone: str, country: str, burnt: str, y: int) -> float:
    """Delivered price of a fuel as the scenario has it, USD/MMBtu."""
    year = ground.horizon.years[y]
    price = fuel_price(ground.system.fuel_prices, zone, burnt, year)
    if burnt == "gas":
        own = henry_hub(ground.shelf, ground.fuel, ground.markets, ground.horizon)
        price += float(own[y]) - ground.shelf.fuel_price("henry_hub", HUB, year)
    elif burnt == "lng":
        price *= _lng_scale(ground, y)
        if ground.fuel.lng_spot is not None:
            price *= ground.fuel.lng_spot.at(year) / ground.shelf.fuel_price("jkm", country, year)
    return max(price, 0.1)


def _lng_scale(ground: Ground, y: int) -> float:
    """What the scenario makes of every cargo's price."""
    scale = ground.fuel.scale
    return float(ground.horizon.of(scale.gas)[y] * ground.horizon.of(scale.lng)[y])


def new_fuel(ground: Ground, zone: ZoneYear, burnt: str, y: int) -> float:
    """Gas of a new plant, USD/MMBtu: that of the zone, or a spot cargo at the quay with regas and pipe, as campuses buy it."""
    if burnt == "gas":
        return fuel(ground, zone.zone, zone.country, burnt, y)
    year, spot = ground.horizon.years[y], ground.fuel.lng_spot
    cargo = ground.shelf.fuel_price("jkm", zone.country, year) if spot is None else spot.at(year)
    onward = (ground.shelf.fuel_price(item, zone.country, 2026) for item in ("regas", "domestic_transmission"))
    return cargo * _lng_scale(ground, y) + sum(onward)
