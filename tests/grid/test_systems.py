"""Small systems by hand, and what must hold whatever the figures are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.grid.dispatch import dispatch
from planner.grid.scarcity import Steps
from planner.grid.slope import slope
from planner.grid.totals import cost_musd
from planner.grid.zone import Line, SystemYear
from tests.grid.tiny import zone

DAY = np.ones(24)


def pair(limit_mw: float, hurdle: float = 4.0, load: tuple[float, float] = (100.0, 100.0)) -> SystemYear:
    """A cheap zone A (20 USD/MWh, 300 MW) and a dear one B (50 USD/MWh, 80 MW) with a line both ways."""
    zones = (
        zone(DAY * load[0], [300.0], [20.0], name="A"),
        zone(DAY * load[1], [80.0], [50.0], name="B"),
    )
    lines = (Line("A", "B", limit_mw, hurdle), Line("B", "A", limit_mw, hurdle))
    return SystemYear(2024, zones, lines)


def test_a_full_line_leaves_two_prices() -> None:
    found = dispatch(pair(60.0))
    assert found.flow_mw[0] == pytest.approx(60.0) and found.flow_mw[1] == pytest.approx(0.0)
    assert found.zones["A"].price_usd_per_mwh == pytest.approx(20.0)
    assert found.zones["B"].price_usd_per_mwh == pytest.approx(50.0)
    assert found.zones["A"].band_mw[0] == pytest.approx(160.0) and found.zones["B"].band_mw[0] == pytest.approx(40.0)


def test_a_line_with_room_leaves_the_hurdle_between_the_prices() -> None:
    found = dispatch(pair(150.0))
    assert found.flow_mw[0] == pytest.approx(100.0)
    assert found.zones["B"].price_usd_per_mwh == pytest.approx(24.0)


def test_a_zone_that_lacks_power_says_how_much_and_how_long() -> None:
    found = dispatch(pair(10.0))
    assert found.zones["B"].unserved_mw == pytest.approx(10.0)
    assert found.zones["B"].price_usd_per_mwh == pytest.approx(500.0)


def test_a_zone_without_plants_lives_on_its_line() -> None:
    a, bare = zone(DAY * 100, [300.0], [20.0], name="A"), zone(DAY * 50, [], [], name="B")
    found = dispatch(SystemYear(2024, (a, bare), (Line("A", "B", 40.0, 4.0),)))
    assert found.zones["B"].import_mw == pytest.approx(40.0) and found.zones["B"].unserved_mw == pytest.approx(10.0)


def test_what_must_run_is_exported_before_it_is_spilled() -> None:
    """A must give 240 of 300 MW; 100 are its own, 60 flow, 80 are spilled."""
    a = zone(DAY * 100, [300.0], [20.0], name="A", least=0.8)
    b = zone(DAY * 100, [80.0], [50.0], name="B")
    found = dispatch(SystemYear(2024, (a, b), (Line("A", "B", 60.0, 4.0),)))
    assert found.zones["A"].spilled_mw == pytest.approx(80.0)
    assert found.zones["A"].price_usd_per_mwh == pytest.approx(0.0)
    assert found.zones["B"].price_usd_per_mwh == pytest.approx(50.0)


def test_a_plant_with_half_a_year_uses_it_where_there_is_a_use() -> None:
    """Coal may give half its year; there is load in half the hours only: it serves all of it."""
    load = np.tile(np.repeat([0.0, 100.0], 12), 4)
    found = dispatch(SystemYear(2024, (zone(load, [100.0, 100.0], [20.0, 60.0], limit=[0.5, 1.0]),), ()))
    assert found.zones["A"].band_mw[0].sum() == pytest.approx(0.5 * 100 * len(load), rel=1e-2)


def test_a_plant_never_gives_more_than_its_year_allows() -> None:
    load = np.tile(100.0 + 50 * np.sin(np.arange(24) / 24 * 2 * np.pi), 10)
    found = dispatch(SystemYear(2024, (zone(load, [100.0, 200.0], [20.0, 60.0], limit=[0.4, 1.0]),), ()))
    assert found.zones["A"].band_mw[0].mean() <= 40.0 * 1.01
    assert found.zones["A"].unserved_mw.max() == pytest.approx(0.0)


def test_scarcity_is_paid_by_all_zones_of_a_market_and_never_above_unserved_energy() -> None:
    market = replace(pair(60.0), scarcity={"A": Steps(np.array([0.9, 0.5]), np.array([7.0, 900.0]))})
    slack = dispatch(replace(market, zones=tuple(replace(z, market="A") for z in market.zones)))
    assert slack.zones["B"].scarcity_usd_per_mwh == pytest.approx(0.0)  # 180 of 380 MW left on a load of 200
    tight = pair(60.0, load=(180.0, 100.0))
    tight = replace(tight, zones=tuple(replace(z, market="A") for z in tight.zones), scarcity=market.scarcity)
    assert dispatch(tight).zones["A"].price_usd_per_mwh == pytest.approx(500.0)  # 100 left on 280


def test_a_load_moved_between_two_equal_zones_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    load = 150 + 60 * rng.random(48)
    twins = tuple(zone(load, [100.0, 100.0, 100.0], [20.0, 30.0, 45.0], name=n, co2=400.0) for n in "AB")
    system = SystemYear(2024, twins, (Line("A", "B", 40.0, 2.0), Line("B", "A", 40.0, 2.0)))
    one, other = dispatch(system.with_load("A", 50.0)), dispatch(system.with_load("B", 50.0))
    assert cost_musd(one) == pytest.approx(cost_musd(other), rel=1e-12)
    assert one.zones["A"].price_usd_per_mwh == pytest.approx(other.zones["B"].price_usd_per_mwh)


def test_incremental_cost_is_convex_in_the_load() -> None:
    rng = np.random.default_rng(4)
    zones = (
        zone(150 + 60 * rng.random(48), [100.0, 100.0, 100.0], [20.0, 30.0, 45.0], name="A"),
        zone(100 + 90 * rng.random(48), [100.0, 300.0], [25.0, 60.0], name="B"),
    )
    system = SystemYear(2024, zones, (Line("A", "B", 40.0, 2.0), Line("B", "A", 40.0, 2.0)))
    total = [cost_musd(dispatch(system.with_load("A", mw))) for mw in np.arange(0, 100, 10.0)]
    assert (np.diff(total, 2) >= -1e-9).all()


def test_no_load_added_is_the_system_as_it_is() -> None:
    row = slope(pair(60.0), "B", [0.0], every=1)[0]
    assert row.price_rise_usd_per_mwh == 0.0 and row.cost_rise_usd_per_mwh == 0.0 and row.hours_short == 0.0
    assert row.incremental_cost_usd_per_mwh is None


def test_a_flat_load_costs_what_its_last_plant_costs_wherever_that_stands() -> None:
    """20 MW in B with room on the line: A's plant serves them at 20 USD/MWh; the hurdle is no cost of the system."""
    row = slope(pair(150.0), "B", [0.02], every=1)[0]
    assert row.incremental_cost_usd_per_mwh == pytest.approx(20.0)
    assert row.imported_share == pytest.approx(1.0)


def test_parts_without_a_line_are_systems_of_their_own() -> None:
    far = replace(pair(60.0), zones=(*pair(60.0).zones, zone(DAY * 10, [20.0], [5.0], name="C")))
    parts = far.networks()
    assert [[z.zone for z in part.zones] for part in parts] == [["A", "B"], ["C"]]
    assert [z.zone for z in far.around("C").zones] == ["C"]
