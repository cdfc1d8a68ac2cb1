"""Sums of a dispatch: energy by kind, carbon, cost, hours short. Everything is of the year: each hour has its weight."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.grid.dispatch import SystemHours, ZoneHours

GAS = ("gas_cc", "gas_ct", "gas_st", "gas_ic")
KIND = dict.fromkeys(GAS, "gas") | {"hydro_ror": "hydro", "wind_off": "wind"}


def generation_twh(zones: Iterable[ZoneHours], weight: float) -> dict[str, float]:
    """Energy by kind of plant (gas plants together), TWh. What is spilled counts as generated, stores as nothing."""
    found: dict[str, float] = {}
    for hours in zones:
        bands = zip(hours.zone.bands.plant, hours.band_mw.sum(axis=1), strict=True)
        taken = ((plant, mw.sum()) for plant, mw in hours.must_take_mw.items())
        for plant, mwh in (*bands, *taken, ("hydro", hours.hydro_mw.sum())):
            kind = KIND.get(plant, plant)
            found[kind] = found.get(kind, 0.0) + float(mwh) * weight / 1e6
    return found


def carbon_kt(zones: Iterable[ZoneHours], weight: float) -> float:
    """CO2 of what the zones generate, kt."""
    kg = 0.0
    for hours in zones:
        kg += float(hours.zone.bands.co2_kg_per_mwh @ hours.band_mw.sum(axis=1))
        kg += sum(
            hours.zone.must_take_co2_kg_per_mwh.get(kind, 0.0) * float(mw.sum())
            for kind, mw in hours.must_take_mw.items()
        )
    return kg * weight / 1e6


def cost_musd(found: SystemHours) -> float:
    """What generating costs the system (fuel, variable O&M, carbon price), M USD. Trading and unserved energy cost nothing here."""
    usd = sum(float(z.zone.bands.cost_usd_per_mwh @ z.band_mw.sum(axis=1)) for z in found.zones.values())
    return usd * found.weight / 1e6


def price_usd_per_mwh(zones: list[ZoneHours]) -> np.ndarray:
    """Price by hour of some zones together, weighted by their load."""
    load = sum((z.load_mw for z in zones), np.zeros_like(zones[0].load_mw))
    return sum((z.price_usd_per_mwh * z.load_mw for z in zones), np.zeros_like(load)) / load


def hours_short(hours: ZoneHours, weight: float) -> float:
    """Hours of the year in which a zone is short of energy (more than 1 kW)."""
    return float((hours.unserved_mw > 1e-3).sum()) * weight


def unserved_twh(zones: Iterable[ZoneHours], weight: float) -> float:
    """Energy not served, TWh."""
    return sum(float(z.unserved_mw.sum()) for z in zones) * weight / 1e6
