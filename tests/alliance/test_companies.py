"""Companies that plan together, each with sites of its own: every coalition costs what filling its cheapest sites first costs by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from planner.base.errors import InputError
from planner.scenario import Scenario, parse
from planner.studies.alliance.study import study

YEAR = 8760
NAMES = ("ACME", "BOLT", "CRUX", "DELTA", "EPIC", "FLUX", "GRID", "HALO")
PRICE = dict(zip(NAMES, (30, 75, 42, 66, 51, 58, 36, 80), strict=True))  # USD/MWh at each one's own site
LOAD, LAND = 10.0, 25.0  # MW that each needs, and that each site takes


def world(names: tuple[str, ...], **changes: Any) -> Scenario:
    """Each company has one site with a price of its own and ten MW to run; one year, one hour."""
    corners = [[-100, 35], [-90, 35], [-90, 45]]
    return parse(
        {
            "name": "companies",
            "nations": {name: {"label": name.title(), "clock": -6, "corners": corners} for name in names},
            "countries": list(names),
            "stages": [2030],
            "horizon_end": 2031,
            "time": {"hours": 1},
            "sites": {
                "use": [],
                "add": [
                    {
                        "name": f"{name}-1",
                        "country": name,
                        "lat": 40,
                        "lon": -95,
                        "energy_price": PRICE[name],
                        "land_limit": LAND,
                    }
                    for name in names
                ],
            },
            "workloads": [{"owner": name, "name": f"{name} work", "load": LOAD} for name in names],
            "power": ["grid"],
            "reliability": {"reserve_margin": 0},
            "alliance": {"pools": ["sites"]},
        }
        | changes
    )


def by_hand(members: tuple[str, ...]) -> float:
    """M USD: the load of all at the cheapest of their sites, as far as the land goes."""
    left, cost = LOAD * len(members), 0.0
    for price in sorted(PRICE[name] for name in members):
        used = min(left, LAND)
        left, cost = left - used, cost + used * price * YEAR * 1e-6
    return cost


@pytest.mark.parametrize("count", [3, pytest.param(8, marks=pytest.mark.slow)])
def test_every_coalition_of_companies_costs_what_a_hand_finds_and_a_rule_shares_it(count: int) -> None:
    names = NAMES[:count]
    found = study(world(names), processes=1).found
    costs = {tuple(row["coalition"].split(" + ")): row["cost_musd"] for row in found["coalitions"]}
    assert len(costs) == 2**count - 1
    for size in range(1, count + 1):
        for members in combinations(names, size):
            assert costs[members] == pytest.approx(by_hand(members), rel=1e-6), members
    saved = sum(by_hand((name,)) for name in names) - by_hand(names)
    assert found["saving_musd"] == pytest.approx(saved, rel=1e-6)
    nucleolus = [row for row in found["allocations"] if row["rule"] == "nucleolus"]
    assert sum(row["saving_musd"] for row in nucleolus) == pytest.approx(saved, rel=1e-6)
    assert found["in_force"]["verdict"] != "no" and not found["in_force"]["blocking"]


def test_work_that_belongs_to_no_member_is_refused() -> None:
    names = NAMES[:2]
    outside = {"SOLO": {"label": "Solo", "users": [names[0]]}}
    asked = world(names, companies=outside, workloads=[{"owner": "SOLO", "load": 5}])
    with pytest.raises(InputError, match="the work of SOLO belongs to no member"):
        study(asked, processes=1)
