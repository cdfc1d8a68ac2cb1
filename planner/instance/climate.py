"""Weather, sun, wind, price and carbon of the catalog's sites over the year, as arrays."""

from __future__ import annotations

import pandas as pd

from planner.catalog.cards import cooling_systems
from planner.catalog.store import Shelf
from planner.cooling import CoolingSystem, design_pue, pue, wue


class Climate:
    """Full-year series of the catalog's sites, UTC: what the timeline is chosen from and the sites are made of."""

    def __init__(self, names: pd.Index, shelf: Shelf, systems: dict[str, CoolingSystem]) -> None:
        self.row = {name: i for i, name in enumerate(names)}
        keys = ("dry_bulb_c", "wet_bulb_c", "rh_pct", "pressure_pa")
        state = [shelf.weather[key].loc[names].to_numpy() for key in keys]
        self.dry_bulb_c = state[0]
        air = (state[0], state[1], state[2], state[3])
        self.pue = {name: pue(*air, system=system) for name, system in systems.items()}
        self.wue = {name: wue(*air, system=system).mean(axis=1) for name, system in systems.items()}
        self.design_pue = {name: design_pue(*air, system=system) for name, system in systems.items()}
        self.solar = shelf.capacity_factors["solar"].loc[names].to_numpy()
        self.wind = shelf.capacity_factors["wind"].loc[names].to_numpy()
        self.price_index = shelf.grid_hourly["price_index"]
        self.carbon = shelf.grid_hourly["carbon_kg_per_mwh"]


def systems() -> dict[str, CoolingSystem]:
    """Cooling systems of the cards that chips use."""
    cards = cooling_systems()
    return {name: CoolingSystem.from_card(cards[name]) for name in ("air_economiser", "dry_liquid")}
