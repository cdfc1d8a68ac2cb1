"""What a scenario gives itself, in the units of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import planner
from planner.base.errors import InputError
from planner.catalog.store import Shelf
from planner.instance import Inputs, inline
from planner.instance.assemble import assemble
from planner.scenario import load, parse
from planner.scenario.inline import InlineTechnology
from planner.timeline import own_hours

SITE = {"name": "bus", "country": "US", "lat": 39, "lon": -96, "energy_price": 50}
SMALL: dict[str, Any] = {
    "name": "small",
    "countries": ["US"],
    "stages": [2030],
    "time": {"hours": 4},
    "sites": {"use": [], "add": [SITE]},
    "workloads": [{"owner": "US", "name": "load", "load": 100, "shape": [1, 2, 3, 2]}],
}


def inputs(**sections: Any) -> Inputs:
    return assemble(parse(SMALL | sections))


def test_own_hours_stand_for_the_year_and_keep_their_order() -> None:
    line = own_hours(3, np.array([1.0, 1.0, 2.0]))
    assert line.weights.tolist() == [2190.0, 2190.0, 4380.0]
    assert line.local_order(9.0).tolist() == [0, 1, 2]
    assert line.mean(np.array([0.0, 0.0, 1.0])) == pytest.approx(0.5)


def test_a_load_is_served_as_it_stands() -> None:
    found = inputs()
    work, site = found.work["load"], found.sites["bus"]
    assert work.must_serve and work.demand.tolist() == [100 * 8760.0]
    assert work.shape is not None and work.shape == pytest.approx([0.5, 1.0, 1.5, 1.0])
    assert work.pairs[0].active_gw == 1.0 and work.pairs[0].work_per_khour == 1000.0
    assert site.land_limit_gw == float("inf")  # no limit of its own
    assert site.shell_capex == site.capacity_charge == site.site_om == 0.0
    assert np.isinf(site.tiers[0].gw).all()  # nor has the connection one
    assert found.chip_cost["load"].tolist() == [0.0]


def test_plants_in_the_units_of_the_program() -> None:
    plants = [
        {"name": "turbine", "capex": 1200, "annual_cost": 20, "variable_cost": 3, "heat_rate": 7, "fuel_price": 4},
        {"name": "sun", "kind": "must_take", "availability": [0, 0.5, 0.5, 0], "limit": 50},
        {"name": "battery", "kind": "storage", "efficiency": 0.81, "energy_capex": 150},
        {"name": "peaker", "availability": [1, 1, 0, 1], "limit": 30},
        {"name": "reactor", "kind": "nuclear", "availability": 0.9, "min_output": 0.4, "unit_size": 300},
    ]
    found = inputs(technologies=plants)
    tech, site = found.technologies, found.sites["bus"]
    assert tech["turbine"].variable_om == 0.003 and tech["turbine"].heat_rate == 0.007 and tech["turbine"].firm == 1.0
    assert tech["sun"].firm == 0.0 and site.renewable_limit_gw == {"sun": 0.05}
    assert site.capacity_factor["sun"].tolist() == [0, 0.5, 0.5, 0]
    assert tech["battery"].charge_efficiency == pytest.approx(0.9) and tech["battery"].energy_capex.tolist() == [150.0]
    assert tech["peaker"].availability == 1.0 and tech["peaker"].limit_gw == 0.03
    assert site.capacity_factor["peaker"].tolist() == [1, 1, 0, 1]
    assert tech["reactor"].availability == 0.9 and tech["reactor"].unit_gw == 0.3


def test_a_plant_of_the_scenario_becomes_a_card_with_the_scenario_as_its_source() -> None:
    given = {"name": "turbine", "capex": {2030: 1200, 2034: 1000}, "availability": 0.9, "limit": 80}
    given |= {"heat_rate": 7, "fuel_price": 4}
    card = inline.card(InlineTechnology.model_validate(given), "scenario small")
    assert {figure.source for figure in card.figures.values()} == {"scenario small"}
    assert card.value("capex_usd_per_kw", 2032) == 1100 and card.value("limit_mw") == 80
    assert [figure.unit for key, figure in card.figures.items() if key == "heat_rate_mmbtu_per_mwh"] == ["MMBtu/MWh"]


def test_a_site_has_its_own_capacity_factor_price_and_carbon() -> None:
    own = SITE | {"capacity_factor": {"sun": [0, 0, 1, 0]}, "hourly_price": [10, 20, 30, 40], "hourly_carbon": 400}
    plants = [{"name": "sun", "kind": "must_take", "availability": 0.2, "limit": 50}]
    found = inputs(sites={"use": [], "add": [own, SITE | {"name": "other"}]}, technologies=plants)
    assert found.sites["bus"].capacity_factor["sun"].tolist() == [0, 0, 1, 0]
    assert found.sites["other"].capacity_factor["sun"].tolist() == [0.2] * 4
    assert found.sites["bus"].price == pytest.approx(np.array([10, 20, 30, 40]) * 1e-3)
    assert found.sites["bus"].carbon == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("sections", "key"),
    [
        ({"workloads": [{"owner": "US", "load": 1, "shape": [1, 2]}]}, "workloads[0].shape"),
        ({"workloads": [{"owner": "US", "load": 1, "shape": [0, 0, 0, 0]}]}, "workloads[0].shape"),
        ({"technologies": [{"name": "a", "availability": [1, 0, 1]}]}, "technologies[0].availability"),
        ({"sites": {"use": [], "add": [SITE | {"hourly_price": [1, 2, 3]}]}}, "sites.add.bus.hourly_price"),
        ({"sites": {"use": [], "add": [SITE | {"energy_price": None}]}}, "sites.add.bus.energy_price"),
        ({"sites": {"use": [], "add": [SITE | {"capacity_factor": {"sun": 1}}]}}, "sites.add[0].capacity_factor.sun"),
        ({"workloads": [{"owner": "US", "load": 1, "delivery_cost": {"buss": 1}}]}, "workloads[0].delivery_cost.buss"),
        ({"sites": {"use": ["US-ABILENE"]}}, "time.hours"),
        ({"workloads": [{"owner": "US", "use": "chat", "tokens": 1, "chips": ["H200-SXM-141GB"]}]}, "time.hours"),
    ],
)
def test_what_does_not_fit_is_refused_by_key(sections: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as error:
        inputs(**sections)
    assert f"key: {key}" in str(error.value)


def test_a_fault_found_late_still_says_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    asked = SMALL | {"workloads": [{"owner": "US", "name": "load", "load": 100, "shape": [1, 2]}]}
    file.write_text(yaml.safe_dump(asked, sort_keys=False), encoding="utf-8")
    line = 1 + next(i for i, text in enumerate(file.read_text(encoding="utf-8").splitlines()) if "shape" in text)
    with pytest.raises(InputError) as error:
        assemble(load(file))
    assert error.value.file == f"{file}, line {line}" and error.value.key == "workloads[0].shape"


def test_one_chip_has_one_price() -> None:
    chip = {"chip": "mine", "work_per_hour": 1, "active": 700}
    work = {"owner": "US", "work": 5, "chip_use": chip | {"price": 30_000}}
    with pytest.raises(InputError, match="two prices"):
        inputs(workloads=[work | {"name": "a"}, work | {"name": "b", "chip_use": chip}])
    found = inputs(workloads=[work | {"name": "a"}, work | {"name": "b"}])
    assert found.chip_cost["mine"].tolist() == [30.0]  # M USD per thousand


def test_a_chip_of_the_catalog_keeps_its_name() -> None:
    chip = {"chip": "H200-SXM-141GB", "work_per_hour": 1, "active": 700}
    with pytest.raises(InputError, match="the catalog has a chip of this name"):
        inputs(workloads=[{"owner": "US", "work": 5, "chip_use": chip}])


def test_a_year_of_figures_stands_for_typical_days() -> None:
    """With catalog sites and typical days a series may have 8,760 figures; its mean is kept."""
    year = 50 + 20 * np.sin(np.arange(8760) / 24 * 2 * np.pi)
    own = SITE | {"hourly_price": year.tolist()}
    found = inputs(
        time={"days": 2},
        sites={"use": ["US-ABILENE"], "add": [own]},
        workloads=[{"owner": "US", "load": 100}],
    )
    site = found.sites["bus"]
    assert len(site.price) == 48 and found.timeline.mean(site.price) == pytest.approx(0.05)
    near = Shelf().sites.loc["US-KANSASCITY"]  # what it leaves out is the nearest site's, which is not planned
    assert site.zone == near["zone"] != found.sites["US-ABILENE"].zone
    assert site.land_limit_gw == pytest.approx(near["land_limit_mw"] * 1e-3)
    assert "US-KANSASCITY" not in found.sites


def test_what_a_load_costs_by_hand() -> None:
    """A flat 100 MW on a grid at 50 USD/MWh, 2 USD/kW/month and 1.5 USD per MWh carried, PUE 1.2: 56.26 M USD a year."""
    own = SITE | {"pue": 1.2, "capacity_charge": 2}
    scenario = SMALL | {
        "horizon_end": 2031,
        "sites": {"use": [], "add": [own]},
        "reliability": {"reserve_margin": 0},
        "workloads": [{"owner": "US", "load": 100, "delivery_cost": {"bus": 1.5}}],
    }
    plan = planner.plan(parse(scenario))
    lines = plan.tables["costs"].set_index("line")["musd_per_year"]
    assert lines["grid energy"] == pytest.approx(120 * 8760 * 50e-6)
    assert lines["grid capacity charge"] == pytest.approx(120e3 * 24e-6)
    assert lines["network"] == pytest.approx(100 * 8760 * 1.5e-6)
    assert set(lines.index) == {"grid energy", "grid capacity charge", "network"}


def test_delivery_decides_between_two_sites() -> None:
    near, far = SITE, SITE | {"name": "far", "energy_price": 49}
    scenario = SMALL | {
        "sites": {"use": [], "add": [near, far]},
        "workloads": [{"owner": "US", "load": 100, "delivery_cost": {"far": 2}}],
    }
    assert set(planner.plan(parse(scenario)).tables["work"]["site"]) == {"bus"}


def test_a_value_lets_dear_work_be_left() -> None:
    dear = SMALL | {"workloads": [{"owner": "US", "load": 100, "value": 40}]}
    assert planner.plan(parse(dear)).tables["demand"]["unserved_share"].tolist() == pytest.approx([1.0])
