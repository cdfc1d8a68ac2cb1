"""One real zone without links on a few days: PyPSA's optimum is ours to 1e-6."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.catalog.system import power_system
from planner.grid.assemble import system_year
from planner.grid.dispatch import dispatch
from planner.grid.stack import UNSERVED_USD_PER_MWH
from planner.grid.zone import SystemYear, ZoneYear

pypsa = pytest.importorskip("pypsa")


def days(zone: ZoneYear, first: int, count: int) -> ZoneYear:
    """Some days of a zone, without energy limits, which are of the year."""
    hours = slice(24 * first, 24 * (first + count))
    return replace(
        zone,
        load_mw=zone.load_mw[hours],
        must_take_mw={kind: mw[hours] for kind, mw in zone.must_take_mw.items()},
        available_mw=zone.available_mw[:, hours],
        hydro_mwh=zone.hydro_mwh[first : first + count],
        bands=replace(zone.bands, most_yearly_share=np.ones(len(zone.bands))),
    )


def network(zone: ZoneYear) -> pypsa.Network:
    """The same zone in PyPSA: bands with least output, unserved energy, spilling, water by the day, one store."""
    n = pypsa.Network()
    hours = len(zone.load_mw)
    n.set_snapshots(range(hours))
    n.add("Carrier", "AC")
    n.add("Bus", "zone", carrier="AC")
    n.add("Load", "net load", bus="zone", p_set=zone.net_load_mw)
    for at, mw in enumerate(zone.bands.capacity_mw):
        cost = zone.bands.cost_usd_per_mwh[at]
        span = {"p_min_pu": zone.least_mw[at] / mw, "p_max_pu": zone.available_mw[at] / mw}
        n.add("Generator", f"band {at}", bus="zone", p_nom=mw, marginal_cost=cost, **span)
    n.add("Generator", "unserved", bus="zone", p_nom=1e6, marginal_cost=UNSERVED_USD_PER_MWH)
    n.add("Generator", "spilled", bus="zone", p_nom=1e6, p_min_pu=-1.0, p_max_pu=0.0)
    for day, energy in enumerate(zone.hydro_mwh if zone.hydro_most_mw else ()):
        inside = (np.arange(hours) // 24 == day).astype(float)
        least = inside * 0.35 * energy / 24 / zone.hydro_most_mw
        water = {"p_min_pu": least, "p_max_pu": inside, "e_sum_min": energy, "e_sum_max": energy}
        n.add("Generator", f"water {day}", bus="zone", p_nom=zone.hydro_most_mw, **water)
    for store in zone.stores:
        n.add(
            "StorageUnit",
            store.plant,
            bus="zone",
            p_nom=store.discharge_mw,
            p_min_pu=-store.charge_mw / store.discharge_mw,
            max_hours=store.energy_mwh / store.discharge_mw,
            efficiency_store=store.efficiency,
            cyclic_state_of_charge=True,
        )
    return n


def optimum(zone: ZoneYear) -> float:
    """PyPSA's least cost, USD."""
    n = network(zone)
    n.optimize(solver_name="highs", log_to_console=False, include_objective_constant=False)
    return float(n.objective)


def ours(zone: ZoneYear) -> float:
    """Cost of our dispatch with unserved energy, USD."""
    found = dispatch(SystemYear(2024, (zone,), ())).zones[zone.zone]
    return float((zone.bands.cost_usd_per_mwh @ found.band_mw).sum() + UNSERVED_USD_PER_MWH * found.unserved_mw.sum())


@pytest.fixture(scope="module")
def zones() -> dict[str, ZoneYear]:
    return {zone.zone: zone for zone in system_year(power_system(), 2024).zones}


@pytest.mark.parametrize("name", ["US-TVA", "JP-TK", "KR-REG"])
def test_days_with_water_cost_what_pypsa_says(zones: dict[str, ZoneYear], name: str) -> None:
    zone = replace(days(zones[name], 180, 3), stores=())
    assert ours(zone) == pytest.approx(optimum(zone), rel=1e-6)


@pytest.mark.parametrize("name", ["US-TVA", "JP-KY", "KR-REG"])
@pytest.mark.parametrize("day", [20, 290])
def test_a_day_with_pumped_hydro_costs_what_pypsa_says(zones: dict[str, ZoneYear], name: str, day: int) -> None:
    pumped = tuple(store for store in zones[name].stores if store.plant == "pumped_hydro")
    zone = replace(days(zones[name], day, 1), hydro_most_mw=0.0, stores=pumped)
    assert ours(zone) == pytest.approx(optimum(zone), rel=1e-6)


def test_a_full_battery_could_save_a_little_by_uneven_cycles(zones: dict[str, ZoneYear]) -> None:
    zone = days(zones["US-ERC"], 20, 1)
    assert optimum(zone) * (1 - 1e-9) <= ours(zone) <= optimum(zone) * (1 + 1e-4)
