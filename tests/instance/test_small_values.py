"""Figures on the way into the program, each by hand: swing of a load's days, carbon on a stack, credits, agreements, limits, places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.instance.fuel_cost import carbon_cost, fence_price
from planner.instance.work import sampled
from planner.scenario import parse
from tests.world import inputs, technology, timeline

US = {"name": "a", "country": "US", "lat": 39, "lon": -96}
PLAIN: dict[str, Any] = {
    "name": "x",
    "countries": ["US"],
    "stages": [2030],
    "time": {"hours": 2},
    "sites": {"use": [], "add": [US]},
    "workloads": [{"owner": "US", "load": 1}],
    "power": [],
    "technologies": [{"name": "p", "variable_cost": 5}],
}


def test_days_that_stand_above_the_year_s_peak_swing_less_about_the_mean() -> None:
    """Two days of a year that is 1 but for one hour of 3: held to a peak of 1.2, every hour swings by the same part of what it did."""
    two = timeline((0, 1))
    year = np.ones(8760)
    year[1] = 3.0
    free = sampled(year, 9.0, two)
    assert two.mean(free) == pytest.approx(1.0) and free[1] / free[0] == pytest.approx(3.0)
    held = sampled(year, 1.2, two)
    assert held.max() == pytest.approx(1.2) and two.mean(held) == pytest.approx(1.0)
    assert (held - 1.0) / (free - 1.0) == pytest.approx(np.full(48, 0.2 / (free.max() - 1.0)))


def test_carbon_on_a_stack_is_the_fuel_s_times_the_country_s_price_and_nothing_without_one() -> None:
    world = inputs(countries=("US",), years=(2030,))
    site, plant = world.sites["US-A"], technology("gas", "thermal", 1, co2=53.06)
    priced = replace(world, policy=replace(world.policy, carbon_price={"US": np.array([0.1])}))
    free = replace(world, policy=replace(world.policy, carbon_price={}))
    assert carbon_cost(priced, site, plant, 0) == pytest.approx(5.306)
    assert carbon_cost(free, site, plant, 0) == 0.0


def test_gas_that_the_year_prices_costs_nothing_more_at_the_fence() -> None:
    """LNG in Korea is bought by the cargo; a pipeline's price is that of its source."""
    world = inputs()
    assert {world.gas_account(name) for name in world.sites} == {True, False}
    for name, site in world.sites.items():
        known = float(world.gas[site.gas].price[0]) if site.gas else 0.0
        expected = 0.0 if world.gas_account(name) else known
        assert fence_price(world, site, technology("gas", "thermal", 1, fuel="gas"), 0) == expected


def test_a_credit_is_paid_in_its_country_alone() -> None:
    plant = technology("reactor", "nuclear", 1, credit={"US": np.array([0.3])})
    assert (plant.paid("US", 0), plant.paid("KR", 0)) == (0.7, 1.0)


def test_an_agreement_may_take_its_mw_at_the_site() -> None:
    site = US | {"energy_price": 60, "ppa": [{"name": "sun", "mw": 80, "price": 40}]}
    found = assemble(parse(PLAIN | {"power": ["grid"], "sites": {"use": [], "add": [site]}}), lambda _: None)
    assert found.sites["a"].renewable_limit_gw == {"PPA sun": pytest.approx(0.08)}


def test_what_a_zone_of_ones_own_may_build_is_limited_in_mw() -> None:
    """And pays 10 MMBtu/MWh x 50 kg/MMBtu x 100 USD/t: 50 USD/MWh beside its 5."""
    zone = {
        "country": "US",
        "load": 10,
        "plants": [{"name": "coal", "capacity": 20, "variable_cost": 20}],
        "new": ["p"],
    }
    changes = {
        "grid": {"model": "system"},
        "power": ["grid"],
        "zones": {"A": zone | {"new_limit": {"p": 1500}}},
        "sites": {"use": [], "add": [US | {"zone": "A", "capacity_charge": 0}]},
        "technologies": [{"name": "p", "variable_cost": 5, "heat_rate": 10, "fuel_price": 0, "co2": 50}],
        "policy": {"carbon_price": {"US": 100}},
    }
    system = assemble(parse(PLAIN | changes), lambda _: None).system
    assert system is not None
    new = system.zones["A"].new["p"]
    assert new.most_gw == pytest.approx([1.5])
    assert new.cost == pytest.approx([0.055]) and new.co2 == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("country", "lat", "lon", "words"),
    [
        ("US", 39, 96, "the sign of lon is missing"),
        ("US", -75, 40, "lat and lon are swapped"),
        ("KR", -37, 127, "the sign of lat is wrong"),
    ],
)
def test_a_place_is_told_its_slip(country: str, lat: float, lon: float, words: str) -> None:
    site = US | {"country": country, "lat": lat, "lon": lon}
    with pytest.raises(InputError, match=words):
        asked = {"countries": [country], "workloads": [{"owner": country, "load": 1}]}
        assemble(parse(PLAIN | asked | {"sites": {"use": [], "add": [site]}}), lambda _: None)
