"""Power systems of members that trade with each other: a coalition goes on with what flowed over its borders anyway; by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.instance import Inputs
from planner.instance.assemble import assemble
from planner.run.reference import referenced
from planner.scenario import Scenario, parse
from planner.studies.alliance.coalitions import coalition
from planner.studies.alliance.study import study

HOURS = 8760.0
NATION = {"clock": 0, "corners": [[0, 0], [1, 0], [0, 1]]}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")


def world(load: dict[str, float], work: dict[str, float], *, more: Any = None, own: Any = (), **grid: Any) -> Scenario:
    """Zone A in US and B in JP: each has 80 MW of coal at 20 and 100 of gas at 50; 8 MW from B to A for 1.

    Every site holds its own country's work alone.
    """
    country = {"A": "US", "B": "JP"}
    plants = [
        {"name": "coal", "capacity": 80, "variable_cost": 20},
        {"name": "gas", "capacity": 100, "variable_cost": 50},
    ]
    margin, link = grid.pop("margin", 0), {"capacity": 8} | grid.pop("link", {})
    zone = {"plants": plants, "new": [], "reserve_margin": margin}
    site = {"lat": 0.5, "lon": 0.5, "capacity_charge": 0}
    return parse(
        {
            "name": "borders", "countries": ["US", "JP"], "nations": {c: NATION | {"label": c} for c in ("US", "JP")},
            "stages": [2030], "horizon_end": 2031, "time": {"hours": 24},
            "sites": {
                "use": [],
                "add": [site | {"name": f"s{z}", "country": country[z], "zone": z, "land_limit": mw} for z, mw in work.items()],
            },
            "workloads": [{"owner": country[z], "name": f"w{z}", "load": mw} for z, mw in work.items()],
            "power": ["grid"], "reliability": {"reserve_margin": 0}, "alliance": {"pools": ["sites"]},
            "grid": {"model": "system", "new": []} | grid,
            "zones": {z: zone | {"country": country[z], "load": mw} | (more or {}).get(z, {}) for z, mw in load.items()},
            "technologies": list(own),
            "links": [link | {"between": ["B", "A"], "hurdle": 1}], "solve": {"gap": 1e-9},
        }
    )  # fmt: skip


def costs(scenario: Scenario) -> dict[str, float]:
    """M USD by coalition. What flows has no price in the plan, so that the Owen point is no proof of the core here."""
    found = study(scenario, processes=1).found
    assert found["owen_reasons"] == ["power that flows between members is given, and has no price in the plan"]
    assert not found["owen_holds"] and found["core_nonempty"]
    return {row["coalition"]: row["cost_musd"] for row in found["coalitions"]}


def yearly(hour: float) -> float:
    return hour * HOURS * 1e-6


def test_a_coalition_pays_what_its_campuses_add_to_what_flowed_anyway() -> None:
    """B lends A 2 MW without the campuses. Alone, the US burns 10 MW more gas, Japan 5 MW more coal; together 8 MW flow, for 1 each."""
    found = costs(world({"A": 82, "B": 50}, {"A": 10, "B": 5}))
    assert found["US"] == pytest.approx(yearly(10 * 50), rel=1e-6)
    assert found["JP"] == pytest.approx(yearly(5 * 20), rel=1e-6)
    assert found["US + JP"] == pytest.approx(yearly(4 * 50 + 11 * 20 + 6 * 1), rel=1e-5)


def test_apart_is_never_cheaper_than_together_where_both_want_the_same_coal() -> None:
    """8 MW flow anyway, so that Japan's 30 MW find 22 of coal and not 30; together 8 need not flow, which saves the hurdle."""
    found = costs(world({"A": 88, "B": 50}, {"A": 10, "B": 30}))
    assert found["US"] == pytest.approx(yearly(10 * 50), rel=1e-6)
    assert found["JP"] == pytest.approx(yearly(22 * 20 + 8 * 50), rel=1e-6)
    assert found["US + JP"] == pytest.approx(yearly(22 * 20 + 18 * 50 - 8 * 1), rel=1e-5)


def test_a_link_that_the_grid_builds_anyway_stays_until_both_plan_together() -> None:
    """As before over 8 MW that the grid builds for 10 USD/kW a year, and not where both plan."""
    link = {"capacity": 0, "most": 8, "annual_cost": 10}
    found = costs(world({"A": 88, "B": 50}, {"A": 10, "B": 30}, link=link))
    assert found["US"] == pytest.approx(yearly(10 * 50), rel=1e-6)
    assert found["JP"] == pytest.approx(yearly(22 * 20 + 8 * 50), rel=1e-6)
    assert found["US + JP"] == pytest.approx(yearly(22 * 20 + 18 * 50 - 8 * 1) - 8 * 0.01, rel=1e-5)


def test_reserve_that_a_neighbour_lends_anyway_is_not_missing_in_a_coalition() -> None:
    """A holds 180 MW and needs 1.1 x 165: B lends 1.5 MW. Alone, 10 MW more miss 11 MW, at 100 USD/kW; together B lends 8 of the 12.5."""
    found = costs(world({"A": 165, "B": 50}, {"A": 10, "B": 5}, margin=0.1, shortfall=100))
    assert found["US"] == pytest.approx(yearly(10 * 50) + 11 * 0.1, rel=1e-6)
    assert found["JP"] == pytest.approx(yearly(5 * 20), rel=1e-6)
    assert found["US + JP"] == pytest.approx(yearly(10 * 50 + 5 * 20) + 4.5 * 0.1, rel=1e-5)


def test_the_neighbour_keeps_what_it_lends_anyway() -> None:
    """B holds 180 MW, needs 1.1 x 160 itself and lends A 1.5: with 5 MW more it is short of 1.5 + 5.5 - 4 MW, A of 11 - and both of 14."""
    found = costs(world({"A": 165, "B": 160}, {"A": 10, "B": 5}, margin=0.1, shortfall=100))
    assert found["JP"] == pytest.approx(yearly(5 * 50) + 3.0 * 0.1, rel=1e-6)
    assert found["US"] == pytest.approx(yearly(10 * 50) + 11 * 0.1, rel=1e-6)
    assert found["US + JP"] == pytest.approx(yearly(15 * 50) + 14 * 0.1, rel=1e-5)


def told(scenario: Scenario) -> Inputs:
    return referenced(assemble(scenario), lambda _: None)


def test_only_what_plants_and_stores_of_the_reference_leave_open_is_lent() -> None:
    """A needs 182.6 MW: it holds 180 and a store of 1 MW that lasts, builds 1 MW of a turbine that is cheaper than coal, and lacks 0.6."""
    turbine = {"name": "turbine", "annual_cost": 1, "variable_cost": 10, "first_year": 2030}
    more = {"A": {"store": 1, "store_content": 24, "new": ["turbine"], "new_limit": {"turbine": 1}}}
    inputs = told(world({"A": 166, "B": 50}, {"A": 10, "B": 5}, margin=0.1, more=more, own=[turbine]))
    part = coalition(inputs, ["US"]).system
    assert inputs.system is not None and inputs.system.reference is not None and part is not None
    assert inputs.system.reference.capacity["A", 0] == pytest.approx([1e-3])
    assert part.zones["A"].firm_gw - inputs.system.zones["A"].firm_gw == pytest.approx(np.array([0.6e-3]))


def test_a_part_of_a_part_holds_both_borders() -> None:
    inputs = told(world({"A": 165, "B": 50}, {"A": 10, "B": 5}, margin=0.1))
    whole, part = coalition(inputs, ["US", "JP"]).system, coalition(inputs, ["US"]).system
    assert whole is not None and part is not None
    assert whole == inputs.system  # no tie crosses: all is as it was
    assert [tie.name for tie in part.across] == ["B to A"] and not part.ties
    assert part.zones["A"].firm_gw - whole.zones["A"].firm_gw == pytest.approx(np.array([1.5e-3]))
    again = coalition(replace(inputs, countries=("US",), system=part), ["US"]).system
    assert again is not None and again.across == part.across
    assert again.zones["A"].firm_gw == pytest.approx(part.zones["A"].firm_gw)
