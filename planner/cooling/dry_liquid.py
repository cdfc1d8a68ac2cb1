"""Warm water to the chips, cooled by dry coolers; a small share of the heat goes to the room's air.

Two water loops, one to the cold plates and a cooler one to the room's coils, each cooled by outdoor air. A loop needs no more
than fans while the dry bulb plus the cooler's approach stays below its supply temperature. Above that, wetted pads pre-cool
the coolers' air towards the wet bulb; what is still missing is done by an air-cooled chiller (a fixed share of Carnot).

Own model, from conservation of energy: a cooler's air warms by a fixed share (effectiveness) of the distance between returning
water and air, so the flow of air goes with the inverse of that distance and the fans' power with its cube. The heat of
pumps and room fans is cooled too, so that all power drawn leaves as heat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from planner.base.arrays import Array
from planner.cooling.machines import EVAPORATION_KJ_PER_KG, SECONDS_PER_HOUR, fan_power, pump_power
from planner.cooling.psychrometrics import CP_AIR_KJ_PER_KG_K, CP_WATER_KJ_PER_KG_K, air_density_kg_per_m3
from planner.cooling.system import CoolingSystem, Draw, OutdoorAir

KELVIN = 273.15


@dataclass(frozen=True)
class DryLiquid(CoolingSystem):
    """Parameters: temperatures in degrees Celsius, differences in K, pressures in Pa, the rest fractions.

    liquid_fraction : of the IT heat that cold plates take; all other heat goes to the room's air.
    """

    physics: ClassVar[str] = "dry_liquid"

    liquid_fraction: float
    liquid_supply_c: float
    liquid_rise_k: float
    liquid_pump_pa: float
    liquid_pump_efficiency: float
    room_supply_c: float
    room_air_rise_k: float
    room_fan_pa: float
    room_fan_efficiency: float
    room_coil_approach_k: float
    room_water_rise_k: float
    room_pump_pa: float
    room_pump_efficiency: float
    cooler_approach_k: float
    cooler_effectiveness: float
    cooler_fan_pa: float
    cooler_fan_efficiency: float
    pad_effectiveness: float
    cycles_of_concentration: float
    carnot_fraction: float
    evaporator_approach_k: float
    condenser_approach_k: float
    least_lift_k: float

    def draw(self, air: OutdoorAir) -> Draw:
        plates, room = self.liquid_fraction, self.room_heat - self.liquid_fraction

        # Pumps and fans heat what they move: each carries its own power too.
        density = air_density_kg_per_m3(self.room_supply_c, air.pressure_pa)
        fan_share = fan_power(
            1.0 / (CP_AIR_KJ_PER_KG_K * self.room_air_rise_k), density, self.room_fan_pa, self.room_fan_efficiency
        )
        room_fan = room * fan_share / (1.0 - fan_share)
        liquid_pump = _carried(plates, self.liquid_rise_k, self.liquid_pump_pa, self.liquid_pump_efficiency)
        room_pump = _carried(room + room_fan, self.room_water_rise_k, self.room_pump_pa, self.room_pump_efficiency)

        to_plates = self._loop(plates + liquid_pump, self.liquid_supply_c, self.liquid_rise_k, air)
        room_water_c = self.room_supply_c - self.room_coil_approach_k
        to_room = self._loop(room + room_fan + room_pump, room_water_c, self.room_water_rise_k, air)
        chiller, fan, water, heat_out = (a + b for a, b in zip(to_plates, to_room, strict=True))
        pump = liquid_pump + room_pump
        return Draw(room_fan, pump, chiller, fan, np.zeros_like(fan), water, heat_out)

    def _loop(self, heat: Array | float, supply_c: float, rise_k: float, air: OutdoorAir) -> tuple[Array, ...]:
        """Chiller and fan power, water and heat out of one loop that carries `heat` kW per kW of IT."""
        most_c = supply_c - self.cooler_approach_k
        wettest_c = air.dry_bulb_c - self.pad_effectiveness * (air.dry_bulb_c - air.wet_bulb_c)
        inlet_c = np.clip(most_c, wettest_c, air.dry_bulb_c)
        missing = np.clip((inlet_c - most_c) / rise_k, 0.0, 1.0)

        evaporator_k = supply_c - self.evaporator_approach_k + KELVIN
        lift_k = np.maximum(air.dry_bulb_c + self.condenser_approach_k + KELVIN - evaporator_k, self.least_lift_k)
        chilled = heat * missing
        chiller = chilled * lift_k / (self.carnot_fraction * evaporator_k)

        # At the design point the cooler's air is as warm as it may be; the chiller's condensers always blow that hard.
        design_k = rise_k + self.cooler_approach_k
        flow = design_k / np.maximum(supply_c + rise_k - inlet_c, design_k)
        per_heat_kg_per_s = 1.0 / (CP_AIR_KJ_PER_KG_K * self.cooler_effectiveness * design_k)
        density = air_density_kg_per_m3(air.dry_bulb_c, air.pressure_pa)
        full = fan_power(per_heat_kg_per_s, density, self.cooler_fan_pa, self.cooler_fan_efficiency)
        fan = full * ((heat - chilled) * flow**3 + chilled + chiller)

        wetted_kg_per_s = per_heat_kg_per_s * flow * (heat - chilled)
        evaporated = wetted_kg_per_s * CP_AIR_KJ_PER_KG_K * (air.dry_bulb_c - inlet_c) / EVAPORATION_KJ_PER_KG
        make_up = 1.0 + 1.0 / (self.cycles_of_concentration - 1.0)
        water = evaporated * SECONDS_PER_HOUR * make_up
        return chiller, fan, water, heat + chiller + fan


def _carried(heat: Any, rise_k: float, pressure_pa: float, efficiency: float) -> Any:
    """Power of the pump of a loop that carries this heat and the pump's own."""
    share = pump_power(1.0 / (CP_WATER_KJ_PER_KG_K * rise_k), pressure_pa, efficiency)
    return heat * share / (1.0 - share)
