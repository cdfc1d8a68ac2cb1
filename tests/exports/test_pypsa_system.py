"""PyPSA's own optimum of a power system with campuses, where it trades by the hour and our flows are found by turns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.exports.pypsa import network, write_pypsa
from planner.run.one import make_plan, stated
from planner.scenario import Scenario, parse
from tests.exports.test_pypsa import theirs

SUN = [0.0] * 7 + [0.2, 0.5, 0.8, 0.9, 1.0, 1.0, 0.9, 0.8, 0.5, 0.2] + [0.0] * 7
EVENING = [0.8] * 16 + [1.0, 1.3, 1.5, 1.5, 1.2] + [0.8] * 3
PLANTS = [
    {"name": "coal", "capacity": 90, "variable_cost": 20, "co2": 900, "yearly_limit": 0.8},
    {"name": "gas", "capacity": 90, "variable_cost": 50, "least_output": 0.1},
    {"name": "sun", "capacity": 60, "must_take": True, "availability": SUN},
]
TURBINE = {"name": "turbine", "annual_cost": 60, "variable_cost": 90}
BATTERY = {"name": "battery", "kind": "storage", "capex": 300, "energy_capex": 90, "lifetime": 15, "efficiency": 0.85}


def world(**changes: Any) -> Scenario:
    """Two zones with a link, sun, a standing store, new turbines and batteries, a reserve margin; a campus in the dearer one."""
    zone = {"country": "US", "plants": PLANTS, "store": 10, "store_content": 40, "store_efficiency": 0.8}
    zone |= {"reserve_margin": 0.1, "new": ["turbine", "battery"]}
    site = {"name": "campus", "country": "US", "lat": 39, "lon": -96, "zone": "A", "capacity_charge": 1, "smr": False}
    return parse(
        {
            "name": "two-zones",
            "countries": ["US"],
            "stages": [2030],
            "horizon_end": 2034,
            "time": {"hours": 24},
            "sites": {"use": [], "add": [site]},
            "workloads": [{"owner": "US", "load": 30}],
            "power": ["grid"],
            "technologies": [TURBINE, BATTERY],
            "grid": {"model": "system", "new": []},
            "zones": {"A": zone | {"load": [140 * f for f in EVENING]}, "B": zone | {"load": 90}},
            "links": [{"between": ["A", "B"], "capacity": 20, "hurdle": 2}],
            "reliability": {"reserve_margin": 0},
            "solve": {"gap": 1e-8},
        }
        | changes
    )


def costs(scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float, float]:
    """Ours, PyPSA's and the power bill, M USD."""
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "kept"))
    plan = make_plan(scenario)
    assert plan.summary["status"] == "proven"
    _, objective = theirs(write_pypsa(stated(scenario), tmp_path / "network"))
    return plan.summary["objective_musd"], objective, float(plan.tables["bills"]["system_cost_musd"].sum())


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"grid": {"model": "system", "new": [], "links": False}},
        {"grid": {"model": "system", "new": [], "curtailable_share": 1, "curtailable_hours": 2000}},
        {"links": [{"between": ["A", "B"], "capacity": 20, "back": 10, "hurdle": 2, "cost": 400, "annual_cost": 6}]},
        {"links": [{"between": ["B", "A"], "capacity": 0, "hurdle": 2, "annual_cost": 35, "most": 25}]},
    ],
    ids=["with a link", "apart", "a connection that may be cut", "a link to widen", "a link to build"],
)
def test_pypsa_finds_our_optimum_of_two_zones(
    changes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stores, sun, least output and a yearly limit on both sides: flows found by turns lose nothing that counts."""
    own, objective, _ = costs(world(**changes), tmp_path, monkeypatch)
    assert objective <= own * (1 + 1e-6)
    assert own == pytest.approx(objective, rel=2e-3)


def test_without_a_link_nothing_is_lost_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apart = world(grid={"model": "system", "new": [], "links": False})
    own, objective, _ = costs(apart, tmp_path, monkeypatch)
    assert own == pytest.approx(objective, rel=1e-6)


def test_koreas_two_zones_cost_what_pypsa_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """2 GW in the capital area on three days: at most 0.3 % above PyPSA, which trades by the hour."""
    site = {"name": "campus", "country": "KR", "lat": 37.3, "lon": 127.0, "headroom": 20_000, "land_limit": 50_000}
    korea = parse(
        {
            "name": "korea",
            "countries": ["KR"],
            "stages": [2030],
            "horizon_end": 2031,
            "time": {"days": 3},
            "sites": {"inherit": "catalog", "use": [], "add": [site]},
            "workloads": [{"owner": "KR", "load": 2000}],
            "power": ["grid"],
            "grid": {"model": "system"},
            "reliability": {"reserve_margin": 0},
            "solve": {"gap": 1e-4, "whole_units": False},
        }
    )
    own, objective, bill = costs(korea, tmp_path, monkeypatch)
    assert own - objective <= 3e-3 * bill
    assert own - objective >= -2e-4 * bill


def test_pypsa_makes_a_link_as_wide_as_we_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One size for both ways, whose hurdles are paid apart; 20 MW stand one way and 10 the other."""
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "kept"))
    link = {"between": ["A", "B"], "capacity": 20, "back": 10, "hurdle": 2, "cost": 400, "annual_cost": 6}
    scenario = world(links=[link])
    plan = make_plan(scenario)
    net, objective = theirs(write_pypsa(stated(scenario), tmp_path / "network"))
    (wide,) = plan.tables["links"]["new_mw"]
    assert wide > 20
    assert net.links.at["A to B new", "p_nom_opt"] == pytest.approx(wide, rel=1e-4)
    power_bill = float(plan.tables["bills"]["system_cost_musd"].sum())
    assert abs(plan.summary["objective_musd"] - objective) <= 3e-3 * power_bill


def test_a_store_on_a_clock_of_its_own_is_refused() -> None:
    """A typical day begins in the local morning, here for two zones with stores in different hours."""
    two = parse(
        {
            "name": "two-clocks",
            "countries": ["US"],
            "stages": [2030],
            "time": {"days": 2},
            "sites": {"use": ["US-DALLAS"]},
            "workloads": [{"owner": "US", "load": 10}],
            "power": ["grid"],
            "grid": {"model": "system", "zones": ["US-PJMD", "US-ERC"]},
        }
    )
    with pytest.raises(InputError, match="begins in another hour"):
        network(stated(two, reference=False))


def test_a_zone_takes_its_reserve_and_gives_the_campus_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")
    built = stated(world(), reference=False)
    net = network(built)
    peak, firm = 140 * 1.5, 90 * 2 + 10
    assert net.series["loads", "p_set"]["A load"][1] == pytest.approx(1.1 * peak - firm, rel=0.3)
    assert net.series["links", "p_min_pu"]["campus grid tier 1"][:2] == pytest.approx([0.0, 1.1])
    assert net.static["links"]["A to B"]["p_nom"] == pytest.approx(20.0)
    assert np.ptp(net.series["loads", "p_set"]["A load"][2:]) == pytest.approx(140 * 0.7)
