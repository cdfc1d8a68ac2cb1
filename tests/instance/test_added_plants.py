"""Plants that a scenario adds to a zone of the catalog, limits of what stands there, and that such a scenario can be read again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from planner.base.errors import InputError
from planner.instance.system import Zone
from planner.scenario import parse
from tests.instance.test_zones import KOREA, system

HOURS = 8760


def zone(stages: list[int] | None = None, policy: dict[str, Any] | None = None, **change: Any) -> Zone:
    return system(stages=stages or [2030], policy=policy or {}, zones={"KR-CAP": change}).zones["KR-CAP"]


@pytest.fixture(scope="module")
def plain() -> Zone:
    return zone(load_scale=1.0)


def test_a_plant_is_a_band_on_top_of_the_fleet_with_its_least_output_its_limit_and_its_firm_power(plain: Zone) -> None:
    """1,000 MW in 2030, 2,000 in 2035; 900 kg/MWh at 50 USD/t; 0.3 always runs, at most 0.8 over the year: 0.5 above it, 4,380 GWh."""
    plant = {"name": "new coal", "capacity": {"2030": 1000, "2035": 2000}, "variable_cost": 20, "co2": 900}
    own = zone([2030, 2035], {"carbon_price": {"KR": 50}}, plants=[plant | {"least_output": 0.3, "yearly_limit": 0.8}])
    assert [band.name for band in own.bands[:-1]] and own.bands[-1].name == "new coal"
    band = own.bands[-1]
    assert band.gw.tolist() == [1.0, 2.0] and band.available[1] == pytest.approx(1.4 * np.ones(band.available.shape[1]))
    assert band.cost == pytest.approx([0.065, 0.065]) and band.co2 == pytest.approx(0.9)
    assert own.limits["new coal"] == pytest.approx([4380.0, 8760.0])
    assert own.steady["new coal least"].gw[0] == pytest.approx(0.3 * np.ones(band.available.shape[1]))
    assert own.firm_gw[0] == pytest.approx(plain.firm_gw[0] + 1.0)
    assert [band.gw[0] for band in own.bands[:-1]] == pytest.approx([band.gw[0] for band in plain.bands])


def test_must_take_plants_come_off_the_peak_that_stores_shave(plain: Zone) -> None:
    """1,000 MW in every hour lower the peak of the rest by as much; what gives nothing at the peak lowers nothing."""
    flat = {"name": "river", "capacity": 1000, "must_take": True}
    own = zone(plants=[flat])
    assert own.steady["river"].gw[0] == pytest.approx(np.ones(own.load.shape[1]))
    assert own.firm_gw[0] == pytest.approx(plain.firm_gw[0] + 1.0)
    share = own.shaving[0][1][0] / plain.shaving[0][1][0]  # the first point lies at a fiftieth of the peak of the rest
    assert share == pytest.approx(1 - 1.0 / (plain.shaving[0][1][0] / 0.02))
    half = [1.0] * (HOURS // 2) + [0.0] * (HOURS // 2)
    sun = zone(plants=[flat | {"availability": half}, flat | {"name": "river 2", "availability": half[::-1]}])
    assert sun.firm_gw == pytest.approx(own.firm_gw) and sun.shaving[0] == pytest.approx(own.shaving[0])


def test_hours_of_must_take_plants_are_those_of_the_year() -> None:
    with pytest.raises(InputError, match="the series has 48 figures") as error:
        zone(plants=[{"name": "sun", "capacity": 10, "must_take": True, "availability": [0.5] * 48}])
    assert error.value.key == "zones.KR-CAP.plants[0].availability" and "8760" in str(error.value.expected)


@pytest.mark.parametrize("name", ["gas_cc", "solar", "battery", "gas_cc 1", "solar_pv"])
def test_a_name_that_the_zone_has_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=f"zone KR-CAP has a plant '{name}'") as error:
        zone(plants=[{"name": name, "capacity": 10}])
    assert error.value.key == "zones.KR-CAP.plants" and "fleet_scale" in str(error.value.expected)


def test_a_year_s_limit_of_what_stands_may_be_another(plain: Zone) -> None:
    """Gas that may run half of the year gives half of its capacity over 8,760 hours; 0.15 of it always run."""
    own = zone(yearly_limit={"gas_cc": 0.5})
    gw = sum(float(band.gw[0]) for band in plain.bands if band.plant == "gas_cc")
    assert "gas_cc" not in plain.limits and own.limits["gas_cc"] == pytest.approx([0.35 * gw * HOURS], rel=1e-6)
    assert own.firm_gw == pytest.approx(plain.firm_gw)
    with pytest.raises(InputError, match="unknown plant 'solar'") as error:
        zone(yearly_limit={"solar": 0.5})
    assert error.value.key == "zones.KR-CAP.yearly_limit.solar"


def test_a_kind_that_is_gone_in_a_later_stage_may_be_scaled() -> None:
    """Oil of the rest of Korea stands in 2030 and not in 2045."""
    changed = system(stages=[2030, 2045], zones={"KR-REG": {"fleet_scale": {"oil": 0.5}}}).zones["KR-REG"]
    as_is = system(stages=[2030, 2045]).zones["KR-REG"]
    gw = [sum(band.gw for band in one.bands if band.plant == "oil") for one in (as_is, changed)]
    assert gw[0][0] > 0 and gw[1] == pytest.approx(gw[0] / 2)


def test_a_scenario_that_changes_a_zone_reads_again_with_every_default_filled_in() -> None:
    """It was refused: `load` belongs to a zone of your own, though it said nothing."""
    asked = parse(KOREA | {"zones": {"KR-CAP": {"load_scale": 2, "plants": [{"name": "new", "capacity": 10}]}}})
    assert parse(asked.resolved()).resolved() == asked.resolved()
    own = {"A": {"country": "KR", "load": 10}}
    assert parse(KOREA | {"zones": own}).with_({"name": "again"}).zones["A"].own


@pytest.mark.parametrize("key", ["growth_scale", "fleet_scale", "yearly_limit"])
def test_what_changes_the_catalog_says_nothing_of_a_zone_of_ones_own(key: str) -> None:
    """They were read and did nothing."""
    value = 2 if key == "growth_scale" else {"coal": 0.5}
    with pytest.raises(InputError, match=f"{key} belongs to a zone of the catalog") as error:
        parse(KOREA | {"zones": {"A": {"country": "KR", "load": 10, key: value}}})
    assert error.value.key == f"zones.A.{key}"
