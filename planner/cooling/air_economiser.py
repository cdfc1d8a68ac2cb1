"""Air-side economiser with adiabatic humidification and a chiller behind it, for air-cooled rooms.

Outdoor air is mixed with the room's return air, humidified if too dry, and blown into the room as long as that reaches a
state the servers accept: a box of temperature, dew point and relative humidity. Otherwise a coil helps: it dries or cools
the outdoor air, or the room runs on its own air, whichever leaves the chiller less to do.

Losses, flows and machines are those of Lei & Masanet (2020, doi 10.1016/j.energy.2020.117556); as in the paper, the heat of
fans and pumps is not added to the cooling load. The choice of the supply state is our own: it conserves the enthalpy of
the mix and asks as little of the coil as the box allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from planner.cooling.machines import SECONDS_PER_HOUR, TowerCooled, fan_power, pump_power
from planner.cooling.psychrometrics import (
    CP_AIR_KJ_PER_KG_K,
    CP_VAPOUR_KJ_PER_KG_K,
    VAPORISATION_AT_0C_KJ_PER_KG,
    air_density_kg_per_m3,
    dew_point_c,
    enthalpy_kj_per_kg,
    humidity_ratio,
    saturation_pressure_pa,
)
from planner.cooling.system import Draw, OutdoorAir


@dataclass(frozen=True)
class AirEconomiser(TowerCooled):
    """Parameters: the box of supply air (degrees Celsius; relative humidity as a fraction) and the coil's surface."""

    physics: ClassVar[str] = "air_economiser"

    supply_min_c: float
    supply_max_c: float
    dew_point_min_c: float
    dew_point_max_c: float
    coil_dew_point_c: float
    supply_rh_min: float
    supply_rh_max: float

    def draw(self, air: OutdoorAir) -> Draw:
        t, p = air.dry_bulb_c, air.pressure_pa
        outdoor_e = np.maximum(air.rh_pct, 0.01) / 100.0 * saturation_pressure_pa(t)  # no dew point at 0 %
        outdoor_w = humidity_ratio(outdoor_e, p)
        outdoor_h = enthalpy_kj_per_kg(t, outdoor_w)

        # The wettest supply air: at the highest dew point, unless relative humidity binds first at the highest temperature.
        top_e = min(
            float(saturation_pressure_pa(self.dew_point_max_c)),
            self.supply_rh_max * float(saturation_pressure_pa(self.supply_max_c)),
        )
        top_w = humidity_ratio(top_e, p)
        top_h = enthalpy_kj_per_kg(self.supply_max_c, top_w)
        coil_w = humidity_ratio(saturation_pressure_pa(self.coil_dew_point_c), p)

        # Outdoor air past the coil: where too wet, as much of it is dried at the coil's surface as brings the whole to the
        # wettest supply; where too hot even for evaporation, it is cooled to the box; else it passes untouched.
        wet = outdoor_w > top_w
        through_coil = np.maximum(outdoor_w - top_w, 0.0) / np.maximum(outdoor_w - coil_w, top_w - coil_w)
        dried_h = outdoor_h - through_coil * (outdoor_h - enthalpy_kj_per_kg(self.coil_dew_point_c, coil_w))
        coil_h = np.minimum(dried_h, top_h)

        # Supply: as cool as outdoors allows, warmed with return air until relative humidity fits, moist enough. Dried air
        # is costly, so it goes in as warm as allowed, which needs the least of it.
        mixed_w = np.minimum(outdoor_w, top_w)
        mixed_e = np.minimum(outdoor_e, top_e)
        coolest = np.maximum(dew_point_c(mixed_e / self.supply_rh_max), self.supply_min_c)
        supply_c = np.where(wet, self.supply_max_c, np.clip(t, coolest, self.supply_max_c))
        least_e = np.maximum(
            self.supply_rh_min * saturation_pressure_pa(supply_c), float(saturation_pressure_pa(self.dew_point_min_c))
        )
        evaporative_w = (coil_h - CP_AIR_KJ_PER_KG_K * supply_c) / (
            VAPORISATION_AT_0C_KJ_PER_KG + CP_VAPOUR_KJ_PER_KG_K * supply_c
        )
        supply_w = np.maximum(np.maximum(mixed_w, humidity_ratio(least_e, p)), evaporative_w)
        supply_h = enthalpy_kj_per_kg(supply_c, supply_w)

        # Share of outdoor air that brings the mix with return air to the supply's enthalpy.
        room_h = CP_AIR_KJ_PER_KG_K * self.room_air_rise_k
        share = room_h / (room_h + supply_h - coil_h)
        coil_load = share * (outdoor_h - coil_h)
        closed = coil_load >= room_h
        share = np.where(closed, 0.0, share)
        coil_load = np.where(closed, room_h, coil_load)

        air_kg_per_s = self.room_heat / room_h
        water_kg_per_s = air_kg_per_s * share * (supply_w - mixed_w)
        plant = self.plant(air_kg_per_s * coil_load, 0.0, air)
        return Draw(
            room_fan=fan_power(
                air_kg_per_s, air_density_kg_per_m3(supply_c, p), self.room_fan_pa, self.room_fan_efficiency
            ),
            pump=plant.pump,
            chiller=plant.chiller,
            rejection_fan=plant.rejection_fan,
            humidifier=pump_power(water_kg_per_s, self.humidifier_pump_pa, self.humidifier_pump_efficiency),
            water_l_per_kwh=plant.water_l_per_kwh + water_kg_per_s * SECONDS_PER_HOUR,
            heat_out=plant.heat_out + air_kg_per_s * share * (supply_h + room_h - outdoor_h),
        )
