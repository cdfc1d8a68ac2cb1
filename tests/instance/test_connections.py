"""Signed connections and the room for interruptible ones, by hand from the tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.base.names import SIGNED
from planner.catalog.store import Shelf
from planner.instance import connections
from planner.instance.own_sites import site_entries
from planner.instance.site_entry import SiteEntry
from planner.instance.sites import zone_limits
from planner.scenario import parse
from planner.scenario.supply import Grid

YEARS = [2028, 2031, 2035, 2040]
SITES = ["US-ASHBURN", "US-RICHMOND", "US-COLUMBUS", "US-ABILENE", "JP-INZAI", "KR-HAENAM"]


@pytest.fixture(scope="module")
def entries() -> dict[str, SiteEntry]:
    document = {"name": "x", "countries": ["KR", "US", "JP"], "stages": [2028], "sites": {"use": SITES}}
    scenario = parse(document | {"workloads": [{"owner": "US", "load": 1}], "power": ["grid"]})
    return site_entries(scenario.sites, scenario.countries, Shelf(), grid=True)


def grid(**asked: Any) -> Grid:
    return Grid.model_validate({"model": "system"} | asked)


def signed(entries: dict[str, SiteEntry], **asked: Any) -> dict[str, connections.Contract]:
    return {one.name: one for one in connections.contracts(entries, Shelf(), grid(**asked), YEARS)}


def test_what_is_signed_grows_in_straight_lines_to_what_was_published(entries: dict[str, SiteEntry]) -> None:
    """Dominion: 10.4 GW by 2030 from 0 in 2026; AEP Ohio 17.9 by 2035; ERCOT half of 6.5; TEPCO 5 by 2030 and 12.5 by 2040."""
    found = signed(entries)
    assert found["Dominion Virginia"].gw == pytest.approx([5.2, 10.4, 10.4, 10.4])
    assert found["Dominion Virginia"].sites == ("US-ASHBURN", "US-RICHMOND")
    assert found["AEP Ohio"].gw == pytest.approx([17.9 * 2 / 9, 17.9 * 5 / 9, 17.9, 17.9])
    assert found["ERCOT"].gw == pytest.approx([3.25] * 4) and found["ERCOT"].sites == ("US-ABILENE",)
    assert found["TEPCO east side"].gw == pytest.approx([2.5, 5.75, 8.75, 12.5])


def test_a_delay_moves_it_and_a_scale_shrinks_it(entries: dict[str, SiteEntry]) -> None:
    assert signed(entries, delay=1)["Dominion Virginia"].gw == pytest.approx([2.6, 10.4, 10.4, 10.4])
    assert signed(entries, signed={"scale": 0.5})["Dominion Virginia"].gw[0] == pytest.approx(2.6)
    assert signed(entries, signed="low")["Dominion Virginia"].gw == pytest.approx([2.0, 5.0, 9.0, 9.0])


def test_a_tariff_looks_at_none_unless_it_is_asked_to(entries: dict[str, SiteEntry]) -> None:
    assert signed(entries, model="tariff") == {}
    assert signed(entries, model="tariff", signed="central").keys() == signed(entries).keys()


def test_a_connection_that_a_scenario_gives_is_in_no_contract(entries: dict[str, SiteEntry]) -> None:
    own = entries["US-ASHBURN"]
    given = replace(own, origin={**own.origin, "headroom": replace(own.origin["headroom"], place="")})
    assert signed(entries | {"US-ASHBURN": given})["Dominion Virginia"].sites == ("US-RICHMOND",)


def test_a_site_may_draw_what_is_signed_up_to_its_size() -> None:
    contracts = (connections.Contract("a", "Z", ("s", "t"), np.array([0.0, 2.0, 9.0])),)
    found = connections.first_tier("s", 3.0, contracts)
    assert found is not None and found[0].tolist() == [0.0, 2.0, 3.0] and found[1] == 1
    assert connections.first_tier("other", 3.0, contracts) is None


def test_a_zones_headroom_is_never_less_than_what_is_signed_in_it(entries: dict[str, SiteEntry]) -> None:
    """PJM: 10.4 + 17.9 GW signed by 2035, where a share of the peak gives 15.2."""
    asked = grid()
    contracts = connections.contracts(entries, Shelf(), asked, YEARS)
    plain, sure = (zone_limits(entries, Shelf(), asked, YEARS, own)["US-MIDA-PJM"] for own in ((), contracts))
    assert plain[2] == pytest.approx(15.178) and sure[2] == pytest.approx(28.3)


def test_the_room_for_interruptible_connections_is_a_share_of_the_peak(entries: dict[str, SiteEntry]) -> None:
    """76 and 98 GW of 760 at 0.25 and 0.5 % of the year: 22 hours are nearly 10 % of each zone's peak, 44 nearly 12.9 %."""
    peak = float(Shelf().table("zones.csv").loc["US-MIDA-PJM", "peak_demand_mw"]) * 1e-3
    asked = grid(curtailable_share=0.5, curtailable_hours=0.0025 * 8760)
    assert connections.interruptible(entries, Shelf(), asked, 2)["US-MIDA-PJM"] == pytest.approx([0.1 * peak] * 2)
    longer = grid(curtailable_share=0.5, curtailable_hours=500)
    assert connections.interruptible(entries, Shelf(), longer, 1)["US-MIDA-PJM"] == pytest.approx(
        [126 / 760 * peak], rel=1e-3
    )
    assert connections.interruptible(entries, Shelf(), grid(), 1) == {}
    assert connections.interruptible(entries, Shelf(), longer.model_copy(update={"model": "tariff"}), 1) == {}


def test_the_first_tier_is_named_as_signed() -> None:
    assert SIGNED == "signed"
