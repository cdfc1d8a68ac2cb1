"""Terms of own sites reach the program: offers, gas, water, first year, what stands and what must stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import planner
from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.scenario import parse

BASE: dict[str, Any] = {
    "name": "terms",
    "countries": ["US"],
    "stages": [2030, 2034],
    "time": {"days": 2},
    "workloads": [{"owner": "US", "load": {2030: 100, 2034: 200}}],
    "power": ["grid"],
}


def asked(*sites: dict[str, Any], **sections: Any) -> dict[str, Any]:
    added = [{"country": "US", "lat": 39, "lon": -96, "energy_price": 50} | site for site in sites]
    return BASE | {"sites": {"use": [], "add": added}} | sections


def test_offers_add_up_by_year_with_the_annuity_of_their_reinforcement() -> None:
    offers = [{"mw": 300, "first_year": 2033, "cost": 200}, {"mw": 100, "first_year": 2029}]
    site = assemble(parse(asked({"name": "a", "offers": offers}))).sites["a"]
    assert [tier.gw.tolist() for tier in site.tiers] == [[0.1, 0.1], [0.0, 0.3]]
    # 200 USD/kW over the 40 years of a connection at 5 %: 200 x 0.058278 = 11.656 USD/kW-year (annuity tables)
    assert site.tiers[0].annual_cost == 0 and site.tiers[1].annual_cost == pytest.approx(11.656, abs=1e-3)


def test_gas_water_and_title_take_the_place_of_the_neighbours() -> None:
    power, inherit = {"power": ["grid", "gas_cc_h"]}, {"use": [], "inherit": "catalog"}
    own = {"name": "a", "country": "US", "lat": 39, "lon": -96}
    for given, gas in (({}, None), ({"gas": "none"}, None), ({"gas": "Mountain"}, "Mountain")):
        sites = inherit | {"add": [own | {"water_limit": "40 ML/year", "title": "Big one"} | given]}
        site = assemble(parse(asked() | power | {"sites": sites})).sites["a"]
        assert (site.gas == gas or not given) and site.water_cap == 40 and site.title == "Big one"
    with pytest.raises(InputError, match="unknown source of gas 'Mountains'") as caught:
        assemble(parse(asked() | power | {"sites": inherit | {"add": [own | {"gas": "Mountains"}]}}))
    assert caught.value.key == "sites.add[0].gas" and "Mountain" in str(caught.value.expected)


def test_nothing_stands_before_the_first_year_and_what_is_committed_stands_from_it_on() -> None:
    cheap = {"name": "late", "first_year": 2032, "energy_price": 10}
    dear = {"name": "signed", "energy_price": 90, "committed": {2030: 20, 2034: 60}, "shell_cost": 10}
    plan = planner.plan(parse(asked(cheap, dear)))
    it = plan.tables["sites"].set_index(["site", "stage"])["it_mw"]
    assert it["signed", 2030] == pytest.approx(100)  # the cheap one cannot stand yet
    assert it["late", 2034] + it["signed", 2034] == pytest.approx(200)
    sites = assemble(parse(asked(cheap, dear))).sites
    assert sites["signed"].committed_gw is not None
    assert np.allclose(sites["signed"].committed_gw, [0.02, 0.06]) and sites["late"].committed_gw is None


def test_a_building_that_stands_costs_nothing_more() -> None:
    shell = {"name": "a", "shell_cost": 10, "land_limit": 250}
    costs = []
    for existing in (0, 50):
        plan = planner.plan(parse(asked(shell | {"existing": existing})))
        ledger = plan.tables["costs"]
        costs.append(ledger.loc[(ledger["line"] == "shell") & (ledger["stage"] == 2034), "musd_per_year"].sum())
    # of 200 MW a quarter stands: three quarters of the annuity of the shells are left
    assert costs[1] == pytest.approx(0.75 * costs[0])


def test_all_of_a_site_that_must_be_built_stands_though_nobody_needs_it() -> None:
    must = {"name": "must", "land_limit": 150, "must_build": True, "energy_price": 500, "shell_cost": 10}
    plan = planner.plan(parse(asked(must, {"name": "cheap", "shell_cost": 10})))
    ledger = plan.tables["costs"]
    shells = ledger[(ledger["line"] == "shell") & (ledger["stage"] == 2030)].set_index("site")["musd_per_year"]
    assert shells["must"] == pytest.approx(1.5 * shells["cheap"])  # 150 MW stand empty beside 100 MW at work


def test_more_than_the_land_takes_and_a_site_that_no_work_reaches_are_refused() -> None:
    own = {"name": "a", "country": "US", "lat": 39, "lon": -96, "committed": 90_000}
    with pytest.raises(InputError, match="90000 MW stand or must stand"):
        assemble(parse(asked() | {"sites": {"use": [], "inherit": "catalog", "add": [own]}}))
    far = {"name": "far", "lat": 60.0, "lon": -150.0, "committed": 10}
    near = {"name": "near", "lat": 39, "lon": -77.5}
    work = [{"owner": "US", "load": {2030: 1, 2034: 2}, "max_latency": "5 ms"}]
    with pytest.raises(InputError, match="at 'far' IT power stands or must stand, and no work may run there"):
        assemble(parse(asked(near, far, workloads=work)))
