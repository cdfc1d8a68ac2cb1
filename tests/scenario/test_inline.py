"""Series, plants and chips that a scenario gives itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from planner.base.errors import InputError
from planner.scenario import load, parse

SITE = {"name": "bus", "country": "US", "lat": 39, "lon": -96}
SMALL: dict[str, Any] = {
    "name": "small",
    "countries": ["US"],
    "stages": [2030],
    "time": {"hours": 3},
    "sites": {"use": [], "add": [SITE]},
    "power": [],
    "technologies": [{"name": "plant", "annual_cost": "15 USD/MW/h", "variable_cost": 2}],
    "workloads": [{"owner": "US", "load": "0.5 GW", "shape": [1, 2, "300 %"]}],
}


def with_work(**work: Any) -> dict[str, Any]:
    return SMALL | {"workloads": [{"owner": "US"} | work]}


def test_a_whole_scenario_without_the_catalog() -> None:
    scenario = parse(SMALL)
    work, plant = scenario.workloads[0], scenario.technologies[0]
    assert work.demand[0] == "load" and work.load is not None and work.load.at(2030) == 500.0
    assert work.shape is not None and work.shape.values == (1.0, 2.0, 3.0)
    assert work.own_chip is not None and work.own_chip.active == 1e6
    assert plant.annual_cost == pytest.approx(131.4)  # USD/kW-year
    assert parse(scenario.resolved()).resolved() == scenario.resolved()


def test_a_series_from_a_file_is_seen_from_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "week.csv").write_text("hour,load\n0,1\n1,2\n2,3.5\n")
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(with_work(load=1, shape={"file": "week.csv", "column": "load"})))
    scenario = load(file)
    assert scenario.workloads[0].shape is not None and scenario.workloads[0].shape.values == (1.0, 2.0, 3.5)
    (tmp_path / "elsewhere").mkdir()
    again = tmp_path / "elsewhere" / "again.yaml"
    again.write_text(scenario.to_yaml())
    assert load(again).workloads[0].shape == scenario.workloads[0].shape


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        ({"file": "none.csv", "column": "load"}, "the series cannot be read"),
        ({"file": "week.csv", "column": "laod"}, "did you mean load?"),
        ({"file": "week.csv"}, "this is no series"),
        ({"file": "bad.csv", "column": "load"}, "workloads[0].shape.file line 3"),
        ({"file": "empty.csv", "column": "load"}, "the file has no rows"),
        ([], "the list is empty"),
        ([1, "x"], "workloads[0].shape[1]"),
        ([1, -1], "this figure is negative"),
    ],
)
def test_a_series_that_cannot_be_used_is_refused(tmp_path: Path, shape: object, found: str) -> None:
    (tmp_path / "week.csv").write_text("hour,load\n0,1\n")
    (tmp_path / "bad.csv").write_text("load\n1\none\n")
    (tmp_path / "empty.csv").write_text("load\n")
    file = tmp_path / "small.yaml"
    file.write_text(yaml.safe_dump(with_work(load=1, shape=shape)))
    with pytest.raises(InputError) as error:
        load(file)
    assert found in str(error.value)


CHIP = {"work_per_hour": 2, "active": "700 W"}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (with_work(work=5), "work without a card needs a chip"),
        (with_work(tokens=5), "missing key 'use'"),
        (with_work(work=5, load=3), "a workload needs one demand"),
        (with_work(load=5, use="chat"), "'use' belongs to work with a card"),
        (with_work(work=5, chip_use=CHIP, chips=["H200-SXM-141GB"]), "'chips' belongs to work with a card"),
        (with_work(use="chat", tokens=5, chips=["H200-SXM-141GB"], shape=[1]), "a workload card has its own day"),
        (with_work(work=5, chip_use=CHIP | {"idle": "800 W"}), "a chip cannot draw more when it waits"),
        (with_work(work=5, chip_use=CHIP | {"active": 0}), "a chip that draws nothing needs a provision"),
        (SMALL | {"technologies": []}, "there is no power"),
        (SMALL | {"technologies": [{"name": "a"}, {"name": "a"}]}, "the name 'a' is given twice"),
        (SMALL | {"power": ["grid"], "technologies": [{"name": "grid"}]}, "the name 'grid' is given twice"),
        (SMALL | {"technologies": [{"name": "sun", "kind": "must_take"}]}, "a must_take plant needs a limit"),
        (SMALL | {"technologies": [{"name": "b", "kind": "storage", "availability": [1, 0]}]}, "no hourly"),
        (SMALL | {"time": {"hours": 3, "weights": [1, 2]}}, "the weights do not fit the hours"),
        (SMALL | {"time": {"weights": [1, 2]}}, "the weights do not fit the hours"),
        (SMALL | {"time": {"hours": 2, "weights": [0, 1]}}, "an hour counts for nothing"),
    ],
)
def test_what_does_not_fit_together_is_refused(data: dict[str, Any], found: str) -> None:
    with pytest.raises(InputError) as error:
        parse(data)
    assert found in str(error.value)


BURNER = {"name": "mine", "capex": "1000 USD/kW", "lifetime": "30 year", "heat_rate": "7 MMBtu/MWh"}


@pytest.mark.parametrize(
    "more", [{}, {"kind": "nuclear"}, {"kind": "must_take", "limit": 5}, {"fuel": None, "co2": 50}]
)
def test_a_fuel_without_a_price_is_refused(more: dict[str, Any]) -> None:
    """Its energy would be free, and nothing would tell."""
    with pytest.raises(InputError) as error:
        parse(SMALL | {"technologies": [BURNER | more]})
    found = error.value
    assert found.message == "a plant that burns a fuel needs its price"
    assert (found.key, found.value) == ("technologies[0].heat_rate", "7.0")
    assert found.expected is not None and "fuel_price" in found.expected and "fuel: gas" in found.expected


@pytest.mark.parametrize("more", [{"fuel_price": 0}, {"fuel_price": "4 USD/MMBtu"}, {"fuel": "gas"}])
def test_a_fuel_with_a_price_is_taken_of_nothing_too(more: dict[str, Any]) -> None:
    scenario = parse(SMALL | {"technologies": [BURNER | more]})
    assert scenario.technologies[0].heat_rate == 7.0
    assert parse(scenario.resolved()).resolved() == scenario.resolved()


def test_a_workloads_chip_is_named_after_it() -> None:
    work = parse(with_work(name="mine", work=5, chip_use=CHIP)).workloads[0]
    assert work.own_chip is not None and work.own_chip.chip == "mine chip"
    assert work.value is None  # all of it must be done
