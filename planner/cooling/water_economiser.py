"""Water-side economiser: a cooling tower cools the room's water directly when the wet bulb allows, a chiller does the rest.

Source: Lei & Masanet (2020, doi 10.1016/j.energy.2020.117556). The room's coil also takes out moisture (the sensible heat
ratio), which the humidifier puts back; as in the paper, the heat of fans and pumps is not added to the cooling load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from planner.cooling.machines import SECONDS_PER_HOUR, TowerCooled, fan_power, pump_power
from planner.cooling.psychrometrics import (
    CP_AIR_KJ_PER_KG_K,
    CP_WATER_KJ_PER_KG_K,
    air_density_kg_per_m3,
    heat_of_vaporisation_kj_per_kg,
)
from planner.cooling.system import Draw, OutdoorAir


@dataclass(frozen=True)
class WaterEconomiser(TowerCooled):
    """Parameters: supply air, the coil (sensible heat ratio, effectiveness) and the economiser's exchanger and pump."""

    physics: ClassVar[str] = "water_economiser"

    supply_c: float
    sensible_heat_ratio: float
    coil_effectiveness: float
    exchanger_approach_k: float
    economiser_pump_pa: float
    economiser_pump_efficiency: float

    def draw(self, air: OutdoorAir) -> Draw:
        room_kg_per_s = self.room_heat / (CP_AIR_KJ_PER_KG_K * self.room_air_rise_k)
        cooling = self.room_heat / self.sensible_heat_ratio

        # Water the coil needs to bring the air from return to supply with its effectiveness.
        cold_c = self.supply_c + self.room_air_rise_k * (1.0 - 1.0 / self.coil_effectiveness)
        warm_c = cold_c + self.chilled_water_rise_k
        water_kg_per_s = (cooling - self.room_heat) / heat_of_vaporisation_kj_per_kg((cold_c + warm_c) / 2.0)

        reached_c = air.wet_bulb_c + (self.tower_approach_k + self.exchanger_approach_k)
        free = cooling * np.clip((warm_c - reached_c) / self.chilled_water_rise_k, 0.0, 1.0)
        economiser_kg_per_s = free / (CP_WATER_KJ_PER_KG_K * self.chilled_water_rise_k)
        plant = self.plant(cooling - free, free, air)
        density = air_density_kg_per_m3(self.supply_c, air.pressure_pa)
        return Draw(
            room_fan=fan_power(room_kg_per_s, density, self.room_fan_pa, self.room_fan_efficiency),
            pump=plant.pump + pump_power(economiser_kg_per_s, self.economiser_pump_pa, self.economiser_pump_efficiency),
            chiller=plant.chiller,
            rejection_fan=plant.rejection_fan,
            humidifier=np.broadcast_to(
                pump_power(water_kg_per_s, self.humidifier_pump_pa, self.humidifier_pump_efficiency), free.shape
            ),
            water_l_per_kwh=plant.water_l_per_kwh + water_kg_per_s * SECONDS_PER_HOUR,
            heat_out=plant.heat_out,
        )
