"""What planners have answered falsely: negative prices, bounds that bind, figures that were dropped, sizes near nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.base.errors import InputError, PlannerError
from planner.plan.plan import Plan
from planner.run.one import make_plan
from planner.scenario import parse

FILE = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))
PLAIN: dict[str, Any] = FILE["plain"]
CASES: list[dict[str, Any]] = FILE["cases"]
PLANT = {"name": "plant", "variable_cost": 5, "annual_cost": "10 USD/MW/h"}


def planned(**changes: Any) -> Plan:
    return make_plan(parse(PLAIN | changes))


@pytest.fixture(scope="module", params=CASES, ids=[case["name"] for case in CASES])
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param | {"plan": planned(**request.param["scenario"])}


def test_the_answer_is_the_one_found_by_hand(case: dict[str, Any]) -> None:
    plan = case["plan"]
    assert plan.summary["status"] == "proven"
    assert plan.summary["objective_musd"] == pytest.approx(case["musd"], rel=1e-7)
    standing = plan.tables["capacity"].set_index("technology")
    for name, mw in case.get("standing", {}).items():
        assert standing["capacity_mw"][name] == pytest.approx(mw, rel=1e-6)
    for name, mwh in case.get("content", {}).items():
        assert standing["energy_mwh"][name] == pytest.approx(mwh, rel=1e-6)
    for name, mw in case.get("open", {}).items():
        sites = plan.tables["sites"].set_index("site")
        assert sites["it_rated_mw"][name] == pytest.approx(mw, rel=1e-6)
        assert sites["open"].to_dict() == {site: site in case["open"] for site in sites.index}
    given = plan.tables["energy"].set_index("source")["energy_gwh"]
    for name, gwh in case.get("energy", {}).items():
        assert given.get(name, 0.0) == pytest.approx(gwh, rel=1e-6)


def test_the_cost_lines_are_the_objective(case: dict[str, Any]) -> None:
    lines = case["plan"].tables["costs"]["musd"].sum()
    assert lines == pytest.approx(case["plan"].summary["objective_musd"], rel=1e-6, abs=1e-12)


def test_the_hours_balance(case: dict[str, Any]) -> None:
    """What sources give is the load and what stores lose, in every site and stage."""
    energy, sites = case["plan"].tables["energy"], case["plan"].tables["sites"]
    energy = energy[energy["source"] != "paused"]
    given = energy.assign(net=energy["energy_gwh"] - energy["charge_gwh"]).groupby(["site", "stage"])["net"].sum()
    for row in sites[sites["open"]].itertuples():
        assert given[row.site, row.stage] == pytest.approx(row.energy_gwh, rel=1e-6)


def test_nothing_to_serve_is_said() -> None:
    with pytest.raises(InputError, match="nothing to serve"):
        planned(workloads=[{"owner": "US", "load": 0}], technologies=[PLANT])


def test_a_plan_that_would_earn_without_end_is_an_error() -> None:
    """A store that loses energy burns what the grid pays for, and neither has a limit."""
    site = {"name": "bus", "country": "US", "lat": 39, "lon": -96, "hourly_price": [-50, 100]}
    store = {"name": "store", "kind": "storage", "efficiency": 0.8}
    with pytest.raises(PlannerError, match="no end"):
        planned(sites={"use": [], "add": [site]}, power=["grid"], technologies=[store])


def test_a_store_over_hours_that_count_differently_is_refused() -> None:
    """It would take a MWh in an hour that stands for little and give it in one that stands for much."""
    time, store = {"hours": 2, "weights": [1, 9]}, {"name": "store", "kind": "storage"}
    with pytest.raises(InputError, match="count differently") as error:
        planned(time=time, technologies=[PLANT, store])
    assert error.value.key == "time.weights"
    assert planned(time=time, technologies=[PLANT]).summary["status"] == "proven"


CHIP = {"work_per_hour": 1, "active": 1000, "price": 1000}


@pytest.mark.parametrize(
    "work",
    [
        {"load": 1},
        {"work": 1e6, "chip_use": CHIP | {"price": 0}},
        {"work": 1e6, "chip_use": CHIP, "shape": [1, 2]},
    ],
)
def test_a_pause_that_would_do_the_work_for_nothing_is_refused(work: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        parse(PLAIN | {"workloads": [{"owner": "US", "pausable": 0.5} | work], "technologies": [PLANT]})
    assert error.value.key == "workloads[0].pausable"


def test_no_word_on_reactors_where_there_are_none() -> None:
    assert not planned(technologies=[PLANT]).summary.get("rounded", {}).get("reactors")


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("min_output", 0.5, "thermal"),
        ("unit_size", 300, "must_take"),
        ("energy_capex", 100, "thermal"),
        ("efficiency", 0.8, "nuclear"),
        ("firm_hours", 2, "thermal"),
        ("heat_rate", 7, "storage"),
        ("co2", 50, "storage"),
        ("fuel_price", 4, "storage"),
        ("fuel", "gas", "storage"),
        ("availability", 0.5, "storage"),
        ("fuel", "gas", "nuclear"),
        ("fuel_price", 4, "thermal"),  # without a heat rate it prices nothing
        ("co2", 50, "must_take"),
    ],
)
def test_a_figure_that_a_kind_does_not_have_is_refused(key: str, value: Any, kind: str) -> None:
    plant = {"name": "p", "kind": kind, key: value} | ({"limit": 1} if kind == "must_take" else {})
    with pytest.raises(InputError, match=key) as error:
        parse(PLAIN | {"technologies": [plant]})
    assert f"technologies[0].{key}" in str(error.value.key)


BUS = {"name": "bus", "country": "US", "lat": 39, "lon": -96}
OWN = {"work": 1e6, "chip_use": CHIP}


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        (
            {"sites": {"use": [], "add": [BUS | {"capacity_factor": {"grid": [1, 0]}}]}},
            "capacity_factor.grid",
            "hourly_price",
        ),
        (
            {
                "sites": {"use": [], "add": [BUS | {"capacity_factor": {"store": [1, 0]}}]},
                "technologies": [PLANT, {"name": "store", "kind": "storage"}],
            },
            "capacity_factor.store",
            "no capacity factor",
        ),
        (
            {"workloads": [{"owner": "US", **OWN}], "chips": {"price": {"us-work chip": 9}}},
            "chips.price.us-work chip",
            "chip_use.price",
        ),
        ({"technologies": [PLANT | {"name": "a\nb"}]}, "technologies[0].name", "one line"),
        ({"time": {"hours": 2, "weights": [1, 0]}}, "time.weights", "counts for nothing"),
        ({"technologies": [PLANT | {"lifetime": 0.5}]}, "technologies[0].lifetime", "between 1 and 200"),
        ({"technologies": [PLANT | {"heat_rate": 1, "co2": -5}]}, "technologies[0].co2", "negative"),
        ({"policy": {"carbon_price": {"US": -5}}}, "policy.carbon_price.US", "negative"),
    ],
)
def test_what_would_be_dropped_or_means_nothing_is_refused(changes: dict[str, Any], key: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as error:
        planned(**{"technologies": [PLANT], **changes})
    assert str(error.value.key).endswith(key)


GAS = {"name": "plant", "fuel": "gas", "heat_rate": 10}


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        (
            {"grid": {"curtailable_share": 0.5}},
            "grid.curtailable_share changes nothing: there is no grid (power, reliability.island)",
        ),
        (
            {
                "sites": {"use": [], "add": [BUS | {"gas_price": 4}]},
                "technologies": [GAS],
                "fuel": {"scale": {"gas": 2}, "henry_hub": 9},
            },
            "fuel.henry_hub changes nothing: no plant burns gas at a price of the catalog",
        ),
        (
            {"technologies": [PLANT | {"kind": "nuclear"}], "smr": {"cost_scale": 2}},
            "smr.cost_scale changes nothing: no reactor of the catalog is planned",
        ),
        ({"fuel": {"uranium": 2}}, "fuel.uranium changes nothing: no reactor of the catalog is planned"),
        (
            {"policy": {"carbon_price": {"US": 9}}},
            "policy.carbon_price.US changes nothing: plants pay it and none has CO2; grid energy has it in its price",
        ),
        (
            {"policy": {"capital_area_limit": 0}},
            "policy.capital_area_limit limits nothing: no site lies in a capital area",
        ),
        (
            {"sites": {"use": [], "add": [BUS | {"capacity_factor": {"solar_pv": 1}}]}},
            "sites.add.bus.capacity_factor.solar_pv is not used: solar_pv is not planned",
        ),
        (
            {"facilities": {"lab": {"capex": 9, "needed_by": ["chat"]}}},
            "facilities.lab is not built: no work of the scenario needs it",
        ),
    ],
)
def test_a_key_that_changes_nothing_is_told(changes: dict[str, Any], note: str) -> None:
    assert note in planned(**{"technologies": [PLANT], **changes}).summary["notes"]
    assert "notes" not in planned(technologies=[PLANT]).summary


@pytest.mark.parametrize("where", ["technology", "site"])
def test_one_more_kw_is_hosted_by_a_plant_as_large_as_its_worst_hour_asks(where: str) -> None:
    """Half of it runs in the worst hour: 2 kW at 87.6 USD/kW-year and 8,760 kWh at 0.5 cents; what stands still in an hour hosts nobody."""
    for hours, usd in (([0.5, 1], 2 * 87.6 + 43.8), ([0, 1], 3 * 87.6)):
        spare = {"name": "spare", "annual_cost": "30 USD/MW/h"}
        own = {"availability": hours} if where == "technology" else {}
        site = BUS | ({} if own else {"capacity_factor": {"plant": hours}})
        plan = planned(sites={"use": [], "add": [site]}, technologies=[PLANT | own, spare])
        assert plan.tables["sites"]["hosting_usd_per_kw_year"].tolist() == pytest.approx([usd])
