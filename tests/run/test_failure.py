"""Scenarios on real data that have no plan: the message names countries, years, sites and units, and what would solve it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from planner.run import why_not
from planner.run.one import stated
from planner.run.way import How, NoPlan, Way
from planner.scenario import parse
from tests.benchmarks.scale import AnnualModel

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


def scenario(**changes: Any) -> Any:
    plain: dict[str, Any] = {
        "name": "stuck",
        "countries": ["KR"],
        "stages": [2028],
        "time": {"days": 1},
        "sites": {"use": ["KR-HAENAM", "KR-GUMI"]},
        "workloads": [{"owner": "KR", "load": "500 MW"}],
        "power": ["grid"],
    }
    return parse(plain | changes)


def message(**changes: Any) -> list[str]:
    asked = scenario(**changes)
    built = stated(asked)
    with pytest.raises(NoPlan) as error:
        Way(How.asked(asked)).solve(built)
    said = str(error.value)
    assert not re.search(r"\[KR|_defined|<=|>=", said), said
    return [line.strip() for line in said.splitlines()]


def test_a_connection_that_comes_too_late() -> None:
    said = message(sites={"use": ["KR-HAENAM"]})
    assert said[0] == "there is no plan: the program is infeasible"
    assert "Korea 2028: all of 'kr-work' must be done, 500 MW" in said
    assert "Korea 2028: grid connection at Haenam Solaseado (KR-HAENAM), tier 1, comes in 2029" in said
    assert "any one of these solves it:" in said
    assert any(
        re.search(r"tier 1, is [\d.,]+ MW short: \+.* MW by 2028, or the work no sooner than 2029", s) for s in said
    )
    assert any(re.search(r"% of 'kr-work' is too much: [\d.,]+ MW less", line) for line in said)


def test_the_grid_alone_is_told_and_how_plants_are_allowed() -> None:
    said = message(sites={"use": ["KR-HAENAM"]})
    assert (
        "only the grid may feed these sites: the scenario allows no plant beside them; `power` is the list of what may, such as"
        in said
    )
    offered = next(line for line in said if line.startswith("power: ["))
    allowed = offered.removeprefix("power: [").split("]")[0].split(", ")
    asked = scenario(sites={"use": ["KR-HAENAM"]}, power=allowed, workloads=[{"owner": "KR", "load": "100 MW"}])
    assert Way(How.asked(asked)).solve(stated(asked)).status == "proven"
    too_much = message(sites={"use": ["KR-HAENAM"]}, power=["grid", "gas_cc_h"])
    assert not any("only the grid" in line for line in too_much)


def test_too_little_land() -> None:
    work = [{"owner": "KR", "load": "4.9 GW"}, {"owner": "KR", "name": "more", "load": "300 MW"}]
    said = message(stages=[2036], workloads=work, power=["grid", "gas_cc_h"])
    assert "Korea 2036: land at Gumi (KR-GUMI), at most 2,000 MW of IT" in said
    assert "Korea 2036: land at Gumi (KR-GUMI), is 200 MW of IT short: +200 MW of IT" in said


def test_reactors_that_do_not_exist_yet() -> None:
    said = message(stages=[2030], sites={"use": ["KR-ULJIN"]}, power=["smr_ismr"])
    assert any(re.search(r"^2030: no .*\(smr_ismr\) yet, it can run from 203\d on", line) for line in said)


def test_a_country_that_may_host_too_little() -> None:
    """Two countries, work that must stay at home, and a rule that sends most of it abroad."""
    work = [{"owner": "KR", "load": "100 MW", "home_share": 1.0}]
    said = message(
        countries=["KR", "JP"],
        stages=[2034],
        sites={"use": ["KR-HAENAM", "JP-TOKYO"]},
        workloads=work,
        policy={"country_share": {"KR": 0.4}},
    )
    assert "Korea 2034: the country's share of IT power" in said
    assert any("the country's share of IT power, is" in line and "MW short" in line for line in said)


def test_a_zone_that_is_full() -> None:
    said = message(stages=[2036], workloads=[{"owner": "KR", "load": "2 GW"}], grid={"headroom_scale": 0.1})
    assert "Korea 2036: new grid connection in zone KR, at most 1,068 MW" in said
    both = said[said.index("the cheapest way to do all that can be done is all of:") :]
    assert any("grid connection at" in line and "short: +" in line for line in both)
    assert any("new grid connection in zone KR, is" in line and "short: +" in line for line in both)
    assert not any("kr-work" in line for line in both)


def test_the_wide_range_of_coefficients_is_told_by_name() -> None:
    m = AnnualModel()
    m.row("demand", {m.column("chips", 9.0): 1e7, m.column("land", 9.0): 1e-4}, upper=1.0)
    assert why_not.badly_scaled(m.program()) == [
        "the coefficients span a range of 1.0e+11, which a solver may not bear:",
        "  1e+07 of chips in demand",
        "  0.0001 of land in demand",
    ]
    assert why_not.badly_scaled(m.program(), worst=1e12) == []


def test_wind_alone_is_not_firm_and_the_message_says_so() -> None:
    said = message(
        countries=["US"],
        time={"hours": 3},
        sites={"use": [], "add": [{"name": "bus", "country": "US", "lat": 39, "lon": -96}]},
        workloads=[{"owner": "US", "load": "1 MW"}],
        power=[],
        technologies=[{"name": "wind", "kind": "must_take", "availability": 1, "limit": 50}],
    )
    assert "United States 2028: all of 'us-work' must be done, 1 MW" in said
    assert (
        "United States 2028: firm supply at bus must reach 115 % of the peak load; "
        "nothing of this scenario is firm: there is no grid (power, reliability.island), and wind and sun are not"
    ) in said
    assert (
        "United States 2028: firm supply at bus is 1.15 MW short: +1.15 MW of grid, or of a plant that counts as firm"
        in said
    )


def bus(site: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """What is said of a MW of work on a bus of one's own that has no plan."""
    own = {"name": "bus", "country": "US", "lat": 39, "lon": -96} | (site or {})
    plain = {"countries": ["US"], "time": {"hours": 2}, "workloads": [{"owner": "US", "load": 1}], "power": []}
    return message(**plain | {"sites": {"use": [], "add": [own]}, "reliability": {"reserve_margin": 0}} | changes)


def test_a_plant_that_may_not_be_large_enough_is_told_with_what_it_lacks() -> None:
    for plant in ({"kind": "thermal"}, {"kind": "must_take", "firm": 1}):
        said = bus(technologies=[{"name": "plant", "limit": 0.5} | plant])
        assert "United States 2028: plant at bus, at most 0.5 MW" in said
        assert "United States 2028: plant at bus, is 0.5 MW short: +0.5 MW" in said
        assert not any(line.startswith("the cheapest way") for line in said)


def test_a_connection_of_nothing_is_not_one_that_comes_late() -> None:
    said = bus({"energy_price": 5, "headroom": 0}, power=["grid"])
    assert "United States 2028: grid connection at bus, tier 1, at most 0 MW" in said
    assert "United States 2028: grid connection at bus, tier 1, is 1 MW short: +1 MW" in said


def test_a_site_that_comes_too_late_and_cooling_above_the_limit_are_told() -> None:
    plant = [{"name": "plant", "variable_cost": 5}]
    assert "2028: nothing can stand at bus before 2031" in bus({"first_year": 2031}, technologies=plant)
    limit = {"pue_limit": {"US": 1.2}}
    assert "2028: PUE 1.3 at bus is above 1.2, the limit for 'us-work' (policy.pue_limit)" in bus(
        {"pue": 1.3}, technologies=plant, policy=limit
    )


def test_an_island_is_told_that_its_grid_does_not_count() -> None:
    said = bus({"energy_price": 5}, power=["grid"], reliability={"reserve_margin": 0, "island": True})
    assert any("there is no grid (power, reliability.island)" in line for line in said)
