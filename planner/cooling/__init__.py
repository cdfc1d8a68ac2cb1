"""Hourly PUE and WUE from weather, for air-side and water-side economisers and dry-cooled warm water."""

from planner.cooling.air_economiser import AirEconomiser
from planner.cooling.dry_liquid import DryLiquid
from planner.cooling.hourly import design_pue, draw, pue, wue
from planner.cooling.system import CoolingSystem, Draw
from planner.cooling.water_economiser import WaterEconomiser

__all__ = [
    "AirEconomiser",
    "CoolingSystem",
    "Draw",
    "DryLiquid",
    "WaterEconomiser",
    "design_pue",
    "draw",
    "pue",
    "wue",
]
