"""Factors on prices, costs and delays: what they move, by how much, and that nothing else moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from planner.base.errors import InputError
from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.scenario import parse

CONFIG = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


def inputs(**changes: Any) -> Inputs:
    return assemble(parse(yaml.safe_load(CONFIG.read_text("utf-8")) | changes))


@pytest.fixture(scope="module")
def plain() -> Inputs:
    return inputs()


def test_gas_half_as_dear_again_is_so_at_the_quay_and_in_contracts_but_not_at_the_fence(plain: Inputs) -> None:
    dearer = inputs(fuel={"scale": {"gas": 1.5}})
    for name, terminal in plain.terminals.items():
        assert dearer.terminals[name].spot_price == pytest.approx(1.5 * terminal.spot_price)
        assert dearer.gas[name].price == pytest.approx(plain.gas[name].price)  # regasification and pipe
    for name, seller in plain.exporters.items():
        assert dearer.exporters[name].gas_price == pytest.approx(1.5 * seller.gas_price)
        assert dearer.exporters[name].fee == seller.fee
    assert inputs(fuel={"scale": {"gas": 1.5, "lng": 2}}).terminals.keys() == plain.terminals.keys()


def test_spot_alone_and_by_stage(plain: Inputs) -> None:
    dearer = inputs(fuel={"scale": {"lng": {2028: 1.0, 2032: 2.0}}, "lng_spot": 10.0})
    assert all(t.spot_price == pytest.approx([10.0, 20.0]) for t in dearer.terminals.values())
    assert all(dearer.exporters[name].gas_price == pytest.approx(e.gas_price) for name, e in plain.exporters.items())


def test_reactor_fuel_and_overnight_costs(plain: Inputs) -> None:
    dearer = inputs(fuel={"scale": {"uranium": 2.0}}, capex={"scale": {"gas_cc_h": 0.5, "battery_4h": 3.0}})
    for name, tech in plain.technologies.items():
        other, factor = dearer.technologies[name], {"gas_cc_h": 0.5, "battery_4h": 3.0}.get(name, 1.0)
        assert other.capex == pytest.approx(factor * tech.capex)
        assert other.energy_capex == pytest.approx(factor * tech.energy_capex)
        assert other.fuel_price == pytest.approx(tech.fuel_price * (2.0 if tech.fuel == "uranium" else 1.0))


def test_connections_of_a_country_and_of_a_site_come_months_later(plain: Inputs) -> None:
    later = inputs(grid={"delay_by": {"KR": "24 month", "KR-ULSAN": 12}})
    moved = {name: [b.first_year - a.first_year for a, b in _tiers(plain, later, name)] for name in plain.sites}
    assert set(moved.pop("KR-ULSAN")) == {3} and {year for years in moved.values() for year in years} == {2}
    same = inputs(grid={"delay": 2.0})
    assert all(np.array_equal(later.zone_limit[zone], same.zone_limit[zone]) for zone in plain.zone_limit)


def test_a_delay_within_a_stage_is_told_to_change_nothing() -> None:
    """Ulsan's connections of 2029, 2031 and 2034 count in 2032 a year later too, but not two years later."""
    ulsan = {"use": ["KR-ULSAN"]}
    late = "moves no connection into a later stage: one that comes after the first year of a stage counts from the next (2028, 2032)"
    for grid, key in (({"delay": 1}, "grid.delay"), ({"delay_by": {"KR": 6, "KR-ULSAN": 6}}, "grid.delay_by")):
        assert [note for note in inputs(sites=ulsan, grid=grid).notes if note.startswith(f"{key} {late}")]
    assert not [note for note in inputs(sites=ulsan, grid={"delay": 2}).notes if "delay" in note]


def test_a_connection_that_comes_within_the_first_year_of_a_stage_counts_in_part() -> None:
    """Ulsan's of 2029, 2031 and 2034, none there in 2028: 15 months late the second comes in April 2032 and counts three quarters."""
    for months, counted in ((0, [1, 1, 0]), (15, [1, 0.75, 0]), (18, [1, 0.5, 0]), (24, [1, 0, 0]), (42, [0.5, 0, 0])):
        site = inputs(sites={"use": ["KR-ULSAN"]}, grid={"delay_by": {"KR": months}}).sites["KR-ULSAN"]
        whole = inputs(sites={"use": ["KR-ULSAN"]}, stages=[2040], horizon_end=2045).sites["KR-ULSAN"]
        for tier, full, share in zip(site.tiers, whole.tiers, counted, strict=True):
            assert tier.gw == pytest.approx([0.0, share * full.gw[0]])


def _tiers(plain: Inputs, later: Inputs, name: str) -> list[tuple[Any, Any]]:
    return list(zip(plain.sites[name].tiers, later.sites[name].tiers, strict=True))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"capex": {"scale": {"gas_cc": 2}}}, "unknown technology 'gas_cc'"),
        ({"grid": {"delay_by": {"KR-ULSA": 3}}}, "did you mean KR-ULSAN"),
        ({"grid": {"delay_by": {"KR": "3 MW"}}}, "month"),
        ({"fuel": {"scale": {"coal": 2}}}, "unknown key 'coal'"),
    ],
)
def test_a_factor_of_nothing_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        inputs(**changes)


def test_a_factor_on_reactors_is_idle_beside_plants_of_the_catalog_that_are_none() -> None:
    said = "smr.cost_scale changes nothing: no reactor of the catalog is planned"
    site = {"use": ["KR-ULSAN"]}
    assert said in inputs(sites=site, power=["grid", "gas_cc_h"], smr={"cost_scale": 2}).notes
    assert said not in inputs(sites=site, smr={"cost_scale": 2}).notes
