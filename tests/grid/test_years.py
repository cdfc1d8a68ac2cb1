"""What stands, grows and costs in a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from planner.catalog.system import PowerSystem, power_system
from planner.grid import years
from planner.grid.assemble import system_year


@pytest.fixture(scope="module")
def system() -> PowerSystem:
    return power_system()


def test_survivors_fall_in_straight_lines_between_the_years_given() -> None:
    fleet = pd.DataFrame({f"mw_{y}": [mw] for y, mw in zip(years.FLEET_YEARS, (600, 300, 100, 0, 0), strict=True)})
    at = {year: float(years.survivors_mw(fleet, year)[0]) for year in (2022, 2024, 2027, 2030, 2035, 2045, 2050)}
    assert at == {2022: 600, 2024: 600, 2027: 450, 2030: 300, 2035: 100, 2045: 0, 2050: 0}


def test_announced_plants_do_not_stand_unless_asked_for(system: PowerSystem) -> None:
    firm = years.built(system.additions, 2035)
    assert set(firm["status"]) <= {"planned", "construction", "pre-construction", "policy", "restart"}
    assert len(years.built(system.additions, 2035, firm_only=False)) > len(firm)
    assert firm["year"].max() <= 2035


def test_growth_without_new_data_centers_is_the_smaller(system: PowerSystem) -> None:
    for zone in system.zones.index:
        without, with_them = (years.growth(system.load_growth, str(zone), 2035, new) for new in (False, True))
        assert without <= with_them
        assert years.growth(system.load_growth, str(zone), 2024, True) == 1.0


def test_a_new_plant_takes_the_place_in_the_stack_of_the_best_of_its_kind(system: PowerSystem) -> None:
    """Himeji's two combined cycles of 2026 stand in Kansai in 2030 at the best heat rate there."""
    kansai = next(z for z in system_year(system, 2030, ["JP-KN"]).zones)
    gas = [at for at, plant in enumerate(kansai.bands.plant) if plant == "gas_cc"]
    best = kansai.bands.cost_usd_per_mwh[gas].min()
    at_best = kansai.bands.capacity_mw[gas][np.isclose(kansai.bands.cost_usd_per_mwh[gas], best)]
    assert at_best.sum() == pytest.approx(6594.0 + 2 * 622.6, rel=0.01)


def test_a_reactor_that_restarted_runs_its_first_year_as_measured_and_later_ones_in_full(system: PowerSystem) -> None:
    """Onagawa 2 (819 MW) gave 0.316 of FY2024; from then on 0.84, the mean of the reactors that ran all year."""
    first, later = (system_year(system, year, ["JP-TH"]).zones[0].must_take_mw["nuclear"] for year in (2024, 2028))
    assert first.mean() == pytest.approx(0.316 * 819, rel=0.01)
    assert later.mean() == pytest.approx(0.84 * 819, rel=0.01)


def test_the_cost_of_a_band_is_fuel_upkeep_and_carbon(system: PowerSystem) -> None:
    """New York's best combined cycle in 2024: 7.17 MMBtu/MWh at the division's gas, 2.4 USD/MWh, 381 kg at 20 USD/t."""
    zone = system_year(system, 2024, ["US-NY"]).zones[0]
    gas = years.fuel_price(system.fuel_prices, "US-NY", "gas", 2024)
    at = next(at for at, plant in enumerate(zone.bands.plant) if plant == "gas_cc")
    assert zone.bands.cost_usd_per_mwh[at] == pytest.approx(7.17 * gas + 2.4 + 0.381 * 20)


def test_a_line_counts_from_its_first_year(system: PowerSystem) -> None:
    """Kanmon gets 1 GW more in 2038."""
    limits = [
        sum(line.limit_mw for line in system_year(system, year, ["JP-CG", "JP-KY"]).lines if line.to_zone == "JP-CG")
        for year in (2035, 2040)
    ]
    assert limits == [2470.0, 3470.0]


def test_batteries_grow_by_what_is_firm(system: PowerSystem) -> None:
    now, then = (system_year(system, year, ["US-ERC"]).zones[0].stores[0] for year in (2024, 2028))
    assert then.discharge_mw > now.discharge_mw
    assert then.energy_mwh / then.discharge_mw == pytest.approx(now.energy_mwh / now.discharge_mw)


def test_the_profiles_give_the_measured_energy_of_japan(system: PowerSystem) -> None:
    """Sun of Tokyo in FY2024: 25.5 TWh and nothing curtailed; reactors of Kansai 48.7 TWh (area TSOs)."""
    zones = {z.zone: z for z in system_year(system, 2024, ["JP-TK", "JP-KN"]).zones}
    assert zones["JP-TK"].must_take_mw["solar"].sum() / 1e6 == pytest.approx(25.5, rel=0.01)
    assert zones["JP-KN"].must_take_mw["nuclear"].sum() / 1e6 == pytest.approx(48.7, rel=0.01)


def test_every_zone_can_serve_its_peak_with_what_reaches_it(system: PowerSystem) -> None:
    """Available plants, water, stores and lines in the hour of the highest net load."""
    built = system_year(system, 2024)
    for zone in built.zones:
        hour = int(np.argmax(zone.net_load_mw))
        own = zone.available_mw[:, hour].sum() + zone.hydro_most_mw + sum(s.discharge_mw for s in zone.stores)
        lines = sum(line.limit_mw for line in built.lines if line.to_zone == zone.zone)
        assert own + lines >= zone.net_load_mw[hour], zone.zone


def test_lng_of_asia_moves_with_the_spot_price(system: PowerSystem) -> None:
    """11.62 USD/MMBtu in 2024 to 8.79 in 2040 (jkm): Korea's 14.43 falls to 10.91."""
    assert years.fuel_price(system.fuel_prices, "KR-CAP", "lng", 2024) == pytest.approx(14.43)
    assert years.fuel_price(system.fuel_prices, "KR-CAP", "lng", 2040) == pytest.approx(
        14.43 * 8.789 / 11.621, rel=1e-3
    )
