"""Zones of the catalog as the program gets them: fuel as the scenario has it, and only those asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.instance.assemble import assemble
from planner.instance.system import Band, PowerSystem
from planner.instance.zones import _limited
from planner.scenario import parse
from tests.grid.tiny import zone

KOREA: dict[str, Any] = {
    "name": "zones",
    "countries": ["KR"],
    "stages": [2030],
    "time": {"days": 2},
    "sites": {"use": ["KR-ULSAN"]},
    "workloads": [{"owner": "KR", "load": 100}],
    "power": ["grid"],
    "grid": {"model": "system"},
}
JKM, LNG = (
    9.277344,
    14.43 * 9.277344 / 11.621094,
)  # data: JKM of 2030, and the price of LNG in Korea of 2024 moved with it


def system(**changes: Any) -> PowerSystem:
    found = assemble(parse(KOREA | changes), lambda _: None).system
    assert found is not None
    return found


def bands(system: PowerSystem, plant: str) -> list[Band]:
    return [band for band in system.zones["KR-REG"].bands if band.plant == plant]


def test_plants_of_a_zone_burn_lng_at_the_price_of_the_scenario() -> None:
    """Twice the spot price moves the delivered one by as much; bands of the fleet burn 6.7 and 7.4 MMBtu/MWh."""
    plain, dear = system(), system(fuel={"lng_spot": 2 * JKM})
    pairs = zip(bands(plain, "gas_cc"), bands(dear, "gas_cc"), strict=True)
    assert [(b.cost[0] - a.cost[0]) * 1e3 for a, b in pairs] == pytest.approx([6.7 * LNG, 7.4 * LNG], rel=1e-4)
    coal = [float(b.cost[0] - a.cost[0]) for a, b in zip(bands(plain, "coal"), bands(dear, "coal"), strict=True)]
    assert coal == pytest.approx(np.zeros(len(coal)))


def test_only_the_zones_asked_for_are_planned() -> None:
    both, one = system(), system(grid={"model": "system", "zones": ["KR-REG"]})
    assert list(both.zones) == ["KR-CAP", "KR-REG"] and len(both.ties) == 1
    assert list(one.zones) == ["KR-REG"] and one.ties == () and one.home == {"KR-ULSAN": "KR-REG"}


def test_a_zone_that_there_is_not_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="KR-RGE") as error:
        system(grid={"model": "system", "zones": ["KR-RGE"]})
    assert error.value.key == "grid.zones" and "KR-REG" in str(error.value)


@pytest.mark.parametrize(("share", "limited"), [(0.94, ["gas_cc"]), (0.96, []), (1.0, [])])
def test_a_year_s_limit_counts_where_it_takes_a_twentieth_of_what_the_hours_could_give(
    share: float, limited: list[str]
) -> None:
    assert _limited(zone([5.0, 5.0], [10.0], [50.0], limit=share)) == limited
