"""Alliances of up to eight members of any kind; the saving of a world small enough for a sheet of paper."""

from __future__ import annotations

import pytest

from planner.base.errors import InputError
from planner.scenario import Scenario, parse
from planner.studies.alliance.study import study


def world(members: int) -> Scenario:
    """Nations with a load of 100 MW and a site for 200 MW each; the i-th pays 20 + 10 i USD/MWh."""
    codes = [f"N{i}" for i in range(members)]
    nation = {"clock": 0, "corners": [[0, 0], [1, 0], [0, 1]]}
    sites = [
        {"name": f"s{i}", "country": code, "lat": 0.5, "lon": 0.5, "energy_price": 20 + 10 * i, "land_limit": 200}
        for i, code in enumerate(codes)
    ]
    return parse(
        {
            "name": "eight", "countries": codes, "nations": {code: nation | {"label": code} for code in codes},
            "stages": [2030], "horizon_end": 2031, "time": {"hours": 1}, "sites": {"use": [], "add": sites},
            "workloads": [{"owner": code, "name": f"w{i}", "load": 100} for i, code in enumerate(codes)],
            "power": ["grid"], "reliability": {"reserve_margin": 0}, "alliance": {"pools": ["sites"]},
        }
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("members", [3, 8])
def test_members_of_any_kind_save_what_moving_to_the_cheapest_sites_saves(members: int) -> None:
    """Alone they pay 20 + 10 i on average; together the cheapest sites, of 200 MW each, carry them all."""
    found = study(world(members), processes=1).found
    assert len(found["coalitions"]) == 2**members - 1
    alone = sum(100 * (20 + 10 * i) for i in range(members))
    together = sum(min(200, 100 * members - 200 * i) * (20 + 10 * i) for i in range((members + 1) // 2))
    assert found["saving_musd"] == pytest.approx((alone - together) * 8760 / 1e6, rel=1e-6)
    assert found["core_nonempty"]


def test_nine_members_are_refused() -> None:
    with pytest.raises(InputError, match="an alliance needs two members or more"):
        study(world(9))
