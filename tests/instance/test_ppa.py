"""A power purchase agreement is signed where it is cheaper than what it replaces, paid used or not; an owner keeps its site to itself."""

from __future__ import annotations

from typing import Any

import pytest

from planner.base.errors import InputError
from planner.run.one import make_plan
from planner.scenario import parse

YEAR = 8760


def world(ppa: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Ten MW of load at one neutral site, grid at 60 USD/MWh, one year."""
    site = {"name": "here", "country": "US", "lat": 39, "lon": -96, "energy_price": 60, "ppa": ppa}
    return {
        "name": "ppa",
        "countries": ["US"],
        "stages": [2030],
        "horizon_end": 2031,
        "time": {"hours": 4},
        "sites": {"use": [], "add": [site]},
        "workloads": [{"owner": "US", "load": 10}],
        "power": ["grid"],
        "reliability": {"reserve_margin": 0},
    } | changes


def cost(ppa: list[dict[str, Any]]) -> float:
    return float(make_plan(parse(world(ppa))).summary["objective_musd"])


def test_a_flat_agreement_below_the_grids_price_takes_its_place() -> None:
    assert cost([]) == pytest.approx(10 * YEAR * 60e-6)
    assert cost([{"name": "flat", "mw": 4, "price": 45}]) == pytest.approx((4 * 45 + 6 * 60) * YEAR * 1e-6)
    assert cost([{"name": "dear", "mw": 4, "price": 61}]) == pytest.approx(10 * YEAR * 60e-6)


def test_what_an_agreement_gives_and_nobody_uses_is_paid_all_the_same() -> None:
    """Sun of 0, 0, 1, 1: of 20 MW in half of the hours 10 are used. Each MW costs half a year at 25 and saves half a year at 60."""
    sun = {"name": "sun", "mw": 20, "price": 25, "hours": [0, 0, 1, 1]}
    assert cost([sun]) == pytest.approx((10 * 25 + 10 * 60) * YEAR / 2 * 1e-6)  # ten MW are signed, no more


def test_an_agreement_stands_at_its_own_site_from_its_first_year_under_its_own_name() -> None:
    asked = world(
        [{"name": "Solarpark", "mw": 4, "price": 45, "first_year": 2031}], stages=[2030, 2032], horizon_end=2034
    )
    asked["sites"]["add"].append({"name": "there", "country": "US", "lat": 40, "lon": -96, "energy_price": 60})
    capacity = make_plan(parse(asked)).tables["capacity"].set_index(["site", "stage", "technology"])["capacity_mw"]
    assert capacity["here", 2032, "PPA Solarpark"] == pytest.approx(4)
    assert not [key for key in capacity.index if key[2].startswith("PPA") and (key[0] == "there" or key[1] == 2030)]


def test_a_profile_that_the_site_does_not_have_and_a_name_twice_are_refused() -> None:
    with pytest.raises(InputError, match="the site has no hours of wind_on"):
        make_plan(parse(world([{"name": "w", "mw": 4, "price": 45, "profile": "wind_on"}])))
    with pytest.raises(InputError, match="given twice"):
        make_plan(parse(world([{"name": "w", "mw": 4, "price": 45}] * 2)))


def test_only_its_owners_work_runs_at_a_site() -> None:
    sites = [
        {"name": "cheap", "country": "US", "lat": 39, "lon": -96, "energy_price": 30, "owner": "ACME"},
        {"name": "open", "country": "US", "lat": 40, "lon": -96, "energy_price": 60},
    ]
    asked = world([], companies={"ACME": {"label": "Acme", "users": ["US"]}}, sites={"use": [], "add": sites})
    asked["workloads"] = [{"owner": "US", "name": "public", "load": 10}, {"owner": "ACME", "name": "own", "load": 5}]
    plan = make_plan(parse(asked))
    work = plan.tables["work"].groupby(["site", "owner"])["it_gwh"].sum()
    assert work["cheap", "ACME"] == pytest.approx(5 * 8.76) and work["open", "US"] == pytest.approx(10 * 8.76)
    assert plan.summary["objective_musd"] == pytest.approx((5 * 30 + 10 * 60) * YEAR * 1e-6)
    with pytest.raises(InputError, match="NOBODY"):
        parse(world([], sites={"use": [], "add": [sites[0] | {"owner": "NOBODY"}]}))
