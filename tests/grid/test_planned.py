"""A power system planned with its campuses, on worlds small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from planner.base.errors import InputError
from planner.instance import around
from planner.instance.system import Zone
from planner.plan.plan import Plan
from planner.readout.system import MAKERS
from planner.run.one import make_plan
from planner.scenario import load

HOURS = 8760.0
SITE = {"name": "campus", "country": "US", "lat": 39, "lon": -96, "zone": "A", "capacity_charge": 0}


def zone(load_mw: float, coal: float = 80.0, gas: float = 100.0) -> dict[str, Any]:
    """A zone with coal at 20 and gas at 50 USD/MWh."""
    plants = [
        {"name": "coal", "capacity": coal, "variable_cost": 20, "co2": 900},
        {"name": "gas", "capacity": gas, "variable_cost": 50, "co2": 400},
    ]
    return {"country": "US", "load": load_mw, "plants": plants, "new": []}


def world(zones: dict[str, Any], campus_mw: float, **more: Any) -> dict[str, Any]:
    """One campus with a flat load in zone A, one year."""
    return {
        "name": "small-system",
        "countries": ["US"],
        "stages": [2030],
        "horizon_end": 2031,
        "time": {"hours": 24},
        "sites": {"use": [], "add": [SITE]},
        "workloads": [{"owner": "US", "load": campus_mw}],
        "power": ["grid"],
        "grid": {"model": "system", "new": []},
        "zones": zones,
        "reliability": {"reserve_margin": 0},
        "solve": {"gap": 1e-9},
    } | more


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_CACHE", "")


def planned(tmp_path: Path, document: dict[str, Any]) -> Plan:
    path = tmp_path / "scenario.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return make_plan(load(path))


def test_a_campus_pays_what_the_system_spends_more_and_the_others_what_the_price_rises(tmp_path: Path) -> None:
    """75 MW of load on coal at 20; 10 MW more need 5 MW of gas at 50, which then sets the price for all."""
    plan = planned(tmp_path, world({"A": zone(75.0)}, 10.0))
    assert plan.summary["objective_musd"] == pytest.approx((5 * 20 + 5 * 50) * HOURS * 1e-6, rel=1e-6)
    row = plan.tables["zones"].iloc[0]
    assert row["price_without_usd_per_mwh"] == pytest.approx(20.0)
    assert row["price_usd_per_mwh"] == pytest.approx(50.0)
    assert row["others_bill_musd"] == pytest.approx(30 * 75 * HOURS * 1e-6, rel=1e-6)
    assert row["co2_mt"] - row["co2_mt_without"] == pytest.approx((5 * 900 + 5 * 400) * HOURS * 1e-9, rel=1e-6)
    assert all(len(plan.tables[name]) > 0 for name in MAKERS if name != "links")
    bill = plan.tables["bills"].iloc[0]
    assert bill["energy_musd"] == pytest.approx(10 * 50 * HOURS * 1e-6, rel=1e-6)
    assert bill["system_cost_musd"] == pytest.approx(plan.summary["objective_musd"], rel=1e-6)


def test_carbon_is_told_as_average_and_as_increment_and_what_feeds_a_zone_adds_up(tmp_path: Path) -> None:
    """80 MW of coal at 900 kg/MWh and 5 of gas at 400 feed 75 + 10 MW: 870.6 kg/MWh; without the campus 900; the 10 MW cause 650."""
    plan = planned(tmp_path, world({"A": zone(75.0)}, 10.0))
    row = plan.tables["zones"].iloc[0]
    assert row["co2_average_kg_per_mwh"] == pytest.approx((80 * 900 + 5 * 400) / 85, rel=1e-6)
    assert row["co2_average_without_kg_per_mwh"] == pytest.approx(900.0, rel=1e-6)
    assert row["co2_incremental_kg_per_mwh"] == pytest.approx(650.0, rel=1e-6)
    fed = plan.tables["zone_generation"][["energy_gwh", "energy_without_gwh"]].sum()
    assert fed.tolist() == pytest.approx([85 * HOURS * 1e-3, 75 * HOURS * 1e-3], rel=1e-6)


def test_a_campus_that_buys_hardly_anything_emits_the_average(tmp_path: Path) -> None:
    """0.3 MW beside 84.7 MW run on gas alone, but two solves of a large system differ by more: 80 MW of coal and 5 of gas give 870.6."""
    plan = planned(tmp_path, world({"A": zone(84.7)}, 0.3))
    energy = plan.tables["energy"].query("source == 'grid'").iloc[0]
    assert energy["co2_kt"] * 1e3 / energy["energy_gwh"] == pytest.approx((80 * 900 + 5 * 400) / 85, rel=1e-6)
    assert plan.tables["zones"]["co2_incremental_kg_per_mwh"].isna().all()


def test_the_hours_of_a_zone_tell_both_loads_what_feeds_them_and_both_prices(tmp_path: Path) -> None:
    hours = planned(tmp_path, world({"A": zone(75.0)}, 10.0)).tables["zone_hours"]
    wide = hours.pivot(index="time_utc", columns="item", values="value")
    assert len(wide) == 24 and wide["native"].unique() == pytest.approx([75.0])
    first = wide.iloc[0]
    assert [first["campuses"], first["coal"], first["gas"]] == pytest.approx([10.0, 80.0, 5.0])
    assert [first["price"], first["price_without"]] == pytest.approx([50.0, 20.0])


def test_plants_of_a_neighbour_answer_for_the_carbon_of_what_is_bought(tmp_path: Path) -> None:
    """8 MW of the neighbour's coal at 900 and 2 MW of gas at 400 kg/MWh feed the campus: 800 kg/MWh in both zones."""
    links = [{"between": ["B", "A"], "capacity": 8, "hurdle": 1}]
    zones = planned(tmp_path, world({"A": zone(80.0), "B": zone(50.0)}, 10.0, links=links)).tables["zones"]
    assert zones["co2_incremental_kg_per_mwh"].tolist() == pytest.approx([800.0, 800.0], rel=1e-4)


def test_a_link_brings_the_cheaper_energy_of_a_neighbour(tmp_path: Path) -> None:
    """Zone B has 30 MW of coal to spare at 20, a link carries 8 of them: the campus costs 8 x 20 + 2 x 50 an hour, and the hurdle."""
    zones = {"A": zone(80.0), "B": zone(50.0)}
    links = [{"between": ["B", "A"], "capacity": 8, "hurdle": 1}]
    plan = planned(tmp_path, world(zones, 10.0, links=links))
    assert plan.summary["objective_musd"] == pytest.approx((8 * 21 + 2 * 50) * HOURS * 1e-6, rel=1e-5)
    link = plan.tables["links"].iloc[0]
    assert link["forward_gwh"] == pytest.approx(8 * HOURS * 1e-3, rel=1e-6)
    assert link["hours_full"] == pytest.approx(HOURS) and link["hours_full_without"] == 0.0


def test_reserve_has_a_price_and_new_turbines_are_paid_by_who_needs_them(tmp_path: Path) -> None:
    """Plants of 180 MW, load of 160 and a margin of 15 %: 4 MW short. A campus of 10 MW needs 11.5 more, at 30 USD/kW a year."""
    zones = {"A": zone(160.0) | {"reserve_margin": 0.15, "new": ["turbine"]}}
    own = [{"name": "turbine", "annual_cost": 30, "variable_cost": 200, "first_year": 2030, "limit": 0}]
    own[0].pop("limit")
    plan = planned(
        tmp_path,
        world(zones, 10.0, technologies=own, power=["grid"], sites={"use": [], "add": [SITE | {"smr": False}]}),
    )
    row = plan.tables["zones"].iloc[0]
    assert row["capacity_price_usd_per_kw_year"] == pytest.approx(30.0, rel=1e-6)
    built = plan.tables["zone_capacity"].set_index("plant")
    assert built.loc["turbine", "new_without_mw"] == pytest.approx(160 * 1.15 - 180, rel=1e-6)


def test_a_curtailable_connection_with_backup_feeds_firm_chips_where_firm_supply_is_dear(tmp_path: Path) -> None:
    """A zone at its margin: 10 MW firm would lack 11.5 MW at 300 USD/kW. Cut for one hour of 24, the campus runs its backup in it."""
    zones = {"A": zone(160.0) | {"reserve_margin": 0.125}}
    grid = {"model": "system", "new": [], "curtailable_share": 1, "curtailable_hours": 365}
    sites = {"use": [], "add": [SITE | {"capacity_charge": 1}]}
    plan = planned(tmp_path, world(zones, 10.0, power=["grid", "diesel_backup"], grid=grid, sites=sites))
    capacity = plan.tables["capacity"].set_index("technology")
    assert capacity.loc["grid_curtailable", "capacity_mw"] == pytest.approx(10.0, rel=1e-6)
    assert capacity.loc["grid_curtailable", "generation_gwh"] == pytest.approx(10 * 8395 * 1e-3, rel=1e-6)
    assert capacity.loc["diesel_backup", "generation_gwh"] == pytest.approx(10 * 365 * 1e-3, rel=1e-6)
    assert "grid" not in capacity.index and plan.tables["zones"]["reserve_short_mw"].iloc[0] == pytest.approx(
        0.0, abs=1e-6
    )
    bill = plan.tables["bills"].iloc[0]
    assert bill["connection_mw"] == pytest.approx(10.0, rel=1e-6) and bill["firm_mw"] == pytest.approx(0.0, abs=1e-6)
    assert plan.tables["sites"]["unserved_gwh"].sum() == pytest.approx(0.0, abs=1e-9)


def test_a_campus_moved_between_two_equal_zones_changes_nothing(tmp_path: Path) -> None:
    zones = {"A": zone(75.0), "B": zone(75.0)}
    here = planned(tmp_path, world(zones, 10.0))
    there = world(zones, 10.0, sites={"use": [], "add": [SITE | {"zone": "B"}]})
    assert planned(tmp_path, there).summary["objective_musd"] == pytest.approx(here.summary["objective_musd"], rel=1e-9)


def test_plants_past_their_retirement_stand_by_until_they_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """202.5 MW of firm supply are asked for 180 that stand: 15 of 22.5 stand by at 80 USD/kW, in 2032 too, when more have retired."""
    real = around.own_zone

    def with_old_plants(*given: Any) -> Zone:
        return replace(real(*given), retired_gw=np.array([0.015, 0.040]))

    monkeypatch.setattr(around, "own_zone", with_old_plants)
    monkeypatch.setattr(around, "by_country", lambda *_: {"US": 80.0})
    zones = {"A": zone(170.0) | {"reserve_margin": 0.125}}
    plan = planned(tmp_path, world(zones, 10.0, stages=[2030, 2032], horizon_end=2033))
    rows = plan.tables["zones"].set_index("stage")
    assert rows["reserve_short_mw"].to_dict() == pytest.approx({2030: 7.5, 2032: 0.0})
    assert rows["capacity_price_usd_per_kw_year"].to_dict() == pytest.approx({2030: 300.0, 2032: 80.0})
    kept = plan.tables["zone_capacity"].query("plant == 'standby'").set_index("stage")
    assert kept["new_mw"].to_dict() == pytest.approx({2030: 15.0, 2032: 22.5})
    assert kept["new_without_mw"].to_dict() == pytest.approx(
        {2030: 11.25, 2032: 11.25}
    )  # 191.25 are asked without the campus
    costs = plan.tables["costs"].query("line == 'grid plants'").set_index("stage")["musd"]
    rate = 1.05  # the two years of the first stage, and the third
    assert costs.to_dict() == pytest.approx({2030: 3.75 * 0.08 * (1 + 1 / rate), 2032: 11.25 * 0.08 / rate**2})


def test_without_a_load_the_system_is_the_reference_and_every_bill_is_zero(tmp_path: Path) -> None:
    """No work in 2030, 10 MW from 2032 on; two zones that trade."""
    zones = {"A": zone(75.0), "B": zone(60.0)}
    links = [{"between": ["A", "B"], "capacity": 10, "hurdle": 1}]
    work = [{"owner": "US", "load": {2030: 0, 2031: 0, 2032: 10}}]
    plan = planned(tmp_path, world(zones, 10.0, stages=[2030, 2032], horizon_end=2033, workloads=work, links=links))
    first = [row for row in plan.summary["power_system"] if row["stage"] == 2030]
    assert len(first) == 2
    for row in first:
        assert row["ai_twh"] == pytest.approx(0.0, abs=1e-9)
        assert row["others_bill_musd"] == pytest.approx(0.0, abs=1e-6)
        assert row["price_usd_per_mwh"] == pytest.approx(row["price_without_usd_per_mwh"])
        assert row["co2_mt"] == pytest.approx(row["co2_mt_without"])
    bills = plan.tables["bills"]
    assert bills.loc[bills["stage"] == 2030, ["bill_musd", "system_cost_musd"]].abs().to_numpy().sum() < 1e-6
    assert bills.loc[bills["stage"] == 2032, "bill_musd"].sum() > 1.0
    costs = plan.tables["costs"]
    assert costs.loc[costs["stage"] == 2030, "musd"].sum() == pytest.approx(0.0, abs=1e-6)


def test_what_a_load_costs_is_convex_in_it(tmp_path: Path) -> None:
    costs = [
        planned(tmp_path, world({"A": zone(70.0)}, mw)).summary["objective_musd"] for mw in (5.0, 10.0, 15.0, 20.0)
    ]
    steps = [after - before for before, after in zip([0.0, *costs], costs, strict=False)]
    assert all(after >= before - 1e-9 for before, after in pairwise(steps))
    assert steps[0] == pytest.approx(5 * 20 * HOURS * 1e-6, rel=1e-6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"links": [{"between": ["A", "nowhere"], "capacity": 5}]}, "the link leads nowhere"),
        ({"zones": {"A": {"country": "US"}}}, "needs a load"),
        ({"zones": {"A": {"country": "US", "load": 5, "new": []}}}, "has no supply"),
        ({"zones": {"A": {"load_scale": 2}}}, "there is no power system"),
        ({"grid": {"model": "tariff"}}, "say nothing of a tariff"),
        ({"links": [{"between": ["A"], "capacity": 5}]}, "too few entries: 1"),
        ({"links": [{"between": ["A", "B", "C"], "capacity": 5}]}, "too many entries: 3"),
        (
            {"zones": {"A": zone(75.0) | {"new": ["gas_cc"]}}},
            r"unknown technology 'gas_cc'\n(.*\n)?  key: zones\.A\.new\n",
        ),
        (
            {"zones": {"A": zone(75.0) | {"new_limit": {"wind_on": 5}}}},
            r"of the grid here 'wind_on'\n(.*\n)?  key: zones\.A\.new_limit",
        ),
        (
            {
                "zones": {
                    "A": {"country": "US", "load": [1.0, 2.0], "plants": [{"name": "x", "capacity": 9}], "new": []}
                }
            },
            "2 figures",
        ),
    ],
)
def test_what_cannot_be_planned_is_told_in_one_message(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        planned(tmp_path, world({"A": zone(75.0)}, 10.0) | change)
