"""Fans, pumps and the water-cooled chiller with its tower: kW per kW of IT. Source: Lei & Masanet (2020)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np

from planner.base.arrays import Array
from planner.cooling.psychrometrics import CP_WATER_KJ_PER_KG_K, WATER_DENSITY_KG_PER_M3, air_density_kg_per_m3
from planner.cooling.system import CoolingSystem, OutdoorAir

SECONDS_PER_HOUR = 3600.0
EVAPORATION_KJ_PER_KG = 2450.0

# The fit of the chiller's COP turns upwards past the vertex of its parabola, where no chiller works: held from there on.
COP_SQUARE, COP_LINEAR, COP_CROSS = 0.008840, -0.760621, 0.084615


def fan_power(mass_kg_per_s: float | Array, density_kg_per_m3: Array, pressure_pa: float, efficiency: float) -> Array:
    """kW of a fan that moves this air against this pressure, `m / rho dp / eta`; the broadcast shape of mass flow and density."""
    return mass_kg_per_s / density_kg_per_m3 * (pressure_pa / efficiency / 1000.0)


@overload
def pump_power(mass_kg_per_s: float, pressure_pa: float, efficiency: float) -> float: ...
@overload
def pump_power(mass_kg_per_s: Array, pressure_pa: float, efficiency: float) -> Array: ...
def pump_power(mass_kg_per_s: float | Array, pressure_pa: float, efficiency: float) -> float | Array:
    """kW of a pump that moves this water against this pressure, `m / rho dp / eta`; the same shape out."""
    return mass_kg_per_s * (pressure_pa / (1000.0 * efficiency * WATER_DENSITY_KG_PER_M3))


def chiller_cop(condenser_water_c: Array, load_fraction: float) -> Array:
    """COP of a water-cooled chiller: heat removed per power. `condenser_water_c` is the wet bulb plus the tower's approach.

    A polynomial in the water's temperature and the part load (Lei & Masanet 2020); the same shape out.
    """
    vertex = -(COP_LINEAR + COP_CROSS * load_fraction) / (2.0 * COP_SQUARE)
    t = np.minimum(condenser_water_c, vertex)
    at_load = 16.798751 - 8.528931 * load_fraction**2 + 9.885294 * load_fraction
    return at_load + t * (COP_SQUARE * t + (COP_LINEAR + COP_CROSS * load_fraction))


class Plant(NamedTuple):
    """What chiller and tower draw, kW per kW of IT, litres per kWh, and the heat that leaves by the tower."""

    pump: Array
    chiller: Array
    rejection_fan: Array
    water_l_per_kwh: Array
    heat_out: Array


@dataclass(frozen=True)
class TowerCooled(CoolingSystem):
    """A system whose chiller rejects heat through a cooling tower.

    Pressures in Pa, temperature differences in K. `chiller_load_fraction` is the part load at which the COP is read;
    `cop_adjustment` scales it. `liquid_to_gas_ratio` is kg of water per kg of air in the tower. Of the tower's heat,
    `evaporated_heat_fraction` leaves as vapour; `cycles_of_concentration` sets the blow-down, evaporation / (cycles - 1).
    """

    room_air_rise_k: float
    room_fan_pa: float
    room_fan_efficiency: float
    humidifier_pump_pa: float
    humidifier_pump_efficiency: float
    chilled_water_rise_k: float
    chilled_water_pump_pa: float
    chilled_water_pump_efficiency: float
    chiller_load_fraction: float
    cop_adjustment: float
    tower_approach_k: float
    tower_range_k: float
    tower_pump_pa: float
    tower_pump_efficiency: float
    tower_fan_pa: float
    tower_fan_efficiency: float
    liquid_to_gas_ratio: float
    evaporated_heat_fraction: float
    cycles_of_concentration: float

    def plant(self, chiller_heat: Array, free_heat: float | Array, air: OutdoorAir) -> Plant:
        """Chiller for `chiller_heat`; tower for that, the compressor's work and the `free_heat` that skips the chiller."""
        condenser_c = air.wet_bulb_c + self.tower_approach_k
        cop = chiller_cop(condenser_c, self.chiller_load_fraction) * (1.0 + self.cop_adjustment)
        chiller = chiller_heat / cop
        chilled_kg_per_s = chiller_heat / (CP_WATER_KJ_PER_KG_K * self.chilled_water_rise_k)
        heat_out = chiller_heat + chiller + free_heat
        tower_kg_per_s = heat_out / (CP_WATER_KJ_PER_KG_K * self.tower_range_k)
        density = air_density_kg_per_m3(air.dry_bulb_c, air.pressure_pa)
        evaporated = self.evaporated_heat_fraction / EVAPORATION_KJ_PER_KG * SECONDS_PER_HOUR
        make_up = evaporated * (1.0 + 1.0 / (self.cycles_of_concentration - 1.0))
        return Plant(
            pump=pump_power(chilled_kg_per_s, self.chilled_water_pump_pa, self.chilled_water_pump_efficiency)
            + pump_power(tower_kg_per_s, self.tower_pump_pa, self.tower_pump_efficiency),
            chiller=chiller,
            rejection_fan=fan_power(
                tower_kg_per_s / self.liquid_to_gas_ratio, density, self.tower_fan_pa, self.tower_fan_efficiency
            ),
            water_l_per_kwh=make_up * heat_out,
            heat_out=heat_out,
        )
